// What each figure means, in one sentence. Shown beside the figure, on the screen and on paper.

export const DEFINITIONS = {
  mttd: "From the first activity, by the products' clocks, to the incident being opened.",
  mtta: "From opening to the first deed on it, by a person or by the machine.",
  mttc: "From opening to the last planned step having had its effect.",
  mttr: "From opening to being resolved, or closed without that.",
  open: "nobody has resolved or closed them.",
  reduction: "Findings with activity in the window, and the incidents opened in it. The share is what nobody had to open one by one.",
  verdicts: "Incidents opened in the window by the type of their first finding and the verdict that stands: a person's before the machine's.",
  precision: "True positives and suspicious, of those with a verdict that says either way.",
  agreement: "Incidents that have both a machine's verdict and a person's.",
  raised: "The person took it more seriously than the machine did.",
  lowered: "The person took it less seriously than the machine did.",
  spend: "What asking models cost. Today is held against the cap: beyond it rules work alone, and nothing waits. Bars: by the UTC day on which the incidents were opened.",
  days: "By UTC day: findings by their latest activity, incidents by when they were opened.",
} as const;
