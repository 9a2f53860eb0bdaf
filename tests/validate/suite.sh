#!/bin/bash
# The public JSON Schema test suite (draft 2020-12), where it lies beside the
# project or in $SLUICE_SUITES: a group whose schema is refused when it is
# loaded has a keyword that is not supported and is counted; in all others
# every value must be accepted exactly when the suite says so.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
suite=${SLUICE_SUITES:-$SLUICE_SOURCE/../shared/suites}/json-schema/tests/draft2020-12
[ -d "$suite" ] || skip_all 'the JSON Schema test suite is not there'
command -v jq >/dev/null || skip_all 'jq is not installed'

passed=0 unsupported=0 tests=0
one_group() { # one_group NAME FORMATS: $T/schema.json, data, want
	local rc
	sluice-validate --schema "$T/schema.json" --formats "$2" --quiet \
		--rejects "$T/rejects" <"$T/data" >"$T/got" 2>"$T/err"
	rc=$?
	if [ $rc -eq 78 ]; then
		unsupported=$((unsupported + 1))
	elif [ $rc -le 1 ] && cmp -s "$T/got" "$T/want"; then
		tests=$((tests + $(wc -l <"$T/data")))
		passed=$((passed + 1))
	else
		fail "$1" "exit $rc" "$(diff "$T/want" "$T/got")" \
			"$(head -n 2 "$T/err")"
	fi
}
# Lines: S and a schema begin a group, V or I and a value are its tests.
one_file() { # one_file PATH FORMATS
	local line group=-1
	while IFS= read -r line; do
		if [ "${line:0:1}" = S ]; then
			[ $group -lt 0 ] ||
				one_group "$(basename "$1"), group $group" "$2"
			group=$((group + 1))
			printf '%s\n' "${line:1}" >"$T/schema.json"
			: >"$T/data"
			: >"$T/want"
		else
			printf '%s\n' "${line:1}" >>"$T/data"
			[ "${line:0:1}" = I ] || printf '%s\n' "${line:1}" >>"$T/want"
		fi
	done < <(jq -r '.[] | "S" + (.schema | tojson), (.tests[] |
		(if .valid then "V" else "I" end) + (.data | tojson) |
		select(contains("\\u0000") | not))' "$1")
	one_group "$(basename "$1"), group $group" "$2"
}
for file in "$suite"/*.json; do
	one_file "$file" annotate
done
for name in date date-time; do
	one_file "$suite/optional/format/$name.json" assert
done
one_file "$suite/optional/bignum.json" annotate
ok "$passed groups with $tests values pass; $unsupported groups have keywords that are refused" \
	[ "$passed" -gt 100 ]
done_testing
