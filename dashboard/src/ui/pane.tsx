// Boxes: a card with a heading, facts as name and value, a pane beside a list.

import { useId, useState, type ReactNode } from "react";
import { IconButton } from "./button";
import { Icon } from "./icon";
import { Contained } from "./states";

type SectionProps = {
  title: string;
  /** Beside the heading: a count, a filter, a button. */
  aside?: ReactNode;
  id?: string;
  /** Can be folded; `closed` says how it begins. */
  fold?: "open" | "closed";
  children: ReactNode;
};

export function Section({ title, aside, id, fold, children }: SectionProps) {
  const own = useId();
  const [open, setOpen] = useState(fold !== "closed");
  return (
    <section className="card" id={id} aria-labelledby={`${own}-h`}>
      <header className="card-header">
        <h2 id={`${own}-h`}>
          {fold ? (
            <button type="button" className="fold" aria-expanded={open} aria-controls={`${own}-b`} onClick={() => setOpen(!open)}>
              <Icon name={open ? "down" : "right"} />
              {title}
            </button>
          ) : (
            title
          )}
        </h2>
        {aside && <div className="card-aside">{aside}</div>}
      </header>
      <div id={`${own}-b`} className="card-body" hidden={!open}>
        {open && <Contained>{children}</Contained>}
      </div>
    </section>
  );
}

export type Fact = { name: string; value: ReactNode };

export function Facts({ facts }: { facts: (Fact | null | false)[] }) {
  return (
    <dl className="facts">
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact.name}>
              <dt>{fact.name}</dt>
              <dd>{fact.value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** Beside a list: what the chosen row is about. */
export function Pane({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  return (
    <aside className="pane" aria-label={label}>
      <IconButton icon="close" label="Close the pane" className="pane-close" onClick={onClose} />
      {children}
    </aside>
  );
}
