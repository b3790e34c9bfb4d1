// In the place of the library that Radix locks the page's scrolling with: it writes a style element, which the page's
// policy forbids, and the page itself does not scroll (its parts do).

import type { ReactNode } from "react";

export function RemoveScroll({ children }: { children?: ReactNode }) {
  return <>{children}</>;
}
