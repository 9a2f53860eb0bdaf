#!/bin/bash
# Reconciling: none after a run, a planted difference is found and named; and
# two streams with each other.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
. "$SLUICE_SOURCE/tests/lib/night.sh"
night_start

good=$T/good.jsonl
{
	sluice-extract --profile erp-groups "$SLUICE_SOURCE/samples/company/erp/GROUPS.csv" |
		sluice-map --profile erp-groups | sluice-validate
	sluice-extract --profile erp-items "$SLUICE_SOURCE/samples/company/erp/ITEMS.csv" |
		sluice-map --profile erp-items | sluice-validate
} 2>"$T/err" | jq -c 'select(.key != "GD-48" and (has("sluice") | not))' >"$good"
sluice-push --targets "$T/targets.yaml" --target e2e "$good" >"$T/receipts" 2>"$T/err"
is 'a load without rejects' "$? $(cat "$T/err")" '0 '

compare() {
	sluice-reconcile --targets "$T/targets.yaml" --target e2e "$good" \
		>"$T/diff" 2>"$T/err"
}
compare
is 'afterwards there is no difference' "$? $(cat "$T/diff")" '0 '

id=$(rpc product.product search '[[["default_code", "=", "KH-20"]]]' | jq '.[0]')
rpc product.product write "[[$id], {\"list_price\": 12.34}]" >/dev/null
id=$(rpc product.category search '[[["name", "=", "Schieber"]]]' | jq '.[0]')
rpc product.category write "[[$id], {\"name\": \"Absperrschieber\"}]" >/dev/null
compare
is 'two planted differences: status' $? 1
is 'two planted differences: which' "$(jq -c \
	'select(has("sluice") | not) | [.entity, .key, .diff, .field] + ([.here, .there] | map(tonumber? // .))' \
	"$T/diff" | LC_ALL=C sort)" \
	'["category","0230","value","name","Schieber","Absperrschieber"]
["product","KH-20","value","list_price",11.9,12.34]'
like 'and where they come from' "$(jq -c 'select(.key == "KH-20") | .src' "$T/diff")" \
	'"file":"ITEMS.csv","row":[0-9]+'

# A run finds them, too, and names them.
deliver erp/ITEMS.csv erp/GROUPS.csv
sluice-push --targets "$T/targets.yaml" --target e2e --full "$good" >"$T/receipts"
compare
is 'sent in full they are gone' $? 0

# ---- two streams ----------------------------------------------------------------------
sluice-reconcile "$good" "$good" >"$T/diff"
is 'a stream and itself' "$? $(cat "$T/diff")" '0 '
jq -c 'if .key == "KH-50" then .fields.weight = 2 elif .key == "KH-15" then empty else . end' \
	"$good" >"$T/other.jsonl"
echo '{"entity":"product","key":"NEW","fields":{"sku":"NEW"}}' >>"$T/other.jsonl"
sluice-reconcile "$good" "$T/other.jsonl" >"$T/diff"
is 'another stream: status' $? 1
is 'another stream: keys' "$(jq -r 'select(has("sluice") | not) | .key' "$T/diff" |
	LC_ALL=C sort | tr '\n' ' ')" 'KH-15 KH-50 NEW '
done_testing
