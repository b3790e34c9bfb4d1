// What happened when, by whom: what the products saw, what the machine did, what people decided.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TimelineItem } from "../../api/model";
import { queries } from "../../api/queries";
import { Section } from "../../ui/pane";
import { Shown } from "../../ui/states";
import { Text, words } from "../../ui/text";
import { utcText } from "../../ui/time";
import { Citations } from "./cite";

const SOURCES: { key: TimelineItem["source"]; name: string }[] = [
  { key: "product", name: "Products" },
  { key: "machine", name: "Machine" },
  { key: "person", name: "People" },
];

const AT_FIRST = 14;

export function Timeline({ incident }: { incident: string }) {
  const timeline = useQuery(queries.timeline(incident));
  const [all, setAll] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) => {
    const next = new Set(left);
    if (!next.delete(key)) next.add(key);
    setLeft(next);
  };
  return (
    <Section
      title="Timeline"
      id="timeline"
      fold="open"
      aside={SOURCES.map((source) => (
        <label key={source.key} className="source-choice">
          <input type="checkbox" checked={!left.has(source.key)} onChange={() => toggle(source.key)} />
          {source.name}
        </label>
      ))}
    >
      <Shown query={timeline}>
        {(read) => {
          const items = read.items.filter((item) => !left.has(item.source));
          return (
          <>
            <ol className="timeline">
              {byDay(all ? items : items.slice(0, AT_FIRST)).map(([day, items]) => (
                <li key={day}>
                  <h3 className="num">{day}</h3>
                  <ol>
                    {items.map((item, index) => (
                      <Event key={index} item={item} incident={incident} />
                    ))}
                  </ol>
                </li>
              ))}
            </ol>
            {items.length > AT_FIRST && (
              <button type="button" className="more" aria-expanded={all} onClick={() => setAll(!all)}>
                {all ? "Fewer events" : `All ${items.length} events`}
              </button>
            )}
            {read.truncated && <p className="quiet">There is more than can be shown here; the findings below are complete.</p>}
          </>
          );
        }}
      </Shown>
    </Section>
  );
}

function byDay(items: readonly TimelineItem[]): [string, TimelineItem[]][] {
  const days = new Map<string, TimelineItem[]>();
  for (const item of items) {
    const day = item.at.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  return [...days];
}

function Event({ item, incident }: { item: TimelineItem; incident: string }) {
  return (
    <li className={`event from-${item.source}`}>
      <time dateTime={item.at} title={utcText(item.at)} className="num">
        {utcText(item.at).slice(11, 19)}
      </time>
      <span className="dot" aria-hidden="true" />
      <span>
        <span className="event-what">
          {words(item.what)}
          {item.actor && (
            <>
              {" · "}
              <Text value={item.actor} max={60} cut />
            </>
          )}
        </span>
        <span>
          <Text value={item.text} max={300} /> {item.finding && <Citations citations={[{ pointer: "", finding: item.finding }]} incident={incident} label="finding" />}
        </span>
      </span>
    </li>
  );
}
