// Tabs and switches whose choice is in the address: links, so that each can be opened, kept and sent.

import { useRouter, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";

export type Tab = { value: string; name: ReactNode };

type TabsProps = {
  label: string;
  /** The search parameter that holds the choice. */
  param: string;
  tabs: readonly Tab[];
  /** Stands for the parameter's absence; the first one if none is named. */
  otherwise?: string;
  /** What else goes from the address when another one is chosen. */
  drop?: readonly string[];
  look?: "tabs" | "switch";
};

export function Tabs({ label, param, tabs, otherwise = tabs[0]?.value, drop = [], look = "tabs" }: TabsProps) {
  const router = useRouter();
  const now = useSearch({ strict: false }) as Record<string, string | undefined>;
  const chosen = tabs.find((tab) => tab.value === now[param])?.value ?? otherwise;
  return (
    <nav className={look} aria-label={label}>
      {tabs.map((tab) => {
        const kept = Object.fromEntries(Object.entries(now).filter(([name]) => name !== param && !drop.includes(name)));
        const search = tab.value === otherwise ? kept : { ...kept, [param]: tab.value };
        const to = { to: ".", search } as never;
        return (
          <a
            key={tab.value}
            href={router.buildLocation(to).href}
            aria-current={tab.value === chosen ? "page" : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
              event.preventDefault();
              void router.navigate(to);
            }}
          >
            {tab.name}
          </a>
        );
      })}
    </nav>
  );
}
