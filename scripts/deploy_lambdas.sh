#!/usr/bin/env bash
# Builds the functions and uploads a release: `bash scripts/deploy_lambdas.sh ENV REGION`. It deploys nothing but the
# bootstrap stack (two buckets, and the signing profile where zips are signed); its last line is the command that does. It
# writes the release's id into the file of parameters, which then says what is deployed.
#
#   --arch arm64|x86_64   what the functions are built for (the parameter Architecture; arm64 where it is not set)
#   --profile NAME        the cargo profile (lambda)
#   --zips DIR            take DIR/FUNCTION.zip instead of building
#   --parameters FILE     take the parameters from here (cloudformation/parameters/ENV.json)
#
# It needs the AWS CLI, version 2 (SOC_AWS_CLI names another `aws`), and python3; without --zips also cargo, and a
# package registry the first time, for cargo-lambda. AWS_ENDPOINT_URL leads to an emulator.
#
# A release is named by the hash of all that it is made from, so the same sources give the same names, and everything
# is uploaded once. Nested templates are rendered: the release's id goes where they say "unreleased", so that each
# release publishes new versions of the functions and CloudFormation moves the alias `live` to them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

functions=(ingest triage analyze remediate notify api sweep)
asl=statemachines/incident.asl.json
default_policy=shared/soc-domain/src/policy/default.toml
aws=${SOC_AWS_CLI:-aws}

fail() {
  printf 'deploy_lambdas.sh: %s\n' "$@" >&2
  exit 1
}

usage() {
  fail "usage: scripts/deploy_lambdas.sh ENV REGION [--arch arm64|x86_64] [--profile NAME] [--zips DIR] [--parameters FILE]"
}

need() {
  command -v "$1" >/dev/null || fail "$1 is not installed; $2"
}

# The CLI of Debian 12 does not read AWS_ENDPOINT_URL, so it is always told.
call() {
  "$aws" ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} --region "$region" --output text "$@"
}

parameter() {
  python3 - "$parameters" "$1" <<'PY'
import json, sys
listed = json.load(open(sys.argv[1], encoding="utf-8"))
print(next((entry["ParameterValue"] for entry in listed if entry["ParameterKey"] == sys.argv[2]), ""))
PY
}

hash_of() {
  sha256sum "$@" | sha256sum | cut -c1-64
}

# cargo-lambda brings the linker for the other architecture. One that is installed is taken; else ours, fixed by hash.
cargo_lambda() {
  if ! command -v cargo-lambda >/dev/null; then
    local environment
    environment=$(bash scripts/environment.sh cargo-lambda)
    PATH="$environment/bin:$PATH"
  fi
  cargo lambda "$@"
}

build() {
  need cargo "see https://rustup.rs"
  local packages=() name
  for name in "${functions[@]}"; do
    [ -d "functions/$name" ] || fail "functions/$name does not exist"
    packages+=(--package "$name")
  done
  local target=--arm64
  [ "$arch" = arm64 ] || target=--x86-64
  cargo_lambda build --locked --profile "$profile" "$target" --lambda-dir "$work/built" "${packages[@]}"
  for name in "${functions[@]}"; do
    python3 scripts/pack.py "$work/built/$name/bootstrap" "$zips/$name.zip"
  done
}

bucket_exists() {
  call s3api head-bucket --bucket "$1" >/dev/null 2>&1
}

# What a bootstrap stack already has stays its own; a bucket that is there without it is taken as it is.
makes() {
  if call cloudformation describe-stack-resource --stack-name "$prefix-bootstrap" \
    --logical-resource-id "$2" >/dev/null 2>&1 || ! bucket_exists "$1"; then
    printf true
  else
    printf false
  fi
}

bootstrap() {
  local own_artifacts=false
  [ -n "$(parameter ArtifactBucket)" ] || own_artifacts=$(makes "$bucket" ArtifactBucket)
  call cloudformation deploy --no-fail-on-empty-changeset --stack-name "$prefix-bootstrap" \
    --template-file cloudformation/bootstrap.yaml --parameter-overrides \
    "ProjectName=$project" "Environment=$environment_name" "MakeArtifacts=$own_artifacts" \
    "MakePolicy=$(makes "$policy_bucket" PolicyBucket)" "ProfileName=$signing_profile" >&2 ||
    fail "cannot deploy the stack $prefix-bootstrap; see its events in CloudFormation"
  bucket_exists "$bucket" || fail "the artifact bucket $bucket is not there or not ours"
}

