#!/bin/bash
# The rehearsal server by itself: starting and stopping, what it logs, faults,
# data that stays, and what models do beyond their fields.  What real servers
# answer is compared in t061.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
command -v jq >/dev/null || skip_all 'jq is not installed'
command -v curl >/dev/null || skip_all 'curl is not installed'
cd "$T" || exit 99

fresh() { # OPTION...
	rm -f "$T/sandbox.log"
	sandbox_start "$@"
	as loader "$ODOO_KEY"
}
as() { # LOGIN KEY
	ODOO_KEY=$2
	# shellcheck disable=SC2034 # for target.sh
	target_uid=$(jsonrpc common login "[\"$ODOO_DB\", \"$1\", \"$2\"]")
}
# The reason of a call that must fail.
why() { rpc "$@" 2>&1 >/dev/null | jq -r .message; }
ids() { rpc "$1" load "[$2, $3]" "{\"context\": ${4:-{\}}}" | jq -c .ids; }
# What curl says: the status, 000 without an answer.
http() { # MODEL METHOD BODY [FILE]
	curl -s -m 10 -o "${4:-/dev/null}" -w '%{http_code}' \
		-H "Authorization: bearer $ODOO_KEY" \
		-H "X-Odoo-Database: $ODOO_DB" \
		-H 'Content-Type: application/json' --data "$3" \
		"$ODOO_URL/json/2/$1/$2"
}
all='{"domain": []}'

# --- options ---
status 'a release it is not' 64 sluice-sandbox --release 17
status 'an address for others' 64 sluice-sandbox --listen 0.0.0.0:0
like 'is refused with a reason' "$(cat .err)" 'loopback only'
status 'a fault there is not' 64 sluice-sandbox --fault drop-befor@1
like 'the right one is suggested' "$(cat .err)" 'did you mean drop-before'
status 'a fault without a when' 64 sluice-sandbox --fault 502
status 'an operand' 64 sluice-sandbox here
status 'a folder that is not there' 73 sluice-sandbox --data no/such/file.db
ODOO_RELEASE=19

# --- starting and stopping ---
fresh
is 'the line has what a target needs' "$(jq -c 'keys' sandbox.json)" \
	'["admin_key","admin_login","clerk_key","clerk_login","database","key","login","pid","planner_key","planner_login","release","url"]'
is 'its pid is its own' "$(jq .pid sandbox.json)" "$SANDBOX_PID"
like 'keys are long' "$ODOO_KEY" '^[0-9a-f]{40}$'
kill "$SANDBOX_PID"
wait "$SANDBOX_PID"
is 'it dies of SIGTERM' $? 143
sleep 30 &
watched=$!
sluice-sandbox --while-pid $watched >watched.json &
SANDBOX_PID=$!
kill -KILL $watched
wait $watched 2>/dev/null
wait "$SANDBOX_PID"
is 'it goes with the process it was told to watch' $? 0

# --- the log ---
fresh
rows='[["acme", "Acme", "V1"], ["bolt", "Bolt", "V2"]]'
is 'two records' "$(ids res.partner '["id", "name", "ref"]' "$rows" |
	jq length)" 2
rpc res.partner write '[[1], {"ref": "X"}]' >/dev/null
rpc res.partner search_read '[[], ["name"]]' >/dev/null
is 'a line a request, numbered' "$(jq -sc 'map(.n)' sandbox.log)" '[1,2,3,4]'
is 'load with rows, columns and ids' "$(jq -c 'select(.n == 2) |
	[.model, .method, .rows, .columns, (.ids | length), .status]' sandbox.log)" \
	'["res.partner","load",2,["id","name","ref"],2,200]'
is 'write with ids and columns' "$(jq -c 'select(.n == 3) |
	[.method, .ids, .columns]' sandbox.log)" '["write",[1],["ref"]]'
unlike 'never a key' "$(cat sandbox.log)" "$ODOO_KEY"

# --- faults ---
fresh --fault drop-before@2:res.partner.search_count \
	--fault drop-after@1:res.partner.create \
	--fault cut-body@2:res.country.search_read \
	--fault 429=7@3:res.partner.search_count \
	--fault 502@4:res.partner.search_count \
	--fault delay=0.4@5:res.partner.search_count \
	--fault serialization@2:res.partner.load \
	--fault 503@every3:res.country.search_count
before=$(http res.partner search_count "$all" body; echo " $(cat body)")
is 'no fault before its time' "${before%% *}" 200
is 'drop-before: no answer' "$(http res.partner search_count "$all")" 000
is 'drop-after: no answer' \
	"$(http res.partner create '{"vals_list": [{"name": "Dropped"}]}')" 000
http res.country search_read "$all" whole >/dev/null
is 'cut-body: the status, and half of it' \
	"$(http res.country search_read "$all" half) $(wc -c <half)" \
	"200 $(($(wc -c <whole) / 2))"
