#!/usr/bin/env bash
# The tests that need more than cargo: `bash scripts/test_all.sh [PART...]`. CI runs it. The parts:
#
#   workflow   the state machine on the embedded interpreter and on an emulator of Step Functions: equal traces
#   adapters   the AWS adapters against the emulators: conformance, faults, actions
#
# It needs python3 (3.10 or newer, with venv), and a package registry the first time; after that it works offline. All
# servers listen on 127.0.0.1 only, on ports that were free, and are ended by their ids. SOC_SKIP_EMULATOR=1 leaves
# everything out that needs one, and says so. Besides the fixed scenarios of the workflow there are 100 drawn from
# seed 1; SOC_TEST_WORKFLOWS and SOC_TEST_WORKFLOW_SEED ask for others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# Outside the checkout, so that a second clone finds it, and named after all that it is made from.
environment_of() {
  local made_from
  made_from=$(python3 -c 'import hashlib, sys
made_from = sys.version + sys.base_prefix + open(sys.argv[1], encoding="utf-8").read()
print(hashlib.sha256(made_from.encode()).hexdigest()[:16])' "$root/scripts/requirements/$1.txt")
  printf '%s/ai-soc/venv/%s-%s' "${XDG_CACHE_HOME:-$HOME/.cache}" "$1" "$made_from"
}

# It gets its name when it is whole: what was interrupted, or is being made by another run, is never used.
make_environment() {
  local name=$1 environment making
  environment=$(environment_of "$name")
  if [ -d "$environment" ]; then
    return
  fi
  printf 'making %s\n' "$environment"
  making="$environment.making.$$"
  mkdir -p "$(dirname "$environment")"
  trap 'rm -rf "$making"' EXIT
  python3 -m venv "$making" ||
    fail "python3 cannot make a virtual environment; Debian has it in the package python3-venv"
  "$making/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
    --require-hashes --only-binary :all: --no-deps --requirement "scripts/requirements/$name.txt" ||
    fail "cannot install scripts/requirements/$name.txt: the first run needs a package registry" \
      "(SOC_SKIP_EMULATOR=1 leaves out what needs it)"
  [ -d "$environment" ] || mv "$making" "$environment"
  rm -rf "$making"
  trap - EXIT
}

# Runs a module of scripts/ in the emulator's environment. In the background, so that a signal to this script is handed
# on at once; the module ends its servers then.
python_module() {
  (cd scripts && exec "$(environment_of ministack)/bin/python" -EBm "$@") &
  module=$!
  trap 'kill "$module" 2>/dev/null; wait "$module"; exit 1' INT TERM
  wait "$module"
  trap - INT TERM
}

workflow() {
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  cargo run --quiet --locked -p soc-local --example workflow_traces -- \
    "${SOC_TEST_WORKFLOW_SEED:-1}" "${SOC_TEST_WORKFLOWS:-100}" >"$scratch/traces.json"
  python_module workflow.compare "$scratch/traces.json" "$root/statemachines/incident.asl.json"
  rm -rf "$scratch"
  trap - EXIT
}

adapters() {
  python_module testbed.run cargo test --locked --manifest-path "$root/Cargo.toml" \
    -p soc-aws --all-features -p soc-respond -p soc-lambda
}

if [ "${SOC_SKIP_EMULATOR:-}" = 1 ]; then
  printf 'SKIPPED: %s (SOC_SKIP_EMULATOR=1)\n' "what needs an emulator"
  exit 0
fi
command -v python3 >/dev/null ||
  fail "python3 is not installed; the emulators need it (SOC_SKIP_EMULATOR=1 leaves these tests out)"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "python3 is older than 3.10"
make_environment ministack
make_environment moto
SOC_MOTO_SERVER="$(environment_of moto)/bin/moto_server"
export SOC_MOTO_SERVER

[ $# -gt 0 ] || set -- workflow adapters
for part in "$@"; do
  case $part in
    workflow | adapters) ;;
    *) fail "there is no part \"$part\": workflow, adapters" ;;
  esac
  start=$SECONDS
  printf '\n-- %s\n' "$part"
  "$part"
  printf -- '-- %s: %ds\n' "$part" "$((SECONDS - start))"
done
printf 'all scripts passed in %ds\n' "$SECONDS"
