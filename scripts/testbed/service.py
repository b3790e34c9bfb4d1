"""A server of the test bed as a child process: on the loopback address, on a port that was free, in a group of its own.

Apart from the servers themselves because starting, finding and ending a process is the same for all of them. Each is
ended with its whole group, since an emulator's function processes would live on otherwise.
"""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

import botocore.config
import botocore.session

REGION = "us-east-1"
ACCOUNT = "123456789012"
START_SECONDS = 60
END_SECONDS = 5


class Service:
    """Runs from `with` to the end of its block; a subclass says what it is started with."""

    name = ""
    ready = "/"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{self.name}.log"

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """Nothing of the caller's AWS settings, and files in our own folder only."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {"TMPDIR": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}

    def __enter__(self) -> "Service":
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.environment(), cwd=self.folder, start_new_session=True,
            )
        try:
            self.wait_until_ready()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    def wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}{self.ready}", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise SystemExit(f"{self.name} did not start; it said:\n{self.log.read_text(errors='replace')[-4000:]}")

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

    def client(self, service: str, **options: Any) -> Any:
        """A client that asks once and believes what it is told."""
        return botocore.session.get_session().create_client(
            service, region_name=REGION, endpoint_url=self.url,
            aws_access_key_id=ACCOUNT, aws_secret_access_key="none",
            config=botocore.config.Config(
                max_pool_connections=64, retries={"total_max_attempts": 1}, read_timeout=30,
                proxies={}, parameter_validation=False, **options,
            ),
        )


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
