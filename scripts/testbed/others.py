"""What stands beside the emulator for what it does not have: EC2 with strict errors, the products, a model."""

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

from testbed.service import Service

HERE = Path(__file__).parent


class Moto(Service):
    """EC2, IAM and S3 with the errors of the real ones. It lives in an environment of its own."""

    name = "moto"
    ready = "/moto-api/"

    def command(self) -> list[str]:
        return [os.environ["SOC_MOTO_PYTHON"], "-EBm", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]


class Products(Service):
    """GuardDuty and Security Hub on the wire, as far as we ask them."""

    name = "products"
    ready = "/_calls"

    def command(self) -> list[str]:
        return [sys.executable, "-EB", str(HERE / "products.py"), str(self.port)]


class Model(Service):
    """A model that answers at once and always the same, where Bedrock would be."""

    name = "model"
    ready = "/_seen"

    def command(self) -> list[str]:
        return [sys.executable, "-EB", str(HERE / "model.py"), str(self.port)]


def ask(service: Service, path: str, document: Any = None) -> Any:
    """What a server of ours answers about itself, or to what it is given."""
    data = None if document is None else json.dumps(document).encode()
    asked = urllib.request.Request(f"{service.url}{path}", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.loads(answer.read() or b"null")
