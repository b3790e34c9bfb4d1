# Sourced by the bench scripts: the measured figures, one `name = value` a line in benches/results.toml, in the order of
# their names, so that the README's section is made of exactly what is committed.
results="benches/results.toml"

# result_set NAME VALUE
result_set() {
  local kept
  kept=$(grep -v "^$1 = " "$results" 2>/dev/null | grep -v '^#' || true)
  {
    echo "# Written by the scripts of scripts/bench.sh; scripts/performance_section.sh makes the README's section of it."
    printf '%s\n%s = %s\n' "$kept" "$1" "$2" | grep . | LC_ALL=C sort
  } >"$results.new"
  mv "$results.new" "$results"
}

# result NAME: the value, or a dash
result() {
  local found
  found=$(sed -n "s/^$1 = \"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p" "$results")
  echo "${found:--}"
}
