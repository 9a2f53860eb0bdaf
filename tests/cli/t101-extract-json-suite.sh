#!/bin/bash
# The public JSONTestSuite, as JSON lines: y_ accepted, n_ refused, i_ either
# way but no crash and no invalid UTF-8 out.
#
# A stream has one value a line, without U+0000 and less than 64 deep, so y_
# files with a line end inside do not apply and those with \u0000 are refused.
. "$SLUICE_SOURCE/tests/lib/tap.sh"

suite=${SLUICE_SHARED:-$SLUICE_SOURCE/../shared}/suites/json/test_parsing
[ -d "$suite" ] ||
	skip_all "no JSONTestSuite in \$SLUICE_SHARED nor beside the sources"

has_line_end_inside() { [ "$(head -c -1 "$1" | wc -l)" -gt 0 ]; }

for file in "$suite"/*.json; do
	name=$(basename "$file" .json)
	want=
	case $name in
	y_*)
		has_line_end_inside "$file" && continue
		want=0
		grep -qE '(^|[^\\])(\\\\)*\\u0000' "$file" && want=1
		;;
	n_structure_no_data) want=0 ;;
	n_*) want=1 ;;
	esac
	sluice-extract --format jsonl "$file" >"$T/out" 2>"$T/err"
	rc=$?
	iconv -f UTF-8 -t UTF-8 "$T/out" >/dev/null 2>&1 || rc="$rc, not UTF-8"
	case $want,$rc in
	,0 | ,1 | ,65 | 0,0 | 1,1 | 1,65) pass "$name" ;;
	*) fail "$name" "exit $rc, expected ${want:-0 or 1}" ;;
	esac
done
done_testing
