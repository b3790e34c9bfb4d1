"""The deployed stack, as an operator has it: deployed by the guide's own commands, asked through `soc --stack`."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from testbed.service import ACCOUNT, REGION, Service

Json = dict[str, Any]
PROJECT, ENVIRONMENT = "ai-soc", "dev"
NAME = f"{PROJECT}-{ENVIRONMENT}"
FUNCTIONS = ("ingest", "triage", "analyze", "remediate", "notify", "api", "sweep")
AT_ONCE = 25
ROWS = {"finding": "findings", "kept": "events", "quarantined": "quarantined"}


class Stack:
    def __init__(self, root: Path, soc: Path, emulator: Service, variables: dict[str, str]) -> None:
        self.root, self.soc, self.emulator = root, soc, emulator
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.environment = kept | {
            "AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "none", "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": emulator.url, "AWS_EC2_METADATA_DISABLED": "true",
        } | variables
        self.kinesis: Any = emulator.client("kinesis")
        self.functions: Any = emulator.client("lambda")
        self.tables: Any = emulator.client("dynamodb")
        self.states: Any = emulator.client("stepfunctions")
        self.queues: Any = emulator.client("sqs")
        self.machine = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{NAME}-incident"
        self.notices = ""

    def run(self, *command: str, folder: Path | None = None) -> str:
        done = subprocess.run(
            command, cwd=folder or self.root, env=self.environment, capture_output=True, text=True, check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)} answered {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    @property
    def api(self) -> str:
        """The id of the HTTP API."""
        return str(next(api["ApiId"] for api in self.emulator.client("apigatewayv2").get_apis()["Items"]
                        if api["Name"] == f"{NAME}-api"))

    def queue(self, name: str) -> str:
        return str(self.queues.get_queue_url(QueueName=f"{NAME}-{name}")["QueueUrl"])

    def depth(self, name: str) -> int:
        asked = "ApproximateNumberOfMessages"
        found = self.queues.get_queue_attributes(QueueUrl=self.queue(name), AttributeNames=[asked])
        return int(found["Attributes"][asked])

    def soc_json(self, *arguments: str) -> Any:
        return json.loads(self.run(str(self.soc), *arguments, "--stack", NAME, "--region", REGION, "--output", "json"))

    def incidents(self) -> list[Json]:
        found: list[Json] = self.soc_json("incidents", "list", "--limit", "100000")
        return found

    def incident(self, name: str) -> Json:
        found: Json = self.soc_json("incidents", "show", name)
        return found

    def put(self, lines: list[bytes]) -> None:
        """As EventBridge would: one event a record, spread over the shards by the event's id."""
        for start in range(0, len(lines), AT_ONCE):
            some = lines[start:start + AT_ONCE]
            entries = [{"Data": line, "PartitionKey": f"{start + number}"} for number, line in enumerate(some)]
            answer = self.kinesis.put_records(StreamName=f"{NAME}-findings", Records=entries)
            if answer["FailedRecordCount"]:
                raise SystemExit(f"the stream refused {answer['FailedRecordCount']} records")

    def invoke(self, function: str, payload: Json) -> Json:
        answer = self.functions.invoke(
            FunctionName=f"{NAME}-{function}", Qualifier="live", Payload=json.dumps(payload).encode(),
        )
        found = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise SystemExit(f"{function} failed: {found}")
        return dict(found)

    def counts(self) -> dict[str, int]:
        """Where records ended, counted in the table itself and never as a remainder."""
        counts = {"findings": 0, "duplicates": 0, "events": 0, "quarantined": 0}
        for page in self.tables.get_paginator("scan").paginate(TableName=f"{NAME}-soc", ConsistentRead=True):
            for item in page["Items"]:
                kind, row = item["pk"]["S"].partition("|")[0], item["sk"]["S"]
                if row == "duplicates":
                    counts["duplicates"] += int(item["count"]["N"])
                elif row == "row" and kind in ROWS:
                    counts[ROWS[kind]] += 1
        return counts

    def logs(self, function: str, most: int) -> list[str]:
        """The newest lines of a function that are worth a look: errors, and what is no line of ours."""
        group = f"/aws/lambda/{NAME}-{function}"
        try:
            pages = self.emulator.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
            lines = [event["message"].rstrip() for page in pages for event in page["events"]]
        except ClientError:
            return []
        usual = ("START ", "END ", "REPORT ")
        tells_nothing = ('"_aws":', '"level":"INFO"')
        kept = [line for line in lines if not line.startswith(usual) and not any(some in line for some in tells_nothing)]
        return kept[-most:]

    def failures(self) -> dict[str, str]:
        """Executions that did not end well, with the error each ended with."""
        found = {}
        for name, status in self.executions().items():
            if status not in ("RUNNING", "SUCCEEDED"):
                arn = f"{self.machine.replace(':stateMachine:', ':execution:')}:{name}"
                told = self.states.describe_execution(executionArn=arn)
                found[name] = f"{status} {told.get('error')}: {told.get('cause')}"
        return found

    def executions(self) -> dict[str, str]:
        pages = self.states.get_paginator("list_executions").paginate(stateMachineArn=self.machine)
        return {found["name"]: found["status"] for page in pages for found in page["executions"]}


def check(what: str, found: Any, wanted: Any) -> None:
    if found != wanted:
        raise SystemExit(f"{what}: found {found}, wanted {wanted}")


def say(what: str, text: str) -> None:
    print(f"{what:>12}: {text}", flush=True)


def until(what: str, seconds: float, found: Any, left: Any = lambda: []) -> Any:
    """What `found` answers as soon as it answers something; `left` says what there still was when time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = found()
        if answer:
            return answer
        time.sleep(1)
    raise SystemExit(f"{what}: not within {seconds:.0f}s; left: {left()}")
