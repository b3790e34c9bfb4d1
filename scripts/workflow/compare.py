"""Plays the interpreter's scenarios on an emulator of Step Functions and compares the traces.

    compare.py TRACES DEFINITION

TRACES is what the example `workflow_traces` of soc-local prints, DEFINITION the workflow file. Each scenario becomes
one execution of that file; its functions are `function.py`. Both engines must enter the same states, make the same
calls with the same payloads, see the same errors, and end alike.

Where the emulator is known to be wrong, DEVIATIONS says so by name, with the documentation that says what is right.
Scenarios that only meet a deviation are helped over it, as is said there, and compared whole. Those that show one are
held to what they are said to lead to: an emulator that has been mended makes the list wrong, and this fails.

Not compared: the times between attempts, which the emulator skips here; the interpreter's own tests have them.
"""

import copy
import json
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

from workflow.emulator import Emulator

STAGES = {"Triage": "triage", "Analyze": "analyze", "Remediate": "remediate", "Notify": "notify"}
CALLS = {
    "assess": "Triage", "analyze": "Analyze", "plan": "Plan", "execute:auto": "ExecuteAuto", "ask": "Ask",
    "settle": "Settle", "execute:approve": "ExecuteApproved", "verify": "Verify", "notify": "Notify",
}
# Several times what a call takes here, so that a slow machine does not time out what should not; and what hangs,
# hangs longer.
SHORT_SECONDS, HANG_SECONDS, LONG_SECONDS = 4, 7, 600
AT_ONCE = 16
POLL_SECONDS = 0.2
LONGEST_SECONDS = 60

GUIDE = "Step Functions developer guide"
DEVIATIONS = {
    "timeout-expression": """an expression in TimeoutSeconds is not evaluated: a wait under it ends in States.Runtime,
        and a value that is no number of seconds goes unnoticed. Amazon States Language, "Task State": a JSONata string
        there gives the seconds; "Appendix A": an incorrectly typed result is States.QueryEvaluationError. Where a
        scenario really waits, the emulator is given the file with a number in that field.""",
    "swallowed-call-error": f"""an error of the function of a .waitForTaskToken state is dropped, and the state waits
        on. {GUIDE}, "Handling errors": a Task whose function fails reports that error, and Retry and Catch see it.
        The scripted function reports the same error by SendTaskFailure too.""",
    "wildcard-covers-runtime": f"""States.ALL catches States.Runtime. {GUIDE}, "Error names": States.ALL does not catch
        States.DataLimitExceeded and States.Runtime.""",
}

Json = dict[str, Any]


