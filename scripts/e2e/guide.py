"""The guide by the letter: its commands and those of the runbooks, on the stack that was deployed.

Apart from the run over the records because this is what an operator types. e2e/commands.py says which commands there
are; here they are run in the order of the documents, with the names of the run in place of the guide's, and the removal
last. Each must end well, and where it shows something, show what the guide says.
"""

import json
import shlex
import time
from pathlib import Path
from typing import Any

from e2e.commands import KNOWN, RUN, Command, commands, faults
from e2e.deploy import release, released
from e2e.stack import ENVIRONMENT, FUNCTIONS, NAME, Json, Stack, check, say, until
from testbed.others import Products, ask
from testbed.service import ACCOUNT, REGION

ROLLBACK, REMOVAL = "for function in ", "aws cloudformation delete-stack "
ROLLBACK_SECONDS = 300
# What an answer must hold.
SHOWS = {
    "aws cloudformation describe-stacks ": "_COMPLETE",
    "aws events list-rules ": "ENABLED",
    "aws lambda list-event-source-mappings ": "Enabled",
    "aws s3 ls ": "aws/lambda/",
    "aws sqs receive-message ": "ERROR_CODE",
    "aws stepfunctions get-execution-history ": "events",
    "bash scripts/deploy_dashboard.sh ": "the dashboard is in ",
    "curl ": "ok",
    "soc audit verify ": "chain",
    "soc policy check ": "policy",
}
# What stands in these has no end with the stack (docs/deployment.md, "Remove").
KEPT = {
    "tables": {f"{NAME}-soc", f"{NAME}-ledger"},
    "buckets": {f"{NAME}-{name}-{ACCOUNT}-{REGION}" for name in ("accesslog", "dashboard", "evidence", "ledger", "policy")},
    "streams": {f"{NAME}-findings"},
    "queues": {f"{NAME}-events-dlq", f"{NAME}-parked"},
    "secrets": {f"{NAME}/origin", f"{NAME}/redaction-key"},
    "users": {NAME},
    "logs": {f"/aws/lambda/{NAME}-{name}" for name in FUNCTIONS},
}


