// The table: virtual rows in an ARIA grid with one tab stop. A key press renders two rows and nothing else.

import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent, type RefObject } from "react";
import type { IncidentRow } from "../../api/model";
import { preferences, usePreferences } from "../../app/preferences";
import { Icon } from "../../ui/icon";
import { plain } from "../../ui/text";
import { COLUMNS, columnsFor, type QueueColumn } from "./columns";
import { useIsActive, useIsSelected, useSelected, type Marks } from "./store";

const ROW = 36;
const CARD = 64;
const PAGE_AHEAD = 30;
const HEAD = 34;
/** Rows between the mark and the edge: as few as this scroll the list on by as many as that. */
const NEAR = 2;
const AHEAD = 9;
export const MOST_WIDTH = 480;

export type TableHandle = { reveal: (place: number) => void; atTop: () => boolean; focus: () => void; toTop: () => void };

type TableProps = {
  rows: readonly IncidentRow[];
  total: number | null;
  marks: Marks;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
  onOpen: (id: string) => void;
  onNearEnd: () => void;
  handle: RefObject<TableHandle | null>;
  /** Where the list was left, by its filter. */
  placeKey: string;
};

const places = new Map<string, number>();
const NO_WIDTHS: Record<string, number> = {};

/** How wide the table may be; known before the first paint. */
function useRoom(box: RefObject<HTMLDivElement | null>): number {
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setRoom(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return room;
}

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia("(max-width: 700px)").matches);
  useEffect(() => {
    const media = matchMedia("(max-width: 700px)");
    const change = () => setNarrow(media.matches);
    media.addEventListener("change", change);
    return () => media.removeEventListener("change", change);
  }, []);
  return narrow;
}

export function QueueTable({ rows, total, marks, sort, onSort, onOpen, onNearEnd, handle, placeKey }: TableProps) {
  const box = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const widths = usePreferences().widths["queue"] ?? NO_WIDTHS;
  const room = useRoom(box);
  const columns = useMemo(() => (narrow ? COLUMNS : columnsFor(room, widths)), [narrow, room, widths]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (narrow ? CARD : ROW),
    overscan: 12,
    getItemKey: (index) => rows[index]?.id ?? index,
    initialOffset: places.get(placeKey) ?? 0,
    useFlushSync: false,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;

  useEffect(() => virtual.measure(), [narrow, virtual]);
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - PAGE_AHEAD) onNearEnd();
  }, [last, rows.length, onNearEnd]);
  useHandle(handle, narrow ? CARD : ROW, box, grid);
  // The focus stays on the grid; which row is meant is said by this attribute.
  useEffect(() => {
    const say = () => {
      const active = marks.getActive();
      if (active === null || marks.placeOf(active) < 0) grid.current?.removeAttribute("aria-activedescendant");
      else grid.current?.setAttribute("aria-activedescendant", `row-${active}`);
    };
    say();
    return marks.subscribe(say) as () => void;
  }, [marks]);

  const onScroll = () => {
    if (box.current) places.set(placeKey, box.current.scrollTop);
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    const id = target.closest<HTMLElement>("[data-id]")?.dataset["id"];
    if (id === undefined) return;
    if (target.closest(".queue-check") || event.ctrlKey || event.metaKey) {
      event.preventDefault();
      if (event.shiftKey) marks.extendTo(id);
      else marks.toggle(id);
      marks.activate(id);
    } else if (event.shiftKey) {
      marks.extendTo(id);
      marks.activate(id);
    } else if (narrow || marks.getActive() === id) onOpen(id);
    else marks.activate(id);
    grid.current?.focus({ preventScroll: true });
  };

  const tracks = columns.map((column) => (column.width === null ? "minmax(160px, 1fr)" : `${widths[column.id] ?? column.width}px`));
  const style: Record<string, string> = { "--columns": `36px ${tracks.join(" ")}` };

  return (
    <div className="queue-box" ref={box} onScroll={onScroll}>
      <div
        className="queue-grid"
        role="grid"
        aria-label="Incidents"
        aria-rowcount={(total ?? rows.length) + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable="true"
        tabIndex={0}
        ref={grid}
        style={style}
        onClick={onClick}
        onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      >
        <Head columns={columns} marks={marks} rows={rows.length} sort={sort} onSort={onSort} widths={widths} />
        <div className="queue-rows" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {shown.map((item) => {
            const row = rows[item.index];
            return row && <QueueRow key={row.id} row={row} columns={columns} place={item.index} top={item.start} marks={marks} />;
          })}
        </div>
      </div>
    </div>
  );
}