is '429 with Retry-After' "$(curl -s -D head -o /dev/null -m 5 \
	-H "Authorization: bearer $ODOO_KEY" -H 'Content-Type: application/json' \
	--data "$all" "$ODOO_URL/json/2/res.partner/search_count" &&
	sed -n 's/\r$//; s/^HTTP[^ ]* \([0-9]*\).*/\1/p; s/^Retry-After: //p' head |
	xargs)" '429 7'
is '502' "$(http res.partner search_count "$all")" 502
from=$(date +%s%N)
is 'delay answers' "$(http res.partner search_count \
	'{"domain": [["name", "=", "Dropped"]]}' body) $(cat body)" '200 1'
late=$((($(date +%s%N) - from) / 1000000))
is 'but late' "$([ $late -ge 400 ] && echo late || echo $late)" late
is 'load once' "$(ids res.partner '["id", "name"]' '[["s1", "S"]]' |
	jq length)" 1
rpc res.partner load '[["id", "name"], [["s1", "S"], ["s2", "T"]]]' >lost
is 'a lost race looks like errors of rows' \
	"$(jq -c '[.ids, [.messages[].record]]' lost)" '[false,[0,1]]'
like 'in the words of PostgreSQL' "$(jq -r '.messages[0].message' lost)" \
	'^could not serialize access due to concurrent update'
is 'and did nothing' "$(count res.partner '[["name", "=", "T"]]')" 0
is 'every third' "$(for _ in 1 2 3 4 5 6; do
	http res.country search_count "$all"
	echo
done | xargs)" '200 200 503 200 200 503'
is 'the log names the fault' "$(jq -r 'select(.fault) | .fault' sandbox.log |
	head -n1)" 'drop-before@2:res.partner.search_count'
is 'and has no status where none was sent' \
	"$(jq -c 'select(.fault) | .status' sandbox.log | head -n1)" null

fresh --fault restart=4@2:res.partner.create
rpc res.partner create '[{"name": "One"}]' >/dev/null
is 'a restart in the middle of a call' "$(why res.partner create \
	'[{"name": "Two"}]')" 'cursor already closed'
# It goes once the answer is out, and stays away long enough for a machine
# that has other things to do.
for _ in {1..20}; do
	away=$(http res.partner search_count "$all")
	[ "$away" != 000 ] || break
	sleep 0.1
done
is 'it is away' "$away" 000
for _ in {1..100}; do
	[ "$(http res.partner search_count "$all")" = 000 ] || break
	sleep 0.1
done
is 'back with its data, the call rolled back' \
	"$(count res.partner '[["name", "in", ["One", "Two"]]]')" 1

# --- data that stays ---
fresh --data kept.db
key=$ODOO_KEY
rpc res.partner create '[{"name": "Kept"}]' >/dev/null
status 'the data is taken' 75 sluice-sandbox --data kept.db
kill -KILL "$SANDBOX_PID"
wait "$SANDBOX_PID" 2>/dev/null
status 'the data of another release' 64 \
	sluice-sandbox --data kept.db --release 14
fresh --data kept.db
is 'the same key after SIGKILL' "$ODOO_KEY" "$key"
is 'and what was committed' "$(count res.partner '[["name", "=", "Kept"]]')" 1

# --- searching ---
put() { ids "$@" >/dev/null; }
put res.partner '["id", "name", "ref", "parent_id/id", "country_id/id"]' \
	'[["p1", "Alpha", "a", "", "base.de"], ["p2", "beta", "", "p1", "base.us"],
	["p3", "Gamma", "c", "p2", ""]]'
names() { rpc res.partner search_read "[$1, [\"name\"]]" \
	'{"order": "id"}' | jq -c '[.[].name]'; }
