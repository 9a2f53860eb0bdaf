#!/bin/bash
# The server does what it was asked and the answer gets lost, or it does not
# and says so in one of its ways: nothing is doubled, nothing missing.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
target_profile "$ODOO_URL"

world() {
	cat <<-END
		{"sluice":1,"stage":"validate","run":"$1"}
		{"entity":"category","key":"$1-C","op":"upsert","fields":{"name":"Category $1"}}
		{"entity":"product","key":"$1-1","op":"upsert","fields":{"sku":"$1-1","name":"One","uom":"C62","category":"$1-C","type":"goods","list_price":$2}}
		{"entity":"product","key":"$1-2","op":"upsert","fields":{"sku":"$1-2","name":"Two","uom":"C62","category":"$1-C","type":"goods","list_price":2}}
		{"entity":"location","key":"L","site":"$1","op":"upsert","fields":{"name":"Place $1","warehouse":"W","usage":"internal"}}
		{"entity":"stock_balance","key":"L/$1-1","site":"$1","op":"upsert","fields":{"product":"$1-1","location":"L","qty":7}}
		{"entity":"stock_balance","key":"L/$1-2","site":"$1","op":"upsert","fields":{"product":"$1-2","location":"L","qty":2.5}}
		{"sluice":1,"end":true,"records":6,"rejects":0}
	END
}
there() {
	rpc product.product search_read "[[[\"default_code\", \"=like\", \"$1-%\"]],
		[\"default_code\", \"list_price\"]]" | jq -c '.[] | [.default_code, .list_price]'
	echo "categories $(count product.category "[[\"name\", \"=\", \"Category $1\"]]")"
	echo "locations $(count stock.location "[[\"name\", \"=\", \"Place $1\"]]")"
	rpc stock.quant search_read "[[[\"product_id.default_code\", \"=like\", \"$1-%\"],
		[\"location_id.usage\", \"=\", \"internal\"]], [\"quantity\"]]" |
		jq -c 'map(.quantity) | sort'
	rpc ir.model.data search_read "[[[\"module\", \"=\", \"sluice\"],
		[\"name\", \"like\", \"$1\"]], [\"name\"]]" | jq -r '.[].name' | LC_ALL=C sort
}
same() { there "$1" | sed "s/$1/X/g"; }

# One warehouse for all: making one takes a real server seconds.
echo '{"entity":"warehouse","key":"W","fields":{"code":"W","name":"Lost"}}' |
	sluice-push --targets "$T/targets.yaml" --target e2e --state "$T/W.db" >"$T/out"
is 'a warehouse' $? 0
world X0 1 | sluice-push --targets "$T/targets.yaml" --target e2e \
	--state "$T/X0.db" >"$T/out"
is 'undisturbed' $? 0
same X0 >"$T/undisturbed"
like 'undisturbed: the stock is there' "$(cat "$T/undisturbed")" '\[2.5,7\]'

n=0
for fault in \
	'drop-after@*.load#1' 'drop-after@*.load#2' 'drop-after@*.load#3' \
	'drop-before@*.load#1-2' 'cut-body@*.load#2' 'cut-head@*.load#1' \
	'502@*.load#1' '502-after@*.load#2' '504-after@*.load#3' \
	'503-retry-after=1@*.load#1' '429@*.load#2' 'html@*.load#1' \
	'drop-after@stock.quant.load#1' 'drop-before@stock.quant.load#1' \
	'drop-after@*.search_read#2'; do
	n=$((n + 1))
	proxy_start "$fault"
	target_profile "$PROXY_URL"
	world X$n 1 >"$T/in"
	timeout 300 sluice-push --targets "$T/targets.yaml" --target e2e \
		--state "$T/X$n.db" "$T/in" >"$T/out" 2>"$T/err"
	rc=$?
	# A server that stays away is 75 and all progress kept: cron runs again.
	if [ $rc -eq 75 ]; then
		timeout 300 sluice-push --targets "$T/targets.yaml" --target e2e \
			--state "$T/X$n.db" "$T/in" >"$T/out" 2>"$T/err"
		rc=$?
	fi
	is "$fault: done" "$rc $(cat "$T/err")" '0 '
	is "$fault: nothing doubled, nothing missing" "$(same X$n)" \
		"$(cat "$T/undisturbed")"
	if grep -q '"fault":"' "$T/proxy.log"; then
		pass "$fault: did happen"
	else
		fail "$fault: did happen" "$(jq -c .rpc "$T/proxy.log")"
	fi
	kill "$PROXY_PID"
	mv "$T/proxy.log" "$T/proxy.log.$n"
done
done_testing
