"""The emulator of Step Functions and Lambda as a child process, and the few calls of its API that we need.

Apart from the comparison because starting, finding and ending a process is a matter of its own. It listens on the
loopback address only, on a port that was free, and is ended with its whole process group: its function processes
would live on otherwise.
"""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Any

import botocore.config
import botocore.session

REGION = "us-east-1"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/workflow"
START_SECONDS = 60
END_SECONDS = 5
BOOTSTRAP = '#!/bin/sh\nexec "$SCENARIO_PYTHON" -IS "$LAMBDA_TASK_ROOT/function.py"\n'


class Emulator:
    """Runs from `with` to the end of its block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "emulator.log"

    def __enter__(self) -> "Emulator":
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.environment(), cwd=self.folder, start_new_session=True,
            )
        try:
            self.wait_until_ready()
            self.states, self.functions = self.client("stepfunctions"), self.client("lambda")
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    def environment(self) -> dict[str, str]:
        """Nothing of the caller's AWS settings, no waiting between attempts, and files in our own folder only."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port), "IOT_MTLS_ENABLED": "0",
            "MINISTACK_ACCOUNT_ID": ACCOUNT, "MINISTACK_REGION": REGION, "AWS_ENDPOINT_URL": self.url,
            "SFN_WAIT_SCALE": "0", "LOG_LEVEL": "WARNING", "TMPDIR": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1",
        }

    def wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise SystemExit(f"the emulator did not start; it said:\n{self.log.read_text(errors='replace')[-4000:]}")

    def end(self) -> None:
        """Asks, then insists. The group is the process's own, made at its start."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                break
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                continue

    def client(self, service: str) -> Any:
        return botocore.session.get_session().create_client(
            service, region_name=REGION, endpoint_url=self.url,
            aws_access_key_id=ACCOUNT, aws_secret_access_key="none",
            config=botocore.config.Config(
                max_pool_connections=64, retries={"total_max_attempts": 1}, read_timeout=30,
                proxies={}, parameter_validation=False,
            ),
        )

    def create_function(self, name: str, code: Path, variables: dict[str, str]) -> None:
        self.functions.create_function(
            FunctionName=name, Runtime="provided.al2023", Handler="bootstrap", Role=ROLE, Timeout=60,
            Code={"ZipFile": zipped(code)},
            Environment={"Variables": {"SCENARIO_PYTHON": sys.executable, **variables}},
        )

    def create_state_machine(self, name: str, definition: dict[str, Any]) -> str:
        made = self.states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
        return str(made["stateMachineArn"])


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def zipped(code: Path) -> bytes:
    """A deployment package whose entry point starts the code with our own Python."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, BOOTSTRAP)
        archive.writestr("function.py", code.read_text(encoding="utf-8"))
    return package.getvalue()
