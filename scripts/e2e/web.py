"""The dashboard and the API as people reach them: the page from its bucket, a sign-in at the user pool, and every question
with its token. Whoever has none, or one that somebody made, gets 401; whoever comes past CloudFront gets nothing.

Apart from the run over the records because this is what a browser does. CloudFront of the emulator serves the bucket and
runs the function of the template, but calls no HTTP API; so the API is asked at its own address, with the secret that
CloudFront would show.
"""

import base64
import hashlib
import http.client
import json
import re
import secrets
import shutil
import urllib.parse
from dataclasses import dataclass
from typing import Any

from e2e.commands import commands
from e2e.stack import ENVIRONMENT, NAME, Json, Stack, check, say, until
from testbed.service import REGION

UPLOAD = "bash scripts/deploy_dashboard.sh "
GROUPS = {"viewer": "viewers", "analyst": "analysts", "approver": "approvers", "admin": "admins"}
PASSWORD = "Long-enough-for-1-pool"
TYPES = {
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml", "json": "application/json",
}
SECURITY = {
    "strict-transport-security": "max-age=31536000", "x-content-type-options": "nosniff", "x-frame-options": "DENY",
    "referrer-policy": "no-referrer", "content-security-policy": "require-trusted-types-for 'script'",
    "cross-origin-opener-policy": "same-origin",
}
BASE = "/api/v1"
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def encoded(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


class Web:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.s3 = stack.emulator.client("s3", s3={"addressing_style": "path"})
        self.pools = stack.emulator.client("cognito-idp")
        found = stack.emulator.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]["Outputs"]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in found}
        self.vault = stack.emulator.client("secretsmanager")
        self.secret = self.vault.get_secret_value(SecretId=f"{NAME}/origin")["SecretString"]
        self.tokens: dict[str, str] = {}

    def play(self) -> None:
        self.the_page_is_served()
        for role in GROUPS:
            self.tokens[role] = self.signed_in(role, GROUPS[role])
        self.people_read()
        self.nobody_else_gets_in()
        self.a_person_works_and_takes_it_back()
        self.an_approval_resumes_its_execution()
        self.many_at_once_and_what_is_not_the_stores()
        self.the_secret_is_replaced()

    # Requests

    def ask(self, host: str, method: str, path: str, headers: Json, body: bytes | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.stack.emulator.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers={"Host": host} | headers)
            answered = connection.getresponse()
            named = {name.lower(): value for name, value in answered.getheaders()}
            return Answer(answered.status, named, answered.read())
        finally:
            connection.close()

    def api(self, method: str, path: str, token: str | None, body: Any = None, **more: str) -> Answer:
        headers = {"x-origin-secret": self.secret} | {name.replace("_", "-"): value for name, value in more.items()}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        if method != "GET":
            headers["content-type"] = JSON
        host = f"{self.outputs['ApiId']}.execute-api.localhost:{self.stack.emulator.port}"
        sent = None if body is None else json.dumps(body).encode()
        return self.ask(host, method, BASE + path, headers, sent)

    def seen(self, role: str, path: str) -> Any:
        answer = self.api("GET", path, self.tokens[role])
        check(f"GET {path} as {role}: {answer.body[:300]!r}", answer.status, 200)
        return answer.json()

    def done(self, role: str, path: str, body: Any, status: int = 200) -> Any:
        answer = self.api("POST", path, self.tokens[role], body)
        check(f"POST {path} as {role}: {answer.body[:300]!r}", answer.status, status)
        return answer.json()

    # The page

    def the_page_is_served(self) -> None:
        command = next(one.text for one in commands(self.stack.root) if one.text.startswith(UPLOAD))
        self.stack.run("bash", "-c", command.replace("prod", ENVIRONMENT).replace("eu-central-1", REGION))
        bucket, folder = self.outputs["DashboardBucket"], self.stack.root / "dashboard/dist"
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        listed = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        found = sorted(item["Key"] for page in listed for item in page.get("Contents", []))
        check("the files in the bucket", found, sorted([*files, "config.json"]))
        for name in found:
            kept = self.s3.get_object(Bucket=bucket, Key=name)
            if name != "config.json":
                check(f"the bytes of {name}", kept["Body"].read() == (folder / name).read_bytes(), True)
            check(f"the type of {name}", kept["ContentType"], TYPES[name.rsplit(".", 1)[1]])
            wanted = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
            check(f"the caching of {name}", kept["CacheControl"], wanted)
        config = json.loads(self.s3.get_object(Bucket=bucket, Key="config.json")["Body"].read())
        pool = self.pools.describe_user_pool(UserPoolId=self.outputs["UserPoolId"])["UserPool"]
        issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{pool['Id']}"
        domain = f"{pool['Domain']}.auth.{REGION}.amazoncognito.com"
        check("config.json", config, {
            "form": "aws", "issuer": issuer, "client_id": self.outputs["ClientId"], "domain": domain,
        })
        say("page", f"{len(found)} files in {bucket}, byte for byte, with types and caching; {self.behind_cloudfront()}")

    def behind_cloudfront(self) -> str:
        """The distribution's own answers: page, view, script, and the headers that keep scripts out."""
        if shutil.which("node") is None:
            return "not asked through CloudFront: its function needs node"
        self.take_what_comes_without_tls()
        host = urllib.parse.urlsplit(self.outputs["DashboardUrl"]).netloc
        page = (self.stack.root / "dashboard/dist/index.html").read_bytes()

        def served(path: str, accept: str) -> Answer:
            return self.ask(host, "GET", path, {"x-forwarded-proto": "https", "accept": accept})

        for path in ("/", "/queue", "/incident/inc_a", "/entities/address/192.0.2.1"):
            answer = served(path, "text/html,*/*")
            check(f"{path} is the page", (answer.status, answer.body == page), (200, True))
            missing = {name for name, text in SECURITY.items() if text not in answer.headers.get(name, "")}
            check(f"security headers that {path} lacks", missing, set())
        script = next(re.finditer(r'src="(/assets/[^"]+\.js)"', page.decode())).group(1)
        for path in (script, "/config.json", "/theme.js"):
            check(f"{path} is no page", (served(path, "*/*").status, served(path, "*/*").body == page), (200, False))
        check("what is not there", served("/assets/none.js", "*/*").status in (403, 404), True)
        return "the same by CloudFront, with its headers"

    def take_what_comes_without_tls(self) -> None:
        """To the emulator's buckets its own CloudFront comes without TLS, which the bucket's policy denies to everybody."""
        bucket = self.outputs["DashboardBucket"]
        policy = json.loads(self.s3.get_bucket_policy(Bucket=bucket)["Policy"])
        kept = [one for one in policy["Statement"] if one["Sid"] != "TlsOnly"]
        check("what is denied without TLS", len(policy["Statement"]) - len(kept), 1)
        self.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy | {"Statement": kept}))

    # Signing in

    def signed_in(self, name: str, group: str) -> str:
        """An access token, the way of the page: code and PKCE. The emulator asks nobody for a second factor who has none
        registered; AWS lets them register one first, since the pool demands it."""
        pool, client = self.outputs["UserPoolId"], self.outputs["ClientId"]
        self.pools.admin_create_user(UserPoolId=pool, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
        self.pools.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)
        self.pools.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
        back, verifier = self.outputs["DashboardUrl"], secrets.token_urlsafe(48)
        asked = {
            "client_id": client, "redirect_uri": back, "response_type": "code", "scope": "openid", "state": "s",
            "code_challenge": encoded(hashlib.sha256(verifier.encode()).digest()), "code_challenge_method": "S256",
        }
        host = f"localhost:{self.stack.emulator.port}"
        form = self.ask(host, "GET", f"/oauth2/authorize?{urllib.parse.urlencode(asked)}", {})
        check("the form of the sign-in", (form.status, b"password" in form.body), (200, True))
        sent = self.post(host, "/login", asked | {"username": name, "password": PASSWORD})
        place = sent.headers.get("location", "")
        check("the way back to the page", (sent.status, place.startswith(back)), (302, True))
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(place).query)["code"][0]
        given = self.post(host, "/oauth2/token", {
            "grant_type": "authorization_code", "client_id": client, "code": code, "redirect_uri": back,
            "code_verifier": verifier,
        })
        check("the token", given.status, 200)
        return str(given.json()["access_token"])

    def post(self, host: str, path: str, form: Json) -> Answer:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.ask(host, "POST", path, kind, urllib.parse.urlencode(form).encode())

    # Reading

    def people_read(self) -> None:
        health = self.api("GET", "/health", None)
        check("health", (health.status, health.json()["status"]), (200, "ok"))
        check("every part is up", self.seen("viewer", "/health/detailed")["status"], "ok")
        config = self.seen("analyst", "/config")
        check("who I am", (config["form"], config["environment"], config["me"]["role"]), ("aws", NAME, "analyst"))
        page = self.seen("analyst", "/incidents?limit=200&merged=true")
        known = {found["id"] for found in self.stack.incidents()}
        rows = {row["id"] for row in page["items"]}
        while page["next"]:
            page = self.seen("analyst", f"/incidents?limit=200&merged=true&after={urllib.parse.quote(page['next'])}")
            rows |= {row["id"] for row in page["items"]}
        check("incidents", (rows, page["total"]), (known, len(known)))
        counts = self.seen("analyst", "/incidents/counts")
        check("counted and listed", counts["total"], self.seen("analyst", "/incidents")["total"])
        for path in ("", "/findings", "/timeline", "/evidence", "/graph", "/activity"):
            check(f"an incident{path}", bool(self.seen("viewer", f"/incidents/{self.some()['id']}{path}")), True)
        changes = self.api("GET", "/changes", self.tokens["viewer"])
        tag = changes.headers["etag"]
        same = self.api("GET", "/changes", self.tokens["viewer"], if_none_match=tag)
        check("nothing changed since", (same.status, same.body), (304, b""))
        for path in ("/actions", "/approvals", "/quarantine", "/metrics?window=all", "/attack?window=all", "/pipeline",
                     "/ledger", "/ledger/chains", "/suppressions", "/channels", "/export?format=csv", "/openapi.json"):
            check(f"GET {path}", self.api("GET", path, self.tokens["viewer"]).status, 200)
        arn = next(arn for row in self.seen("viewer", "/incidents?limit=200")["items"]
                   for arn in self.seen("viewer", f"/incidents/{row['id']}")["resource_arns"] if "/" in arn)
        entity = self.seen("viewer", f"/entities/resource/{urllib.parse.quote(arn, safe='')}")
        check("a resource with slashes in its name", entity["id"], arn)
        say("api", f"{len(known)} incidents by HTTP with a token of the pool; nothing new is 304")

    def some(self) -> Json:
        return dict(self.seen("viewer", "/incidents?limit=1")["items"][0])

    # Who gets in

    def nobody_else_gets_in(self) -> None:
        good = self.tokens["analyst"]
        head, claims, signature = good.split(".")
        said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        key = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        admin = encoded(said | {"cognito:groups": ["admins"]})
        other = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
        bad = {
            "no token": None,
            "a forged signature": f"{head}.{claims}.{other}",
            "other claims": f"{head}.{admin}.{signature}",
            "alg none": f"{encoded(key | {'alg': 'none'})}.{admin}.",
            "a token of another client": self.of_another_client(),
            "an unknown key": f"{encoded(key | {'kid': 'k'})}.{claims}.{signature}",
        }
        for what, token in bad.items():
            check(f"{what} at the HTTP API", self.api("GET", "/incidents", token).status, 401)
            found = self.behind_the_authoriser(token, self.secret)
            check(f"{what} behind it", (found["statusCode"], json.loads(found["body"])["code"]), (401, "unauthorized"))
        check("a good token behind it", self.behind_the_authoriser(good, self.secret)["statusCode"], 200)
        for what, shown in {"no secret": None, "another secret": "x" * 64}.items():
            found = self.behind_the_authoriser(good, shown)
            check(f"{what}, with a good token", (found["statusCode"], json.loads(found["body"])["code"]), (403, "forbidden"))
        past = self.ask(f"{self.outputs['ApiId']}.execute-api.localhost:{self.stack.emulator.port}", "GET",
                        f"{BASE}/incidents", {"authorization": f"Bearer {good}"})
        check("past CloudFront", past.status, 403)
        say("door", f"{', '.join(bad)}: 401 by the authoriser and by our own code; past CloudFront 403")

    def of_another_client(self) -> str:
        pool = self.outputs["UserPoolId"]
        flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        made = self.pools.create_user_pool_client(UserPoolId=pool, ClientName="other", ExplicitAuthFlows=flows)
        client = made["UserPoolClient"]["ClientId"]
        given = self.pools.admin_initiate_auth(
            UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "analyst", "PASSWORD": PASSWORD},
        )
        self.pools.delete_user_pool_client(UserPoolId=pool, ClientId=client)
        return str(given["AuthenticationResult"]["AccessToken"])

    def behind_the_authoriser(self, token: str | None, secret: str | None) -> Json:
        """What the function itself says, asked past the HTTP API: it believes no authoriser."""
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        headers |= {} if secret is None else {"x-origin-secret": secret}
        path = f"{BASE}/incidents"
        return self.stack.invoke("api", {
            "version": "2.0", "routeKey": "ANY /api/v1/{proxy+}", "rawPath": path, "rawQueryString": "limit=1",
            "headers": headers, "isBase64Encoded": False, "requestContext": {"http": {
                "method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "t",
            }},
        })

    # Changing

    def a_person_works_and_takes_it_back(self) -> None:
        row = self.some()
        name, before = row["id"], row["verdict"]
        wanted = "Benign" if before != "Benign" else "TruePositive"
        refused = self.api("POST", f"/incidents/{name}/verdict", self.tokens["viewer"], {"verdict": wanted})
        check("a viewer's verdict", (refused.status, refused.json()["code"]), (403, "forbidden"))
        changed = self.done("analyst", f"/incidents/{name}/verdict", {"verdict": wanted, "reason": "known scanner"})
        check("the verdict in the answer", changed["incident"]["verdict"], wanted)
        check("the verdict in the list", self.seen("viewer", f"/incidents/{name}")["verdict"], wanted)
        undone = self.done("analyst", f"/operations/{changed['operation']['id']}/undo", {})
        check("it is undone", undone["undone_at"] is not None, True)
        check("the verdict afterwards", self.seen("viewer", f"/incidents/{name}")["verdict"], before)
        entries = self.seen("viewer", f"/incidents/{name}/activity")["items"]
        mine = [entry for entry in entries if entry["actor"] == self.seen("analyst", "/config")["me"]["name"]]
        check("what the ledger has of it, at least", len(mine) >= 2, True)
        visits = self.seen("viewer", "/ledger?chain=soc&limit=200")["items"]
        denied = [entry for entry in visits if entry["what"] == "request_denied"]
        check("the denial is in the ledger", len(denied) >= 1, True)
        found = self.stack.soc_json("audit", "verify")
        say("change", f"{name} {before} -> {wanted} and back by HTTP; a viewer gets 403; {found['chains']} chains are whole")

    def an_approval_resumes_its_execution(self) -> None:
        waiting = self.seen("approver", "/approvals?state=Pending")["items"]
        asked = next(one for one in waiting if one["plan_sha256"] is not None)
        action, incident = asked["action"]["id"], asked["incident"]["id"]
        consent = {"plan_sha256": asked["plan_sha256"], "reason": "looks real"}
        for role in ("viewer", "analyst"):
            check(f"approved by a {role}", self.api("POST", f"/approvals/{action}/approve", self.tokens[role], consent).status, 403)
        stale = self.api("POST", f"/approvals/{action}/approve", self.tokens["approver"], {"plan_sha256": "0" * 64})
        check("another plan", (stale.status, stale.json()["code"]), (409, "stale_plan"))
        for role in ("approver", "admin")[:asked["missing"]]:
            self.done(role, f"/approvals/{action}/approve", consent)
        others = [one for one in waiting if one["incident"]["id"] == incident and one["action"]["id"] != action]
        for one in others:
            denial = {"plan_sha256": one["plan_sha256"], "reason": "not this one"}
            self.done("approver", f"/approvals/{one['action']['id']}/deny", denial)
        state = lambda: self.seen("viewer", f"/actions/{action}")["state"]
        until("the approved action", 60, lambda: state() not in ("Planned", "Intent"))
        until("its execution", 60, lambda: self.stack.incident(incident)["incident"]["stage"] == "Done")
        after = state()
        if after == "Done" and self.seen("viewer", f"/actions/{action}")["reversible"]:
            undone = self.done("approver", f"/actions/{action}/reverse", {"reason": "enough"}, 202)
            check("the action afterwards", (undone["state"], state()), ("Reversed", "Reversed"))
            after = "Done, then reversed"
        say("approval", f"{asked['action']['kind']} of {incident} approved by HTTP, its execution went on: {after}")

    def many_at_once_and_what_is_not_the_stores(self) -> None:
        # Those with short chains: of the others some must be as the signed root has them (e2e/ledger.py).
        some = [row["id"] for row in self.seen("viewer", "/incidents?severity=Informational,Low&limit=25")["items"]]
        check("enough for a bulk", len(some) > 2, True)
        bulk = {"ids": some, "change": {"kind": "assign", "assignee": "ana"}}
        without = self.api("POST", "/incidents/bulk", self.tokens["analyst"], bulk)
        check("a bulk without a key", without.status, 400)
        twice = [self.api("POST", "/incidents/bulk", self.tokens["analyst"], bulk, idempotency_key="all-at-once-1") for _ in "ab"]
        check("the bulk", [(one.status, one.json()["done"]) for one in twice], [(202, len(some))] * 2)
        check("it is one job", twice[0].json()["id"], twice[1].json()["id"])
        check("theirs now", self.seen("viewer", "/incidents?assignee=ana")["total"], len(some))
        self.done("analyst", f"/jobs/{twice[0].json()['id']}/undo", {}, 202)
        check("theirs afterwards", self.seen("viewer", "/incidents?assignee=ana")["total"], 0)
        self.what_can_be_read_alone_comes_in()
        refused = self.api("POST", "/channels/notices/test", self.tokens["approver"], {})
        check("an approver's test of a channel", refused.status, 403)
        before = self.told()
        check("a test of the channel", self.done("admin", "/channels/notices/test", {})["sent"], True)
        until("the test reaches people", 30, lambda: self.told() > before)
        say("more", f"{len(some)} incidents in one request, twice the same, and undone; one record of two came in after all; "
            "a channel was tested")

    def what_can_be_read_alone_comes_in(self) -> None:
        """One record in quarantine is of no format; the other is an element of a batch that is no finding of its product,
        and by itself it is something that is read."""
        kept = self.seen("viewer", "/quarantine")
        before = self.landed()
        states = {row["id"]: self.done("analyst", f"/quarantine/{row['id']}/replay", {})["state"] for row in kept["items"]}
        check("what became of them", sorted(states.values()), ["Read", "StillUnreadable"])
        check("what is left", self.seen("viewer", "/quarantine")["total"], kept["total"] - 1)
        until("the record that is read", 60, lambda: self.landed() == before + 1)

    def landed(self) -> int:
        found = self.stack.counts()
        return found["findings"] + found["events"]

    def told(self) -> int:
        asked = "ApproximateNumberOfMessages"
        found = self.stack.queues.get_queue_attributes(QueueUrl=self.stack.notices, AttributeNames=[asked])
        return int(found["Attributes"][asked])

    def the_secret_is_replaced(self) -> None:
        """The function reads it again when another one is shown, once a minute at most; nobody is locked out meanwhile."""
        old, self.secret = self.secret, secrets.token_hex(32)
        self.vault.put_secret_value(SecretId=f"{NAME}/origin", SecretString=self.secret)
        until("the new secret", 90, lambda: self.api("GET", "/config", self.tokens["viewer"]).status == 200)
        new, self.secret = self.secret, old
        check("the one before", self.api("GET", "/config", self.tokens["viewer"]).status, 200)
        self.secret = new
