"""The whole of ai-soc on the emulators: the documented deploy of the real templates with the real binaries, and 200
records that go their way.

    python -m e2e.run ROOT SOC ZIPS

ROOT is the checkout, SOC the command built with the feature `aws`, ZIPS the folder of the functions' packages. What
the local form makes of the same records says what must come out: the same findings in the same incidents with the same
severities and verdicts. Each step prints what it saw; the first that is not as it must be ends the run with 1.
"""

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from e2e.account import Account
from e2e.alarms import Alarms
from e2e.deploy import deploy, listen
from e2e.guide import Guide
from e2e.ledger import Ledger
from e2e.records import Records, records
from e2e.stack import FUNCTIONS, NAME, Json, Stack, check, say, until
from e2e.web import Web
from testbed.ministack import Ministack
from testbed.others import Model, Moto, Products, ask

COUNT = 200
SECONDS = 1200
ENDED = {"Done", "Recorded", "AwaitingApproval"}
HEARTBEAT = "Heartbeat"
SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
Partition = dict[frozenset[str], tuple[str, str | None]]


class Run:
    def __init__(self, stack: Stack, account: Account, products: Products, model: Model, made: Records) -> None:
        self.stack, self.account, self.products, self.model, self.made = stack, account, products, model, made

    def play(self, expected: Json, local: Partition) -> None:
        self.stack.put(self.made.lines)
        self.wait_for_the_end(local)
        self.nothing_is_lost(expected)
        self.the_machine_acted_where_it_may()
        self.a_person_approves_and_undoes()
        self.products_and_people_were_told()
        self.redelivery_changes_nothing(expected, local)
        self.operations()

    def partition(self) -> Partition:
        return partition([self.stack.incident(found["id"]) for found in self.incidents()])

    def incidents(self) -> list[Json]:
        """Those of the records: without the heartbeats of sweeps."""
        return [found for found in self.stack.incidents() if found["kind"] != HEARTBEAT]

    def wait_for_the_end(self, local: Partition) -> None:
        wanted = sum(1 for _ in local)
        left: list[str] = []

        def ended() -> list[Json]:
            found = self.incidents()
            open_ones = [incident for incident in found if not incident.get("merged_into")]
            done = all(incident["stage"] in ENDED for incident in open_ones)
            put_off = [incident["escalation_due"] for incident in open_ones if "escalation_due" in incident]
            left[:] = [
                f"{found['id']} {found['stage']} {found['generation']} {found.get('escalation_due', '')}"
                for found in open_ones if found["stage"] not in ENDED or "escalation_due" in found
            ] + [f"{len(open_ones)} of {wanted}"]
            if done and put_off and min(put_off) <= now():
                # On AWS the schedule opens a generation that was put off.
                self.stack.invoke("sweep", SCHEDULED)
            return found if done and not put_off and len(open_ones) == wanted else []

        found = until("every incident Done or waiting for approval", 240, ended, lambda: left)
        stages = count(incident["stage"] for incident in found)
        theirs = self.partition()
        check("the incidents are those of the local form", differences(local, theirs), [])
        check("executions that failed", self.stack.failures(), {})
        say("incidents", f"{len(found)}: {stages}; the same partition, severities and verdicts as the local form")

    def nothing_is_lost(self, expected: Json) -> None:
        """Every record ended somewhere: what the local form counts of the same records is in the table."""
        found = self.stack.counts()
        heartbeats = len(self.stack.incidents()) - len(self.incidents())
        check("findings", found["findings"] - heartbeats, expected["recorded"])
        check("events", found["events"], expected["events"])
        check("quarantined", found["quarantined"], expected["quarantined"])
        check("lost by the local form", expected["lost"], 0)
        say("lost", f"0 of {len(self.made.lines)}: {found}")

    def action(self, key: str, kind: str) -> Json:
        for incident in self.stack.incidents():
            for action in self.stack.incident(incident["id"])["actions"]:
                if action["target"]["kind"] == kind and key in json.dumps(action["target"]):
                    return dict(action)
        raise SystemExit(f"no action {kind} about {key}")

    def the_machine_acted_where_it_may(self) -> None:
        scene = self.account.scene
        check("the key of a dev user", self.account.key_status(scene.auto_user), "Inactive")
        check("the key that a forged finding names", self.account.key_status(scene.forged_user), "Active")
        forged = self.action(scene.forged_key, "deactivate-access-key")
        check("what became of the forged finding's action", forged["state"], "Withdrawn")
        check("the instance is isolated", self.account.groups_of_instance() != [scene.group], True)
        check("its volumes were kept first", self.account.snapshots() >= 1, True)
        say("machine", f"{scene.auto_key} inactive, {scene.instance} isolated; forged: {forged['note']}")

    def a_person_approves_and_undoes(self) -> None:
        scene = self.account.scene
        action = self.action(scene.asked_key, "deactivate-access-key")
        check("the key before anybody agreed", self.account.key_status(scene.asked_user), "Active")
        self.stack.soc_json("approve", action["id"], "--reason", "looks real")
        until("the approved action", 60, lambda: self.account.key_status(scene.asked_user) == "Inactive")
        until("its execution", 60, lambda: self.stack.incident(action["incident"])["incident"]["stage"] == "Done")
        self.stack.soc_json("reverse", action["id"])
        check("the key after the reversal", self.account.key_status(scene.asked_user), "Active")
        say("person", f"{action['id']} approved by task token, done, and undone")

    def products_and_people_were_told(self) -> None:
        calls = count(call["operation"] for call in ask(self.products, "/_calls"))
        say("products", ", ".join(f"{operation} {number}" for operation, number in sorted(calls.items())))
        for operation in ("GetFindings", "UpdateFindingsFeedback", "HubGetFindings", "HubBatchUpdateFindings"):
            check(f"calls of {operation}", calls.get(operation, 0) > 0, True)
        notices = self.stack.queues.get_queue_attributes(
            QueueUrl=self.stack.notices, AttributeNames=["ApproximateNumberOfMessages"],
        )["Attributes"]["ApproximateNumberOfMessages"]
        check("people were told", int(notices) > 0, True)
        asked = sum(ask(self.model, "/_seen")["seen"].values())
        check("the model was asked", asked > 0, True)
        say("notices", f"{notices} by SNS; the model was asked {asked} times")

    def redelivery_changes_nothing(self, expected: Json, local: Partition) -> None:
        before = (self.actions(), len(self.stack.executions()))
        counts = self.stack.counts()
        self.stack.put(self.made.lines)
        # Every finding was there already: each delivery of one, and nothing else, counts as a duplicate.
        wanted = counts["duplicates"] + expected["recorded"] + expected["updated"] + expected["duplicates"]
        until("the redelivery", 180, lambda: self.stack.counts()["duplicates"] >= wanted)
        check("rows after the redelivery", self.stack.counts(), counts | {"duplicates": wanted})
        check("the incidents after the redelivery", differences(local, self.partition()), [])
        check("actions and executions after the redelivery", (self.actions(), len(self.stack.executions())), before)
        say("redelivery", f"{len(self.made.lines)} records again: {before[1]} executions, the same actions")

    def actions(self) -> Json:
        found = [self.stack.incident(incident["id"])["actions"] for incident in self.stack.incidents()]
        return {action["id"]: action["state"] for actions in found for action in actions}

    def operations(self) -> None:
        swept = self.stack.invoke("sweep", SCHEDULED)
        say("sweep", json.dumps(swept))


