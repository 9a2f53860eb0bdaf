#!/bin/bash
# run-fuzz.sh TARGET... - each fuzz target under libFuzzer, ASan and UBSan
#
# FUZZ_SECONDS (30) for each; a finding is left in $SLUICE_BUILD/fuzz/findings
# and becomes a file of the corpus once it is understood.
set -eu
: "${SLUICE_BUILD:?run through make check-fuzz}"
: "${SLUICE_SOURCE:?run through make check-fuzz}"
seconds=${FUZZ_SECONDS:-30}
dir=$SLUICE_BUILD/fuzz

command -v clang >/dev/null || {
	echo "run-fuzz: clang is not installed" >&2
	exit 71
}
mkdir -p "$dir/findings" "$dir/build"
cd "$dir/build"
[ -f Makefile ] || "$SLUICE_SOURCE/configure" -q --enable-sanitize CC=clang \
	CFLAGS='-g -O1 -fsanitize=fuzzer-no-link'
make -s libsluice.a >build.log

# The libraries and flags the build uses, asked of its Makefile.
ask=$(mktemp)
trap 'rm -rf "$ask" "${corpus:-$ask}"' EXIT
printf 'include Makefile\nask:\n\t@echo %s\n' \
	"'\$(DEFS) \$(AM_CPPFLAGS) \$(SL_CFLAGS)'" >"$ask"
flags=$(make -s -f "$ask" ask | tail -n 1)
printf 'include Makefile\nask:\n\t@echo %s\n' "'\$(LDADD)'" >"$ask"
libs=$(make -s -f "$ask" ask | tail -n 1)

passed=0 failed=0
for target in "$@"; do
	name=${target##*/fuzz_}
	[ "${FUZZ_TARGET:-$name}" = "$name" ] || continue
	# shellcheck disable=SC2086 # flags and libs are lists of words
	clang -g -O1 -fsanitize=fuzzer,address,undefined $flags \
		"$SLUICE_SOURCE/$target.c" "$SLUICE_SOURCE/tests/fuzz/fuzz_read.c" \
		$libs -o "fuzz_$name"
	corpus=$(mktemp -d)
	if ./"fuzz_$name" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -artifact_prefix="$dir/findings/$name-" \
		"$corpus" "$SLUICE_SOURCE/tests/fuzz/corpus/$name" \
		>"$name.log" 2>&1; then
		passed=$((passed + 1))
		echo "$name: $(grep -E '^Done' "$name.log")"
	else
		failed=$((failed + 1))
		echo "$name: FOUND, see $dir/build/$name.log"
		tail -n 20 "$name.log"
	fi
	rm -rf "$corpus"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
