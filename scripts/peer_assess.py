"""What `instructions assess` does, by hand in Python with orjson: bytes to finding to assessment to bytes.

It reads only the shapes of benches/records.ndjson (GuardDuty's own events, controls of Security Hub in ASFF), and it
leaves out whatever those records do not have. So it does less than the Rust readers do; the comparison favours it.
"""

import base64
import datetime
import hashlib
import sys
import time
import tomllib

import orjson

SEVERITIES = ["Informational", "Low", "Medium", "High", "Critical"]
TACTICS = {"UnauthorizedAccess": "Initial Access", "Recon": "Reconnaissance", "Backdoor": "Command and Control"}
KNOWN_BAD = ("Backdoor", "CryptoCurrency", "Trojan")
ACTIVITIES = {"AWS_API_CALL": "ApiCall", "NETWORK_CONNECTION": "NetworkConnection", "PORT_PROBE": "PortProbe"}
RECORD_STATES = {"ACTIVE": "Active", "ARCHIVED": "Archived"}
WORKFLOW = {"NEW": "New", "NOTIFIED": "Notified", "SUPPRESSED": "Suppressed", "RESOLVED": "Resolved"}
COMPLIANCE = {"PASSED": "Passed", "FAILED": "Failed", "WARNING": "Warning", "NOT_AVAILABLE": "NotAvailable"}


def digest(parts):
    data = bytearray()
    for part in parts:
        data += len(part).to_bytes(8, "little")
        data += part
    return hashlib.sha256(data)


def finding_id(place, product, own):
    parts = ("fnd_", place["partition"], place["account"], place["region"], product, own)
    hashed = digest([part.encode() for part in parts]).digest()
    return "fnd_" + base64.b32encode(hashed).decode()[:26].lower()


def millis(text):
    moment = datetime.datetime.fromisoformat(text)
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def arn_parts(arn):
    parts = arn.split(":", 5)
    return parts if len(parts) == 6 and parts[0] == "arn" else None


def place_of(*sources):
    found = ["", "", ""]
    for source in sources:
        for at, part in enumerate(source):
            if not found[at] and part:
                found[at] = part
    return {"partition": found[0], "account": found[2], "region": found[1]}


def place_in(arn):
    parts = arn_parts(arn)
    return (parts[1], parts[3], parts[4]) if parts else ("", "", "")


def guardduty(event):
    raw = event["detail"]
    arn = raw["arn"]
    place = place_of(
        place_in(arn),
        (raw["partition"], raw["region"], raw["accountId"]),
        ("", event["region"], event["account"]),
    )
    own = arn.split("/finding/", 1)[1]
    service = raw["service"]
    score = raw["severity"]
    severity = SEVERITIES[1 if score < 4 else 2 if score < 7 else 3 if score < 9 else 4]
    finding = {
        "id": finding_id(place, "guardduty", own),
        "product": "guardduty",
        "product_id": own,
        "route": "Native",
        "place": place,
        "class": "Threat",
        "kind": raw["type"],
        "title": raw["title"],
        "description": raw["description"],
        "severity": severity,
        "first_seen": millis(service["eventFirstSeen"]),
        "last_seen": millis(service["eventLastSeen"]),
        "created_at": millis(raw["createdAt"]),
        "updated_at": millis(raw["updatedAt"]),
        "count": max(service["count"], 1),
        "record_state": "Archived" if service["archived"] else "Active",
        "workflow_status": "New",
        "resources": [],
    }
    resources(finding, raw["resource"])
    action(finding, service)
    role = {"TARGET": "Target", "ACTOR": "Actor"}.get(service["resourceRole"].upper())
    if role:
        finding["role"] = role
    return finding


