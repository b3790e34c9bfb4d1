// A menu behind a button. Not modal: Radix's modal menus write a style element, which the page's policy forbids.

import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

export type MenuItem =
  | { kind?: "item"; label: ReactNode; run: () => void; icon?: IconName; hint?: string; danger?: boolean; disabled?: boolean }
  | { kind: "choice"; label: ReactNode; chosen: boolean; run: () => void }
  | { kind: "heading"; label: string }
  | { kind: "line" };

/** `trigger` must be one element that takes a ref: `Button`, `IconButton` or an HTML element. */
export function Menu({ trigger, items, align = "start" }: { trigger: ReactNode; items: MenuItem[]; align?: "start" | "end" }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align={align} sideOffset={4} collisionPadding={8}>
          {items.map((item, index) => (
            <Item key={index} item={item} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Item({ item }: { item: MenuItem }) {
  if (item.kind === "line") return <DropdownMenu.Separator className="menu-line" />;
  if (item.kind === "heading") return <DropdownMenu.Label className="menu-heading">{item.label}</DropdownMenu.Label>;
  if (item.kind === "choice") {
    return (
      <DropdownMenu.CheckboxItem className="menu-item" checked={item.chosen} onSelect={item.run}>
        <span className="menu-mark">
          <DropdownMenu.ItemIndicator>
            <Icon name="check" />
          </DropdownMenu.ItemIndicator>
        </span>
        {item.label}
      </DropdownMenu.CheckboxItem>
    );
  }
  return (
    <DropdownMenu.Item className={item.danger ? "menu-item danger" : "menu-item"} disabled={item.disabled ?? false} onSelect={item.run}>
      {item.icon && <Icon name={item.icon} />}
      <span className="menu-label">{item.label}</span>
      {item.hint && <kbd>{item.hint}</kbd>}
    </DropdownMenu.Item>
  );
}
