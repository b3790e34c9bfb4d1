// What was done with the incident, with what people say about it; newest first.

import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { read, write } from "../../api/calls";
import { newKey } from "../../api/client";
import { live } from "../../api/live";
import type { Activity } from "../../api/model";
import { asProblem } from "../../api/problem";
import { queryClient, useMay } from "../../api/queries";
import { toast } from "../../app/toasts";
import { Button } from "../../ui/button";
import { Json } from "../../ui/json";
import { Section } from "../../ui/pane";
import { Shown } from "../../ui/states";
import { LoadMore } from "../../ui/table";
import { Text, words } from "../../ui/text";
import { Time } from "../../ui/time";

export function ActivityCard({ incident }: { incident: string }) {
  const query = useInfiniteQuery({
    queryKey: ["incident", incident, "activity"],
    queryFn: ({ pageParam, signal }) => read.activity(incident, { after: pageParam, limit: 30 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  const may = useMay("analyst");
  return (
    <Section title="Activity" id="activity" fold="open">
      {may && <CommentForm incident={incident} />}
      <Shown query={{ data: query.data, error: query.error, isPending: query.isPending, refetch: query.refetch }}>
        {(data) => (
          <ol className="activity">
            {data.pages
              .flatMap((page) => page.items)
              .map((entry) => (
                <li key={entry.seq}>
                  <Entry entry={entry} />
                </li>
              ))}
          </ol>
        )}
      </Shown>
      <LoadMore has={query.hasNextPage} busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
    </Section>
  );
}

function Entry({ entry }: { entry: Activity }) {
  return (
    <>
      <div className="activity-head">
        <strong>
          <Text value={entry.actor} max={60} cut />
        </strong>{" "}
        <span>{words(entry.what).toLowerCase()}</span>
        <span className="quiet">
          <Time at={entry.at} /> · <span className="mono">#{entry.seq}</span>
        </span>
      </div>
      {entry.comment && (
        <p className="comment prose">
          <Text value={entry.comment.text} max={800} />
        </p>
      )}
      {!entry.comment && Object.keys(entry.details).length > 0 && (
        <details>
          <summary>Details</summary>
          <Json value={entry.details} />
        </details>
      )}
    </>
  );
}

function CommentForm({ incident }: { incident: string }) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [key, setKey] = useState(newKey);
  const renew = () => queryClient.invalidateQueries({ queryKey: ["incident", incident] });
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || text.trim() === "") return;
    setBusy(true);
    try {
      const sent = await write.comment(incident, text.trim(), key);
      setText("");
      setKey(newKey());
      await renew();
      live.look();
      toast.done("Comment added", async () => {
        await write.undo(sent.operation.id);
        await renew();
      });
    } catch (error) {
      toast.problem(`The comment was not added: ${asProblem(error).detail}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="comment-form" onSubmit={(event) => void send(event)}>
      <label className="hidden-text" htmlFor="comment">
        Comment
      </label>
      <textarea
        id="comment"
        rows={2}
        maxLength={4000}
        placeholder="Say what you found out"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setKey(newKey());
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
        }}
      />
      <Button submit busy={busy}>
        Comment
      </Button>
    </form>
  );
}
