#!/bin/bash
# Every filter is in the manual, and every example there is what comes out.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
page=$SLUICE_SOURCE/man/sluice-profile.5
unset SLUICE_PROFILES

# The page as it reads: quotes and backslashes without their escapes.
sed -e "s/\\\\(aq/'/g" -e 's/\\e/\\/g' "$page" >"$T/page"
grep -m 1 '^{"raw":' "$T/page" >"$T/raw.jsonl"
grep '  =>  ' "$T/page" >"$T/examples"
mkdir -p "$T/profiles/tables"
sed -n '/^table: /,/^\.Ed/{/^\.Ed/!p}' "$T/page" \
	>"$T/profiles/tables/uom-codes.yaml"
(umask 077 && echo secret >"$T/profiles/mask.key")
export SLUICE_PROFILES=$T/profiles
quoted() { printf '%s' "${1//\'/\'\'}"; }

# One entry of one feed for each, in their order.
{
	echo 'feed: manual'
	echo 'map:'
} >"$T/feed.yaml"
while IFS= read -r line; do
	case $line in
	*'  =>  reject '*) continue ;;
	esac
	printf "  - {entity: x, key: \"'k'\", fields: {v: '%s'}}\n" \
		"$(quoted "${line%  =>  *}")" >>"$T/feed.yaml"
done <"$T/examples"
sluice-map --profile "$T/feed.yaml" <"$T/raw.jsonl" >"$T/got" 2>"$T/err"
is "the examples are mapped" "$? $(cat "$T/err")" "0 "
sed -i -e 's/^.*"fields":{"v":\(.*\)}}$/\1/' -e 's/^.*"fields":{}}$/nothing/' \
	"$T/got"
exec 3<"$T/got"
while IFS= read -r line; do
	want=${line##*  =>  }
	expression=${line%  =>  *}
	case $want in
	'reject '*)
		printf "feed: manual\nmap: [{entity: x, key: \"'k'\", fields: {v: '%s'}}]\n" \
			"$(quoted "$expression")" >"$T/one.yaml"
		sluice-map --profile "$T/one.yaml" --rejects "$T/rejects" \
			<"$T/raw.jsonl" >/dev/null 2>&1
		got=$?
		like "$expression" "$got $(cat "$T/rejects")" \
			"^1 .*\"code\":\"${want#reject }\""
		;;
	*)
		IFS= read -r got <&3
		is "$expression" "$got" "$want"
		;;
	esac
done <"$T/examples"

sluice-map --filters | grep -v '^	' >"$T/filters"
is "all filters are in the manual, in order, with their arguments" \
	"$(sed -n '/^\.Sh THE FILTERS/,/^\.Sh TABLES/s/^\.It Li //p' "$T/page")" \
	"$(cat "$T/filters")"
while IFS= read -r filter; do
	name=${filter%%(*}
	ok "$name has an example" grep -qE "(^|[|(] *)$name( |\(|\)|$)" \
		"$T/examples"
done <"$T/filters"

# A code that is none is refused when the feed is read; kinds do not mix.
sed -n '/^\.It mass/,/^\.El/p' "$page" | grep -v '^\.El' >"$T/units"
{
	printf "feed: units\nmap:\n  - entity: x\n    key: QTY\n    fields:\n"
	n=0 first=
	while read -r codes; do
		case $codes in
		.It*) first= ;;
		*)
			for code in $codes; do
				printf "      u%d: QTY | convert('%s', '%s', 2)\n" \
					$((n++)) "${first:=$code}" "$code"
			done
			;;
		esac
	done <"$T/units"
} >"$T/units.yaml"
sluice-map --profile "$T/units.yaml" <"$T/raw.jsonl" >"$T/got" 2>"$T/err"
is "the units in the manual are known, by kind" "$? $(cat "$T/err")" "0 "
is "all of them" "$(grep -o '"u[0-9]*":' "$T/got" | wc -l)" 125
done_testing
