// The stretches of time that figures are asked for.

import type { Window } from "../../api/model";

export const WINDOWS: readonly { value: Window; name: string }[] = [
  { value: "24h", name: "24 hours" },
  { value: "7d", name: "7 days" },
  { value: "30d", name: "30 days" },
  { value: "all", name: "All" },
];

/** Stands in an address without any: the built-in stories, which a newcomer sees first, are older than any stretch. */
export const USUAL: Window = "all";

export function windowOf(value: string | undefined): Window {
  return WINDOWS.find((one) => one.value === value)?.value ?? USUAL;
}
