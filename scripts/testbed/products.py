#!/usr/bin/env python3
"""GuardDuty and Security Hub on the wire, as far as ai-soc speaks with them: for tests, on 127.0.0.1 only.

Neither emulator has the two products. This one is our own and is seeded apart from the stream, so that a forged
finding on the stream is not in it. Usage: products.py PORT (0: a free one, printed as `listening on PORT`).

Seed and look: POST /_seed {"guardduty": [...], "asff": [...], "ocsf": [...]}, POST /_forget {"since": TIME}, GET /_state, GET /_calls, POST /_reset,
POST /_fault {"operation": "GetFindings", "status": 429, "code": "ThrottlingException", "times": 1}; operations of
Security Hub are named `Hub...` there (`HubGetFindings`, `HubBatchUpdateFindings`, `HubGetFindingsV2`, ...).
"""

import copy
import datetime
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DETECTOR = "12abc34d567e8fa901bc2d34e56789f0"
ACCOUNT, REGION = "123456789012", "us-east-1"


class Refused(Exception):
    """An error that the service answers."""

    def __init__(self, status, code, message=""):
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


class Products:
    """What both products have."""

    def __init__(self):
        self.lock = threading.RLock()
        self.reset()

    def reset(self):
        with self.lock:
            self.guardduty, self.asff, self.ocsf = {}, {}, {}
            self.feedback, self.calls, self.faults = {}, [], []
            self.detectors = [DETECTOR]

    def seed(self, body):
        with self.lock:
            for finding in body.get("guardduty", []):
                self.guardduty[finding["id"]] = finding
            for finding in body.get("asff", []):
                self.asff[(finding["ProductArn"], finding["Id"])] = finding
            for finding in body.get("ocsf", []):
                self.ocsf[finding["metadata"]["uid"]] = finding
            if "detectors" in body:
                self.detectors = body["detectors"]

    def forget(self, body):
        """Forgets what was updated since, for a test that lists all of it."""
        since = millis(body["since"])
        with self.lock:
            self.guardduty = {key: one for key, one in self.guardduty.items() if millis(one["updatedAt"]) < since}

    def state(self):
        with self.lock:
            state = {"guardduty": list(self.guardduty.values()), "asff": list(self.asff.values())}
            state.update(ocsf=list(self.ocsf.values()), feedback=self.feedback)
            return copy.deepcopy(state)

    # GuardDuty

    def detector(self, given):
        if given not in self.detectors:
            raise Refused(400, "BadRequestException", "no such detector")

    def create_detector(self, _body):
        return {"detectorId": self.detectors[0]}

    def list_detectors(self, _body):
        return {"detectorIds": self.detectors}

    def get_detector(self, _body, detector):
        self.detector(detector)
        return {"status": "ENABLED", "serviceRole": "", "createdAt": "2026-01-01T00:00:00.000Z"}

    def get_findings(self, body, detector):
        self.detector(detector)
        ids = body.get("findingIds", [])
        if not ids or len(ids) > 50:
            raise Refused(400, "BadRequestException", "findingIds")
        return {"findings": [self.guardduty[one] for one in ids if one in self.guardduty]}

    def list_findings(self, body, detector):
        self.detector(detector)
        wanted = body.get("findingCriteria", {}).get("criterion", {}).get("updatedAt", {})
        since = wanted.get("greaterThanOrEqual", wanted.get("gte", 0))
        found = [one for one in self.guardduty.values() if millis(one["updatedAt"]) >= since]
        found.sort(key=lambda one: (millis(one["updatedAt"]), one["id"]))
        page, token = cut(found, body.get("maxResults", 50), body.get("nextToken"))
        return {"findingIds": [one["id"] for one in page], "nextToken": token or ""}

    def archive(self, body, detector):
        self.detector(detector)
        for one in self.known(body):
            self.guardduty[one].setdefault("service", {})["archived"] = True
        return {}

    def give_feedback(self, body, detector):
        self.detector(detector)
        for one in self.known(body):
            self.feedback[one] = {"feedback": body["feedback"], "comments": body.get("comments")}
        return {}

    def known(self, body):
        ids = body.get("findingIds", [])
        if not ids or any(one not in self.guardduty for one in ids):
            raise Refused(400, "BadRequestException", "no such finding")
        return ids

    def create_samples(self, body, detector):
        self.detector(detector)
        for kind in body.get("findingTypes") or ["Recon:EC2/PortProbeUnprotectedPort"]:
            finding = sample(kind, detector)
            self.guardduty[finding["id"]] = finding
        return {}

    # Security Hub

    def hub_describe(self, _body):
        return {"HubArn": "arn:aws:securityhub:us-east-1:123456789012:hub/default", "AutoEnableControls": True}

    def hub_get(self, body):
        found = [one for one in self.asff.values() if matches_asff(one, body.get("Filters", {}))]
        found.sort(key=lambda one: (one["UpdatedAt"], one["Id"]))
        page, token = cut(found, body.get("MaxResults", 100), body.get("NextToken"))
        return with_token({"Findings": page}, token)

    def hub_import(self, body):
        failed = []
        for finding in body["Findings"]:
            missing = [key for key in ("Id", "ProductArn", "GeneratorId", "AwsAccountId", "Resources", "Title",
                                       "Description", "CreatedAt", "UpdatedAt", "SchemaVersion")
                       if not finding.get(key)]
            if missing:
                failed.append({"Id": finding.get("Id", ""), "ErrorCode": "InvalidInput",
                               "ErrorMessage": "missing " + missing[0]})
                continue
            self.asff[(finding["ProductArn"], finding["Id"])] = finding
        good = len(body["Findings"]) - len(failed)
        return {"FailedCount": len(failed), "SuccessCount": good, "FailedFindings": failed}

    def hub_update(self, body):
        done, failed = [], []
        for name in body["FindingIdentifiers"]:
            finding = self.asff.get((name["ProductArn"], name["Id"]))
            if finding is None:
                failed.append({"FindingIdentifier": name, "ErrorCode": "FindingNotFound", "ErrorMessage": "not found"})
                continue
            if "Note" in body:
                if len(body["Note"]["Text"]) > 512:
                    raise Refused(400, "InvalidInputException", "Note.Text")
                finding["Note"] = {**body["Note"], "UpdatedAt": now()}
            if "Workflow" in body:
                finding["Workflow"] = body["Workflow"]
            for key in ("VerificationState", "UserDefinedFields", "Severity"):
                if key in body:
                    finding[key] = body[key]
            done.append(name)
        return {"ProcessedFindings": done, "UnprocessedFindings": failed}

    def hub_get_v2(self, body):
        found = [one for one in self.ocsf.values() if matches_ocsf(one, body.get("Filters", {}))]
        found.sort(key=lambda one: one["metadata"]["uid"])
        page, token = cut(found, body.get("MaxResults", 100), body.get("NextToken"))
        return with_token({"Findings": page}, token)

    def hub_update_v2(self, body):
        done, failed = [], []
        for uid in body.get("MetadataUids", []):
            finding = self.ocsf.get(uid)
            if finding is None:
                failed.append({"MetadataUid": uid, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": ""})
                continue
            if "Comment" in body:
                finding["comment"] = body["Comment"]
            if "StatusId" in body:
                finding["status_id"] = body["StatusId"]
            done.append({"MetadataUid": uid})
        return {"ProcessedFindings": done, "UnprocessedFindings": failed}


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def millis(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def cut(found, most, token):
    start = int(token or 0)
    end = start + most
    return found[start:end], str(end) if end < len(found) else None


def with_token(answer, token):
    return {**answer, "NextToken": token} if token else answer


def compare(value, wanted):
    compared, text = wanted.get("Comparison", "EQUALS"), wanted.get("Value", "")
    if compared == "EQUALS":
        return value == text
    if compared == "PREFIX":
        return value.startswith(text)
    raise Refused(400, "InvalidInputException", "comparison " + compared)


def within(text, wanted):
    if "Start" not in wanted or "End" not in wanted:
        raise Refused(400, "InvalidInputException", "a date filter has a start and an end")
    return millis(wanted["Start"]) <= millis(text) <= millis(wanted["End"])


def matches_asff(finding, filters):
    for key, wanted in filters.items():
        if key == "UpdatedAt":
            good = any(within(finding["UpdatedAt"], one) for one in wanted)
        elif key in ("Id", "AwsAccountId", "ProductArn", "Region"):
            good = any(compare(finding.get(key, ""), one) for one in wanted)
        else:
            raise Refused(400, "InvalidInputException", "filter " + key)
        if not good:
            return False
    return True


def matches_ocsf(finding, filters):
    def at(path):
        value = finding
        for part in path.split("."):
            value = value.get(part, {}) if isinstance(value, dict) else {}
        return value

    for composite in filters.get("CompositeFilters", []):
        for one in composite.get("StringFilters", []):
            if not compare(at(one["FieldName"]), one["Filter"]):
                return False
        for one in composite.get("DateFilters", []):
            value = at(one["FieldName"]) or at("finding_info.modified_time")
            text = value if isinstance(value, str) else datetime.datetime.fromtimestamp(
                value / 1000, datetime.timezone.utc).isoformat()
            if not within(text, one["Filter"]):
                return False
    return True


def sample(kind, detector):
    own = "%032x" % abs(hash(kind))
    at = now()
    return {
        "accountId": ACCOUNT, "arn": f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/{detector}/finding/{own}",
        "createdAt": at, "updatedAt": at, "id": own, "partition": "aws", "region": REGION, "schemaVersion": "2.0",
        "severity": 5, "title": f"[SAMPLE] {kind}", "description": "A sample.", "type": kind,
        "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": "i-99999999"}},
        "service": {"archived": False, "count": 1, "detectorId": detector, "serviceName": "guardduty",
                    "eventFirstSeen": at, "eventLastSeen": at, "resourceRole": "TARGET",
                    "additionalInfo": {"value": "{\"sample\":true}", "type": "default"}},
    }


# Method, path, name, and what answers. Groups of the path are handed on.
ROUTES = [
    ("POST", r"/detector", "CreateDetector", "create_detector"),
    ("GET", r"/detector", "ListDetectors", "list_detectors"),
    ("GET", r"/detector/([^/]+)", "GetDetector", "get_detector"),
    ("POST", r"/detector/([^/]+)/findings/get", "GetFindings", "get_findings"),
    ("POST", r"/detector/([^/]+)/findings", "ListFindings", "list_findings"),
    ("POST", r"/detector/([^/]+)/findings/archive", "ArchiveFindings", "archive"),
    ("POST", r"/detector/([^/]+)/findings/feedback", "UpdateFindingsFeedback", "give_feedback"),
    ("POST", r"/detector/([^/]+)/findings/create", "CreateSampleFindings", "create_samples"),
    ("GET", r"/accounts", "HubDescribeHub", "hub_describe"),
    ("POST", r"/findings", "HubGetFindings", "hub_get"),
    ("POST", r"/findings/import", "HubBatchImportFindings", "hub_import"),
    ("PATCH", r"/findings/batchupdate", "HubBatchUpdateFindings", "hub_update"),
    ("POST", r"/findingsv2", "HubGetFindingsV2", "hub_get_v2"),
    ("PATCH", r"/findingsv2/batchupdatev2", "HubBatchUpdateFindingsV2", "hub_update_v2"),
]
PRODUCTS = Products()


def answer(method, path, body):
    """The status, headers and body of an answer."""
    control = {("POST", "/_seed"): PRODUCTS.seed, ("POST", "/_forget"): PRODUCTS.forget, ("POST", "/_reset"): lambda _body: PRODUCTS.reset(),
               ("POST", "/_fault"): PRODUCTS.faults.append}.get((method, path))
    if control:
        control(body)
        return 200, {}, {}
    if path == "/_state":
        return 200, {}, PRODUCTS.state()
    if path == "/_calls":
        return 200, {}, copy.deepcopy(PRODUCTS.calls)
    for wanted, pattern, name, handler in ROUTES:
        match = re.fullmatch(pattern, path)
        if wanted != method or not match:
            continue
        PRODUCTS.calls.append({"operation": name, "path": path, "body": body})
        for fault in PRODUCTS.faults:
            if fault["operation"] == name and fault.setdefault("times", 1) > 0:
                fault["times"] -= 1
                raise Refused(fault["status"], fault["code"])
        return 200, {}, getattr(PRODUCTS, handler)(body, *match.groups())
    raise Refused(404, "UnknownOperationException", path)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def handle_any(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            with PRODUCTS.lock:
                status, headers, body = answer(self.command, self.path.split("?")[0], json.loads(raw or b"{}"))
        except Refused as refused:
            status, headers = refused.status, {"x-amzn-ErrorType": refused.code}
            body = {"message": refused.message, "__type": refused.code}
        except (KeyError, TypeError, ValueError) as error:
            status, headers = 400, {"x-amzn-ErrorType": "ValidationException"}
            body = {"message": repr(error)}
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(data)),
                            "x-amzn-RequestId": "00000000-0000-0000-0000-000000000000"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = handle_any

    def log_message(self, *_):
        """Findings are not for logs."""


def main():
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
    server.daemon_threads = True
    print(f"listening on {server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
