// Every address of the pages beside queue and incident, with the states that change what is on them.

import { approvalsOf, incidents } from "../mock/data.mjs";

/** The first question that waits. */
export const FIRST = approvalsOf(incidents.find((row) => row.waiting > 0))[0];

export const PLACES = [
  "/approvals",
  `/approvals?action=${FIRST.action.id}`,
  "/approvals?state=settled",
  "/overview",
  "/overview?tab=triage&window=30d",
  "/attack",
  "/attack?by=findings&technique=Initial+Access:T1078.004",
  "/entities/account/111122223333",
  "/entities/resource/arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fpayments-api",
  "/pipeline",
  "/pipeline?entry=qua_00000000000000000000000001",
  "/audit",
  "/audit?chain=soc&entry=soc%2F7",
  "/settings",
  "/settings?kind=Recon*",
  "/settings?tab=channels",
  "/settings?tab=machine",
];
