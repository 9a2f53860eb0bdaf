#!/bin/bash
# readers.sh - MB of input a CPU second, for each reader
#
# tests/bench/readers/NAME/gen writes a file of some 50 MB to standard output
# (or as $1/input.* where the reader wants a name), NAME/args has the options;
# BENCH_RUNS (3; the median is shown), READER=NAME runs one.
set -eu
: "${SLUICE_BUILD:?run through make bench-readers}"
: "${SLUICE_SOURCE:?run through make bench-readers}"
runs=${BENCH_RUNS:-3}
PATH=$SLUICE_BUILD:$SLUICE_BUILD/tests/bench:$PATH
SLUICE_PROFILES=$SLUICE_SOURCE/tests/bench/profiles:$SLUICE_SOURCE/profiles
export SLUICE_PROFILES

T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
cd "$T"

for folder in "$SLUICE_SOURCE"/tests/bench/readers/*/; do
	name=$(basename "$folder")
	[ "${READER:-$name}" = "$name" ] || continue
	rm -rf in && mkdir in
	# shellcheck disable=SC2094 # gen writes one or the other
	bash "$folder/gen" in >in/input
	[ -s in/input ] || rm in/input
	read -r -a args <"$folder/args"
	: >figures
	for ((i = 0; i < runs; i++)); do
		(cd "$folder" && /usr/bin/time -a -o "$T/figures" \
			-f '%U %S %M' sluice-extract "${args[@]}" \
			"$T"/in/input* >"$T/out")
	done
	bytes=$(cat in/input* | wc -c)
	sort -n figures | awk -v name="$name" -v bytes="$bytes" '
		$3 > mem {mem = $3}
		{cpu[NR] = $1 + $2}
		END {
			c = cpu[int((NR + 1) / 2)]
			printf "  %-12s %6.0f MB %7.2f CPU s %7.0f MB/s %7.1f MiB\n",
				name, bytes / 1e6, c,
				bytes / 1e6 / (c > 0 ? c : 0.01), mem / 1024
		}'
done
