"""The scripted function: what the emulator runs in place of the stages.

Started once per execution environment by `bootstrap`, it speaks the Lambda Runtime API and nothing else. It looks up
how the call goes in the scenario's file, writes down what it was given, and answers or raises. Apart from the
comparison because it runs in processes of the emulator; it uses the standard library only.
"""

import json
import os
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

RUNTIME_API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
FOLDER = Path(os.environ["SCENARIO_FOLDER"])
HANG_SECONDS = float(os.environ["HANG_SECONDS"])
# Only Ask hands a token out, and these are called after it: a completion then comes too late.
AFTER_ASK = ("settle", "execute:approve")


class Raised(Exception):
    """The function fails with an error of this name."""


def main() -> None:
    while True:
        # No time-out: the next call may be long in coming. When the emulator ends, this raises, and the process ends.
        with urllib.request.urlopen(f"{RUNTIME_API}/next") as invocation:
            request = invocation.headers["Lambda-Runtime-Aws-Request-Id"]
            payload = json.load(invocation)
        try:
            post(f"{RUNTIME_API}/{request}/response", respond(payload))
        except Raised as error:
            post(f"{RUNTIME_API}/{request}/error", {"errorType": str(error), "errorMessage": "scripted"})


def respond(payload: dict[str, Any]) -> Any:
    scenario = payload["incident_id"]
    call = f"{payload['op']}:{payload['tier']}" if "tier" in payload else payload["op"]
    before = calls_before(scenario)
    token = payload.pop("task_token", None)
    attempt = sum(1 for earlier in before if earlier["call"] == call)
    written = {"call": call, "function": os.environ["AWS_LAMBDA_FUNCTION_NAME"], "payload": payload, "token": token}
    if call in AFTER_ASK and attempt == 0:
        written["late_completion"] = late_completion(before)
    with open(FOLDER / f"{scenario}.calls", "a", encoding="utf-8") as calls:
        calls.write(json.dumps(written) + "\n")
    script = json.loads((FOLDER / f"{scenario}.json").read_text(encoding="utf-8"))
    replies = script["replies"][call]
    return carry_out(replies[min(attempt, len(replies) - 1)], token, script["reports_errors_by_token"])


def calls_before(scenario: str) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in (FOLDER / f"{scenario}.calls").read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return []


def late_completion(before: list[dict[str, Any]]) -> str | None:
    tokens = [call["token"] for call in before if call["token"]]
    if not tokens:
        return None
    return "accepted" if complete(tokens[-1], {"success": None}) else "refused"


def carry_out(reply: Any, token: str | None, reports_errors_by_token: bool) -> Any:
    if reply == "hang":
        time.sleep(HANG_SECONDS)
        return None
    if reply == "silence" or "late" in reply:
        return None
    if "answer" in reply:
        return reply["answer"]
    if "early" in reply:
        complete(token, reply["early"])
        return None
    if token and reports_errors_by_token:
        complete(token, {"failure": reply["error"]})
    raise Raised(reply["error"])


def complete(token: str | None, completion: dict[str, Any]) -> bool:
    """Completes a token as anybody may; says whether that was taken."""
    if "failure" in completion:
        action, rest = "SendTaskFailure", {"error": completion["failure"], "cause": "scripted"}
    else:
        action, rest = "SendTaskSuccess", {"output": json.dumps(completion["success"])}
    headers = {"X-Amz-Target": f"AWSStepFunctions.{action}", "Content-Type": "application/x-amz-json-1.0"}
    try:
        post(os.environ["AWS_ENDPOINT_URL"], {"taskToken": token, **rest}, headers)
        return True
    except urllib.error.HTTPError as refused:
        if "TaskDoesNotExist" in str(refused.headers) + refused.read().decode():
            return False
        raise


def post(url: str, body: Any, headers: dict[str, str] | None = None) -> None:
    data = json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers or {}), timeout=60) as answer:
        answer.read()


if __name__ == "__main__":
    main()