class Comparison:
    def __init__(self, emulator: Emulator, folder: Path, definition: Json) -> None:
        self.emulator, self.folder, self.definition = emulator, folder, definition
        self.machines: dict[str, str] = {}

    def prepare(self, scenarios: list[Json]) -> None:
        variables = {"SCENARIO_FOLDER": str(self.folder), "HANG_SECONDS": str(HANG_SECONDS)}
        for function in STAGES.values():
            self.emulator.create_function(function, Path(__file__).with_name("function.py"), variables)
        for scenario in scenarios:
            is_helped = not shows(scenario, "swallowed-call-error")
            script = {"replies": scenario["script"], "reports_errors_by_token": is_helped}
            self.path(scenario, "json").write_text(json.dumps(script), encoding="utf-8")
            timeouts = timeouts_of(scenario)
            name = machine_name(timeouts)
            if name not in self.machines:
                definition = with_timeouts(self.definition, timeouts)
                self.machines[name] = self.emulator.create_state_machine(name, definition)

    def path(self, scenario: Json, kind: str) -> Path:
        return self.folder / f"{scenario['name']}.{kind}"

    def play(self, scenario: Json) -> Json:
        started = self.emulator.states.start_execution(
            stateMachineArn=self.machines[machine_name(timeouts_of(scenario))],
            name=scenario["name"], input=json.dumps(scenario["input"]),
        )
        arn, answered, end = started["executionArn"], 0, time.monotonic() + LONGEST_SECONDS
        while True:
            time.sleep(POLL_SECONDS)
            answered = self.answer_questions(scenario, answered)
            execution = self.emulator.states.describe_execution(executionArn=arn)
            if execution["status"] != "RUNNING" or time.monotonic() > end:
                return self.trace(scenario, execution)

    def answer_questions(self, scenario: Json, answered: int) -> int:
        """Completes the tokens that the script completes during the wait; gives how many questions were looked at."""
        asked = [call for call in self.calls(scenario) if call["call"] == "ask"]
        replies = scenario["script"]["ask"]
        for attempt, call in enumerate(asked[answered:], answered):
            reply = replies[min(attempt, len(replies) - 1)]
            if isinstance(reply, dict) and "late" in reply:
                # The call itself is over by then.
                time.sleep(POLL_SECONDS)
                self.complete(call["token"], reply["late"])
        return len(asked)

    def complete(self, token: str, completion: Json) -> None:
        states = self.emulator.states
        if "failure" in completion:
            states.send_task_failure(taskToken=token, error=completion["failure"], cause="scripted")
        else:
            states.send_task_success(taskToken=token, output=json.dumps(completion["success"]))

    def calls(self, scenario: Json) -> list[Json]:
        path = self.path(scenario, "calls")
        if not path.exists():
            return []
        # A line that is still being written is none yet.
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def trace(self, scenario: Json, execution: Json) -> Json:
        """The execution in the words of `Trace` in play.rs."""
        visits: list[Json] = []
        for event in self.history(execution["executionArn"]):
            if "stateEnteredEventDetails" in event:
                visits.append({"state": event["stateEnteredEventDetails"]["name"], "calls": 0, "errors": []})
            elif event["type"] == "TaskScheduled":
                visits[-1]["calls"] += 1
            elif event["type"] == "TaskFailed":
                visits[-1]["errors"].append(event["taskFailedEventDetails"]["error"])
        succeeded = execution["status"] == "SUCCEEDED"
        calls = self.calls(scenario)
        late = [call["late_completion"] for call in calls if call.get("late_completion")]
        return {
            "visits": visits,
            "calls": [{"function": call["function"], "payload": call["payload"]} for call in calls],
            "status": execution["status"],
            "error": None if succeeded else execution.get("error"),
            "output": json.loads(execution["output"]) if succeeded else None,
            "late_completion": late[0] if late else None,
        }

    def history(self, arn: str) -> list[Json]:
        answer = self.emulator.states.get_execution_history(executionArn=arn, maxResults=1000)
        return list(answer["events"])


def shows(scenario: Json, deviation: str) -> bool:
    return bool(scenario["deviation"]) and scenario["deviation"]["name"] == deviation


def timeouts_of(scenario: Json) -> dict[str, float]:
    """The states whose TimeoutSeconds is another at the emulator: short where a scenario runs into it."""
    if shows(scenario, "timeout-expression"):
        return {}
    timeouts: dict[str, float] = {}
    for call, replies in scenario["script"].items():
        is_unheard = call == "ask" and shows(scenario, "swallowed-call-error")
        if "hang" in replies or "silence" in replies or is_unheard:
            timeouts[CALLS[call]] = SHORT_SECONDS
        elif any(isinstance(reply, dict) and "late" in reply for reply in replies):
            timeouts[CALLS[call]] = LONG_SECONDS
    return timeouts


def machine_name(timeouts: dict[str, float]) -> str:
    return "-".join(["incident", *(f"{state}-{seconds}" for state, seconds in sorted(timeouts.items()))])


def with_timeouts(definition: Json, timeouts: dict[str, float]) -> Json:
    changed = copy.deepcopy(definition)
    for state, seconds in timeouts.items():
        changed["States"][state]["TimeoutSeconds"] = seconds
    return changed


def read_definition(path: Path) -> Json:
    text = path.read_text(encoding="utf-8")
    for name, function in STAGES.items():
        text = text.replace(f"${{{name}}}", function)
    return dict(json.loads(text))


def deviations_of(scenario: Json) -> set[str]:
    """What the scenario shows, or what the emulator had to be helped over."""
    if scenario["deviation"]:
        return {scenario["deviation"]["name"]}
    names = set()
    if any(isinstance(reply, dict) and "error" in reply for reply in scenario["script"]["ask"]):
        names.add("swallowed-call-error")
    if "Ask" in timeouts_of(scenario):
        names.add("timeout-expression")
    return names