mine='["ref", "in", ["a", "c", false]]'
is 'in, with false for nothing' "$(names "[$mine, [\"name\", \"ilike\", \"a\"],
	[\"id\", \">\", 9]]")" '["Alpha","beta","Gamma"]'
is 'or' "$(names '["|", ["name", "=", "Alpha"], ["name", "=", "beta"]]')" \
	'["Alpha","beta"]'
is 'not' "$(names '["!", ["name", "!=", "Alpha"]]')" '["Alpha"]'
is 'a path' "$(names '[["country_id.code", "=", "DE"]]')" '["Alpha"]'
is 'a many2one by name' "$(names '[["country_id", "=", "Germany"]]')" \
	'["Alpha"]'
is 'child_of' "$(names "[[\"id\", \"child_of\",
	$(rpc res.partner search '[[["name", "=", "Alpha"]]]')]]")" \
	'["Alpha","beta","Gamma"]'
is 'like knows case, ilike does not' \
	"$(names '[["name", "like", "BET"]]') $(names '[["name", "ilike", "BET"]]')" \
	'[] ["beta"]'
is '=like is a pattern of the whole' "$(names '[["name", "=like", "_lph%"]]')" \
	'["Alpha"]'
is 'a one2many' "$(names '[["child_ids.name", "=", "Gamma"]]')" '["beta"]'
many=$(jq -nc '[range(1500) | ["name", "=", "no \(.)"]] |
	[range(length - 1) | "|"] + . | . + [["name", "=", "Alpha"]] | ["|"] + .')
is 'fifteen hundred of them' "$(names "$many")" '["Alpha"]'

# --- products and stock ---
is 'a product makes its template' "$(ids product.product \
	'["id", "name", "default_code", "list_price", "uom_id/id", "is_storable"]' \
	'[["pr1", "Bolt", "P-1", "2.50", "uom.product_uom_kgm", "1"]]' |
	jq length)" 1
product=$(rpc product.product search '[[["default_code", "=", "P-1"]]]' |
	jq '.[0]')
is 'both have what was given' "$(rpc product.template search_read \
	'[[["default_code", "=", "P-1"]], ["name", "list_price", "uom_id"]]' |
	jq -c '.[0] | [.name, .list_price, .uom_id[1]]')" '["Bolt",2.5,"kg"]'
rpc product.template write "[[$(rpc product.product read \
	"[[$product], [\"product_tmpl_id\"]]" |
	jq '.[0].product_tmpl_id[0]')], {\"active\": false}]" >/dev/null
is 'archived with its template' "$(rpc product.product read \
	"[[$product], [\"active\"]]" | jq '.[0].active')" false
is 'found with active_test off' "$(count product.product \
	'[["default_code", "=", "P-1"]]')" 1
is 'and not otherwise' "$(rpc product.product search_count \
	'[[["default_code", "=", "P-1"]]]')" 0

ids stock.warehouse '["id", "name", "code"]' '[["w2", "Second", "W2"]]' >/dev/null
is 'a warehouse makes its locations' "$(rpc stock.location search_read \
	'[[["complete_name", "=like", "W2%"]], ["complete_name"]]' |
	jq -c '[.[].complete_name]')" '["W2","W2/Stock"]'
stock=$(rpc stock.warehouse search_read '[[["code", "=", "W2"]], ["lot_stock_id"]]' |
	jq '.[0].lot_stock_id[0]')
mode='{"context": {"inventory_mode": true}}'
quant=$(rpc stock.quant create "[{\"product_id\": $product,
	\"location_id\": $stock, \"inventory_quantity\": 12.5}]" "$mode")
on_hand() { rpc stock.quant read "[[$quant], [\"quantity\"]]" |
	jq '.[0].quantity'; }
is 'a count waits' "$(on_hand)" 0
rpc stock.quant action_apply_inventory "[[$quant]]" >/dev/null
is 'until it is applied' "$(on_hand)" 12.5
is 'the place of adjustments has the other side' "$(rpc stock.quant read_group \
	"[[[\"product_id\", \"=\", $product]], [\"quantity:sum\"], []]" |
	jq '.[0].quantity')" 0
rpc stock.quant action_apply_inventory "[[$quant]]" >/dev/null
is 'applied twice it is nothing, as with Odoo' "$(on_hand)" 0

# --- who may what ---
jq -r '.planner_key, .clerk_key' sandbox.json >keys
{ read -r PLANNER; read -r CLERK; } <keys
as planner "$PLANNER"
like 'planner may not read external ids' "$(why ir.model.data search_count '[[]]')" \
	'not allowed to access .Model Data.'
is 'but may load' "$(ids res.partner '["id", "name"]' '[["p9", "P9"]]' |
	jq length)" 1
as clerk "$CLERK"
is 'clerk may read' "$(rpc res.partner search_count '[[["name", "=", "P9"]]]')" 1
like 'but not write' "$(why res.partner write '[[1], {"ref": "Z"}]')" \
	'not allowed to modify .Contact.'

# --- 14 ---
# shellcheck disable=SC2034 # for target.sh
ODOO_RELEASE=14
fresh
is '14 has no JSON-2' "$(http res.partner search_count "$all")" 404
like '14 answers HTTP/1.0' "$(curl -s -i -m 5 "$ODOO_URL/jsonrpc" | head -n1)" \
	'^HTTP/1.0 400'
is 'a count in 14 applies at once' "$(
	p=$(rpc product.product create '[{"name": "B", "type": "product"}]')
	q=$(rpc stock.quant create "[{\"product_id\": $p, \"location_id\": 8,
		\"inventory_quantity\": 3}]" "$mode")
	rpc stock.quant read "[[$q], [\"quantity\"]]" | jq '.[0].quantity')" 3
done_testing
