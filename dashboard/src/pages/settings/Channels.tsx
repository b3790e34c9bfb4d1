// Where notices go, and a test that shows that they arrive.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read, write } from "../../api/calls";
import type { Channel } from "../../api/model";
import { asProblem } from "../../api/problem";
import { useMay } from "../../api/queries";
import { StateBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Section } from "../../ui/pane";
import { Empty, ProblemView, Shown } from "../../ui/states";
import { Text, words } from "../../ui/text";

export function Channels() {
  const list = useQuery({ queryKey: ["channels"], queryFn: ({ signal }) => read.channels(signal) });
  const may = useMay("admin");
  return (
    <Shown query={list} lines={4}>
      {(data) =>
        data.items.length === 0 ? (
          <Empty title="No channel is set up" icon="bell">
            Name one in the policy's [notify] part; until then notices stay in the queue only.
          </Empty>
        ) : (
          <Section title="Channels" aside={!may && "an administrator can send tests"}>
            <ul className="channels">
              {data.items.map((channel) => (
                <One key={channel.name} channel={channel} may={may} />
              ))}
            </ul>
          </Section>
        )
      }
    </Shown>
  );
}

type Outcome = { sent: boolean; detail: string };

function One({ channel, may }: { channel: Channel; may: boolean }) {
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const send = async () => {
    setBusy(true);
    setFailed(null);
    setOutcome(null);
    try {
      setOutcome(await write.testChannel(channel.name));
    } catch (error) {
      setFailed(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="channel">
      <div className="channel-what">
        <span className="line">
          <strong>
            <Text value={channel.name} max={80} cut />
          </strong>
          <span className="quiet">{words(channel.kind)}</span>
          <StateBadge state={channel.state} />
        </span>
        <span className="row-sub">
          <Text value={channel.detail} max={300} />
        </span>
        <div role="status">
          {outcome !== null && (
            <p className={outcome.sent ? "callout good" : "callout bad"}>
              {outcome.sent ? "The test was sent. " : "The test was not sent. "}
              <Text value={outcome.detail} max={300} />
            </p>
          )}
        </div>
        {failed !== null && <ProblemView error={failed} compact />}
      </div>
      {may && (
        <Button icon="bell" busy={busy} onClick={() => void send()} aria-label={`Send a test to ${channel.name}`}>
          {busy ? "Sending" : "Send a test"}
        </Button>
      )}
    </li>
  );
}
