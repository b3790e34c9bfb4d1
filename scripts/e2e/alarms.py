"""Every alarm of the deployed stack, fired once: a fault is brought about, what is counted of it is taken from where
CloudWatch would take it, and the alarm's own expression must say ALARM; without the fault, OK.

What is ours comes from the functions' real lines and from the real metric filters. What AWS counts itself has the names
and dimensions of its documentation, which stand here and not in a template, about the resources that were deployed.
"""

import contextlib
import datetime
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from e2e.metrics import Point, filtered, of_line, point, state
from e2e.records import generated
from e2e.stack import FUNCTIONS, NAME, Json, Stack, check, say, until
from testbed.others import Products, ask
from testbed.service import ACCOUNT, REGION

MINUTE, FIVE_MINUTES, SWEEP = 60, 300, 900
API_LOGS = f"/aws/vendedlogs/apigateway/{NAME}-api"


@dataclass(frozen=True)
class Fault:
    """What is counted while it lasts, what is counted otherwise, and how often."""

    during: list[Point]
    otherwise: list[Point]
    every: int = MINUTE


class Alarms:
    def __init__(self, stack: Stack, products: Products) -> None:
        self.stack, self.products = stack, products
        self.logs = stack.emulator.client("logs")
        found = stack.emulator.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=NAME)
        self.alarms: dict[str, Json] = {
            alarm["AlarmName"].removeprefix(f"{NAME}-"): alarm for page in found for alarm in page["MetricAlarms"]
        }

    def play(self) -> None:
        faults = self.faults()
        check("alarms without a fault, and faults without an alarm", sorted(set(faults) ^ set(self.alarms)), [])
        for name, fault in faults.items():
            alarm = self.alarms[name]
            check(f"{name} during its fault", state(alarm, fault.during, fault.every), "ALARM")
            check(f"{name} without the fault", state(alarm, fault.otherwise, fault.every), "OK")
            self.tells(name, alarm)
        self.wrong_ones_stay_silent(faults)
        say("alarms", f"{len(faults)} fired by a fault and quiet without it, each naming its runbook")

    def tells(self, name: str, alarm: Json) -> None:
        runbook = alarm["AlarmDescription"].split()[-1]
        check(f"{name} names its runbook", (self.stack.root / runbook).is_file() and runbook.startswith("docs/"), True)
        check(f"{name} tells the topic", [action.endswith(f":{NAME}-notices") for action in alarm["AlarmActions"]], [True])

    def wrong_ones_stay_silent(self, faults: dict[str, Fault]) -> None:
        """An alarm on a misspelt metric, on another resource or in another namespace would be noticed."""
        for name, fault in faults.items():
            alarm = self.alarms[name]
            missing = "OK" if alarm["TreatMissingData"] == "notBreaching" else "ALARM"
            for member in ("MetricName", "Namespace"):
                planted = alarm | {member: alarm[member] + "x"}
                check(f"{name} with another {member}", state(planted, fault.during, fault.every), missing)
            for wrong in ([], [{"Name": "FunctionName", "Value": "another"}]):
                if wrong or alarm.get("Dimensions"):
                    planted = alarm | {"Dimensions": wrong}
                    check(f"{name} with dimensions {wrong}", state(planted, fault.during, fault.every), missing)

    def faults(self) -> dict[str, Fault]:
        return {
            **self.of_our_metrics(), **self.of_the_api(), **self.of_queues(), **self.of_the_stream_and_the_table(),
            **{f"{function}-{kind}": fault for function in FUNCTIONS for kind, fault in self.of_function(function).items()},
        }

    # What our functions count

    def lines(self, function: str) -> list[str]:
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{NAME}-{function}")
        return [event["message"].strip() for page in pages for event in page["events"]]

    def counted(self, function: str, metric: str, fault: Any) -> list[Point]:
        """What the function counts from when the fault was brought about, until it has counted that metric."""
        seen = len(self.lines(function))
        fault()

        def new() -> list[Point]:
            points = [found for line in self.lines(function)[seen:] for found in of_line(line)]
            return points if any(found.name == metric and found.value for found in points) else []

        return list(until(f"{metric} of {function}", 60, new))

    def sweep(self) -> list[Point]:
        return self.counted("sweep", "LatencyMs", lambda: self.stack.invoke("sweep", {}))

    def of_our_metrics(self) -> dict[str, Fault]:
        unread = generated(self.stack.soc, 1, 4242)[0]
        quiet = self.counted("ingest", "Received", lambda: self.stack.put([json.dumps(unread).encode()]))
        return {
            "lost-findings": self.lost_findings(),
            "heartbeat-late": self.heartbeat(),
            "quarantined": Fault(self.counted("ingest", "Quarantined", lambda: self.stack.put([b"{no record"])), quiet),
            "authentication-failures": Fault(self.failed_sign_ins(), quiet, FIVE_MINUTES),
            "model-spend": self.model_spend(),
        }

    def lost_findings(self) -> Fault:
        """A product has a finding that never came by the stream; a sweep later it did."""
        event = generated(self.stack.soc, 1, 4243, "Recon:EC2/Portscan")[0]
        finding = json.loads(json.dumps(event["detail"]).replace(event["account"], ACCOUNT))
        # What is younger than half an hour may still be on its way.
        made = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)
        at = made.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        finding |= {"id": f"{time.time_ns():032x}", "updatedAt": at, "createdAt": at}
        finding["arn"] = finding["arn"].rsplit("/", 1)[0] + "/" + finding["id"]
        ask(self.products, "/_seed", {"guardduty": [finding]})
        during = self.sweep()
        counted = until("a sweep that misses nothing", 60, self.sweep_misses_nothing)
        return Fault(during, counted, SWEEP)

    def sweep_misses_nothing(self) -> list[Point]:
        points = self.sweep()
        return points if all(found.value == 0 for found in points if found.name == "LostFindings") else []

    def heartbeat(self) -> Fault:
        """A sweep hears the heartbeat of the one before; during the fault no sweep runs, and silence must be told."""
        heard = self.counted("sweep", "LatencyMs", lambda: self.stack.invoke("sweep", {}))
        ages = [found for found in heard if found.name == "HeartbeatAge"]
        check("heartbeats that came through", len(ages), 1)
        late = [point(ages[0].namespace, ages[0].name, ages[0].value + 2 * SWEEP)]
        check("a heartbeat that is late", state(self.alarms["heartbeat-late"], late, SWEEP), "ALARM")
        return Fault([], heard, SWEEP)

    def failed_sign_ins(self) -> list[Point]:
        event = {
            "version": "0", "source": "aws.signin", "detail-type": "AWS Console Sign In via CloudTrail", "account": ACCOUNT,
            "region": REGION, "time": "2026-11-22T10:00:00Z", "resources": [],
            "detail": {
                "eventVersion": "1.08", "eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com",
                "eventTime": "2026-11-22T10:00:00Z", "awsRegion": REGION, "sourceIPAddress": "198.51.100.7",
                "eventType": "AwsConsoleSignIn", "recipientAccountId": ACCOUNT, "userAgent": "a browser",
                "userIdentity": {"type": "IAMUser", "accountId": ACCOUNT, "userName": "someone", "arn": ""},
                "responseElements": {"ConsoleLogin": "Failure"},
            },
        }
        lines = []
        for number in range(11):
            event |= {"id": f"00000000-0000-0000-0000-{number:012}"}
            event["detail"]["eventID"] = f"00000000-0000-0000-1111-{number:012}"
            lines.append(json.dumps(event).encode())
        found: list[Point] = []

        def failures() -> float:
            return sum(one.value for one in found if one.name == "SecurityEvent_AuthenticationFailure")

        seen = len(self.lines("ingest"))
        self.stack.put(lines)

        def all_of_them() -> bool:
            found[:] = [point for line in self.lines("ingest")[seen:] for point in of_line(line)]
            return failures() >= len(lines)

        until("the sign-ins that failed", 60, all_of_them)
        return found

    def model_spend(self) -> Fault:
        """The day's row says what models cost; whatever `analyze` is asked, it counts that."""
        before = self.counted("analyze", "ModelUsdToday", self.failing("analyze"))
        self.spend(4_200_000)
        during = self.counted("analyze", "ModelUsdToday", self.failing("analyze"))
        self.spend(-4_200_000)
        return Fault(during, before)

    def spend(self, millionths: int) -> None:
        day = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
        self.stack.tables.update_item(
            TableName=f"{NAME}-soc", Key={"pk": {"S": f"budget#ai#{day}"}, "sk": {"S": "day"}},
            UpdateExpression="ADD committed :more, spent :more",
            ExpressionAttributeValues={":more": {"N": str(millionths)}},
        )

    def failing(self, function: str) -> Any:
        """A call that the function answers with an error. It is a fault of AWS's metric too."""
        def call() -> None:
            answer = self.stack.functions.invoke(FunctionName=f"{NAME}-{function}", Qualifier="live", Payload=b'"nothing"')
            check(f"{function} refuses what is no work", bool(answer.get("FunctionError")), True)
        return call

    # What the API's log says

    def of_the_api(self) -> dict[str, Fault]:
        def asked(path: str, status: int) -> list[Point]:
            return self.access(f"ANY {path}", self.request(path), status)

        answered = asked("/api/v1/health", 200)
        with self.a_version_that_does_not_start("api"):
            down = asked("/api/v1/health", 500)
        refused = [found for _ in range(11) for found in asked("/api/v1/health/detailed", 401)]
        alarm = self.alarms["authentication-failures"]
        check("requests without a token", state(alarm, refused, FIVE_MINUTES), "ALARM")
        check("requests that are answered", state(alarm, answered, MINUTE), "OK")
        slow = [point("AWS/ApiGateway", "Latency", 3_000 if number < 6 else 20, ApiId=self.stack.api)
                for number in range(100)]
        return {
            "api-availability": Fault(answered * 9 + down, answered),
            "api-latency": Fault(slow, [slow[-1]] * 100),
        }

    @contextlib.contextmanager
    def a_version_that_does_not_start(self, name: str) -> Iterator[None]:
        """The alias on a version without its settings, and back."""
        of_function = {"FunctionName": f"{NAME}-{name}"}
        alias = of_function | {"Name": "live"}
        good = self.stack.functions.get_alias(**alias)["FunctionVersion"]
        settings = self.function(name)["Environment"]
        self.stack.functions.update_function_configuration(**of_function, Environment={"Variables": {}})
        bad = self.stack.functions.publish_version(**of_function)["Version"]
        self.stack.functions.update_function_configuration(**of_function, Environment=settings)
        self.stack.functions.update_alias(**alias, FunctionVersion=bad)
        try:
            yield
        finally:
            self.stack.functions.update_alias(**alias, FunctionVersion=good)
            self.stack.functions.delete_function(**of_function, Qualifier=bad)

    def request(self, path: str) -> int:
        host = f"{self.stack.api}.execute-api.localhost:{self.stack.emulator.port}"
        try:
            with urllib.request.urlopen(
                urllib.request.Request(f"{self.stack.emulator.url}{path}", headers={"Host": host}), timeout=30,
            ) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def access(self, route: str, status: int, wanted: int) -> list[Point]:
        """The line that the stage's own format makes of a request, and what the log group's filters make of it."""
        check(f"the class of status of {route}", status // 100, wanted // 100)
        stage = self.stack.emulator.client("apigatewayv2").get_stages(ApiId=self.stack.api)["Items"][0]
        line = stage["AccessLogSettings"]["Format"]
        for name, value in {"requestId": "r", "routeKey": route, "status": str(status), "responseLatency": "12"}.items():
            line = line.replace(f"$context.{name}", value)
        return filtered(self.filters(API_LOGS), line)

    def filters(self, group: str) -> list[Json]:
        return list(self.logs.describe_metric_filters(logGroupName=group)["metricFilters"])

    # What AWS counts

    def of_queues(self) -> dict[str, Fault]:
        """An event that could not be handed on, and an execution that the rule of failed ones parks."""
        self.purge()
        before = {name: self.in_queue(name) for name in ("events-dlq", "parked")}
        self.stack.queues.send_message(QueueUrl=self.stack.queue("events-dlq"), MessageBody="{}")
        self.stack.states.start_execution(stateMachineArn=self.stack.machine, name=f"alarm-{time.time_ns()}", input="{}")
        until("the parked execution", 60, lambda: self.stack.depth("parked"))
        faults = {name: Fault(self.in_queue(name), before[name]) for name in before}
        self.purge()
        return faults

    def purge(self) -> None:
        for name in ("events-dlq", "parked"):
            self.stack.queues.purge_queue(QueueUrl=self.stack.queue(name))

    def in_queue(self, name: str) -> list[Point]:
        depth = self.stack.depth(name)
        return [point("AWS/SQS", "ApproximateNumberOfMessagesVisible", depth, QueueName=f"{NAME}-{name}")]

    def of_the_stream_and_the_table(self) -> dict[str, Fault]:
        """Amazon Kinesis, Amazon DynamoDB and AWS Lambda: each developer guide's list of metrics and dimensions."""
        mappings = self.stack.functions.list_event_source_mappings(FunctionName=f"{NAME}-ingest:live")
        mapping = {"EventSourceMappingUUID": mappings["EventSourceMappings"][0]["UUID"]}
        ingest = {"FunctionName": self.function("ingest")["FunctionName"]}
        stream = {"StreamName": self.stack.kinesis.describe_stream_summary(StreamName=f"{NAME}-findings")
                  ["StreamDescriptionSummary"]["StreamName"]}
        table = {"TableName": self.stack.tables.describe_table(TableName=f"{NAME}-soc")["Table"]["TableName"]}
        return {
            name: Fault([point(namespace, metric, bad, **where)], [point(namespace, metric, good, **where)])
            for name, namespace, metric, where, bad, good in (
                ("undelivered", "AWS/Lambda", "OnFailureDestinationDeliveredEventCount", mapping, 1, 0),
                ("dropped", "AWS/Lambda", "DroppedEventCount", mapping, 1, 0),
                ("iterator-age", "AWS/Lambda", "IteratorAge", ingest, 3_600_000, 1_000),
                ("stream-throttled", "AWS/Kinesis", "WriteProvisionedThroughputExceeded", stream, 1, 0),
                ("table-reads-throttled", "AWS/DynamoDB", "ReadThrottleEvents", table, 1, 0),
                ("table-writes-throttled", "AWS/DynamoDB", "WriteThrottleEvents", table, 1, 0),
            )
        }

    def function(self, name: str) -> Json:
        return dict(self.stack.functions.get_function_configuration(FunctionName=f"{NAME}-{name}"))

    def of_function(self, name: str) -> dict[str, Fault]:
        """Four fifths of what the deployed function has; and five calls that fail."""
        found = self.function(name)
        where = {"FunctionName": found["FunctionName"]}

        def counted(metric: str, value: float) -> list[Point]:
            return [point("AWS/Lambda", metric, value, **where)]

        def memory(megabytes: float) -> list[Point]:
            # AWS Lambda Developer Guide, "Working with JSON structured logs": the record of the platform's report.
            line = {"type": "platform.report", "record": {"metrics": {"maxMemoryUsedMB": megabytes}}}
            return filtered(self.filters(f"/aws/lambda/{NAME}-{name}"), json.dumps(line))

        calls = 5
        if name != "sweep":
            # Whatever it is asked, `sweep` sweeps.
            for _ in range(calls):
                self.failing(name)()
        milliseconds, megabytes = found["Timeout"] * 1_000, found["MemorySize"]
        return {
            "memory": Fault(memory(megabytes * 0.8), memory(megabytes * 0.5)),
            "duration": Fault(counted("Duration", milliseconds * 0.8), counted("Duration", milliseconds * 0.5)),
            "concurrency": Fault(counted("ConcurrentExecutions", 1_000), counted("ConcurrentExecutions", 1)),
            "errors": Fault(counted("Errors", 1) * calls, counted("Errors", 0), FIVE_MINUTES),
        }
