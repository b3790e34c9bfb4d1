// Which row is active and which are selected. Not React state: a key press must touch two rows, not the page.

import { useSyncExternalStore } from "react";

export class Marks {
  private order: readonly string[] = [];
  private places = new Map<string, number>();
  private active: string | null = null;
  private anchor: string | null = null;
  private selected: ReadonlySet<string> = new Set();
  private listeners = new Set<() => void>();

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private tell() {
    for (const listener of this.listeners) listener();
  }

  /** The rows as they stand now. What is gone is no longer selected. */
  setOrder(ids: readonly string[]) {
    this.order = ids;
    this.places = new Map(ids.map((id, index) => [id, index]));
    const left = [...this.selected].filter((id) => this.places.has(id));
    if (left.length !== this.selected.size) {
      this.selected = new Set(left);
      this.tell();
    }
  }

  getActive = () => this.active;
  getSelected = () => this.selected;
  placeOf = (id: string | null) => (id === null ? -1 : (this.places.get(id) ?? -1));

  activate(id: string | null) {
    if (this.active === id) return;
    this.active = id;
    this.tell();
  }

  /** Moves by so many rows; the place that is now active, or -1. */
  move(step: number): number {
    if (this.order.length === 0) return -1;
    const place = this.placeOf(this.active);
    // With no mark, forward begins before the first row and backward behind the last.
    const from = place >= 0 ? place : step > 0 ? -1 : this.order.length;
    const to = Math.min(Math.max(from + step, 0), this.order.length - 1);
    this.activate(this.order[to] ?? null);
    return to;
  }

  toggle(id: string) {
    const next = new Set(this.selected);
    if (!next.delete(id)) next.add(id);
    this.selected = next;
    this.anchor = id;
    this.tell();
  }

  /** Selects all rows between the last one that was marked and this one. */
  extendTo(id: string) {
    const from = this.placeOf(this.anchor ?? this.active ?? id);
    const to = this.placeOf(id);
    if (from < 0 || to < 0) return;
    this.selected = new Set([...this.selected, ...this.order.slice(Math.min(from, to), Math.max(from, to) + 1)]);
    this.tell();
  }

  /** Marks the active row and the next one, and goes there. */
  extendBy(step: number): number {
    const start = this.active ?? this.order[0];
    if (start === undefined) return -1;
    const next = new Set(this.selected).add(start);
    const to = this.move(step);
    if (this.active !== null) next.add(this.active);
    this.selected = next;
    this.anchor = this.active;
    this.tell();
    return to;
  }

  selectAll() {
    this.selected = new Set(this.order.slice(0, 500));
    this.tell();
  }

  clear() {
    if (this.selected.size === 0) return;
    this.selected = new Set();
    this.anchor = null;
    this.tell();
  }

  /** What a change is meant for: the selected rows in their order, or the active one. */
  targets(): string[] {
    if (this.selected.size > 0) return this.order.filter((id) => this.selected.has(id));
    return this.active === null ? [] : [this.active];
  }
}

export function useActive(marks: Marks): string | null {
  return useSyncExternalStore(marks.subscribe, marks.getActive);
}

export function useSelected(marks: Marks): ReadonlySet<string> {
  return useSyncExternalStore(marks.subscribe, marks.getSelected);
}

export function useIsActive(marks: Marks, id: string): boolean {
  return useSyncExternalStore(marks.subscribe, () => marks.getActive() === id);
}

export function useIsSelected(marks: Marks, id: string): boolean {
  return useSyncExternalStore(marks.subscribe, () => marks.getSelected().has(id));
}