object_exists() {
  call s3api head-object --bucket "$1" --key "$2" >/dev/null 2>&1
}

# Lambda checks the signature that the signer put into the zip, so the signed zip is the one that is deployed.
upload_signed() {
  local name=$1 key=$2 job signed version
  version=$(call s3api put-object --bucket "$bucket" --key "unsigned/$key" --body "$zips/$name.zip" --query VersionId) ||
    fail "cannot upload $name.zip"
  job=$(call signer start-signing-job --profile-name "$signing_profile" --query jobId \
    --source "s3={bucketName=$bucket,key=unsigned/$key,version=$version}" \
    --destination "s3={bucketName=$bucket,prefix=signed/}") || fail "cannot sign $name.zip"
  call signer wait successful-signing-job --job-id "$job" || fail "the signing of $name.zip failed: job $job"
  signed=$(call signer describe-signing-job --job-id "$job" --query signedObject.s3.key)
  call s3api copy-object --bucket "$bucket" --key "$key" --copy-source "$bucket/$signed" >/dev/null
}

place_code() {
  local name=$1 key=$2
  if [ -z "$signing_profile" ]; then
    mkdir -p "$work/upload/$(dirname "$key")"
    cp "$zips/$name.zip" "$work/upload/$key"
  elif ! object_exists "$bucket" "$key"; then
    upload_signed "$name" "$key"
  fi
}

# Signed zips have names of their own: the same program, unsigned, must not be taken for one.
code_key() {
  local kind=code
  [ -z "$signing_profile" ] || kind=code-signed
  printf '%s/%s/%s.zip' "$kind" "$1" "$(sha256sum "$zips/$1.zip" | cut -c1-64)"
}

render() {
  local expressions=() name file
  for name in "${functions[@]}"; do
    expressions+=(-e "s#code/$name/unreleased\\.zip#$(code_key "$name")#")
  done
  if [ -n "$signing_profile" ]; then
    expressions+=(-e "s#arn:aws:signer:[^\"]*/unsigned/0*#$(call signer get-signing-profile \
      --profile-name "$signing_profile" --query profileVersionArn)#")
  fi
  expressions+=(-e "s/Unreleased/$release/g" -e "s/unreleased/$release/g")
  for file in cloudformation/*.yaml; do
    sed "${expressions[@]}" "$file" >"$work/rendered/$(basename "$file")"
  done
  cp "$asl" "$work/rendered/"
}

# Only this account and region are enrolled: `*` in the default policy is meant for the simulated account.
upload_policy() {
  if object_exists "$policy_bucket" policy.toml; then
    return
  fi
  sed -e "/^\[enrolled\]/,/^\[/{s/^accounts = .*/accounts = [\"$account\"]/;s/^regions = .*/regions = [\"$region\"]/}" \
    "$default_policy" >"$work/policy.toml"
  call s3api put-object --bucket "$policy_bucket" --key policy.toml --body "$work/policy.toml" >/dev/null ||
    fail "cannot upload the default policy to s3://$policy_bucket/policy.toml"
  printf 'uploaded the default policy to s3://%s/policy.toml\n' "$policy_bucket"
}

# The release is a parameter, so that a deploy changes exactly what the file says. Another architecture than the file's
# goes to a file of its own.
stack_parameters() {
  local written=$parameters in_file
  in_file=$(parameter Architecture)
  if [ "$arch" != "${in_file:-arm64}" ]; then
    written=target/deploy/$environment_name-$arch.json
    mkdir -p target/deploy
  fi
  python3 - "$parameters" "$written" "Architecture=$arch" "ReleaseId=$release" <<'PY'
import json, sys
source, target, *settings = sys.argv[1:]
listed = {entry["ParameterKey"]: entry["ParameterValue"] for entry in json.load(open(source, encoding="utf-8"))}
for setting in settings:
    key, value = setting.split("=", 1)
    if key in listed or (key, value) != ("Architecture", "arm64"):
        listed[key] = value
with open(target, "w", encoding="utf-8") as file:
    json.dump([{"ParameterKey": key, "ParameterValue": value} for key, value in listed.items()], file, indent=2)
    file.write("\n")
PY
  printf '%s' "$written"
}

# All but the release, which is made from them.
parameters_without_release() {
  python3 - "$parameters" <<'PY'
import json, sys
listed = json.load(open(sys.argv[1], encoding="utf-8"))
print(json.dumps([entry for entry in listed if entry["ParameterKey"] != "ReleaseId"], sort_keys=True))
PY
}

[ $# -ge 2 ] || usage
environment_name=$1 region=$2 arch="" profile=lambda zips="" parameters=cloudformation/parameters/$1.json
shift 2
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || usage
  case $1 in
    --arch) arch=$2 ;;
    --profile) profile=$2 ;;
    --zips) zips=$2 ;;
    --parameters) parameters=$2 ;;
    *) usage ;;
  esac
  shift 2
