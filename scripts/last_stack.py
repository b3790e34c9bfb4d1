"""Which stack was deployed last, and the soc command that looks at it.

Apart from the scripts that use it because the place and the form of the note are an agreement: deploy_lambdas.sh writes
it, and so does every script that is told another stack.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

BUILD = "cargo build --release -p soc-cli --features aws"
ROOT = Path(__file__).resolve().parent.parent


def note() -> Path:
    """The file with the last stack and region, in the user's state folder (XDG Base Directory Specification)."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "ai-soc" / "last-stack.json"


def recall() -> dict[str, str]:
    """What was noted; nothing if there is no note, or none that can be read."""
    try:
        noted = json.loads(note().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(noted, dict):
        return {}
    return {name: noted[name] for name in ("stack", "region") if isinstance(noted.get(name), str)}


def remember(stack: str, region: str) -> None:
    """Notes both for the next time. Where nothing can be written, the options must be given again."""
    try:
        note().parent.mkdir(parents=True, exist_ok=True)
        note().write_text(json.dumps({"stack": stack, "region": region}) + "\n", encoding="utf-8")
    except OSError as error:
        print(f"warning: cannot note the stack: {error}", file=sys.stderr)


def soc(given: str | None) -> str:
    """The soc command: the one that was named, one built here, or one that is installed."""
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    built = [str(target / profile / "soc") for profile in ("release", "debug")]
    found = next((path for path in [given, *built] if path and os.access(path, os.X_OK)), None)
    if given and found != given:
        raise SystemExit(f"error: there is no command {given}\nhint: build it with `{BUILD}`")
    found = found or shutil.which("soc")
    if not found:
        raise SystemExit(f"error: soc is not built\nhint: {BUILD}")
    return found


def options(description: str) -> argparse.ArgumentParser:
    """The options that all scripts have; what they do not know goes to soc."""
    noted = recall()
    parser = argparse.ArgumentParser(description=description, epilog="Other options go to soc as they are.")
    parser.add_argument("--stack", default=noted.get("stack"), help="the stack [default: the last one]")
    parser.add_argument("--region", default=noted.get("region"), help="its region [default: the last one]")
    parser.add_argument("--soc", metavar="PATH", help="the soc command [default: the one that was built here]")
    return parser


def run(command: list[str], given: argparse.Namespace, rest: list[str]) -> int:
    """Calls soc about the stack, notes the stack, and answers as soc does."""
    if not given.stack or not given.region:
        raise SystemExit(
            "error: no stack was deployed from here yet\n"
            "hint: name it with --stack and --region, or deploy with scripts/deploy_lambdas.sh"
        )
    program = soc(given.soc)
    remember(given.stack, given.region)
    place = ["--stack", given.stack, "--region", given.region]
    return subprocess.run([program, *command, *place, *rest], check=False).returncode