function useHandle(
  handle: RefObject<TableHandle | null>,
  height: number,
  box: RefObject<HTMLDivElement | null>,
  grid: RefObject<HTMLDivElement | null>,
) {
  useEffect(() => {
    handle.current = {
      reveal: (place) => {
        const element = box.current;
        if (element === null || place < 0) return;
        const seen = element.clientHeight - HEAD;
        const top = place * height;
        const margin = Math.min(NEAR, Math.floor(seen / height / 3)) * height;
        const ahead = Math.min(AHEAD * height, seen / 2);
        // Some rows at a time: what comes next is seen before one is there, and most presses scroll nothing.
        if (top < element.scrollTop + margin) element.scrollTop = top - ahead;
        else if (top + height > element.scrollTop + seen - margin) element.scrollTop = top + height - seen + ahead;
      },
      atTop: () => (box.current?.scrollTop ?? 0) < 8,
      focus: () => grid.current?.focus({ preventScroll: true }),
      toTop: () => box.current?.scrollTo(0, 0),
    };
    return () => {
      handle.current = null;
    };
  }, [handle, height, box, grid]);
}

type RowProps = { row: IncidentRow; columns: readonly QueueColumn[]; place: number; top: number; marks: Marks };

const QueueRow = memo(function QueueRow({ row, columns, place, top, marks }: RowProps) {
  const active = useIsActive(marks, row.id);
  const selected = useIsSelected(marks, row.id);
  const over = row.status === "Closed" || row.status === "Resolved" || row.merged_into !== null;
  return (
    <div
      role="row"
      id={`row-${row.id}`}
      data-id={row.id}
      aria-rowindex={place + 2}
      aria-selected={selected}
      className={`queue-row${active ? " active" : ""}${over ? " over" : ""}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" className="queue-check">
        <input type="checkbox" tabIndex={-1} checked={selected} readOnly aria-label={`Select ${plain(row.title, 60)}`} />
      </div>
      <Cells row={row} columns={columns} />
    </div>
  );
});

/** Apart from the row, so that moving the mark does not render what the row says. */
const Cells = memo(function Cells({ row, columns }: Pick<RowProps, "row" | "columns">) {
  return columns.map((column) => (
    <div role="gridcell" key={column.id} className={`queue-cell cell-${column.id}`}>
      {column.cell(row)}
    </div>
  ));
});

type HeadProps = { columns: readonly QueueColumn[]; marks: Marks; rows: number; sort: string | undefined; onSort: TableProps["onSort"]; widths: Record<string, number> };

const Head = memo(function Head({ columns, marks, rows, sort, onSort, widths }: HeadProps) {
  const selected = useSelected(marks);
  const all = selected.size > 0 && selected.size >= Math.min(rows, 500);
  return (
    <div role="rowgroup" className="queue-head">
      <div role="row" aria-rowindex={1} className="queue-head-row">
        <div role="columnheader" className="queue-check-head">
          <input
            type="checkbox"
            aria-label="Select all that are loaded, at most 500"
            checked={all}
            ref={(element) => {
              if (element) element.indeterminate = selected.size > 0 && !all;
            }}
            onChange={() => (selected.size > 0 ? marks.clear() : marks.selectAll())}
          />
        </div>
        {columns.map((column) => (
          <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} width={widths[column.id] ?? column.width} />
        ))}
      </div>
    </div>
  );
});

function HeadCell({ column, sort, onSort, width }: { column: QueueColumn; sort: string | undefined; onSort: TableProps["onSort"]; width: number | null }) {
  const [down, up] = column.sort ?? [];
  const state = down !== undefined && sort === down ? "descending" : up !== undefined && sort === up ? "ascending" : undefined;
  const next = state === undefined ? down : state === "descending" ? up : undefined;
  return (
    <div role="columnheader" className={`queue-cell cell-${column.id}`} aria-sort={column.sort ? (state ?? "none") : undefined}>
      {column.sort ? (
        <button type="button" className="queue-sort" onClick={() => onSort(next)}>
          {column.head}
          {state && <Icon name={state === "descending" ? "down" : "up"} size={12} />}
        </button>
      ) : (
        column.head
      )}
      {width !== null && <Resizer column={column} width={width} />}
    </div>
  );
}

/** Drag, or the arrow keys; a double press gives the first width back. */
function Resizer({ column, width }: { column: QueueColumn; width: number }) {
  const keep = (wanted: number | null) => {
    const all = preferences.get().widths;
    const { [column.id]: _, ...others } = all["queue"] ?? {};
    const next = wanted === null ? others : { ...others, [column.id]: Math.round(Math.min(Math.max(wanted, column.least), MOST_WIDTH)) };
    preferences.set({ widths: { ...all, queue: next } });
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault();
    const handle = event.currentTarget;
    const start = event.clientX;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => keep(width + move.clientX - start);
    handle.onpointerup = () => {
      handle.onpointermove = handle.onpointerup = null;
    };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 16 : event.key === "ArrowLeft" ? -16 : 0;
    if (step === 0) return;
    event.preventDefault();
    keep(width + step);
  };
  return (
    <div
      className="queue-resizer"
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${column.head}`}
      aria-valuenow={width}
      aria-valuemin={column.least}
      aria-valuemax={MOST_WIDTH}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onDoubleClick={() => keep(null)}
      onClick={(event) => event.stopPropagation()}
    />
  );
}
