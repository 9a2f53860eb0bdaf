#!/bin/bash
# Groups beyond what memory holds, and what cannot be a group.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
export TMPDIR=$T
cat >"$T/sorted.yaml" <<'END'
feed: o
map:
  - entity: sale_order
    key: NO
    fields: {n: "$rows[].ITEM | count"}
    group: {by: NO, lines: {item: ITEM, text: TEXT}}
END
sed 's/by: NO/by: NO, unsorted: true/' "$T/sorted.yaml" >"$T/unsorted.yaml"
codes() { grep -o '"code":"[^"]*"' "$1" | sort | uniq -c | tr -s ' ' | tr '\n' ' '; }
counts() { grep -o '"\(in\|out\|rejected\|skipped\)":[0-9]*' "$T/summary" | tr '\n' ' '; }

# 150,000 rows of 30,000 orders, 30 MB: more than the sorter keeps.
awk 'BEGIN {
	for (i = 0; i < 150000; i++) {
		no = (i * 7919) % 30000
		printf "{\"src\":{\"row\":%d},\"raw\":{\"NO\":\"%d\",\"ITEM\":\"%d\",\"TEXT\":\"%0120d\"}}\n", i, no, i, i
	}
}' >"$T/rows.jsonl"
sluice-map --profile "$T/unsorted.yaml" --summary "$T/summary" \
	"$T/rows.jsonl" >"$T/got" 2>"$T/err"
is "unsorted rows beyond memory" "$? $(cat "$T/err")" "0 "
is "all are accounted for" "$(counts)" \
	'"in":150000 "out":150000 "rejected":0 "skipped":0 '
# The same with the rows put together beforehand, in the same order of groups.
awk -F'"' '{ if (!($10 in at)) { at[$10] = n++ }
	print at[$10] "\t" NR "\t" $0 }' "$T/rows.jsonl" |
	sort -n -k1,1 -k2,2 | cut -f3- >"$T/together.jsonl"
sluice-map --profile "$T/sorted.yaml" "$T/together.jsonl" >"$T/want"
ok "are what sorted ones are, in the order of first rows" \
	cmp "$T/got" "$T/want"
is "of all orders" "$(grep -c '"n":5,' "$T/got")" 30000
is "nothing stays behind" "$(find "$T" -mindepth 1 -name 'sluice*')" ""

(
	trap '' XFSZ
	ulimit -f 2000
	sluice-map --profile "$T/unsorted.yaml" "$T/rows.jsonl" 2>"$T/err" |
		head -c 100000 >"$T/got"
	exit "${PIPESTATUS[0]}"
)
is "a full disk is exit 74" "$?" 74
like "and says what for" "$(cat "$T/err")" 'the file for sorting'
is "and nothing is written" "$(wc -c <"$T/got")" 0

# A group of more than 16 MiB between two small ones.
awk 'BEGIN {
	print "{\"raw\":{\"NO\":\"0\"}}"
	for (i = 0; i < 180000; i++)
		printf "{\"raw\":{\"NO\":\"1\",\"TEXT\":\"%080d\"}}\n", i
	print "{\"raw\":{\"NO\":\"2\"}}"
}' >"$T/giant.jsonl"
for how in sorted unsorted; do
	sluice-map --profile "$T/$how.yaml" --rejects "$T/rejects" \
		--summary "$T/summary" "$T/giant.jsonl" >"$T/got"
	is "$how: a group beyond 16 MiB is refused" "$? $(codes "$T/rejects")" \
		'1  180000 "code":"too-long" '
	is "$how: row by row" "$(counts)" \
		'"in":180002 "out":2 "rejected":180000 "skipped":0 '
	is "$how: the others are not" "$(grep -o '"key":"[^"]*"' "$T/got")" \
		$'"key":"0"\n"key":"2"'
done

# In a group a row is nested one level deeper: 64 are allowed.
deep() { printf '{"raw":{"NO":"%s","D":%s%s}}\n' "$1" "$(printf '[%.0s' $(seq "$2"))" "$(printf ']%.0s' $(seq "$2"))"; }
{
	deep 1 61
	deep 2 61
	deep 3 62
	deep 4 61
	deep 5 61
} >"$T/deep.jsonl"
sluice-map --profile "$T/sorted.yaml" --rejects "$T/rejects" \
	"$T/deep.jsonl" >"$T/got"
is "a row that is too deep" "$? $(codes "$T/rejects")" \
	'1  2 "code":"group-incomplete"  1 "code":"too-deep" '
is "leaves others alone" "$(grep -o '"key":"[^"]*"' "$T/got")" \
	$'"key":"1"\n"key":"5"'

# Extract refuses a row: the orders beside it are not known to be whole.
printf 'NO,ITEM,TEXT\n1,a,\n2,b,\n2,c,d,e\n2,e,\n3,f,\n4,g,\n4\n' >"$T/o.csv"
sluice-extract "$T/o.csv" 2>/dev/null |
	sluice-map --profile "$T/sorted.yaml" --rejects "$T/rejects" >"$T/got"
is "rows that extract refused" "$(codes "$T/rejects")" \
	' 3 "code":"group-incomplete" '
is "keep what is beside them back" "$(grep -o '"key":"[^"]*"' "$T/got")" \
	$'"key":"1"\n"key":"3"'
done_testing
