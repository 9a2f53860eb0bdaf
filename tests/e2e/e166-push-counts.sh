#!/bin/bash
# Counts of many products in few locations over several connections.  Odoo 19
# notes in a location when it was counted last: two calls at a time about the
# same one get in each other's way, and leave empty quants behind.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
proxy_start 'delay=0.2@stock.quant.load'
target_profile "$PROXY_URL"
echo '  limits: {in_flight: 4}' >>"$T/targets.yaml"

# 60 products, all in one location or one after the other in four.
world() {
	echo '{"entity":"warehouse","key":"CW","fields":{"code":"CW","name":"Counts"}}'
	for i in {0..3}; do
		echo "{\"entity\":\"location\",\"key\":\"CL$i\",\"site\":\"S\",\"fields\":{\"name\":\"CL$i\",\"warehouse\":\"CW\"}}"
	done
	for i in {1..60}; do
		echo "{\"entity\":\"product\",\"key\":\"CP$i\",\"fields\":{\"sku\":\"CP$i\",\"name\":\"Product $i\",\"uom\":\"C62\"}}"
	done
}
counts() { # LOCATIONS QUANTITY
	for i in {1..60}; do
		echo "{\"entity\":\"stock_balance\",\"key\":\"CL$(((i - 1) * $1 / 60))/CP$i\",\"site\":\"S\",\"fields\":{\"product\":\"CP$i\",\"location\":\"CL$(((i - 1) * $1 / 60))\",\"qty\":$2}}"
	done
}
push() {
	sluice-push --targets "$T/targets.yaml" --target e2e --state "$T/s.db" \
		--batch 10 --summary "$T/summary" >"$T/out" 2>"$T/err"
}
outcomes() { jq -r '"\(.created // 0) \(.updated // 0) \(.rejected) \(.retries)"' \
	"$T/summary"; }
# The most calls with counts that were under way at a time.
most() {
	jq -r 'select(.rpc == "stock.quant.load") |
		"\(.at_ms) 1\n\(.at_ms + .ms) -1"' "$T/proxy.log" |
		sort -n -k 1,1 -k 2,2 |
		awk '{n += $2; if (n > most) most = n} END {print most + 0}'
}
quants() { count stock.quant "[[\"product_id.default_code\", \"=like\", \"CP%\"],
	[\"location_id.name\", \"=like\", \"CL_\"]]"; }

world | push
is 'what is counted' "$? $(tail -n 3 "$T/err")" '0 '

: >"$T/proxy.log"
counts 1 5 | push
is 'counts in one location go in, and nothing is tried again' \
	"$? $(outcomes)" '0 60 0 0 0'
[ "$ODOO_RELEASE" -lt 19 ] ||
	is 'one call at a time is about the location' "$(most)" 1
is 'one quant each' "$(quants)" 60

counts 1 7 | push
is 'other counts replace them' "$? $(outcomes)" '0 0 60 0 0'
is 'still one quant each' "$(quants)" 60

: >"$T/proxy.log"
counts 4 3 | push
is 'counts in four locations' "$? $(outcomes)" '0 45 15 0 0'
if [ "$(most)" -gt 1 ]; then
	pass 'several calls at a time are about several locations'
else
	fail 'several calls at a time are about several locations' "$(most)"
fi
is 'one quant for each of them' "$(quants)" 105
done_testing
