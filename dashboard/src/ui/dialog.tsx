// Dialogs. Radix keeps the focus inside and gives it back; the backdrop is our own, because Radix's overlay locks the
// page's scrolling with a style element that the page's policy forbids.

import { Dialog as Radix } from "radix-ui";
import { useId, useRef, useState, type FormEvent, type ReactNode } from "react";
import { asProblem } from "../api/problem";
import { Button, IconButton } from "./button";
import { ProblemView } from "./states";

type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  /** One sentence under the title. */
  lead?: ReactNode;
  wide?: boolean;
  children: ReactNode;
};

/** What had the focus before the newest dialog. One dialog that takes the place of another gives it back there too. */
let outside: Element | null = null;

export function Dialog({ open, onClose, title, lead, wide = false, children }: DialogProps) {
  const before = useRef<Element | null>(null);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className="backdrop" aria-hidden="true" />
        <Radix.Content
          className={wide ? "dialog wide" : "dialog"}
          onOpenAutoFocus={(event) => {
            if (document.activeElement !== document.body) outside = document.activeElement;
            before.current = outside;
            // The first field, or what the dialog names; not its close button.
            const content = event.currentTarget as HTMLElement;
            const first = content.querySelector<HTMLElement>("[data-first]") ?? content.querySelector<HTMLElement>("input, textarea, select");
            if (first === null) return;
            event.preventDefault();
            first.focus();
          }}
          onCloseAutoFocus={(event) => {
            // Radix knows only its own triggers; our dialogs are opened by keys and menus too.
            event.preventDefault();
            const back = before.current;
            if (back instanceof HTMLElement && back.isConnected && back !== document.body) back.focus({ preventScroll: true });
            else document.getElementById("main")?.focus({ preventScroll: true });
          }}
          {...(lead ? {} : { "aria-describedby": undefined })}
        >
          <div className="dialog-header">
            <Radix.Title>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon="close" label="Close" />
            </Radix.Close>
          </div>
          {lead && <Radix.Description className="dialog-lead">{lead}</Radix.Description>}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

type ConfirmProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
  action: string;
  danger?: boolean;
  /** Asks for a reason; `required` refuses without one. */
  reason?: "optional" | "required";
  onConfirm: (reason: string) => Promise<unknown>;
};

/** A question with one answer that changes something. Stays open, with the reason kept, when the change fails. */
export function Confirm({ open, onClose, title, lead, children, action, danger = false, reason, onConfirm }: ConfirmProps) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const field = useId();
  const close = () => {
    setText("");
    setFailed(null);
    onClose();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailed(null);
    try {
      await onConfirm(text.trim());
      close();
    } catch (error) {
      setFailed(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} onClose={close} title={title} lead={lead}>
      <form onSubmit={(event) => void submit(event)}>
        {children}
        {reason && (
          <label className="field" htmlFor={field}>
            <span>Reason{reason === "optional" && " (optional)"}</span>
            <textarea
              id={field}
              value={text}
              rows={3}
              maxLength={1000}
              data-first={reason === "required" ? "" : undefined}
              required={reason === "required"}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
        )}
        {failed !== null && <ProblemView error={failed} compact />}
        <div className="dialog-footer">
          <Button onClick={close}>Cancel</Button>
          <Button submit kind={danger ? "danger" : "primary"} busy={busy} data-first={reason === "required" ? undefined : ""}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
