#!/bin/bash
# sluice-push killed at each step of its journal, then run again: the target
# ends as if nothing had happened, counted there and not in our state.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
proxy_start
target_profile "$PROXY_URL"
STEPS_MAX=40

# A small world of its own for step $1: 2 categories, 4 products, 1 of them
# wrong, 2 places, 3 counts.
world() {
	local p=S$1

	cat <<-END
		{"sluice":1,"stage":"validate","run":"$p"}
		{"entity":"category","key":"$p-C2","op":"upsert","fields":{"name":"Below $p","parent":"$p-C1"}}
		{"entity":"category","key":"$p-C1","op":"upsert","fields":{"name":"Above $p"}}
		{"entity":"product","key":"$p-1","op":"upsert","fields":{"sku":"$p-1","name":"One","uom":"C62","category":"$p-C2","type":"goods","list_price":10.50}}
		{"entity":"product","key":"$p-2","op":"upsert","fields":{"sku":"$p-2","name":"Two","uom":"C62","category":"$p-C1","type":"goods","list_price":20}}
		{"entity":"product","key":"$p-3","op":"upsert","fields":{"sku":"$p-3","name":"Three","uom":"C62","category":"$p-NONE","type":"goods"}}
		{"entity":"product","key":"$p-4","op":"upsert","fields":{"sku":"$p-4","name":"Four","uom":"KGM","category":"$p-C2","type":"goods"}}
		{"entity":"location","key":"L1","site":"$p","op":"upsert","fields":{"name":"L1","warehouse":"W","usage":"internal"}}
		{"entity":"location","key":"L2","site":"$p","op":"upsert","fields":{"name":"L2","warehouse":"W","parent":"L1","usage":"internal"}}
		{"entity":"stock_balance","key":"L1/$p-1","site":"$p","op":"upsert","fields":{"product":"$p-1","location":"L1","qty":7}}
		{"entity":"stock_balance","key":"L2/$p-1","site":"$p","op":"upsert","fields":{"product":"$p-1","location":"L2","qty":3.5}}
		{"entity":"stock_balance","key":"L2/$p-2","site":"$p","op":"upsert","fields":{"product":"$p-2","location":"L2","qty":12}}
		{"sluice":1,"end":true,"records":11,"rejects":0}
	END
}
push() {
	sluice-push --targets "$T/targets.yaml" --target e2e \
		--state "$T/$1.db" "$T/$1.jsonl" \
		>"$T/$1.receipts" 2>"$T/$1.err"
}
# All that is in the target of world $1, in words that do not name it.
there() {
	local p=S$1 ids

	rpc product.product search_read "[[[\"default_code\", \"=like\", \"$p-%\"]],
		[\"default_code\", \"name\", \"list_price\"]]" |
		jq -c '.[] | [.default_code, .name, .list_price]'
	rpc product.category search_read \
		"[[[\"name\", \"in\", [\"Above $p\", \"Below $p\"]]], [\"complete_name\"]]" |
		jq -c '.[] | .complete_name'
	rpc stock.quant search_read "[[[\"product_id.default_code\", \"=like\", \"$p-%\"],
		[\"location_id.usage\", \"=\", \"internal\"]],
		[\"product_id\", \"location_id\", \"quantity\"]]" |
		jq -c '.[] | [.product_id[1], .location_id[1], .quantity]'
	ids=$(rpc ir.model.data search_read "[[[\"module\", \"=\", \"sluice\"],
		[\"name\", \"like\", \"$p\"]], [\"name\"]]")
	jq -r '.[].name' <<<"$ids"
}
same() { there "$1" | sed "s/S$1/S/g" | LC_ALL=C sort; }

# One warehouse for all: making one takes a real server seconds.
echo '{"entity":"warehouse","key":"W","fields":{"code":"W","name":"Crash"}}' >"$T/W.jsonl"
push W
is 'a warehouse' $? 0

world 0 >"$T/0.jsonl"
push 0
is 'undisturbed: one record is rejected' $? 1
same 0 >"$T/undisturbed"
like 'undisturbed: the stock is there' "$(cat "$T/undisturbed")" ',3.5\]'

step=0
while [ $step -lt $STEPS_MAX ]; do
	step=$((step + 1))
	world "$step" >"$T/$step.jsonl"
	(SLUICE_CRASH_AT=$step push "$step") 2>/dev/null
	rc=$?
	[ $rc -eq 137 ] || break
	push "$step"
	is "killed at step $step, then run again" $? 1
	is "step $step: every record has a receipt but one" \
		"$(jq -c 'select(.outcome) | .key' "$T/$step.receipts" | sort | uniq | wc -l)" 10
	is "step $step: as if nothing had happened" "$(same "$step")" \
		"$(cat "$T/undisturbed")"
	lines=$(wc -l <"$T/proxy.log")
	push "$step"
	is "step $step: a third run sends nothing" "$(tail -n "+$((lines + 1))" "$T/proxy.log" |
		jq -r '.rpc // empty' | grep -E '\.(load|create|write|unlink|action_[a-z_]+)$')" ''
done
is 'beyond the last step it is not killed' "$rc" 1
if [ $step -gt 4 ]; then pass "$step steps"; else fail "only $step steps"; fi
done_testing
