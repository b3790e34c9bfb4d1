#!/usr/bin/env bash
# Makes the virtual environment of scripts/requirements/NAME.txt and prints where it is: `bash scripts/environment.sh NAME`.
#
# Outside the checkout, so that a second clone finds it, and named after all that it is made from. It needs python3 with
# venv, and a package registry the first time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  printf 'environment.sh: %s\n' "$@" >&2
  exit 1
}

[ $# -eq 1 ] || fail "usage: scripts/environment.sh NAME"
requirements=scripts/requirements/$1.txt
[ -f "$requirements" ] || fail "$requirements does not exist"
command -v python3 >/dev/null || fail "python3 is not installed"

made_from=$(python3 -c 'import hashlib, sys
made_from = sys.version + sys.base_prefix + open(sys.argv[1], encoding="utf-8").read()
print(hashlib.sha256(made_from.encode()).hexdigest()[:16])' "$requirements")
environment=${XDG_CACHE_HOME:-$HOME/.cache}/ai-soc/venv/$1-$made_from
if [ ! -d "$environment" ]; then
  # It gets its name when it is whole: what was interrupted, or is being made by another run, is never used.
  making=$environment.making.$$
  mkdir -p "$(dirname "$environment")"
  trap 'rm -rf "$making"' EXIT
  printf 'making %s\n' "$environment" >&2
  python3 -m venv "$making" || fail "python3 cannot make a virtual environment; Debian has it in the package python3-venv"
  "$making/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
    --require-hashes --no-deps --requirement "$requirements" >&2 ||
    fail "cannot install $requirements: the first run needs a package registry"
  [ -d "$environment" ] || mv "$making" "$environment"
fi
printf '%s\n' "$environment"
