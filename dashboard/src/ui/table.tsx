// A plain table for lists of some hundred rows. The queue has its own, virtual one.

import type { ReactNode } from "react";
import { Button } from "./button";

export type Column<T> = {
  id: string;
  head: ReactNode;
  cell: (row: T) => ReactNode;
  /** Right-aligned, with figures of one width. */
  numeric?: boolean;
  /** Takes what is left; the others are as wide as what they hold. */
  grow?: boolean;
  /** Left out on narrow screens. */
  wideOnly?: boolean;
};

type TableProps = {
  /** What the table lists, for those who cannot see it. */
  caption: string;
};

export function Table<T>({
  caption,
  columns,
  rows,
  rowKey,
  chosen,
  onChoose,
}: TableProps & {
  columns: Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** Key of the row that a pane is open for. */
  chosen?: string | null;
  onChoose?: (row: T) => void;
}) {
  const className = (column: Column<T>) =>
    [column.numeric && "numeric", column.grow && "grow", column.wideOnly && "wide-only"].filter(Boolean).join(" ") || undefined;
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label={caption}>
      <table className="table">
        <caption className="hidden-text">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" className={className(column)}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const key = rowKey(row);
            return (
              <tr
                key={key}
                aria-selected={chosen === undefined ? undefined : chosen === key}
                className={onChoose ? "choosable" : undefined}
                onClick={onChoose && ((event) => !(event.target as Element).closest("a, button, input") && onChoose(row))}
              >
                {columns.map((column) => (
                  <td key={column.id} className={className(column)}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Under a list that comes in pages. */
export function LoadMore({ has, busy, onMore }: { has: boolean; busy: boolean; onMore: () => void }) {
  if (!has) return null;
  return (
    <div className="load-more">
      <Button busy={busy} onClick={onMore}>
        {busy ? "Loading" : "Show more"}
      </Button>
    </div>
  );
}
