"""The documented deploy: the release script, and then the command that it prints."""

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

from e2e.commands import commands
from e2e.stack import ENVIRONMENT, NAME, PROJECT, Stack, check
from testbed.service import REGION

# What differs from cloudformation/parameters/dev.json: everything may act, and the zips are this machine's.
ASK_SECONDS = 4 * 60 * 60
CHANGED = {"ResponseMode": "auto", "Architecture": "x86_64"}


def deploy(stack: Stack, zips: Path, folder: Path) -> None:
    """As docs/deployment.md says, with version 2 of the AWS CLI."""
    stack.environment["PATH"] = f"{with_cli(folder)}:{stack.environment['PATH']}"
    stack.run("bash", "-c", release(stack, zips, folder, {}))
    give_a_number(stack)


def release(stack: Stack, zips: Path, folder: Path, changed: dict[str, str]) -> str:
    """A release by the guide's first command. Answers the second, which the script prints and which deploys."""
    folder.mkdir(exist_ok=True)
    given = parameters(stack.root, folder, CHANGED | changed)
    printed = stack.run(
        "bash", "scripts/deploy_lambdas.sh", ENVIRONMENT, REGION, "--zips", str(zips), "--parameters", str(given),
    )
    command = printed.splitlines()[-1]
    check("the command that the script prints", command, guides_own(stack, given))
    return command


def released(folder: Path) -> str:
    """The id of the release whose parameters are in this folder."""
    listed = json.loads((folder / "parameters.json").read_text(encoding="utf-8"))
    return str(next(entry["ParameterValue"] for entry in listed if entry["ParameterKey"] == "ReleaseId"))


def guides_own(stack: Stack, given: Path) -> str:
    """The guide's command that deploys, about our stack, our file of parameters and our emulator."""
    begin = "aws cloudformation deploy "
    command = next(one.text for one in commands(stack.root) if one.entry() == begin)
    for theirs, ours in {
        "file://cloudformation/parameters/prod.json": f"file://{given}", f"{PROJECT}-prod": NAME, "eu-central-1": REGION,
    }.items():
        command = command.replace(theirs, ours)
    return f"{command} --endpoint-url {stack.emulator.url}"


def give_a_number(stack: Stack) -> None:
    """The emulator evaluates no expression in TimeoutSeconds (workflow/compare.py, "timeout-expression"): a wait under
    one would end at once. It gets the same definition with the policy's four hours as a number.
    """
    found = stack.states.describe_state_machine(stateMachineArn=stack.machine)
    definition = json.loads(found["definition"])
    definition["States"]["Ask"]["TimeoutSeconds"] = ASK_SECONDS
    stack.states.update_state_machine(stateMachineArn=stack.machine, definition=json.dumps(definition))


def parameters(root: Path, folder: Path, changes: dict[str, str]) -> Path:
    listed = json.loads((root / f"cloudformation/parameters/{ENVIRONMENT}.json").read_text(encoding="utf-8"))
    kept = [entry for entry in listed if entry["ParameterKey"] not in changes]
    changed = [{"ParameterKey": name, "ParameterValue": value} for name, value in changes.items()]
    path = folder / "parameters.json"
    path.write_text(json.dumps(kept + changed), encoding="utf-8")
    return path


def with_cli(folder: Path) -> Path:
    """A folder in which `aws` is version 2, of the one that is named or any that is found, and speaks with the emulator:
    that of Debian 12 does not read AWS_ENDPOINT_URL.
    """
    named = [os.environ["SOC_AWS_CLI"]] if "SOC_AWS_CLI" in os.environ else []
    found = [shutil.which("aws", path=part) for part in os.environ.get("PATH", "").split(os.pathsep)]
    for candidate in [*named, *[path for path in found if path]]:
        told = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False)
        if told.stdout.startswith("aws-cli/2."):
            (folder / "bin").mkdir()
            program = folder / "bin/aws"
            program.write_text(f'#!/bin/sh\nexec {shlex.quote(candidate)} --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n')
            program.chmod(0o755)
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
