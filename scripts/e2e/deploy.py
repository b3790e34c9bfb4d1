"""The documented deploy: the release script, and then the command that it prints."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from e2e.stack import ENVIRONMENT, NAME, Stack
from testbed.service import REGION

# What differs from cloudformation/parameters/dev.json: everything may act, and the zips are this machine's.
ASK_SECONDS = 4 * 60 * 60
CHANGED = {"ResponseMode": "auto", "Architecture": "x86_64"}


def deploy(stack: Stack, zips: Path, folder: Path) -> None:
    """As docs/deployment.md says, with version 2 of the AWS CLI."""
    stack.environment["PATH"] = f"{with_cli(folder)}:{stack.environment['PATH']}"
    printed = stack.run(
        "bash", "scripts/deploy_lambdas.sh", ENVIRONMENT, REGION, "--zips", str(zips),
        "--parameters", str(parameters(stack.root, folder)),
    )
    command = printed.splitlines()[-1]
    if not command.startswith("aws cloudformation deploy "):
        raise SystemExit(f"deploy_lambdas.sh does not end with the command that deploys:\n{printed}")
    stack.run("bash", "-c", command)
    give_a_number(stack)


def give_a_number(stack: Stack) -> None:
    """The emulator evaluates no expression in TimeoutSeconds (workflow/compare.py, "timeout-expression"): a wait under
    one would end at once. It gets the same definition with the policy's four hours as a number.
    """
    found = stack.states.describe_state_machine(stateMachineArn=stack.machine)
    definition = json.loads(found["definition"])
    definition["States"]["Ask"]["TimeoutSeconds"] = ASK_SECONDS
    stack.states.update_state_machine(stateMachineArn=stack.machine, definition=json.dumps(definition))


def parameters(root: Path, folder: Path) -> Path:
    listed = json.loads((root / f"cloudformation/parameters/{ENVIRONMENT}.json").read_text(encoding="utf-8"))
    kept = [entry for entry in listed if entry["ParameterKey"] not in CHANGED]
    changed = [{"ParameterKey": name, "ParameterValue": value} for name, value in CHANGED.items()]
    path = folder / "parameters.json"
    path.write_text(json.dumps(kept + changed), encoding="utf-8")
    return path


def with_cli(folder: Path) -> Path:
    """A folder in which `aws` is version 2: the one that is named, or any that is found."""
    named = [os.environ["SOC_AWS_CLI"]] if "SOC_AWS_CLI" in os.environ else []
    found = [shutil.which("aws", path=part) for part in os.environ.get("PATH", "").split(os.pathsep)]
    for candidate in [*named, *[path for path in found if path]]:
        told = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False)
        if told.stdout.startswith("aws-cli/2."):
            (folder / "bin").mkdir()
            (folder / "bin/aws").symlink_to(candidate)
            return folder / "bin"
    raise SystemExit("version 2 of the AWS CLI is not installed; Debian has it in the package awscli")


def listen(stack: Stack) -> str:
    """A queue that gets what people are told. Its address."""
    topic = next(
        found["TopicArn"] for found in stack.emulator.client("sns").list_topics()["Topics"]
        if found["TopicArn"].endswith(f":{NAME}-notices")
    )
    made = stack.queues.create_queue(QueueName="people")
    arn = stack.queues.get_queue_attributes(QueueUrl=made["QueueUrl"], AttributeNames=["QueueArn"])
    stack.emulator.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"], ReturnSubscriptionArn=True,
    )
    return str(made["QueueUrl"])
