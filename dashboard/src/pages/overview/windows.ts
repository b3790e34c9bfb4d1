// The stretches of time that figures are asked for.

import type { Window } from "../../api/model";
import type { Tab } from "../../ui/tabs";

/** The first one stands in an address without any. */
export const WINDOWS: readonly [Tab & { value: Window }, ...(Tab & { value: Window })[]] = [
  { value: "7d", name: "7 days" },
  { value: "24h", name: "24 hours" },
  { value: "30d", name: "30 days" },
  { value: "all", name: "All" },
];

export function windowOf(value: string | undefined): Window {
  return WINDOWS.find((one) => one.value === value)?.value ?? WINDOWS[0].value;
}
