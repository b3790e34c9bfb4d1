#!/usr/bin/env bash
# The tests that need more than cargo: `bash scripts/test_all.sh [PART...]`. CI runs it. The parts:
#
#   workflow   the state machine on the embedded interpreter and on an emulator of Step Functions: equal traces
#   templates  cfn-lint, checkov and parliament over cloudformation/
#   adapters   the AWS adapters and the functions against the emulators: conformance, faults, actions
#   e2e        the documented deploy of the whole of it on the emulators, 200 records that go their way, every alarm, and
#              every command of the guide
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

# Runs a module of scripts/ in the emulator's environment. In the background, so that a signal to this script is handed
# on at once; the module ends its servers then.
python_module() {
  (cd scripts && exec "$python" -EBm "$@") &
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

# One build for all that names an SDK: with other packages beside them, the SDK crates would get other features and be
# compiled again.
aws_build=(--locked --manifest-path "$root/Cargo.toml" --features soc-cli/aws)
for package in soc-aws soc-respond soc-lambda soc-cli ingest triage analyze remediate notify api sweep; do
  aws_build+=(-p "$package")
done

adapters() {
  cargo build --all-targets "${aws_build[@]}"
  python_module testbed.run cargo test --no-fail-fast "${aws_build[@]}"
}

templates() {
  bash scripts/check_templates.sh
}

# The zips that the emulator runs come from the same build as the tests; releases come from cargo-lambda.
e2e() {
  cargo build --all-targets "${aws_build[@]}"
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  local built=${CARGO_TARGET_DIR:-$root/target}/debug name
  for name in ingest triage analyze remediate notify api sweep; do
    strip -o "$scratch/bootstrap" "$built/$name"
    python3 scripts/pack.py "$scratch/bootstrap" "$scratch/$name.zip"
  done
  # A build without AWS may take its place while this runs.
  cp "$built/soc" "$scratch/soc"
  python_module e2e.run "$root" "$scratch/soc" "$scratch"
  rm -rf "$scratch"
  trap - EXIT
}

if [ "${SOC_SKIP_EMULATOR:-}" = 1 ]; then
  printf 'SKIPPED: %s (SOC_SKIP_EMULATOR=1)\n' "what needs an emulator"
  exit 0
fi
command -v python3 >/dev/null ||
  fail "python3 is not installed; the emulators need it (SOC_SKIP_EMULATOR=1 leaves these tests out)"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "python3 is older than 3.10"
python=$(bash scripts/environment.sh ministack)/bin/python
# By its module: the programs of an environment that was moved name the folder it was made in.
SOC_MOTO_PYTHON=$(bash scripts/environment.sh moto)/bin/python
export SOC_MOTO_PYTHON

[ $# -gt 0 ] || set -- workflow templates adapters e2e
for part in "$@"; do
  case $part in
    workflow | templates | adapters | e2e) ;;
    *) fail "there is no part \"$part\": workflow, templates, adapters, e2e" ;;
  esac
  start=$SECONDS
  printf '\n-- %s\n' "$part"
  "$part"
  printf -- '-- %s: %ds\n' "$part" "$((SECONDS - start))"
done
printf 'all scripts passed in %ds\n' "$SECONDS"
