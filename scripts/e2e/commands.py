"""Every command of the guide and of the runbooks, and what the end-to-end run does with it.

    python -m e2e.commands ROOT

names each command that nobody runs and nobody excuses, and each entry below that no document has any more. It needs no
emulator, so `cargo test` asks it too (tests/it/scripts.rs). e2e/guide.py runs the commands.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("aws", "bash", "cargo", "curl", "python3", "soc")
DOCUMENTS = ("docs/deployment.md", "docs/runbooks")

# What the deploy of the run is held to (e2e/deploy.py), and what the guide's part of it runs (e2e/guide.py).
DEPLOY, RUN = "deploy", "run"

# How a command begins, and what becomes of it. Any other word is why it cannot be run here.
KNOWN = {
    "aws --version": RUN,
    "bash scripts/deploy_lambdas.sh prod": DEPLOY,
    "aws cloudformation deploy ": DEPLOY,
    "bash scripts/deploy_dashboard.sh ": RUN,
    "AWS_ENDPOINT_URL=http://127.0.0.1:4566 bash scripts/deploy_lambdas.sh dev": DEPLOY,
    "python3 scripts/verify_infrastructure.py ": RUN,
    "python3 scripts/inject_test_events.py ": RUN,
    "aws cognito-idp admin-create-user ": RUN,
    "aws cognito-idp admin-add-user-to-group ": RUN,
    "aws cognito-idp admin-disable-user ": RUN,
    "aws cognito-idp admin-user-global-sign-out ": RUN,
    "aws cloudformation describe-stacks ": RUN,
    "aws events list-rules ": RUN,
    "aws lambda list-event-source-mappings ": RUN,
    "curl https://YOUR-DASHBOARD/api/v1/health": RUN,
    "for function in ": RUN,
    "aws events disable-rule ": RUN,
    "aws events enable-rule ": RUN,
    "aws s3 cp policy.toml ": RUN,
    "aws s3 cp s3://": RUN,
    "aws s3 ls ": RUN,
    "aws secretsmanager put-secret-value ": RUN,
    "aws sqs receive-message ": RUN,
    "aws sqs purge-queue ": RUN,
    "aws stepfunctions get-execution-history ": RUN,
    "aws cloudformation delete-stack ": RUN,
    "soc audit verify ": RUN,
    "soc policy check ": RUN,
    "aws cloudformation create-stack-set ": "the emulator has no stack sets; it deploys the same template as a stack",
    "aws cloudformation create-stack-instances ": "the emulator has no stack sets and no organisation",
    "aws cloudformation continue-update-rollback ": "a stack cannot be brought to UPDATE_ROLLBACK_FAILED on purpose",
    "aws events start-replay ": "the emulator has archives, but refuses the template that makes ours",
    "aws stepfunctions redrive-execution ": "the emulator does not know the operation",
    "bash scripts/check_templates.sh": "the part `templates` of scripts/test_all.sh is this command",
    "cargo build --release -p soc-cli --features aws": "scripts/test_all.sh builds the same program, not optimised",
}


@dataclass(frozen=True)
class Command:
    document: str
    text: str

    def entry(self) -> str | None:
        """The longest known beginning."""
        return max((begin for begin in KNOWN if self.text.startswith(begin)), key=len, default=None)


def commands(root: Path) -> list[Command]:
    """In the order of the documents: the lines of code blocks, and what stands in backticks and begins like a command."""
    found = []
    for name in DOCUMENTS:
        path = root / name
        for document in sorted(path.glob("*.md")) if path.is_dir() else [path]:
            text = document.read_text(encoding="utf-8")
            found += [Command(str(document.relative_to(root)), one) for one in commands_of(text)]
    return found


def commands_of(text: str) -> list[str]:
    block = re.compile(r"^ *```sh\n(.*?)^ *```", re.S | re.M)
    found = []
    for shell in block.findall(text):
        found += whole_commands(shell)
    for quoted in re.findall(r"`([^`]+)`", block.sub("", text)):
        words = quoted.split()
        program = next((word for word in words if "=" not in word), "")
        if program in PROGRAMS and len(words) > 1:
            found.append(" ".join(words))
    return found


def whole_commands(shell: str) -> list[str]:
    """One a line, but a loop is one command."""
    found: list[str] = []
    inside = False
    for line in shell.splitlines():
        if inside:
            found[-1] += f"\n{line.strip()}"
            inside = line.strip() != "done"
        elif line.strip():
            found.append(line.strip())
            inside = line.strip().startswith("for ")
    return found


def faults(all_commands: list[Command]) -> list[str]:
    unknown = [one for one in all_commands if one.entry() is None]
    stale = set(KNOWN) - {one.entry() for one in all_commands}
    named = [f"{one.document}: nobody runs {one.text!r}, and nobody says why" for one in unknown]
    return named + [f"scripts/e2e/commands.py: no document has a command {begin!r}" for begin in sorted(stale)]


def main() -> int:
    found = faults(commands(Path(sys.argv[1])))
    print("\n".join(found) if found else "every command is run or excused")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
