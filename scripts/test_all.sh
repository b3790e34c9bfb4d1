#!/usr/bin/env bash
# The tests that need more than cargo: `bash scripts/test_all.sh [PART...]`. CI runs it. The parts:
#
#   workflow   the state machine on the embedded interpreter and on an emulator of Step Functions: equal traces
#   templates  cfn-lint, checkov and parliament over cloudformation/
#   adapters   the AWS adapters and the functions against the emulators: conformance, faults, actions
#   e2e        the documented deploy of the whole of it on the emulators, 200 records that go their way, every alarm, and
#              every command of the guide
#   dashboard  the dashboard's types, tests and size; its build, byte for byte what is committed
#   browser    the dashboard of a running `soc run` in chromium: keys, hostile text, axe, pictures in target/dashboard-shots,
#              Lighthouse
#   fuzz       the API of a running `soc run`, fuzzed from the OpenAPI document that it serves
#
# Only when it is named: browser-large, the browser's figures with 100,000 findings, which take minutes to make.
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

skipped() {
  printf 'SKIPPED: %s: %s\n' "$part" "$1"
}

# Installs the packages of a folder; without Node or a registry the part is left out.
has_packages() {
  local status=0
  bash scripts/node_modules.sh "$1" || status=$?
  case $status in
    0) return 0 ;;
    3) skipped "Node and a package registry are needed" && return 1 ;;
    *) exit "$status" ;;
  esac
}

dashboard() {
  has_packages dashboard || return 0
  printf 'node %s, npm %s\n' "$(node --version)" "$(npm --version)"
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  (
    cd dashboard
    npm run --silent check
    npm test --silent
    npm exec --offline -- vite build --outDir "$scratch/dist" --emptyOutDir --logLevel warn
    npm run --silent size
  )
  diff -r "$scratch/dist" dashboard/dist ||
    fail "dashboard/dist is not what its sources make: run \`npm run build\` in dashboard/ and commit it"
  printf 'dashboard/dist is what its sources make: %s files\n' "$(find dashboard/dist -type f | wc -l)"
  # The types of the API that are committed are those of the document that is committed.
  has_packages dashboard/codegen && (cd dashboard/codegen && npm run --silent check)
  rm -rf "$scratch"
  trap - EXIT
}

# A copy, because another build may take the program's place while it runs.
soc_program() {
  cargo build --locked -p soc-cli --profile "$1"
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  local built=$1
  [ "$built" != dev ] || built=debug
  cp "${CARGO_TARGET_DIR:-$root/target}/$built/soc" "$scratch/soc"
}

has_chromium() {
  if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    { apt-get update && apt-get install --yes --no-install-recommends chromium; } >/dev/null 2>&1 || true
  fi
  command -v chromium >/dev/null || { skipped "chromium is not installed and cannot be" && return 1; }
}

# One of the tests' own processes is this script's: a signal to it ends it, and it ends its servers.
in_browser() {
  (cd dashboard && exec env SOC_BINARY="$scratch/soc" CHROMIUM="$(command -v chromium)" "$@") &
  module=$!
  trap 'kill "$module" 2>/dev/null; wait "$module"; exit 1' INT TERM
  wait "$module"
  trap - INT TERM
}

browser() {
  has_packages dashboard && has_chromium || return 0
  soc_program dev
  in_browser node --test --test-reporter=spec --test-concurrency=1 test/browser/queue.test.mjs test/browser/trouble.test.mjs
  in_browser node --test-reporter=spec test/real/all.mjs
  if has_packages dashboard/lighthouse; then
    in_browser node lighthouse/run.mjs
  fi
  rm -rf "$scratch"
  trap - EXIT
}

browser_large() {
  has_packages dashboard && has_chromium || return 0
  soc_program release
  in_browser env SOC_TEST_LARGE=1 node --test-reporter=spec --test-name-pattern="100,000" test/real/all.mjs
  rm -rf "$scratch"
  trap - EXIT
}

fuzz() {
  python=$(bash scripts/environment.sh schemathesis)/bin/python
  soc_program dev
  python_module fuzz.run "$scratch/soc"
  rm -rf "$scratch"
  trap - EXIT
}

# What the emulators need, for the parts that have one.
prepare_emulators() {
  python=$(bash scripts/environment.sh ministack)/bin/python
  # By its module: the programs of an environment that was moved name the folder it was made in.
  SOC_MOTO_PYTHON=$(bash scripts/environment.sh moto)/bin/python
  export SOC_MOTO_PYTHON
}

command -v python3 >/dev/null ||
  fail "python3 is not installed; the emulators need it (SOC_SKIP_EMULATOR=1 leaves these tests out)"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "python3 is older than 3.10"

[ $# -gt 0 ] || set -- workflow templates adapters e2e dashboard browser fuzz
for part in "$@"; do
  start=$SECONDS
  printf '\n-- %s\n' "$part"
  case $part in
    workflow | templates | adapters | e2e)
      if [ "${SOC_SKIP_EMULATOR:-}" = 1 ]; then
        skipped "it needs an emulator (SOC_SKIP_EMULATOR=1)"
        continue
      fi
      prepare_emulators
      ;;
    dashboard | browser | browser-large | fuzz) ;;
    *) fail "there is no part \"$part\": workflow, templates, adapters, e2e, dashboard, browser, browser-large, fuzz" ;;
  esac
  "${part/-/_}"
  printf -- '-- %s: %ds\n' "$part" "$((SECONDS - start))"
done
printf 'all scripts passed in %ds\n' "$SECONDS"
