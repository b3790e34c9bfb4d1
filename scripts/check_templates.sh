#!/usr/bin/env bash
# Asks the linters about the templates: `bash scripts/check_templates.sh`. cfn-lint and parliament must find nothing;
# checkov must find nothing but what a resource's own metadata skips with a reason.
#
# Our own promises are kept by tests/it/templates, offline; this needs python3, and a package registry the first time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

environment=$(bash scripts/environment.sh templates)
python="$environment/bin/python -EB"

$python "$environment/bin/cfn-lint" cloudformation/*.yaml
printf 'cfn-lint: nothing found\n'

# A script of an environment that was renamed still names the old one, so python is told to run it. Nothing is sent.
found=$(mktemp)
trap 'rm -f "$found"' EXIT
if ! $python "$environment/bin/checkov" --directory cloudformation --framework cloudformation --compact --quiet \
  --skip-download >"$found"; then
  cat "$found"
  exit 1
fi
printf 'checkov: nothing found but what is skipped with a reason\n'

$python scripts/templates/policies.py cloudformation
