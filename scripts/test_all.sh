#!/usr/bin/env bash
# The tests that need more than cargo: `bash scripts/test_all.sh`. CI runs it.
#
# Today: the workflow on the embedded interpreter and on an emulator of Step Functions give equal traces. It needs
# python3 (3.10 or newer, with venv), and a package registry the first time; after that it works offline. The
# emulator listens on 127.0.0.1 only. SOC_SKIP_EMULATOR=1 leaves it out, and says so. Besides the fixed scenarios there
# are 100 drawn from seed 1; SOC_TEST_WORKFLOWS and SOC_TEST_WORKFLOW_SEED ask for others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

requirements=scripts/requirements/ministack.txt

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# Outside the checkout, so that a second clone finds it, and named after all that it is made from.
environment_of() {
  local made_from
  made_from=$(python3 -c 'import hashlib, sys
made_from = sys.version + sys.base_prefix + open(sys.argv[1], encoding="utf-8").read()
print(hashlib.sha256(made_from.encode()).hexdigest()[:16])' "$1")
  printf '%s/ai-soc/venv/ministack-%s' "${XDG_CACHE_HOME:-$HOME/.cache}" "$made_from"
}

# It gets its name when it is whole: what was interrupted, or is being made by another run, is never used.
make_environment() {
  local environment=$1 making="$1.making.$$"
  mkdir -p "$(dirname "$environment")"
  trap 'rm -rf "$making"' EXIT
  python3 -m venv "$making" ||
    fail "python3 cannot make a virtual environment; Debian has it in the package python3-venv"
  "$making/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
    --require-hashes --only-binary :all: --no-deps --requirement "$requirements" ||
    fail "cannot install $requirements: the first run needs a package registry" \
      "(SOC_SKIP_EMULATOR=1 leaves this test out)"
  [ -d "$environment" ] || mv "$making" "$environment"
  rm -rf "$making"
  trap - EXIT
}

workflow() {
  command -v python3 >/dev/null ||
    fail "python3 is not installed; the emulator needs it (SOC_SKIP_EMULATOR=1 leaves this test out)"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "python3 is older than 3.10"
  local environment
  environment=$(environment_of "$requirements")
  if [ ! -d "$environment" ]; then
    printf 'making %s\n' "$environment"
    make_environment "$environment"
  fi

  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  cargo run --quiet --locked -p soc-local --example workflow_traces -- \
    "${SOC_TEST_WORKFLOW_SEED:-1}" "${SOC_TEST_WORKFLOWS:-100}" >"$scratch/traces.json"
  # In the background, so that a signal to this script is handed on at once; it ends its emulator then.
  "$environment/bin/python" -EB scripts/workflow/compare.py "$scratch/traces.json" statemachines/incident.asl.json &
  comparing=$!
  trap 'kill "$comparing" 2>/dev/null; wait "$comparing"; exit 1' INT TERM
  wait "$comparing"
}

if [ "${SOC_SKIP_EMULATOR:-}" = 1 ]; then
  printf 'SKIPPED: the workflow on the emulator (SOC_SKIP_EMULATOR=1)\n'
else
  workflow
fi
printf 'all scripts passed in %ds\n' "$SECONDS"
