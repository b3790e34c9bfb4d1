import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { allowedLink } from "../src/ui/link";
import { plain, Text, words } from "../src/ui/text";

const shown = (value: string, max?: number) => renderToStaticMarkup(<Text value={value} {...(max ? { max } : {})} />);

test("markup in a finding stays text", () => {
  expect(shown('<img src=x onerror="alert(1)">')).toBe('<bdi class="text">&lt;img src=x onerror=&quot;alert(1)&quot;&gt;</bdi>');
});

test("bidi, zero-width, control and tag characters are named", () => {
  for (const odd of ["\u202e", "\u200b", "\u0007", "\u001b", "\u2066", "\ufeff", "\u00ad", "\u{e0041}"]) {
    expect(shown(`a${odd}b`)).not.toContain(odd);
    expect(shown(`a${odd}b`)).toContain("U+");
    expect(plain(`a${odd}b`)).toMatch(/^a\[U\+[0-9A-F]+\]b$/);
  }
});

test("ordinary letters of any script stay as they are", () => {
  for (const text of ["שלום", "مرحبا", "日本語", "Ünïcödé", "e\u0301"]) expect(shown(text)).toContain(text);
});

test("a word of ten kilobytes is cut and can be shown whole", () => {
  const html = shown("x".repeat(10_000), 600);
  expect(html.length).toBeLessThan(1_000);
  expect(shown("x".repeat(700), 600)).not.toContain("more");
  expect(html).toContain("more (9,400 characters)");
});

test("a cut never halves a character", () => {
  expect(shown("😀😀😀😀", 3)).toContain("😀… ");
});

test("links lead only to https on listed hosts", () => {
  const hosts = ["docs.aws.amazon.com", "attack.mitre.org"];
  expect(allowedLink("https://docs.aws.amazon.com/x", hosts)).toBe("https://docs.aws.amazon.com/x");
  for (const bad of [
    "http://docs.aws.amazon.com/",
    "javascript:alert(1)",
    "https://evil.example/",
    "https://docs.aws.amazon.com.evil.example/",
    "https://docs.aws.amazon.com@evil.example/",
    "https://evildocs.aws.amazon.com.example",
    "https://docs.aws.amazon.com:8443/",
    "//evil.example",
    "data:text/html,x",
    " https://docs.aws.amazon.com/",
  ]) {
    expect(allowedLink(bad, hosts), bad).toBeNull();
  }
});

test("names are written as people write them", () => {
  expect(words("AwaitingApproval")).toBe("Awaiting approval");
  expect(words("finding_joined")).toBe("Finding joined");
  expect(words("TruePositive")).toBe("True positive");
});
