// Hostile text in every free field of findings, under the headers that the program really sends: it stays text.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isWellBehaved, newContext, newPage, queueIsShown, settled } from "./chrome.mjs";
import { PAYLOADS, poisoned } from "./payloads.mjs";
import { client, findings, newFolder, startSoc, until } from "./soc.mjs";

/** Names what of the page was made from text: anything that can run, load, or lead elsewhere. */
const madeFromText = () => {
  const own = location.origin;
  const odd = [];
  for (const element of document.querySelectorAll("*")) {
    const tag = element.localName;
    const name = () => element.outerHTML.slice(0, 160);
    for (const { name: attribute } of element.attributes) if (attribute.startsWith("on")) odd.push(name());
    if (["iframe", "object", "embed", "base", "video", "audio", "math", "portal", "marquee", "template", "animate", "set", "foreignobject", "isindex", "x"].includes(tag)) odd.push(name());
    if (["script", "img"].includes(tag) && !(element.src.startsWith(own) && /^\/(assets\/|icon|theme)/.test(new URL(element.src).pathname))) odd.push(name());
    if (tag === "meta" && element.httpEquiv) odd.push(name());
    if (tag === "style" || (tag === "link" && !element.href.startsWith(own))) odd.push(name());
    if (tag === "form" && element.hasAttribute("action")) odd.push(name());
    if (tag === "a" && element.href !== "") {
      const { protocol, hostname, username, origin } = new URL(element.href);
      const allowed = origin === own || (protocol === "https:" && username === "" && /(^|\.)(aws\.amazon\.com|attack\.mitre\.org|amazon\.com)$/.test(hostname));
      if (!allowed) odd.push(name());
    }
  }
  if (window.owned !== undefined && !(window.owned instanceof Element)) odd.push(`owned is ${String(window.owned)}`);
  // The page shows such characters by name; what is left of them would act on what stands beside it.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (/[\u202A-\u202E\u2066-\u2069\u200B\u001B\u0007\u009B]|[\u{E0000}-\u{E007F}]/u.test(walker.currentNode.data)) odd.push(`unseen characters in ${JSON.stringify(walker.currentNode.data.slice(0, 80))}`);
  for (const element of document.querySelectorAll("[title], [aria-label], [placeholder]")) {
    for (const attribute of ["title", "aria-label", "placeholder"]) if (/[\u202A-\u202E\u2066-\u2069\u001B]/.test(element.getAttribute(attribute) ?? "")) odd.push(`unseen characters in ${attribute}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) odd.push(`the page is ${document.documentElement.scrollWidth} px wide in ${innerWidth} px`);
  return odd;
};

describe("hostile text", () => {
  let soc, api, context, page, incidents;
  const fields = new Set();
  before(async () => {
    soc = await startSoc({ folder: newFolder(), input: true });
    api = await client(soc.url, soc.link);
    const made = (await findings(PAYLOADS.length)).map((record, index) => poisoned(record, index));
    for (const one of made) for (const field of one.fields) fields.add(field);
    soc.give([...made.map((one) => one.record), ...PAYLOADS.slice(0, 20)]);
    await until("all are read", async () => {
      const { input } = await api.get("/pipeline");
      return input && input.received >= PAYLOADS.length + 20;
    });
    incidents = [];
    for (let next = ""; next !== null; ) {
      const read = await api.get(`/incidents?limit=200${next && `&after=${encodeURIComponent(next)}`}`);
      incidents.push(...read.items);
      next = read.next;
    }
    context = await newContext({ cookie: api.cookie, url: soc.url });
    page = await newPage(context, soc.url);
  });
  after(async () => {
    await context?.close();
    await soc?.stop();
  });
  const isInert = async (where) => assert.deepEqual(await page.evaluate(madeFromText), [], where);

  test("more than a hundred payloads reach incidents and the quarantine", async (t) => {
    t.diagnostic(`${PAYLOADS.length} payloads in ${fields.size} fields; ${incidents.length} incidents`);
    assert.ok(PAYLOADS.length >= 100);
    assert.ok(fields.size >= 15, [...fields].join(" "));
    assert.ok(incidents.length >= 60, `${incidents.length} incidents`);
    assert.ok((await api.get("/quarantine")).total > 0);
  });

  test("an element, a link and a character that are planted are noticed", async () => {
    await page.goto(`${soc.url}/audit`);
    await settled(page);
    const planted = await page.evaluate(() => {
      const link = Object.assign(document.createElement("a"), { href: "https://docs.aws.amazon.com@evil.example/", textContent: "\u202Etxt" });
      document.body.append(document.createElement("x"), link);
    }).then(() => page.evaluate(madeFromText));
    assert.equal(planted.length, 3, planted.join("; "));
  });

  test("the queue shows them as text, from its first row to its last", async () => {
    await page.goto(`${soc.url}/queue?status=any`);
    await queueIsShown(page);
    await isInert("the first rows");
    for (let end = 0; end < 4; end += 1) {
      await page.keyboard.press("End");
      await page.waitForTimeout(150);
      await isInert("further rows");
    }
    await page.keyboard.press("Control+k");
    await page.keyboard.type("<script>");
    await page.waitForTimeout(500);
    await isInert("the command menu");
    await page.keyboard.press("Escape");
    await isWellBehaved(page);
  });

  test("every incident shows them as text, in all of its parts", async () => {
    for (const [index, row] of incidents.entries()) {
      // As a person goes: without loading the program again.
      await page.evaluate((path) => (history.pushState({}, "", path), dispatchEvent(new PopStateEvent("popstate"))), `/incident/${row.id}`);
      await page.locator("#findings, #timeline").first().waitFor();
      await page.waitForFunction(() => document.querySelector(".loading") === null);
      if (index % 12 === 0) {
        for (const more of await page.locator("main details > summary").all()) await more.click();
        for (const more of await page.locator("main button.more").all()) if (await more.isVisible()) await more.click();
      }
      await isInert(row.id);
    }
    await isWellBehaved(page);
  });

  test("a finding with its raw bytes shows them as text", async () => {
    for (const row of incidents.filter((_, index) => index % 10 === 0)) {
      const [finding] = (await api.get(`/incidents/${row.id}/findings`)).items;
      await page.goto(`${soc.url}/incident/${row.id}?finding=${finding.id}`);
      await page.getByRole("dialog").waitFor();
      await settled(page);
      await isInert(finding.id);
    }
    await isWellBehaved(page);
  });

  test("all other pages show them as text", async () => {
    const { resource_arns: [arn], principal_names: [name], accounts: [account] } = await api.get(`/incidents/${incidents[0].id}`);
    const entities = [["resource", arn], ["principal", name], ["account", account], ["address", "<img src=x onerror=window.owned=1>"]];
    const paths = ["/approvals", "/overview", "/overview?tab=triage", "/attack", "/pipeline", "/audit", "/settings", "/settings?tab=channels", ...entities.filter(([, id]) => id).map(([kind, id]) => `/entities/${kind}/${encodeURIComponent(id)}`)];
    for (const path of paths) {
      await page.goto(soc.url + path);
      await settled(page);
      await isInert(path);
    }
    await isWellBehaved(page);
  });

  test("what people write, and what an address says, is text too", async () => {
    const [row] = incidents;
    for (const payload of PAYLOADS.slice(0, 12)) {
      const answer = await api.post(`/incidents/${row.id}/comments`, { text: payload });
      assert.equal(answer.status, 201, await answer.text());
    }
    await page.goto(`${soc.url}/incident/${row.id}`);
    await settled(page);
    await page.getByText(PAYLOADS[1]).first().waitFor();
    await isInert("comments");
    for (const path of ["/queue?q=", "/queue?account=", "/audit?chain=", "/incident/x?finding=", "/settings?tab=suppressions&kind=", "/nowhere/"]) {
      await page.goto(soc.url + path + encodeURIComponent("\"><img src=x onerror=window.owned=1>"));
      await settled(page);
      await isInert(path);
    }
    await isWellBehaved(page);
  });

  test("long words do not break a narrow page", async () => {
    const narrow = await newContext({ width: 390, cookie: api.cookie, url: soc.url });
    page = await newPage(narrow, soc.url);
    const long = incidents.filter((row) => row.title.length > 400).slice(0, 3);
    assert.ok(long.length > 0, "no title is long");
    for (const path of ["/queue?status=any", ...long.map((row) => `/incident/${row.id}`), "/approvals", "/audit", "/pipeline"]) {
      await page.goto(soc.url + path);
      await settled(page);
      await isInert(path);
    }
    await isWellBehaved(page);
    await narrow.close();
  });
});
