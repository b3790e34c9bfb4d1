// Findings that do not belong here get an incident of their own.

import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { write } from "../../api/calls";
import { live } from "../../api/live";
import { queryClient } from "../../api/queries";
import { toast } from "../../app/toasts";
import { Confirm } from "../../ui/dialog";
import { Loading } from "../../ui/states";
import { Text } from "../../ui/text";
import { useFindings } from "./Findings";

export function SplitDialog({ incident, onClose }: { incident: string; onClose: () => void }) {
  const query = useFindings(incident);
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const findings = query.data?.pages.flatMap((page) => page.items) ?? [];
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const split = async () => {
    if (chosen.size === 0) throw new Error("Choose at least one finding.");
    const sent = await write.split(incident, [...chosen]);
    const renew = () => queryClient.invalidateQueries({ queryKey: ["incident"] });
    await renew();
    live.look();
    toast.done(`${chosen.size} ${chosen.size === 1 ? "finding" : "findings"} split off`, async () => {
      await write.undo(sent.operation.id);
      await renew();
      void navigate({ to: "/incident/$id", params: { id: incident } });
    });
    void navigate({ to: "/incident/$id", params: { id: sent.created.id } });
  };
  return (
    <Confirm open onClose={onClose} title="Split off findings" lead="They get an incident of their own. It can be undone." action={`Split off ${chosen.size}`} onConfirm={split}>
      {query.isPending ? (
        <Loading />
      ) : (
        <fieldset className="choices">
          <legend>Which findings go?</legend>
          {findings.map((finding) => (
            <label key={finding.id}>
              <input type="checkbox" checked={chosen.has(finding.id)} onChange={() => toggle(finding.id)} />
              <Text value={finding.title} max={90} cut />
            </label>
          ))}
        </fieldset>
      )}
    </Confirm>
  );
}