def resources(finding, resource):
    place = finding["place"]
    instance = resource.get("instanceDetails")
    if instance:
        arn = f"arn:{place['partition']}:ec2:{place['region']}:{place['account']}:instance/{instance['instanceId']}"
        interfaces = []
        for raw in instance["networkInterfaces"]:
            interface = {
                "id": raw["networkInterfaceId"],
                "vpc_id": raw["vpcId"],
                "subnet_id": raw["subnetId"],
                "groups": [group["groupId"] for group in raw["securityGroups"]],
                "private_ip": raw["privateIpAddress"],
            }
            if raw.get("publicIp"):
                interface["public_ip"] = raw["publicIp"]
            interfaces.append(interface)
        finding["resources"].append({
            "arn": arn,
            "kind": "AwsEc2Instance",
            "id": instance["instanceId"],
            "place": place_of(place_in(arn)),
            "tags": {tag["key"]: tag["value"] for tag in instance["tags"]},
            "instance": {
                "profile_arn": instance["iamInstanceProfile"]["arn"],
                "image_id": instance["imageId"],
                "interfaces": interfaces,
            },
        })
    key = resource.get("accessKeyDetails")
    if key:
        arn = f"arn:{place['partition']}:iam::{place['account']}:access-key/{key['accessKeyId']}"
        at = place_of(place_in(arn), (place["partition"], place["region"], place["account"]))
        finding["resources"].append({"arn": arn, "kind": "AwsIamAccessKey", "id": key["accessKeyId"], "place": at})
        finding["principals"] = [{
            "kind": key["userType"],
            "name": key["userName"],
            "principal_id": key["principalId"],
            "access_key_id": key["accessKeyId"],
            "account": place["account"],
        }]


def action(finding, service):
    raw = service["action"]
    lists, observables = [], []

    def observe(kind, value):
        seen = {"kind": kind, "value": value}
        if value and seen not in observables:
            observables.append(seen)

    info = service.get("additionalInfo", {})
    infos = [info]
    if isinstance(info.get("value"), str):
        infos.append(orjson.loads(info["value"]))
    for one in infos:
        name = one.get("threatListName")
        if name and name not in lists:
            lists.append(name)
        observe("Threat", one.get("threatName"))
        observe("Domain", one.get("domain"))
    for details in service.get("evidence", {}).get("threatIntelligenceDetails", ()):
        if details["threatListName"] not in lists:
            lists.append(details["threatListName"])
        for threat in details["threatNames"]:
            observe("Threat", threat)
    remotes = []

    def remote(details, port):
        said = {"ip": details["ipAddressV4"]}
        if port:
            said["port"] = port
        said["country"] = details["country"]["countryName"]
        said["organization"] = details["organization"]["org"]
        if lists:
            said["threat_lists"] = lists
        if said not in remotes:
            remotes.append(said)

    call = raw.get("awsApiCallAction")
    if call:
        observe("UserAgent", call.get("userAgent"))
        remote(call["remoteIpDetails"], None)
        finding["api"] = {"service": call["serviceName"], "name": call["api"]}
    network = raw.get("networkConnectionAction")
    if network:
        remote(network["remoteIpDetails"], network["remotePortDetails"]["port"])
    if remotes:
        finding["remotes"] = remotes
    if observables:
        finding["observables"] = observables
    finding["activity"] = ACTIVITIES.get(raw["actionType"], "Other")


def control(event, raw):
    own, product_arn = raw["Id"], raw["ProductArn"]
    producer = arn_parts(product_arn)
    place = place_of(
        place_in(own),
        ("", raw["Region"], raw["AwsAccountId"]),
        (producer[1], producer[3], ""),
        ("", event["region"], event["account"]),
    )
    product = producer[5].rsplit("/", 1)[-1].lower()
    kind, generator = raw["Compliance"]["SecurityControlId"], raw["GeneratorId"]
    finding = {
        "id": finding_id(place, product, own),
        "product": product,
        "product_id": own,
        "route": "Asff",
        "place": place,
        "class": "Control",
        "kind": kind,
        "title": raw["Title"],
        "description": raw["Description"],
        "severity": raw["Severity"]["Label"].capitalize(),
        "first_seen": millis(raw["FirstObservedAt"]),
        "last_seen": millis(raw["LastObservedAt"]),
        "created_at": millis(raw["CreatedAt"]),
        "updated_at": millis(raw["UpdatedAt"]),
        "count": 1,
        "record_state": RECORD_STATES[raw["RecordState"]],
        "workflow_status": WORKFLOW[raw["Workflow"]["Status"]],
        "compliance": COMPLIANCE[raw["Compliance"]["Status"]],
        "resources": [],
    }
    if generator and generator != kind:
        finding["generator"] = generator
    for one in raw["Resources"]:
        arn = one["Id"]
        at = place_of(place_in(arn), (one["Partition"], one["Region"], place["account"]))
        resource = {"arn": arn, "kind": one["Type"], "id": arn_parts(arn)[5], "place": at}
        if one.get("Tags"):
            resource["tags"] = one["Tags"]
        finding["resources"].append(resource)
    return finding


