// Buttons. `busy` keeps the focus and the width, and refuses a second press.

import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { Icon, type IconName } from "./icon";

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type"> & {
  kind?: "plain" | "primary" | "danger" | "quiet";
  icon?: IconName;
  busy?: boolean;
  /** The shortcut, shown and announced. */
  hint?: string;
  submit?: boolean;
  children?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
};

export function Button({ kind = "plain", icon, busy = false, hint, submit = false, children, className, onClick, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={submit ? "submit" : "button"}
      className={`button ${kind}${className ? ` ${className}` : ""}`}
      aria-disabled={busy || rest.disabled || undefined}
      aria-keyshortcuts={hint}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
    >
      {icon && <Icon name={icon} />}
      {children}
      {hint && (
        <kbd aria-hidden="true" className="hint">
          {hint}
        </kbd>
      )}
    </button>
  );
}

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type"> & {
  icon: IconName;
  label: string;
  ref?: Ref<HTMLButtonElement>;
};

export function IconButton({ icon, label, className, ...rest }: IconButtonProps) {
  return (
    <button {...rest} type="button" className={`icon-button${className ? ` ${className}` : ""}`} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
}
