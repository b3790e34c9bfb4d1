#!/usr/bin/env bash
# Compares the CPU time of one finding with Python and orjson doing the same by hand: bytes to finding to assessment to
# bytes. First the outputs must be equal; then both are measured in turns, and of five rounds each the least counts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/results.sh
exec </dev/null

cache="${XDG_CACHE_HOME:-$HOME/.cache}/ai-soc"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"
venv="$cache/peers-$(sha256sum scripts/bench_peers.txt | cut -c1-12)"
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import orjson' 2>/dev/null; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
    -r scripts/bench_peers.txt
fi
cargo build --locked --release -p soc-local --example instructions
# Nothing measured here opens a connection; with these set, some runtimes read certificates at their start.
unset SSL_CERT_FILE SSL_CERT_DIR

policy="shared/soc-domain/src/policy/default.toml"
ours=("$CARGO_TARGET_DIR/release/examples/instructions")
theirs=("$venv/bin/python" scripts/peer_assess.py)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${ours[@]}" print benches/records.ndjson >"$folder/ours"
"${theirs[@]}" print benches/records.ndjson "$policy" >"$folder/theirs"
"$venv/bin/python" - "$folder/ours" "$folder/theirs" <<'PYTHON'
import sys

import orjson


# Tactics and techniques come from our catalogue of finding types; the program in Python is spared that.
def said(file):
    with open(file, "rb") as source:
        all_said = [orjson.loads(line) for line in source]
    for one in all_said:
        for name in ("tactics", "techniques"):
            one["finding"].pop(name, None)
    return all_said


ours, theirs = said(sys.argv[1]), said(sys.argv[2])
for at, pair in enumerate(zip(ours, theirs, strict=True)):
    if pair[0] != pair[1]:
        sys.exit(f"record {at} differs:\n{orjson.dumps(pair[0]).decode()}\n{orjson.dumps(pair[1]).decode()}")
print(f"outputs: {len(ours)} equal")
PYTHON

# nanoseconds_each PROGRAM...: CPU time of one finding
nanoseconds_each() { "$@" | awk '{ printf "%.0f\n", $1 / $6 }'; }

least_ours=
least_theirs=
for round in 1 2 3 4 5; do
  a=$(nanoseconds_each "${ours[@]}" assess benches/records.ndjson 2000)
  b=$(nanoseconds_each "${theirs[@]}" assess benches/records.ndjson "$policy" 500)
  echo "round $round: Rust $a ns, Python $b ns a finding"
  [ -z "$least_ours" ] || [ "$a" -lt "$least_ours" ] && least_ours=$a
  [ -z "$least_theirs" ] || [ "$b" -lt "$least_theirs" ] && least_theirs=$b
done
ratio=$(awk -v a="$least_ours" -v b="$least_theirs" 'BEGIN { printf "%.2f", a / b }')
version=$("$venv/bin/python" -c 'import platform, orjson; print(f"CPython {platform.python_version()}, orjson {orjson.__version__}")')
echo "CPU of one finding: Rust $least_ours ns, Python with orjson $least_theirs ns, ratio $ratio"
result_set peer_ratio "$ratio"
result_set peer_rust_us "$(awk -v n="$least_ours" 'BEGIN { printf "%.1f", n / 1000 }')"
result_set peer_python_us "$(awk -v n="$least_theirs" 'BEGIN { printf "%.1f", n / 1000 }')"
result_set peer_version "\"$version\""
bash scripts/performance_section.sh --write
if awk -v r="$ratio" 'BEGIN { exit !(r > 0.40) }'; then
  echo "more than 0.40 of Python's CPU time" >&2
  exit 1
fi
