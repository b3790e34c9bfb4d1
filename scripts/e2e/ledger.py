"""The audit chain of the deployed stack: whole, signed, and found out when somebody with every right to the tables cuts
off a tail together with its head.
"""

import json
import subprocess

from e2e.stack import NAME, Json, Stack, check, say
from testbed.service import ACCOUNT, REGION

BUCKET = f"{NAME}-ledger-{ACCOUNT}-{REGION}"


class Ledger:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.s3 = stack.emulator.client("s3", s3={"addressing_style": "path"})

    def play(self) -> None:
        roots = self.roots()
        check("signed roots after two sweeps of a day", len(roots), 1)
        found = self.stack.soc_json("audit", "verify")
        check("roots that were verified", found["roots"], 1)
        root = json.loads(self.s3.get_object(Bucket=BUCKET, Key=roots[0])["Body"].read())
        heads = root["anchor"]["heads"]
        # What was written after the root is not in it: a chain that has grown since is none to show this on.
        chain = next(
            head["chain"] for head in heads
            if head["chain"] != "soc" and head["count"] > 2 and head["count"] == len(self.rows(head["chain"]))
        )
        told = self.cut_off(chain)
        check("the chain that was cut off is named", f"chain {chain}" in told and "signed root" in told, True)
        told = self.written_again(roots[0], root)
        check("a root that was written again is named", "written" in told or "wrote it again" in told, True)
        say("ledger", f"{found['chains']} chains whole, the root of {len(heads)} signed; a tail cut off and a root "
            "written again are named")

    def roots(self) -> list[str]:
        return [found["Key"] for found in self.s3.list_objects_v2(Bucket=BUCKET, Prefix="roots/").get("Contents", [])]

    def rows(self, chain: str) -> list[Json]:
        found: list[Json] = self.stack.tables.query(
            TableName=f"{NAME}-ledger", KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"chain|{len(chain)}:{chain}"}},
        )["Items"]
        return found

    def cut_off(self, chain: str) -> str:
        """The last row and the head that knows it; what `soc audit verify` says then. Both are put back."""
        part = f"{len(chain)}:{chain}"
        rows = self.rows(chain)
        head_key = {"pk": {"S": f"head|{part}"}, "sk": {"S": "row"}}
        head = self.stack.tables.get_item(TableName=f"{NAME}-soc", Key=head_key)["Item"]
        before = json.loads(rows[-2]["doc"]["S"])
        forged = head | {"version": {"N": str(len(rows) - 1)}, "hash": {"S": before["hash"]}}
        last = {name: rows[-1][name] for name in ("pk", "sk")}
        self.stack.tables.delete_item(TableName=f"{NAME}-ledger", Key=last)
        self.stack.tables.put_item(TableName=f"{NAME}-soc", Item=forged)
        told = self.broken()
        self.stack.tables.put_item(TableName=f"{NAME}-ledger", Item=rows[-1])
        self.stack.tables.put_item(TableName=f"{NAME}-soc", Item=head)
        self.stack.soc_json("audit", "verify")
        return told

    def written_again(self, name: str, root: Json) -> str:
        """A root without its heads over the one that was signed. The lock keeps the first."""
        kept = self.s3.list_object_versions(Bucket=BUCKET, Prefix=name)["Versions"]
        root["anchor"]["heads"] = []
        self.s3.put_object(Bucket=BUCKET, Key=name, Body=json.dumps(root).encode())
        told = self.broken()
        after = self.s3.list_object_versions(Bucket=BUCKET, Prefix=name)["Versions"]
        check("versions of the root", len(after), len(kept) + 1)
        new = {one["VersionId"] for one in after} - {one["VersionId"] for one in kept}
        self.s3.delete_object(Bucket=BUCKET, Key=name, VersionId=new.pop())
        return told

    def broken(self) -> str:
        done = subprocess.run(
            [str(self.stack.soc), "audit", "verify", "--stack", NAME, "--region", REGION, "--output", "json"],
            env=self.stack.environment, capture_output=True, text=True, check=False,
        )
        check("a broken ledger is an error", done.returncode != 0, True)
        return done.stdout + done.stderr