def differences(scenario: Json, ours: Json, theirs: Json) -> list[str]:
    """One line for each part that differs; where the emulator is wrong, from what is documented and what is listed."""
    if listed := scenario["deviation"]:
        found = {
            "documented_error": ours["error"],
            "status": theirs["status"],
            "states": [visit["state"] for visit in theirs["visits"]],
        }
        return [f"{part}: found {found[part]}, listed {listed[part]}" for part in found if found[part] != listed[part]]
    return [f"{part}: ours {ours[part]}, emulator {theirs[part]}" for part in ours if ours[part] != theirs[part]]


def coverage(definition: Json, traces: list[Json]) -> list[str]:
    """What of the file no scenario went through: ways from state to state, and error names that are matched."""
    ways, errors = set(), set()
    for trace in traces:
        visits = trace["visits"]
        ways |= {(visit["state"], following["state"]) for visit, following in pairwise(visits)}
        errors |= {(visit["state"], error) for visit in visits for error in visit["errors"]}
    missing = []
    for name, state in definition["States"].items():
        targets = [state.get("Next"), state.get("Default")]
        targets += [rule["Next"] for rule in state.get("Choices", []) + state.get("Catch", [])]
        missing += [f"{name} -> {target}" for target in targets if target and (name, target) not in ways]
        named = [error for rule in state.get("Retry", []) + state.get("Catch", []) for error in rule["ErrorEquals"]]
        missing += [f"{name}: {error}" for error in named if error != "States.ALL" and (name, error) not in errors]
    return missing


def play_all(comparison: Comparison, scenarios: list[Json]) -> list[Json]:
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        return list(pool.map(comparison.play, scenarios))
    finally:
        # Nothing is left to wait for, unless something went wrong; then nobody wants the rest.
        pool.shutdown(wait=False, cancel_futures=True)


def main() -> int:
    traces_path, definition_path = sys.argv[1:]
    # A signal becomes an exception, so that the emulator is ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    document = json.loads(Path(traces_path).read_text(encoding="utf-8"))
    scenarios = [played["scenario"] for played in document["scenarios"]]
    all_seconds = 120 + len(scenarios) // 2
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"not done after {all_seconds}s"))
    signal.alarm(all_seconds)
    ours = [played["trace"] for played in document["scenarios"]]
    definition, start = read_definition(Path(definition_path)), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soc-workflow-") as folder, Emulator(Path(folder)) as emulator:
        comparison = Comparison(emulator, Path(folder), definition)
        comparison.prepare(scenarios)
        theirs = play_all(comparison, scenarios)
    return report(definition, list(zip(scenarios, ours, theirs, strict=True)), time.monotonic() - start)


def report(definition: Json, played: list[tuple[Json, Json, Json]], seconds: float) -> int:
    found = {scenario["name"]: differences(scenario, ours, theirs) for scenario, ours, theirs in played}
    different = {name: lines for name, lines in found.items() if lines}
    for name, lines in different.items():
        print(f"{name} differs:", *lines, sep="\n  ")
    met = Counter(name for scenario, _, _ in played for name in deviations_of(scenario))
    shown = Counter(scenario["deviation"]["name"] for scenario, _, _ in played if scenario["deviation"])
    for name, reason in DEVIATIONS.items():
        count = f"shown by {shown[name]} scenarios, met by {met[name] - shown[name]} more"
        print(f"known emulator deviation {name}, {count}: {' '.join(reason.split())}")
    gaps = {
        "deviations that are not in the list": sorted(set(met) - set(DEVIATIONS)),
        "deviations that no scenario shows": sorted(set(DEVIATIONS) - set(shown)),
        "parts of the file that no scenario goes through": coverage(definition, [ours for _, ours, _ in played]),
    }
    for what, names in gaps.items():
        if names:
            print(f"{what}: {', '.join(names)}")
    calls = sum(len(theirs["calls"]) for _, _, theirs in played)
    as_listed = sum(1 for scenario, _, _ in played if scenario["deviation"] and scenario["name"] not in different)
    print(
        f"workflow: {len(played)} scenarios, {len(played) - as_listed - len(different)} equal, "
        f"{len(different)} differ, {as_listed} in which the emulator is wrong as listed; "
        f"{len(DEVIATIONS)} known emulator deviations; {calls} calls in {seconds:.0f}s"
    )
    return 1 if different or any(gaps.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
