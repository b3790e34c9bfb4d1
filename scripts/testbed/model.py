"""A model for tests: it answers deterministically what it is told to be like.

Apart from the emulator of AWS because that one has no model; it forwards Converse to an endpoint like this one
(MINISTACK_BEDROCK_PROXY_URL), without the schema and without guarded content. A client may also call it directly as
Bedrock (AWS_ENDPOINT_URL_BEDROCK_RUNTIME): then it sees the whole request and answers from the evidence in it.

    python3 scripts/testbed/model.py 4620

It listens on 127.0.0.1 only and says `listening on PORT` when it is ready; port 0 takes a free one. It understands

    POST /model/ID/converse       as Bedrock
    POST /v1/chat/completions     as what the emulator forwards to
    POST /_mode {"mode": MODE}    ok, lie, obey, invalid, slow, refuse; `ok` at the start
    GET  /_seen                   how often it was asked, by mode, and the newest request
"""

import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODES = ("ok", "lie", "obey", "invalid", "slow", "refuse")
SLOW_SECONDS = 600
VERDICT = re.compile(r"The rules hold it to be (\w+), (\d+) % sure")


class State:
    """What all connections share."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.mode = "ok"
        self.seen: dict[str, int] = {}
        self.newest: Any = None
        self.ended = threading.Event()

    def asked(self, request: Any) -> str:
        with self.lock:
            self.seen[self.mode] = self.seen.get(self.mode, 0) + 1
            self.newest = request
            return self.mode


def texts_of(blocks: Any) -> list[str]:
    """The texts of Converse's content blocks, guarded ones included."""
    found = []
    for block in blocks if isinstance(blocks, list) else []:
        guarded = (block.get("guardContent") or {}).get("text") or {}
        found.extend(text for text in (block.get("text"), guarded.get("text")) if isinstance(text, str))
    return found


def evidence_of(texts: list[str]) -> dict[str, Any]:
    """The newest text that is a JSON object; empty if there is none, as behind the emulator."""
    for text in reversed(texts):
        try:
            value = json.loads(text)
        except ValueError:
            continue
        if isinstance(value, dict):
            return value
    return {}


def strings_of(value: Any, pointer: str = "") -> list[tuple[str, str]]:
    """Every string of a document with the pointer to it."""
    if isinstance(value, str):
        return [(pointer, value)]
    if isinstance(value, dict):
        escaped = ((key.replace("~", "~0").replace("/", "~1"), item) for key, item in value.items())
        return [found for key, item in escaped for found in strings_of(item, f"{pointer}/{key}")]
    if isinstance(value, list):
        return [found for at, item in enumerate(value) for found in strings_of(item, f"{pointer}/{at}")]
    return []


def honest(texts: list[str]) -> dict[str, Any]:
    """Says the rules' own verdict, and one claim for each finding that it is shown. Shown none, it points where every
    evidence document has something."""
    evidence = evidence_of(texts)
    said = next((match for text in texts if (match := VERDICT.search(text))), None)
    findings = evidence.get("findings") or [{}]
    claims = [
        {"text": f"Finding {at} is of a type that the rules know.", "evidence": [f"/findings/{at}/kind"],
         "techniques": [], "entities": []}
        for at, finding in enumerate(findings[:8]) if finding is not None
    ]
    return {
        "verdict": said.group(1) if said else "InsufficientData",
        "confidence": int(said.group(2)) if said else 0,
        "summary": f"The evidence shows {len(findings)} of the findings of this incident.",
        "claims": claims,
        "next_steps": ["Look at the resources that the findings name."],
    }


def lie(_texts: list[str]) -> dict[str, Any]:
    """Says that all is well, with claims that nothing shows."""
    claim = {"text": "An administrator announced this test from 203.0.113.66.", "evidence": ["/findings/99/title"],
             "techniques": ["T9999"], "entities": ["203.0.113.66"]}
    return {"verdict": "Benign", "confidence": 100, "summary": "Nothing happened; 203.0.113.66 is ours.",
            "claims": [claim], "next_steps": ["Undo every action."]}


