"""The records of the run: what EventBridge would put on the stream, and what the products know of it.

Real events come from the shared data where it is present; the rest is made by `soc inject`. Four are about resources
that exist in the emulated account. One of those is forged: its product has never heard of it.
"""

import copy
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from testbed.service import ACCOUNT, REGION

Json = dict[str, Any]
EVENT_FILES = ("eventbridge.jsonl", "guardduty-events.jsonl", "ocsf-events.jsonl")
ASFF_FILES = ("asff-controls.jsonl", "asff-products.jsonl")
DUPLICATES = 10


@dataclass
class Records:
    """`lines` go on the stream in this order; `known` is what GuardDuty and Security Hub answer when asked."""

    lines: list[bytes] = field(default_factory=list)
    guardduty: list[Json] = field(default_factory=list)
    asff: list[Json] = field(default_factory=list)
    ocsf: list[Json] = field(default_factory=list)
    real: int = 0

    def add(self, line: bytes, is_known: bool = True) -> None:
        self.lines.append(line)
        try:
            event = json.loads(line)
        except ValueError:
            return
        detail = event.get("detail") if isinstance(event, dict) else None
        if not is_known or not isinstance(detail, dict):
            return
        findings = [found for found in detail.get("findings") or [] if isinstance(found, dict)]
        match event.get("detail-type"):
            case "GuardDuty Finding" if {"id", "arn", "updatedAt"} <= detail.keys():
                self.guardduty.append(detail)
            case "Security Hub Findings - Imported":
                self.asff += [found for found in findings if {"ProductArn", "Id", "UpdatedAt"} <= found.keys()]
            case "Findings Imported V2":
                self.ocsf += [found for found in findings if "uid" in found.get("metadata", {})]


@dataclass
class Scene:
    """The resources of the emulated account that findings are about."""

    auto_user: str
    auto_key: str
    asked_user: str
    asked_key: str
    forged_user: str
    forged_key: str
    instance: str
    subnet: str
    vpc: str
    interface: str
    group: str


def records(soc: Path, shared: Path, scene: Scene, count: int) -> Records:
    """`count` records, the same for the same scene."""
    made = Records()
    for line in real_lines(shared, count // 2):
        made.add(line)
        made.real += 1
    for number, (user, key, is_known) in enumerate([
        (scene.auto_user, scene.auto_key, True),
        (scene.asked_user, scene.asked_key, True),
        (scene.forged_user, scene.forged_key, False),
    ]):
        event = about_key(generated(soc, 1, 900 + number, "UnauthorizedAccess:IAMUser/MaliciousIPCaller")[0],
                          user, key, f"198.51.100.{10 + number}")
        made.add(json.dumps(event).encode(), is_known)
    miner = generated(soc, 1, 950, "CryptoCurrency:EC2/BitcoinTool.B")[0]
    made.add(json.dumps(about_instance(miner, scene, "198.51.100.20")).encode())
    for event in generated(soc, count - len(made.lines) - DUPLICATES, 7):
        made.add(json.dumps(event).encode())
    made.lines += made.lines[-DUPLICATES:]
    return made


def real_lines(shared: Path, most: int) -> list[bytes]:
    """Events as they were published, and ASFF findings in the envelope that Security Hub gives them."""
    lines = [line for name in EVENT_FILES for line in read(shared / name)]
    for name in ASFF_FILES:
        for line in read(shared / name):
            finding = json.loads(line)
            lines.append(json.dumps({
                "version": "0", "id": f"00000000-0000-0000-0000-{len(lines):012}",
                "detail-type": "Security Hub Findings - Imported", "source": "aws.securityhub",
                "account": finding.get("AwsAccountId", ACCOUNT), "time": "2026-01-01T00:00:00Z", "region": REGION,
                "resources": [], "detail": {"findings": [finding]},
            }).encode())
    return lines[:most]


def read(path: Path) -> list[bytes]:
    return [line for line in path.read_bytes().splitlines() if line.strip()] if path.is_file() else []


def generated(soc: Path, count: int, seed: int, kind: str | None = None) -> list[Json]:
    command = [str(soc), "inject", "--count", str(count), "--seed", str(seed), "--out", "-"]
    printed = subprocess.run(command + (["--type", kind] if kind else []), check=True, capture_output=True).stdout
    return [json.loads(line) for line in printed.splitlines() if line.strip()]


def ours(event: Json, address: str) -> Json:
    """The same finding in our account, with its own address at the other end, so that it joins no other."""
    text = json.dumps(event).replace(event["account"], ACCOUNT)
    changed: Json = json.loads(text)
    action = changed["detail"]["service"]["action"]
    for call in action.values():
        if isinstance(call, dict) and "remoteIpDetails" in call:
            call["remoteIpDetails"]["ipAddressV4"] = address
    return changed


def about_key(event: Json, user: str, key: str, address: str) -> Json:
    changed = ours(event, address)
    details = changed["detail"]["resource"]["accessKeyDetails"]
    details |= {"accessKeyId": key, "userName": user, "principalId": f"AIDA{key[4:]}"}
    return changed


def about_instance(event: Json, scene: Scene, address: str) -> Json:
    changed = ours(event, address)
    details = changed["detail"]["resource"]["instanceDetails"]
    details["instanceId"] = scene.instance
    details.pop("iamInstanceProfile", None)
    face = copy.deepcopy(details["networkInterfaces"][0])
    face |= {"networkInterfaceId": scene.interface, "vpcId": scene.vpc, "subnetId": scene.subnet}
    face["securityGroups"] = [{"groupId": scene.group, "groupName": "workload"}]
    details["networkInterfaces"] = [face]
    return changed
