#!/bin/bash
# sluice-push, stock counts: two keys that mean the same stock, and what
# receipts say of a count.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"

[ "$SLUICE_E2E" = sandbox ] || skip_all 'for the sandbox'
cd "$T" || exit 99
push() {
	sluice-push --targets targets.yaml -t e2e --state x.db \
		--rejects rejects "$@"
}
# counted KEY QTY [LOCATION]: a line of the stream.
counted() {
	jq -nc --arg k "$1" --argjson q "$2" --arg l "${3:-L}" \
		'{entity: "stock_balance", site: "S", key: $k,
		  fields: {product: "P", location: $l, qty: $q}}'
}
# outcome OPTIONS...: of what comes on standard input, by key.
outcome() {
	rm -f rejects
	push "$@" >out 2>err
	{
		jq -r 'select(.outcome) | "\(.key)=\(.outcome)"' out
		jq -r 'select(.code) | "\(.record.key)=\(.code)"' rejects
	} 2>/dev/null | sort | paste -sd ' '
}
stock() {
	rpc stock.quant search_read \
		'[[["product_id.default_code", "=", "P"],
		   ["location_id.name", "=", "'"$1"'"]], ["quantity"]]' |
		jq '[.[].quantity] | add // 0'
}

for ODOO_RELEASE in 19 14; do
	rm -f ./x.db*
	target_start
	target_profile "$ODOO_URL"
	cat >masters.jsonl <<-'END'
		{"entity":"warehouse","key":"W","fields":{"code":"W","name":"W"}}
		{"entity":"location","site":"S","key":"L","fields":{"name":"L","warehouse":"W"}}
		{"entity":"location","site":"S","key":"M","fields":{"name":"M","warehouse":"W"}}
		{"entity":"product","key":"P","fields":{"sku":"P","name":"P"}}
	END
	status "$ODOO_RELEASE: what stock lies on is there" 0 push masters.jsonl

	{ counted a 5; counted b 7; } >twice.jsonl
	is "of two keys for the same stock the second is rejected" \
		"$(outcome twice.jsonl)" "a=created b=duplicate"
	is "also where the first did not change" \
		"$(outcome twice.jsonl)" "a=unchanged b=duplicate"
	is "in whatever order" \
		"$(tac twice.jsonl | outcome)" "a=unchanged b=duplicate"
	is "and in a dry run" \
		"$(outcome --dry-run twice.jsonl)" "a=unchanged b=duplicate"
	is "the stock is the first one's" "$(stock L)" 5

	is "a count that differs is sent" "$(counted a 6 | outcome)" a=updated
	is "its receipt says what was and what is" \
		"$(jq -c 'select(.outcome) | .changes' out)" \
		'{"qty":{"old":"5","new":"6"}}'

	is "a key that went elsewhere leaves its place to another" \
		"$({ counted a 6 M; counted b 8; } | outcome)" \
		"a=created b=updated"
	is "which is so later on as well" \
		"$({ counted a 6 M; counted b 9; } | outcome)" \
		"a=unchanged b=updated"
	is "a key that is not in the stream holds nothing" \
		"$(counted c 10 | outcome)" c=updated
	is "both stocks are right" "$(stock L) $(stock M)" "10 6"
	kill "$SANDBOX_PID"
done
done_testing