def partition(incidents: list[Json]) -> Partition:
    """Findings that are handled together, with the severity and verdict that they were given."""
    return {
        frozenset(finding["id"] for finding in shown["findings"]):
            (shown["incident"]["severity"], shown["incident"].get("verdict"))
        for shown in incidents if not shown["incident"].get("merged_into")
    }


def differences(local: Partition, found: Partition) -> list[str]:
    lines = [f"missing: {sorted(ids)} {local[ids]}" for ids in local.keys() - found.keys()]
    lines += [f"unexpected: {sorted(ids)} {found[ids]}" for ids in found.keys() - local.keys()]
    same = local.keys() & found.keys()
    return lines + [f"{sorted(ids)}: {local[ids]} here {found[ids]}" for ids in same if local[ids] != found[ids]]


def count(names: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return found


def now() -> int:
    """Our clock, as rows have it: in milliseconds."""
    return time.time_ns() // 1_000_000


def local_form(soc: Path, folder: Path, lines: list[bytes]) -> tuple[Json, Partition]:
    """What the local form makes of the same records."""
    (folder / "records.ndjson").write_bytes(b"\n".join(lines) + b"\n")
    command = [str(soc), "--data-dir", str(folder / "local"), "--output", "json"]

    def answer(*arguments: str) -> Any:
        printed = subprocess.run([*command, *arguments], check=True, capture_output=True, text=True).stdout
        return json.loads(printed.splitlines()[-1])

    summary = answer("ingest", str(folder / "records.ndjson"))
    ids = [found["id"] for found in answer("incidents", "list", "--limit", "100000")]
    return summary, partition([answer("incidents", "show", name) for name in ids])


def main() -> int:
    root, soc, zips = (Path(argument).resolve() for argument in sys.argv[1:])
    # A signal becomes an exception, so that every server is ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"not done after {SECONDS}s"))
    signal.alarm(SECONDS)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soc-e2e-") as name, contextlib.ExitStack() as running:
        folder = Path(name)
        products = running.enter_context(Products(folder))
        model = running.enter_context(Model(folder))
        moto = running.enter_context(Moto(folder))
        ministack = running.enter_context(Ministack(folder, {
            "AWS_ENDPOINT_URL_GUARDDUTY": products.url, "AWS_ENDPOINT_URL_SECURITYHUB": products.url,
            "AWS_ENDPOINT_URL_EC2": moto.url, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": model.url,
        }))
        account = Account(ministack, moto)
        made = records(soc, root.parent / "shared/data/ingest", account.scene, COUNT)
        say("records", f"{len(made.lines)}, {made.real} of them real, {len(made.guardduty)} known to GuardDuty")
        ask(products, "/_seed", {"guardduty": made.guardduty, "asff": made.asff, "ocsf": made.ocsf})
        expected, local = local_form(soc, folder, made.lines)
        stack = Stack(root, soc, ministack, {
            "AWS_ENDPOINT_URL_GUARDDUTY": products.url, "AWS_ENDPOINT_URL_SECURITYHUB": products.url,
            "HOME": str(folder),
        })
        deploy(stack, zips, folder)
        stack.notices = listen(stack)
        say("deploy", f"{NAME} after {time.monotonic() - start:.0f}s")
        try:
            Run(stack, account, products, model, made).play(expected, local)
            Web(stack).play()
            Alarms(stack, products).play()
            Ledger(stack).play()
            Guide(stack, products, zips, folder).play()
        except SystemExit:
            for function in FUNCTIONS:
                print(f"-- {function}:", *stack.logs(function, 5), sep="\n   ")
            raise
    say("end to end", f"{time.monotonic() - start:.0f}s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
