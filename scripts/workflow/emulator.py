"""The emulator of Step Functions and Lambda for the comparison: without waiting between attempts, and the few calls
of its API that we need.
"""

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from testbed.ministack import Ministack
from testbed.service import ACCOUNT

ROLE = f"arn:aws:iam::{ACCOUNT}:role/workflow"
BOOTSTRAP = '#!/bin/sh\nexec "$SCENARIO_PYTHON" -IS "$LAMBDA_TASK_ROOT/function.py"\n'


class Emulator(Ministack):
    """Runs from `with` to the end of its block."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, {"SFN_WAIT_SCALE": "0"})

    def __enter__(self) -> "Emulator":
        super().__enter__()
        self.states, self.functions = self.client("stepfunctions"), self.client("lambda")
        return self

    def create_function(self, name: str, code: Path, variables: dict[str, str]) -> None:
        self.functions.create_function(
            FunctionName=name, Runtime="provided.al2023", Handler="bootstrap", Role=ROLE, Timeout=60,
            Code={"ZipFile": zipped(code)},
            Environment={"Variables": {"SCENARIO_PYTHON": sys.executable, **variables}},
        )

    def create_state_machine(self, name: str, definition: dict[str, Any]) -> str:
        made = self.states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
        return str(made["stateMachineArn"])


def zipped(code: Path) -> bytes:
    """A deployment package whose entry point starts the code with our own Python."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, BOOTSTRAP)
        archive.writestr("function.py", code.read_text(encoding="utf-8"))
    return package.getvalue()
