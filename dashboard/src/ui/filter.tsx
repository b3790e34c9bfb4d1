// A property filter: tokens such as `severity: Critical, High`, each of which can be changed and removed, and one field
// to add more or to search for words. What it holds is the address of the page.

import { useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { Icon } from "./icon";
import { Popup } from "./popup";
import { plain, words } from "./text";

export type FilterProperty = {
  key: string;
  label: string;
  /** The values there are; without them any text may be given (a trailing `*` is a prefix where the API allows it). */
  values?: readonly string[];
  /** How a value reads. */
  name?: (value: string) => string;
  /** One value only (a switch, a time). */
  single?: boolean;
  /** An example, for properties with free text. */
  example?: string;
};

type FilterProps = {
  properties: readonly FilterProperty[];
  /** Property to comma-separated values; `q` holds the words. */
  value: Record<string, string | undefined>;
  onChange: (next: Record<string, string | undefined>) => void;
  placeholder?: string;
  label?: string;
  inputRef?: React.Ref<HTMLInputElement>;
};

type Suggestion = { id: string; text: string; hint?: string; run: () => void };

const listOf = (value: string | undefined) => (value === undefined || value === "" ? [] : value.split(","));

export function FilterBar({ properties, value, onChange, placeholder = "Filter, or search for words", label = "Filter", inputRef }: FilterProps) {
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const id = useId();
  const own = useRef<HTMLInputElement>(null);
  const set = (key: string, values: string[]) => onChange({ ...value, [key]: values.length === 0 ? undefined : values.join(",") });

  const suggestions = useMemo((): Suggestion[] => {
    const add = (property: FilterProperty, each: string) => {
      const there = listOf(value[property.key]);
      set(property.key, property.single ? [each] : there.includes(each) ? there : [...there, each]);
      setTyped("");
      setAt(-1);
    };
    const colon = typed.indexOf(":");
    const property = colon > 0 ? properties.find((one) => one.key === typed.slice(0, colon).trim().toLowerCase()) : undefined;
    if (property) {
      const part = typed.slice(colon + 1).trim();
      const known = (property.values ?? [])
        .filter((each) => (property.name?.(each) ?? words(each)).toLowerCase().includes(part.toLowerCase()))
        .map((each): Suggestion => ({ id: `${property.key}:${each}`, text: `${property.label}: ${property.name?.(each) ?? words(each)}`, run: () => add(property, each) }));
      if (property.values !== undefined) return known;
      const clean = part.replaceAll(",", "");
      return clean === ""
        ? [{ id: "example", text: `${property.label}: …`, hint: property.example ?? "any text", run: () => undefined }]
        : [{ id: "free", text: `${property.label}: ${plain(clean, 60)}`, run: () => add(property, clean) }];
    }
    const lower = typed.trim().toLowerCase();
    const named = properties
      .filter((one) => one.label.toLowerCase().includes(lower) || one.key.includes(lower))
      .map((one): Suggestion => ({ id: one.key, text: one.label, hint: one.values ? "one of" : (one.example ?? "text"), run: () => (setTyped(`${one.key}:`), setAt(-1), own.current?.focus()) }));
    const direct =
      lower.length < 2
        ? []
        : properties.flatMap((one) =>
            (one.values ?? [])
              .filter((each) => (one.name?.(each) ?? words(each)).toLowerCase().startsWith(lower))
              .map((each): Suggestion => ({ id: `${one.key}:${each}`, text: `${one.label}: ${one.name?.(each) ?? words(each)}`, run: () => add(one, each) })),
          );
    const search: Suggestion[] =
      lower === "" ? [] : [{ id: "words", text: `Words: ${plain(typed.trim(), 60)}`, run: () => (onChange({ ...value, q: typed.trim() }), setTyped("")) }];
    return [...search, ...direct, ...named];
  }, [typed, value, properties]);

  const tokens = [...properties, { key: "q", label: "Words" } satisfies FilterProperty].filter((one) => listOf(value[one.key]).length > 0);
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = (at + step + suggestions.length) % Math.max(1, suggestions.length);
      setAt(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      suggestions[Math.max(at, 0)]?.run();
    } else if (event.key === "Escape") {
      setTyped("");
      setOpen(false);
      own.current?.blur();
    } else if (event.key === "Backspace" && typed === "") {
      const last = tokens.at(-1);
      if (last) onChange({ ...value, [last.key]: undefined });
    }
  };

  return (
    <div className="filter" role="search" aria-label={label}>
      <Icon name="search" />
      {tokens.map((property) => (
        <Token key={property.key} property={property} chosen={listOf(value[property.key])} onSet={(values) => set(property.key, values)} />
      ))}
      <div className="filter-field">
        <input
          ref={(element) => {
            own.current = element;
            if (typeof inputRef === "function") inputRef(element);
            else if (inputRef) inputRef.current = element;
          }}
          role="combobox"
          aria-label={placeholder}
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={open && at >= 0 ? `${id}-${at}` : undefined}
          placeholder={placeholder}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          onChange={(event) => {
            setTyped(event.target.value);
            setOpen(true);
            setAt(-1);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKey}
        />
        <div className="menu filter-list" role="listbox" id={`${id}-list`} aria-label="Suggestions" hidden={!open || suggestions.length === 0}>
          {open &&
            suggestions.slice(0, 40).map((suggestion, index) => (
              <div
                key={suggestion.id}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === Math.max(at, typed === "" ? -1 : 0)}
                className="command-item"
                onPointerDown={(event) => {
                  event.preventDefault();
                  suggestion.run();
                }}
              >
                {suggestion.text}
                {suggestion.hint && <span className="quiet">{suggestion.hint}</span>}
              </div>
            ))}
        </div>
      </div>
      {tokens.length > 0 && (
        <button type="button" className="filter-clear" onClick={() => onChange(Object.fromEntries(tokens.map((token) => [token.key, undefined])))}>
          Clear
        </button>
      )}
    </div>
  );
}

function Token({ property, chosen, onSet }: { property: FilterProperty; chosen: string[]; onSet: (values: string[]) => void }) {
  const name = (each: string) => (property.values ? (property.name?.(each) ?? words(each)) : plain(each, 40));
  const text = `${property.label}: ${chosen.map(name).join(", ")}`;
  return (
    <span className="token">
      {property.values && !property.single ? (
        <Popup
          role="dialog"
          label={property.label}
          trigger={
            <button type="button" className="token-text" title="Change">
              {text}
            </button>
          }
        >
          {() =>
            property.values?.map((each) => (
              <label key={each} className="menu-item">
                <input
                  type="checkbox"
                  checked={chosen.includes(each)}
                  onChange={(event) => onSet(event.target.checked ? [...chosen, each] : chosen.filter((one) => one !== each))}
                />
                {name(each)}
              </label>
            ))
          }
        </Popup>
      ) : (
        <span className="token-text">{text}</span>
      )}
      <button type="button" className="token-remove" aria-label={`Remove ${text}`} onClick={() => onSet([])}>
        <Icon name="close" size={12} />
      </button>
    </span>
  );
}
