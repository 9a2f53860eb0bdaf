#!/bin/bash
# The public JSON Schema test suite (draft 2020-12), where it lies beside the
# project or in $SLUICE_SUITES: every value of the mandatory files must be
# accepted exactly when the suite says so.  Of the optional ones, formats are
# asserted and counted.  What holds U+0000, which no stream does, is left out
# and counted.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
suite=${SLUICE_SUITES:-$SLUICE_SOURCE/../shared/suites}/json-schema
[ -d "$suite" ] || skip_all 'the JSON Schema test suite is not there'
command -v jq >/dev/null || skip_all 'jq is not installed'

one_group() { # one_group NAME FORMATS: $T/schema.json, data, want
	local rc
	groups=$((groups + 1))
	sluice-validate --schema "$T/schema.json" --formats "$2" --quiet \
		--schema-map "http://localhost:1234/=$suite/remotes" \
		--rejects "$T/rejects" <"$T/data" >"$T/got" 2>"$T/err"
	rc=$?
	tests=$((tests + $(wc -l <"$T/data")))
	if [ $rc -gt 1 ] || ! cmp -s "$T/got" "$T/want"; then
		wrong=$((wrong + 1))
		{
			echo "$1: exit $rc"
			diff "$T/want" "$T/got"
			head -n 2 "$T/err"
		} >>"$T/wrong"
	fi
}
# Lines: S and a schema begin a group, V or I and a value are its tests; N is
# one that has U+0000.
one_file() { # one_file PATH FORMATS
	local line group=-1 name open=
	name=${1#"$suite/tests/draft2020-12/"}
	while IFS= read -r line; do
		case ${line:0:1} in
		S)
			[ -z "$open" ] || one_group "$name, group $group" "$2"
			group=$((group + 1)) open=1
			printf '%s\n' "${line:1}" >"$T/schema.json"
			: >"$T/data"
			: >"$T/want"
			;;
		N)
			nul=$((nul + 1))
			;;
		*)
			printf '%s\n' "${line:1}" >>"$T/data"
			[ "${line:0:1}" = I ] || printf '%s\n' "${line:1}" >>"$T/want"
			;;
		esac
	done < <(jq -r '.[] | (.schema | tojson) as $s |
		if $s | contains("\\u0000") then (.tests[] | "N") else
		"S" + $s, (.tests[] | (.data | tojson) as $d |
		if $d | contains("\\u0000") then "N"
		elif .valid then "V" + $d else "I" + $d end) end' "$1")
	[ -z "$open" ] || one_group "$name, group $group" "$2"
}
begin() {
	groups=0 tests=0 wrong=0 nul=0
	: >"$T/wrong"
}

begin
for file in "$suite"/tests/draft2020-12/*.json; do
	one_file "$file" annotate
done
is "mandatory: $tests values in $groups groups ($nul have U+0000)" \
	"$(cat "$T/wrong")" ''
ok 'that is all of the suite' [ "$groups" -gt 380 ]

begin
for name in anchor bignum dynamicRef ecmascript-regex float-overflow id no-schema non-bmp-regex; do
	one_file "$suite/tests/draft2020-12/optional/$name.json" annotate
done
is "optional: $tests values in $groups groups" "$(cat "$T/wrong")" ''

# Not among them: idn-hostname, which is refused, and hostname, whose labels
# that begin with xn-- are not decoded.
begin
for name in date date-time duration email idn-email ipv4 ipv6 iri \
	iri-reference json-pointer regex relative-json-pointer time uri \
	uri-reference uri-template uuid; do
	one_file "$suite/tests/draft2020-12/optional/format/$name.json" assert
done
one_file "$suite/tests/draft2020-12/optional/format-assertion.json" annotate
is "formats: $tests values in $groups groups" "$(cat "$T/wrong")" ''
done_testing