def is_alarming(finding):
    return (
        finding["record_state"] == "Active"
        and finding.get("compliance") != "Passed"
        and finding["workflow_status"] in ("New", "Notified")
    )


def is_production(tags):
    for key, value in tags.items():
        value = value.strip().lower()
        if key.lower() in ("environment", "env", "stage") and value:
            if value.startswith(("prod", "prd")) or value == "live":
                return True
    return False


def assess(finding, policy, policy_sha256):
    weights, thresholds = policy["triage"]["weights"], policy["triage"]["thresholds"]
    alarming = is_alarming(finding)
    severity = finding["severity"] if alarming else "Informational"
    reasons = []

    def add(code, text, pointer, whole=False):
        citation = {"pointer": pointer} if whole else {"finding": finding["id"], "pointer": "/findings/0" + pointer}
        reasons.append({"code": code, "text": text, "weight": weights.get(code, 0), "citation": citation})

    add(severity.lower(), f"severity {severity}", "/severity", True)
    for at, resource in enumerate(finding["resources"]):
        if is_production(resource.get("tags", {})):
            add("production", "a resource is tagged as production", f"/resources/{at}/tags")
            break
    purpose, _, rest = finding["kind"].partition(":")
    family = rest.partition("/")[2].split("!")[0].split(".")[0] if rest else ""
    remotes = finding.get("remotes")
    if alarming and remotes and remotes[0].get("threat_lists"):
        add("threat_list", "the address at the other end is on a threat list", "/remotes/0/threat_lists")
    if alarming and finding.get("role") == "Actor":
        add("actor", "our own resource acted", "/role")
    if alarming and purpose in KNOWN_BAD and family:
        add("known_bad", "activity that has hardly any harmless reason", "/kind")
    if alarming and finding["count"] >= 10:
        add("repeated", f"seen {finding['count']} times", "/count")
    if alarming and family and (family in ("PortProbeUnprotectedPort", "Portscan") or family.endswith("BruteForce")):
        add("inbound_probe", "only knocking from outside", "/kind")
    if alarming and finding["class"] == "Control":
        add("posture", "a check of settings, not an attack", "/class")
    score = min(max(sum(reason["weight"] for reason in reasons), 0), 100)
    reasons.sort(key=lambda reason: -abs(reason["weight"]))
    priority = next((at for at in (1, 2, 3, 4) if score >= thresholds[f"p{at}"]), 5)
    if score >= thresholds["respond"] or severity == "Critical":
        route = "respond"
    else:
        route = "notify" if score >= thresholds["notify"] else "record"
    return {"score": score, "priority": priority, "route": route, "reasons": reasons, "policy_sha256": policy_sha256}


def handle(record, policy, policy_sha256):
    event = orjson.loads(record)
    if event["detail-type"] == "GuardDuty Finding":
        findings = [guardduty(event)]
    else:
        findings = [control(event, raw) for raw in event["detail"]["findings"]]
    out = []
    for finding in findings:
        out.append(orjson.dumps({"finding": finding, "assessment": assess(finding, policy, policy_sha256)}))
    return out


def main():
    what, file, policy_file, *rest = sys.argv[1:]
    with open(policy_file, "rb") as source:
        text = source.read()
    policy, policy_sha256 = tomllib.loads(text.decode()), digest([text]).hexdigest()
    with open(file, "rb") as source:
        records = [line for line in source.read().split(b"\n") if line]
    if what == "print":
        for record in records:
            for said in handle(record, policy, policy_sha256):
                print(said.decode())
        return
    rounds = int(rest[0])
    before = time.thread_time_ns()
    for _ in range(rounds):
        for record in records:
            handle(record, policy, policy_sha256)
    spent = time.thread_time_ns() - before
    print(f"{spent} ns of CPU for {rounds * len(records)} records")


main()
