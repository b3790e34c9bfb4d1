// Citations: a number behind a sentence that opens the very field that the sentence rests on.

import { useNavigate } from "@tanstack/react-router";
import type { Citation } from "../../api/model";
import { words } from "../../ui/text";

/** The parts of a JSON pointer (RFC 6901). */
export function pathOf(pointer: string): string[] {
  if (pointer === "" || pointer === "/") return [];
  return pointer
    .replace(/^\//, "")
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** "/findings/0/remotes/0/ip" as "remotes 1 · ip". */
export function fieldName(pointer: string): string {
  const path = pathOf(pointer);
  const own = path[0] === "findings" ? path.slice(2) : path;
  return own.map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : words(part).toLowerCase())).join(" · ") || "the finding as a whole";
}

type CitationsProps = {
  citations: readonly Citation[];
  incident: string;
  /** Instead of a number. */
  label?: string;
};

export function Citations({ citations, incident, label }: CitationsProps) {
  const navigate = useNavigate();
  const open = (cited: Citation) =>
    void navigate({
      to: "/incident/$id",
      params: { id: incident },
      search: { field: cited.pointer, ...(cited.finding === null ? {} : { finding: cited.finding }) },
      resetScroll: false,
    });
  return (
    <span className="citations">
      {citations.map((cited, index) => (
        <button
          key={`${cited.pointer}${index}`}
          type="button"
          className="citation"
          title={fieldName(cited.pointer)}
          aria-label={`Evidence: ${fieldName(cited.pointer)}`}
          onClick={() => open(cited)}
        >
          {label ?? index + 1}
        </button>
      ))}
    </span>
  );
}
