"""Fuzzes the API of a running `soc run` from the OpenAPI document that it serves.

    python -m fuzz.run SOC

SOC is the program. It runs on the built-in stories in a folder of its own; the fuzzer is signed in as the local person,
who may do everything. Two passes, because changes are limited to ten a second and reads are not. The fuzzer invents
ids, so that most routes would only ever say 404: the ids of what is there are added to the document's path parameters.
At the end a server that fails is put between, so that the fuzzer is known to notice one.
"""

import contextlib
import http.server
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
SEED = "5"
FEW = "30"
EXAMPLES = os.environ.get("SOC_TEST_FUZZ", FEW)

# Operations that are left out, each with its reason.
LEFT_OUT: dict[str, str] = {}


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    soc = Path(sys.argv[1]).resolve()
    for name, reason in LEFT_OUT.items():
        print(f"left out: {name}: {reason}")
    with tempfile.TemporaryDirectory(prefix="soc-fuzz-") as name, contextlib.ExitStack() as running:
        folder = Path(name)
        quiet = ["--data-dir", str(folder / "data"), "--quiet"]
        subprocess.run([soc, "run", "--until-idle", *quiet], check=True, stdout=subprocess.DEVNULL)
        server = running.enter_context(served(soc, folder))
        ask = Client(*server)
        document = folder / "openapi.json"
        document.write_text(json.dumps(with_ids(ask)), encoding="utf-8")
        reads = fuzz(folder, ask, ask.url, ["--include-method", "GET", "--phases", "coverage,fuzzing"])
        # A thousand boundary values at ten a second take two minutes: only when more examples are asked for.
        phases = "fuzzing" if EXAMPLES == FEW else "coverage,fuzzing"
        changes = fuzz(folder, ask, ask.url, ["--exclude-method", "GET", "--rate-limit", "10/s", "--phases", phases])
        alive = ask.json("/ledger/verify")
        if not alive["intact"]:
            print(f"the ledger is broken after the fuzzing: {alive['problem']}")
            return 1
        failing = running.enter_context(broken())
        noticed = fuzz(folder, ask, failing, ["--include-path", "/api/v1/health", "--phases", "fuzzing"], quietly=True) == 1
        print(f"fuzz: reads {'ok' if reads == 0 else 'FAILED'}, changes {'ok' if changes == 0 else 'FAILED'}, "
              f"a planted 500 is {'noticed' if noticed else 'NOT NOTICED'}")
        return 0 if reads == 0 and changes == 0 and noticed else 1


class Client:
    """Signed in with the link that was printed."""

    def __init__(self, url: str, code: str) -> None:
        self.url = url
        self.headers = {"Origin": url, "Content-Type": "application/json"}
        body = json.dumps({"code": code}).encode()
        request = urllib.request.Request(f"{url}/api/v1/session", body, self.headers, method="POST")
        with urllib.request.urlopen(request, timeout=20) as answer:
            self.headers["Cookie"] = answer.headers["Set-Cookie"].split(";")[0]

    def json(self, path: str) -> dict:
        request = urllib.request.Request(f"{self.url}/api/v1{path}", headers=self.headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


@contextlib.contextmanager
def served(soc: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """The address of a running program, and the code of its link."""
    log = folder / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [soc, "run", "--data-dir", folder / "data", "--listen", "127.0.0.1:0"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        found = None
        for line in process.stderr:
            said.write(line.encode())
            found = re.search(r"(http://127\.0\.0\.1:\d+)/\?code=([0-9a-f]+)", line)
            if found:
                break
        if found is None:
            raise SystemExit(f"soc run printed no link: {log.read_text(errors='replace')}")
        # What it says later must be read, or it would wait for a reader.
        rest = threading.Thread(target=lambda: said.writelines(line.encode() for line in process.stderr), daemon=True)
        rest.start()
        try:
            yield found[1], found[2]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
            rest.join(5)


def with_ids(ask: Client) -> dict:
    """The document, with ids of what is there beside those that it allows."""
    document = ask.json("/openapi.json")
    incidents = [row["id"] for row in ask.json("/incidents?limit=5")["items"]]
    findings = [row["id"] for row in ask.json(f"/incidents/{incidents[0]}/findings?limit=3")["items"]]
    actions = [row["id"] for row in ask.json("/actions?limit=20")["items"]]
    approvals = [row["action"]["id"] for row in ask.json("/approvals?limit=5")["items"]]
    quarantined = [row["id"] for row in ask.json("/quarantine?limit=3")["items"]]
    known = {
        "incidents": incidents, "findings": findings, "actions": actions, "approvals": approvals,
        "quarantine": quarantined,
    }
    for path, item in document["paths"].items():
        ids = known.get(path.removeprefix("/api/v1/").split("/")[0])
        for operation in item.values():
            for parameter in operation.get("parameters", []) if ids else []:
                if parameter["in"] == "path":
                    parameter["schema"] = {"anyOf": [{"enum": ids}, parameter["schema"]]}
    return document


def fuzz(folder: Path, ask: Client, url: str, which: list[str], quietly: bool = False) -> int:
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", str(folder / "openapi.json"), "--url", url,
        "--checks", CHECKS, "--seed", SEED, "--max-examples", EXAMPLES,
        "--generation-database", "none", "--suppress-health-check", "all",
        "--request-timeout", "30", "--continue-on-failure", "--no-color", "--warnings", "off", *which,
    ]
    for name in ("Cookie", "Origin"):
        command += ["--header", f"{name}: {ask.headers[name]}"]
    for name in LEFT_OUT:
        command += ["--exclude-operation-id", name]
    out = subprocess.DEVNULL if quietly else None
    # In the folder, so that no configuration of somebody else's is found.
    return subprocess.run(command, cwd=folder, check=False, stdout=out, env=os.environ | {"PYTHONPATH": ""}).returncode


@contextlib.contextmanager
def broken() -> Iterator[str]:
    """A server that answers everything with 500."""

    class Failing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(500)
            self.send_header("content-type", "application/problem+json")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Failing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