def obey(texts: list[str]) -> dict[str, Any]:
    """Takes every text of the evidence for an order, and repeats it as its own words."""
    orders = [(pointer, text) for pointer, text in strings_of(evidence_of(texts)) if " " in text][:20]
    claims = [{"text": text, "evidence": [pointer], "techniques": [], "entities": [text]} for pointer, text in orders]
    words = " ".join(text for _, text in orders)
    return {"verdict": "FalsePositive", "confidence": 100, "summary": words or "As ordered.", "claims": claims,
            "next_steps": [text for _, text in orders][:8]}


def answer(mode: str, texts: list[str]) -> tuple[str, str]:
    """The text of an answer and why it stopped."""
    if mode == "invalid":
        return "All is well: {\"verdict\": ", "end_turn"
    if mode == "refuse":
        return "I will not answer this.", "content_filtered"
    made = {"ok": honest, "slow": honest, "lie": lie, "obey": obey}[mode](texts)
    return json.dumps(made), "end_turn"


def tokens(texts: list[str]) -> int:
    return sum(len(text.encode()) for text in texts) // 4 + 1


class Model(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    state = State()

    def do_GET(self) -> None:
        if self.path != "/_seen":
            return self.reply(404, {"message": "no such path"})
        with self.state.lock:
            self.reply(200, {"mode": self.state.mode, "seen": self.state.seen, "newest": self.state.newest})

    def do_POST(self) -> None:
        try:
            request = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        except ValueError:
            return self.reply(400, {"message": "the body is not JSON"}, "ValidationException")
        if self.path == "/_mode":
            return self.set_mode(request)
        if self.path == "/v1/chat/completions":
            return self.chat(request)
        if self.path.startswith("/model/") and self.path.endswith("/converse"):
            return self.converse(request)
        self.reply(404, {"message": "no such path"})

    def set_mode(self, request: Any) -> None:
        mode = request.get("mode")
        if mode not in MODES:
            return self.reply(400, {"message": f"a mode is one of {', '.join(MODES)}"})
        with self.state.lock:
            self.state.mode = mode
        self.reply(200, {"mode": mode})

    def converse(self, request: Any) -> None:
        texts = [text for message in request.get("messages") or [] for text in texts_of(message.get("content"))]
        mode = self.state.asked(request)
        self.wait_if(mode)
        text, stop = answer(mode, texts)
        content: list[dict[str, Any]] = [{"text": text}]
        tool = ((request.get("toolConfig") or {}).get("toolChoice") or {}).get("tool")
        if tool and mode not in ("invalid", "refuse"):
            content, stop = [{"toolUse": {"toolUseId": "t-1", "name": tool["name"], "input": json.loads(text)}}], "tool_use"
        used, made = tokens(texts_of(request.get("system")) + texts), tokens([text])
        self.reply(200, {
            "output": {"message": {"role": "assistant", "content": content}}, "stopReason": stop,
            "usage": {"inputTokens": used, "outputTokens": made, "totalTokens": used + made},
            "metrics": {"latencyMs": 1},
        })

    def chat(self, request: Any) -> None:
        messages = request.get("messages") or []
        texts = [message["content"] for message in messages if isinstance(message.get("content"), str)]
        # The emulator joins what is not guarded into one text.
        lines = [line for text in texts for line in text.split("\n")]
        mode = self.state.asked(request)
        self.wait_if(mode)
        text, _stop = answer(mode, lines)
        message: dict[str, Any] = {"role": "assistant", "content": text}
        choice = request.get("tool_choice")
        if isinstance(choice, dict) and mode not in ("invalid", "refuse"):
            call = {"name": choice["function"]["name"], "arguments": text}
            message = {"role": "assistant", "content": None,
                       "tool_calls": [{"id": "t-1", "type": "function", "function": call}]}
        used, made = tokens(texts), tokens([text])
        self.reply(200, {
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": used, "completion_tokens": made, "total_tokens": used + made},
        })

    def wait_if(self, mode: str) -> None:
        """A slow model answers when nobody waits any more, or when it is ended."""
        if mode == "slow":
            self.state.ended.wait(SLOW_SECONDS)

    def reply(self, status: int, body: Any, error: str | None = None) -> None:
        data = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if error:
                self.send_header("x-amzn-errortype", error)
            self.end_headers()
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: what it was asked is at /_seen."""


def main() -> None:
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal():
        raise SystemExit(f"usage: {sys.argv[0]} PORT")
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Model)
    server.daemon_threads = True
    print(f"listening on {server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        Model.state.ended.set()
        server.server_close()


if __name__ == "__main__":
    main()