done
[ -f "$parameters" ] || fail "$parameters does not exist; copy cloudformation/parameters/dev.json"
need python3 "it packs the zips and reads the parameters"
need sha256sum "it is part of coreutils"
need "$aws" "see https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
[ "$(parameter Environment)" = "$environment_name" ] || fail "$parameters is not for the environment $environment_name"
[ -n "$arch" ] || arch=$(parameter Architecture)
arch=${arch:-arm64}
[[ $arch = arm64 || $arch = x86_64 ]] || fail "the architecture is arm64 or x86_64, not $arch"

project=$(parameter ProjectName)
prefix=$project-$environment_name
account=$(call sts get-caller-identity --query Account) || fail "no valid AWS credentials"
bucket=$(parameter ArtifactBucket)
bucket=${bucket:-$prefix-artifacts-$account-$region}
policy_bucket=$prefix-policy-$account-$region
signing_profile=""
[ "$(parameter EnableCodeSigning)" != true ] || signing_profile=${prefix//-/_}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/rendered" "$work/zips"
if [ -z "$zips" ]; then
  zips=$work/zips
  build
fi
for name in "${functions[@]}"; do
  [ -f "$zips/$name.zip" ] || fail "$zips/$name.zip does not exist"
done

release=$({
  for name in "${functions[@]}"; do sha256sum <"$zips/$name.zip"; done
  hash_of cloudformation/*.yaml "$asl"
  parameters_without_release
  printf '%s %s\n' "$arch" "$signing_profile"
} | sha256sum | cut -c1-12)

bootstrap
mkdir -p "$work/upload"
for name in "${functions[@]}"; do
  place_code "$name" "$(code_key "$name")"
done
render
# What is named by its content is there or it is not; nothing that is there ever changes.
call s3 sync --only-show-errors --size-only "$work/upload" "s3://$bucket" || fail "cannot upload to s3://$bucket"
call s3 cp --only-show-errors --recursive "$work/rendered" "s3://$bucket/releases/$release" ||
  fail "cannot upload to s3://$bucket/releases/$release"
upload_policy

# What soc's scripts ask about when nothing else is said.
state=${XDG_STATE_HOME:-$HOME/.local/state}/ai-soc
mkdir -p "$state"
printf '{"stack": "%s", "region": "%s"}\n' "$prefix" "$region" >"$state/last-stack.json"

case $("$aws" --version 2>&1) in
  aws-cli/1.*) printf 'note: the next command needs version 2 of the AWS CLI\n' >&2 ;;
esac
printf 'release %s is in s3://%s; deploy it with:\n' "$release" "$bucket"
printf 'aws cloudformation deploy --template-file cloudformation/root-stack.yaml --stack-name %s' "$prefix"
printf ' --parameter-overrides file://%s --capabilities CAPABILITY_NAMED_IAM --region %s' "$(stack_parameters)" "$region"
printf '%s\n' "${AWS_ENDPOINT_URL:+ --endpoint-url $AWS_ENDPOINT_URL}"
