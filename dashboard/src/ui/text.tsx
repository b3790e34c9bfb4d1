// Text that somebody else wrote: findings, names, tags. Always shown as text, with what hides in it made visible.

import { useState } from "react";

// Controls (tab and line feed stay), soft hyphen, Arabic letter mark, zero-width and bidi characters, line and paragraph
// separators, invisible operators, byte order mark, interlinear marks, tag characters; and stacks of combining marks.
const ODD =
  /([\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]|\p{Mn}{4,})/gu;

const NAMES: Record<number, string> = {
  0x1b: "escape",
  0x200b: "zero-width space",
  0x200e: "left-to-right mark",
  0x200f: "right-to-left mark",
  0x202a: "left-to-right embedding",
  0x202b: "right-to-left embedding",
  0x202c: "pop directional formatting",
  0x202d: "left-to-right override",
  0x202e: "right-to-left override",
  0x2066: "left-to-right isolate",
  0x2067: "right-to-left isolate",
  0x2068: "first strong isolate",
  0x2069: "pop directional isolate",
  0xfeff: "byte order mark",
};

function codeName(odd: string): string {
  const point = odd.codePointAt(0) ?? 0;
  return `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The same, for places that take only a string (titles, labels). */
export function plain(value: string, max = 200): string {
  const cut = value.length > max ? `${value.slice(0, max)}…` : value;
  return cut.replace(ODD, (odd) => `[${codeName(odd)}]`);
}

function Visible({ value }: { value: string }) {
  const parts = value.split(ODD);
  if (parts.length === 1) return <>{value}</>;
  return parts.map((piece, index) =>
    index % 2 === 0 ? (
      piece
    ) : (
      <span key={index} className="odd" title={NAMES[piece.codePointAt(0) ?? 0] ?? "a character that cannot be seen"}>
        {codeName(piece)}
      </span>
    ),
  );
}

type TextProps = {
  value: string;
  /** Characters before "more". */
  max?: number;
  /** Never offers "more"; for rows and headings, where the whole text is one click away. */
  cut?: boolean;
  mono?: boolean;
};

export function Text({ value, max = 600, cut = false, mono = false }: TextProps) {
  const [whole, setWhole] = useState(false);
  // A little more than the limit is shown whole: "more" for a few characters helps nobody.
  const long = value.length > (cut ? max : max * 1.3);
  // Never between the halves of one character.
  const end = long && /[\uD800-\uDBFF]/.test(value.charAt(max - 1)) ? max - 1 : max;
  const shown = long && !whole ? value.slice(0, end) : value;
  return (
    <bdi className={mono ? "text mono" : "text"}>
      <Visible value={shown} />
      {long && cut && "…"}
      {long && !cut && (
        <>
          {!whole && "… "}
          <button type="button" className="more" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole ? "less" : `more (${(value.length - end).toLocaleString("en")} characters)`}
          </button>
        </>
      )}
    </bdi>
  );
}

/** A sentence of ours that begins in lower case, as it is shown by itself. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "AwaitingApproval" and "awaiting_approval" as people write it. */
export function words(name: string): string {
  const spaced = name.replace(/[_-]+/g, " ").replace(/([a-z0-9])([A-Z])/g, "$1 $2");
  const lower = spaced.replace(/\b[A-Z][a-z]/g, (start) => start.toLowerCase());
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}
