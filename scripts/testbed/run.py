"""Runs one command beside the whole test bed, and tells it by its environment where everything is.

    python -m testbed.run COMMAND [ARGUMENT...]

The variables are SOC_TEST_MINISTACK, SOC_TEST_MOTO, SOC_TEST_PRODUCTS and SOC_TEST_MODEL. What the command returns is
what this returns.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from testbed.ministack import Ministack
from testbed.others import Model, Moto, Products


def main() -> int:
    # A signal becomes an exception, so that every server is ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    with tempfile.TemporaryDirectory(prefix="soc-testbed-") as name, contextlib.ExitStack() as running:
        folder = Path(name)
        products = running.enter_context(Products(folder))
        model = running.enter_context(Model(folder))
        moto = running.enter_context(Moto(folder))
        ministack = running.enter_context(Ministack(folder, {"MINISTACK_BEDROCK_PROXY_URL": f"{model.url}/"}))
        found = {"MINISTACK": ministack, "MOTO": moto, "PRODUCTS": products, "MODEL": model}
        variables = {f"SOC_TEST_{name}": service.url for name, service in found.items()}
        return subprocess.run(sys.argv[1:], env=os.environ | variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