class Guide:
    def __init__(self, stack: Stack, products: Products, zips: Path, folder: Path) -> None:
        self.stack, self.products, self.zips, self.folder = stack, products, zips, folder
        self.all = commands(stack.root)
        check("commands of the guide", faults(self.all), [])
        planted = [*self.all, Command("planted", "aws nobody knows-this")]
        check("a planted command is named", [one for one in faults(planted) if "knows-this" in one] != [], True)

    def play(self) -> None:
        self.prepare()
        run = 0
        for command in self.all:
            if KNOWN[command.entry() or ""] == RUN and command.entry() not in (ROLLBACK, REMOVAL):
                self.type(command)
                run += 1
        check("messages after the purge", self.stack.depth("events-dlq"), 0)
        made = {call["operation"] for call in ask(self.products, "/_calls")}
        check("products that made samples", made >= {"CreateSampleFindings", "HubBatchImportFindings"}, True)
        self.an_update_is_taken_back()
        self.what_holds_data_outlives_the_stack()
        excused = {entry: why for entry, why in KNOWN.items() if why not in (RUN, "deploy")}
        say("guide", f"{run + 2} commands ran as they stand; {len(excused)} cannot here")
        for entry, why in excused.items():
            print(f"              not here: {entry.strip()}: {why}")

    def one(self, begin: str) -> Command:
        return next(command for command in self.all if command.entry() == begin)

    def prepare(self) -> None:
        """What an operator would find there: a message, a batch that failed, a policy in the hand, an execution."""
        self.pool = next(
            pool["Id"] for pool in self.stack.emulator.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
            if pool["Name"] == NAME
        )
        reason = {"ERROR_CODE": {"DataType": "String", "StringValue": "NO_PERMISSIONS"}}
        self.stack.queues.send_message(QueueUrl=self.stack.queue("events-dlq"), MessageBody="{}", MessageAttributes=reason)
        s3 = self.stack.emulator.client("s3", s3={"addressing_style": "path"})
        s3.put_object(Bucket=f"{NAME}-evidence-{ACCOUNT}-{REGION}", Key="aws/lambda/batch", Body=b"{}")
        policy = s3.get_object(Bucket=f"{NAME}-policy-{ACCOUNT}-{REGION}", Key="policy.toml")["Body"].read()
        self.desk = self.folder / "desk"
        self.desk.mkdir()
        (self.desk / "policy.toml").write_bytes(policy)
        for name in ("cloudformation", "dashboard", "scripts"):
            (self.desk / name).symlink_to(self.stack.root / name)
        (self.folder / "bin/soc").symlink_to(self.stack.soc)
        self.names = self.ours()

    def ours(self) -> dict[str, str]:
        """The guide's names, and those of the run in their place."""
        name = next(iter(self.stack.executions()))
        host = f"{self.stack.api}.execute-api.localhost:{self.stack.emulator.port}"
        return {
            "ai-soc-prod": NAME, "eu-central-1": REGION, "deploy_dashboard.sh prod": f"deploy_dashboard.sh {ENVIRONMENT}", "ACCOUNT-REGION": f"{ACCOUNT}-{REGION}", "-ACCOUNT-": f"-{ACCOUNT}-",
            "111122223333": ACCOUNT, "--user-pool-id POOL": f"--user-pool-id {self.pool}",
            # The first password that the emulator makes up is shorter than the pool's own rule.
            "admin-create-user": "admin-create-user --temporary-password 'Not-for-long-1'",
            "--execution-arn ARN": f"--execution-arn {self.stack.machine.replace(':stateMachine:', ':execution:')}:{name}",
            "curl https://YOUR-DASHBOARD": f"curl --silent --fail --header 'Host: {host}' {self.stack.emulator.url}",
            "python3 scripts/verify_infrastructure.py": f"python3 scripts/verify_infrastructure.py {self.for_soc} --emulator",
            "python3 scripts/inject_test_events.py": f"python3 scripts/inject_test_events.py {self.for_soc}",
        }

    def here(self, text: str) -> str:
        for theirs, ours in self.names.items():
            text = text.replace(theirs, ours)
        return text

    @property
    def for_soc(self) -> str:
        return f"--soc {shlex.quote(str(self.stack.soc))} --output json"

    def type(self, command: Command) -> str:
        printed = self.stack.run("bash", "-euo", "pipefail", "-c", self.here(command.text), folder=self.desk)
        wanted = next((text for begin, text in SHOWS.items() if command.text.startswith(begin)), "")
        if wanted not in printed:
            raise SystemExit(f"{command.document}: {command.text}\nshows no {wanted!r} but:\n{printed}")
        return printed

    def versions(self) -> dict[str, str]:
        """Where each alias points to."""
        found = {name: self.stack.functions.get_alias(FunctionName=f"{NAME}-{name}", Name="live") for name in FUNCTIONS}
        return {name: alias["FunctionVersion"] for name, alias in found.items()}

    def running(self) -> str:
        answered = self.stack.invoke("api", {
            "version": "2.0", "rawPath": "/api/v1/health", "requestContext": {"http": {"method": "GET", "path": "/"}},
        })
        return str(json.loads(answered["body"])["release"])

    def an_update_is_taken_back(self) -> None:
        """A second release, the alias back by the guide's loop, and the earlier release by its file of parameters."""
        before, first = self.versions(), self.running()
        release(self.stack, self.zips, self.folder / "second", {"LogRetentionDays": "60"})
        self.deploy_functions(released(self.folder / "second"))
        after, second = self.versions(), self.running()
        check("functions that the update moved", [name for name in FUNCTIONS if before[name] == after[name]], [])
        check("the update runs", first != second, True)
        began = time.monotonic()
        self.type(self.one(ROLLBACK))
        took = time.monotonic() - began
        check("aliases after the rollback", self.versions(), before)
        check("what runs after the rollback", self.running(), first)
        check("the rollback takes less than five minutes", took < ROLLBACK_SECONDS, True)
        say("rollback", f"{len(FUNCTIONS)} aliases from release {second} back to {first} in {took:.1f}s")
        self.deploy_functions(released(self.folder))
        check("what runs after the earlier release's deploy", self.running(), first)

    def deploy_functions(self, name: str) -> None:
        """What the root's deploy does with the nested stack of functions. The emulator forgets the outputs of what did not
        change in a nested stack, so it can update that one alone, and not by the root.
        """
        formation = self.stack.emulator.client("cloudformation")
        nested = next(found for found in formation.describe_stacks()["Stacks"]
                      if found["StackName"].startswith(f"{NAME}-Functions-"))
        formation.update_stack(
            StackName=nested["StackName"], Parameters=nested["Parameters"], Capabilities=["CAPABILITY_NAMED_IAM"],
            TemplateURL=f"https://s3.{REGION}.amazonaws.com/{NAME}-artifacts-{ACCOUNT}-{REGION}/releases/{name}/functions.yaml",
        )

        def ended() -> str:
            status = str(formation.describe_stacks(StackName=nested["StackName"])["Stacks"][0]["StackStatus"])
            return "" if status.endswith("_IN_PROGRESS") else status

        check(f"the update to release {name}", until("the update", 120, ended), "UPDATE_COMPLETE")

    def each_nested_stack_ends_by_itself(self) -> None:
        """The emulator keeps what a stack retains, but not if it is removed with the stack around it; AWS does both."""
        formation = self.stack.emulator.client("cloudformation")

        def nested() -> list[str]:
            found = [one["StackName"] for one in formation.describe_stacks()["Stacks"]]
            return [name for name in found if name.startswith(f"{NAME}-") and name != f"{NAME}-bootstrap"]

        for name in nested():
            formation.delete_stack(StackName=name)
        until("the removal of what is nested", 120, lambda: not nested())

    def left(self) -> dict[str, set[str]]:
        client = self.stack.emulator.client
        queues = self.stack.queues.list_queues().get("QueueUrls", [])
        groups = client("logs").get_paginator("describe_log_groups").paginate()
        return {
            "tables": set(self.stack.tables.list_tables()["TableNames"]),
            "buckets": {bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]},
            "streams": set(self.stack.kinesis.list_streams()["StreamNames"]),
            "queues": {url.rsplit("/", 1)[1] for url in queues},
            "secrets": {secret["Name"] for secret in client("secretsmanager").list_secrets()["SecretList"]},
            "users": {pool["Name"] for pool in client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]},
            "logs": {group["logGroupName"] for page in groups for group in page["logGroups"]},
        }

    def working(self) -> Json:
        """What must be gone."""
        client = self.stack.emulator.client
        ours = [rule["Name"] for rule in client("events").list_rules(NamePrefix=NAME)["Rules"]]
        functions = self.stack.functions.list_functions()["Functions"]
        alarms = client("cloudwatch").describe_alarms(AlarmNamePrefix=NAME)["MetricAlarms"]
        return {
            "rules": ours, "functions": [one["FunctionName"] for one in functions if one["FunctionName"].startswith(NAME)],
            "alarms": [alarm["AlarmName"] for alarm in alarms],
        }

    def what_holds_data_outlives_the_stack(self) -> None:
        counted = self.stack.counts()
        check("the stack works before it is removed", all(self.working().values()), True)
        self.each_nested_stack_ends_by_itself()
        self.type(self.one(REMOVAL))
        until("the removal", 120, lambda: not any(self.working().values()))
        left = self.left()
        lost = {kind: sorted(names - left[kind]) for kind, names in KEPT.items() if names - left[kind]}
        check("what the removal took with it", lost, {})
        check("rows after the removal", self.stack.counts(), counted)
        say("removal", f"functions, rules and alarms are gone; {sum(map(len, KEPT.values()))} that hold data are kept")


