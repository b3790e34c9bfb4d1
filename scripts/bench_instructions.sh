#!/usr/bin/env bash
# Counts the instructions of one finding under callgrind and compares them with benches/instructions.toml: more than 2 %
# above fails. `--update` writes what was counted instead. The count depends on the compiler and the C library, never on
# the machine's speed or load.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/results.sh
exec </dev/null

if ! command -v valgrind >/dev/null; then
  echo "instructions: skipped, valgrind is not installed"
  exit 0
fi

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/ai-soc/target}"
cargo build --locked --release -p soc-local --example instructions
program="$CARGO_TARGET_DIR/release/examples/instructions"
baseline="benches/instructions.toml"
records=$(grep -c . benches/records.ndjson)

# The same environment and the same addresses for every run, so that they differ in the rounds only.
fixed=(env -i)
command -v setarch >/dev/null && fixed=(setarch -R env -i)

# counted MODE ROUNDS
counted() {
  "${fixed[@]}" "$(command -v valgrind)" --tool=callgrind --callgrind-out-file=/dev/null \
    "$program" "$1" benches/records.ndjson "$2" 2>&1 | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# What it takes to start is in both runs, and goes.
each() {
  local few many
  few=$(counted "$1" 2)
  many=$(counted "$1" "$((2 + $2))")
  echo $(((many - few) / ($2 * records)))
}

known() { sed -n "s/^$1 = \([0-9]*\)$/\1/p" "$baseline"; }

failed=0
assess=$(each assess 20)
stages=$(each stages 12)
for mode in assess stages; do
  count=${!mode}
  if [ "${1:-}" = --update ]; then
    echo "instructions of a finding, $mode: $count"
    continue
  fi
  before=$(known "$mode")
  most=$((before + before / 50))
  echo "instructions of a finding, $mode: $count, before $before, at most $most"
  if [ "$count" -gt "$most" ]; then
    echo "  more than 2 % above the baseline; if that is meant, run scripts/bench_instructions.sh --update" >&2
    failed=1
  fi
done
if [ "${1:-}" = --update ]; then
  {
    echo "# Instructions of one finding, written by scripts/bench_instructions.sh --update."
    echo "assess = $assess"
    echo "stages = $stages"
  } >"$baseline"
  result_set instructions_assess "$assess"
  result_set instructions_stages "$stages"
fi
exit "$failed"
