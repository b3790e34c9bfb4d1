// How dark a cell is: steps by the logarithm, because one noisy technique must not make all others look like nothing.

import type { Attack } from "../../api/model";
import { TACTICS } from "../../ui/tactics";

export const STEPS = 4;

/** 0 for nothing, 1 to `STEPS` for something; the most has the last step. */
export function heatOf(n: number, most: number): number {
  if (n <= 0 || most <= 0) return 0;
  if (n >= most) return STEPS;
  return 1 + Math.min(STEPS - 2, Math.floor((Math.log(n + 1) / Math.log(most + 1)) * (STEPS - 1)));
}

export type By = "incidents" | "findings";

export function mostOf(attack: Attack, by: By): number {
  return Math.max(0, ...attack.tactics.flatMap((tactic) => tactic.techniques.map((technique) => technique[by])));
}

const plainName = (name: string) => name.replaceAll(/[\s_-]/g, "").toLowerCase();

/** Tactics of the matrix under which nothing was seen, in its order. */
export function unseen(attack: Attack): string[] {
  const seen = new Set(attack.tactics.filter((tactic) => tactic.techniques.length > 0).map((tactic) => plainName(tactic.name)));
  return TACTICS.filter((name) => !seen.has(plainName(name)));
}
