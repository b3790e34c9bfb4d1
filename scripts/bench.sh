#!/usr/bin/env bash
# Measures everything that the README's section of figures says, and writes it. On a machine that does nothing else; it
# takes some minutes and some 5 GB of the folder for temporary files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/results.sh
exec </dev/null

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/ai-soc/target}"
cargo build --locked --release -p soc-local --example bench
bench="$CARGO_TARGET_DIR/release/examples/bench"
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# figure PATTERN: the first number behind a text of the output
figure() { sed -n "s/^$1 \([0-9]*\).*/\1/p" "$output" | head -n 1; }
thousands() { LC_ALL=C sed -e :a -e 's/\([0-9]\)\([0-9]\{3\}\)\(,\|$\)/\1,\2\3/;ta' <<<"$1"; }

"$bench" 100000 | tee "$output"
result_set end_to_end_per_second "\"$(thousands "$(figure 'end to end into SQLite:')")\""
result_set ingest_per_second "\"$(thousands "$(figure 'ingest:')")\""
result_set end_to_end_cpu_us "$(sed -n 's/^end to end.* \([0-9]*\) µs a record$/\1/p' "$output")"
result_set readers_mb_per_second "$(figure 'readers, one core:')"
result_set readers_cpu_mb_per_second "$(sed -n 's/^readers.*CPU time \([0-9]*\) .*/\1/p' "$output")"
"$bench" memory 100000 | tee "$output"
result_set memory_100k_mib "$(figure 'peak memory of this process:')"
"$bench" memory "${SOC_BENCH_MEMORY_RECORDS:-1000000}" | tee "$output"
result_set memory_1m_mib "$(figure 'peak memory of this process:')"
result_set machine "\"$(nproc) $(uname -m) cores\""
result_set measured_on "\"$(date -u +%Y-%m-%d)\""
bash scripts/bench_instructions.sh --update
bash scripts/bench_peers.sh
bash scripts/performance_section.sh --write
