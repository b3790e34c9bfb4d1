"""The emulator that deploys CloudFormation and runs functions, state machines, tables and streams."""

import sys
from pathlib import Path

from testbed.service import ACCOUNT, REGION, Service


class Ministack(Service):
    name = "ministack"
    ready = "/_ministack/health"

    def __init__(self, folder: Path, variables: dict[str, str] | None = None) -> None:
        super().__init__(folder)
        self.variables = variables or {}

    def command(self) -> list[str]:
        return [sys.executable, "-m", "ministack"]

    def environment(self) -> dict[str, str]:
        """It hands its AWS_ENDPOINT_URL and its kin on to the functions that it runs. `api` takes keys of an emulator only
        if it is told to by the last of these.
        """
        return super().environment() | {
            "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port), "IOT_MTLS_ENABLED": "0",
            "MINISTACK_ACCOUNT_ID": ACCOUNT, "MINISTACK_REGION": REGION, "AWS_ENDPOINT_URL": self.url,
            "LOG_LEVEL": "WARNING", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": self.url,
        } | self.variables
