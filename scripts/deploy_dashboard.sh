#!/usr/bin/env bash
# Puts the dashboard of this checkout into the bucket of a deployed stack: `bash scripts/deploy_dashboard.sh ENV REGION`.
# It builds nothing: dashboard/dist is what is uploaded, and config.json, made from the stack's outputs, which tells the page
# how people sign in.
#
#   --parameters FILE     take the stack's name from here (cloudformation/parameters/ENV.json)
#
# It needs the AWS CLI, version 2 (SOC_AWS_CLI names another `aws`), and python3. AWS_ENDPOINT_URL leads to an emulator.
#
# The names of assets hold a hash of their content: a browser keeps them for good, and those of earlier releases stay for
# pages that are open. Everything else is asked for each time, and the page goes last, when all that it names is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dist=dashboard/dist
aws=${SOC_AWS_CLI:-aws}
forever="public, max-age=31536000, immutable"
each_time="no-cache"

fail() {
  printf 'deploy_dashboard.sh: %s\n' "$@" >&2
  exit 1
}

usage() {
  fail "usage: scripts/deploy_dashboard.sh ENV REGION [--parameters FILE]"
}

# The CLI of Debian 12 does not read AWS_ENDPOINT_URL, so it is always told.
call() {
  "$aws" ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} --region "$region" --output text "$@"
}

# The list is fetched once: each line is a name, a tab, a value.
output() {
  local found
  found=$(awk -F '\t' -v name="$1" '$1 == name { print $2 }' <<<"$outputs")
  [ -n "$found" ] || fail "the stack $stack has no output $1; deploy this release first"
  printf '%s' "$found"
}

media_type() {
  case $1 in
    *.html) printf 'text/html; charset=utf-8' ;;
    *.js) printf 'text/javascript; charset=utf-8' ;;
    *.css) printf 'text/css; charset=utf-8' ;;
    *.svg) printf 'image/svg+xml' ;;
    *.json | *.map) printf 'application/json' ;;
    *.webmanifest) printf 'application/manifest+json' ;;
    *.png) printf 'image/png' ;;
    *.ico) printf 'image/x-icon' ;;
    *.woff2) printf 'font/woff2' ;;
    *.txt) printf 'text/plain; charset=utf-8' ;;
    *) fail "nobody says what $1 is" ;;
  esac
}

# put FOLDER PREFIX CACHING: one call for each ending, so that each has its own type.
put() {
  local folder=$1 ending type
  while read -r ending; do
    type=$(media_type ".$ending")
    call s3 cp --only-show-errors --recursive "$folder" "s3://$bucket/$2" --exclude '*' --include "*.$ending" \
      --content-type "$type" --cache-control "$3" || fail "cannot upload to s3://$bucket"
  done < <(find "$folder" -type f | sed 's/.*\.//' | sort -u)
}

[ $# -ge 2 ] || usage
environment_name=$1 region=$2 parameters=cloudformation/parameters/$1.json
shift 2
if [ $# -gt 0 ]; then
  [ $# -eq 2 ] && [ "$1" = --parameters ] || usage
  parameters=$2
fi
[ -f "$parameters" ] || fail "$parameters does not exist"
[ -f "$dist/index.html" ] || fail "$dist/index.html does not exist; build it: npm run build in dashboard/"
command -v "$aws" >/dev/null || fail "$aws is not installed"
command -v python3 >/dev/null || fail "python3 is not installed"

stack=$(python3 - "$parameters" "$environment_name" <<'PY'
import json, sys
listed = {entry["ParameterKey"]: entry["ParameterValue"] for entry in json.load(open(sys.argv[1], encoding="utf-8"))}
print(f"{listed['ProjectName']}-{sys.argv[2]}")
PY
)
outputs=$(call cloudformation describe-stacks --stack-name "$stack" \
  --query 'Stacks[0].Outputs[].[OutputKey, OutputValue]') || fail "there is no stack $stack in $region"
bucket=$(output DashboardBucket)
issuer=$(output Issuer)
client=$(output ClientId)
domain=$(output SignInDomain)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/rest" "$work/page"
find "$dist" -maxdepth 1 -type f ! -name index.html -exec cp {} "$work/rest" \;
cp "$dist/index.html" "$work/page"
python3 - "$issuer" "$client" "$domain" >"$work/rest/config.json" <<'PY'
import json, sys
issuer, client, domain = sys.argv[1:]
print(json.dumps({"form": "aws", "issuer": issuer, "client_id": client, "domain": domain}))
PY

put "$dist/assets" assets/ "$forever"
put "$work/rest" "" "$each_time"
put "$work/page" "" "$each_time"
printf 'the dashboard is in s3://%s; open %s\n' "$bucket" "$(output DashboardUrl)"
