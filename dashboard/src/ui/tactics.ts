// The tactics of ATT&CK for cloud in the order of its matrix, which is the order in which attacks go.

import { words } from "./text";

export const TACTICS = [
  "Reconnaissance",
  "Resource Development",
  "Initial Access",
  "Execution",
  "Persistence",
  "Privilege Escalation",
  "Defense Evasion",
  "Credential Access",
  "Discovery",
  "Lateral Movement",
  "Collection",
  "Command and Control",
  "Exfiltration",
  "Impact",
];

const plainName = (tactic: string) => tactic.replace(/[^A-Za-z]/g, "").toLowerCase();
const PLACES = new Map(TACTICS.map((tactic, place) => [plainName(tactic), place]));

/** "Initial access → Execution": what was seen, in the order of an attack. */
export function pathText(tactics: readonly string[]): string {
  const place = (tactic: string) => PLACES.get(plainName(tactic)) ?? TACTICS.length;
  return tactics
    .toSorted((a, b) => place(a) - place(b))
    .map(words)
    .join(" → ");
}
