#!/bin/bash
# A dry run says what the real one then does, and writes nothing: not in Odoo,
# as its own tables and sequences say, not in the state, not beside it.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"

if [ "$SLUICE_E2E" = sandbox ]; then
	command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
	target_start --data "$T/server.db"
else
	target_start
fi
target_profile "$ODOO_URL"
mkdir "$T/state"
cd "$T" || exit 99

push() {
	sluice-push --targets targets.yaml -t e2e --state state/x.db \
		--rejects rejects "$@"
}
sql() { "$SLUICE_SOURCE/scripts/odoo" psql "$SLUICE_E2E" -X -q -At "$@"; }

# Every row of the tables that push writes to, who wrote it last, and how far
# the sequences are: a request that was rolled back shows as well.
server_says() {
	local t query=

	if [ "$SLUICE_E2E" = sandbox ]; then
		# The server has its file for itself: a copy, log and all.
		rm -rf "$T/copy" && mkdir "$T/copy" &&
			cp "$T"/server.db* "$T/copy/" &&
			sqlite3 "$T/copy/server.db" .dump
		return
	fi
	for t in $(sql -c "SELECT table_name FROM information_schema.tables
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND
		(table_name ~ '^(product|stock|uom)_' OR table_name IN
		('res_partner', 'ir_model_data', 'ir_property', 'ir_sequence',
		'mail_message', 'mail_tracking_value', 'account_move'))"); do
		query+="SELECT '$t', count(*), max(xmin::text::bigint),
			md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))
			FROM $t t;"
	done
	sql -c "$query" -c "SELECT sequencename, last_value FROM pg_sequences
		WHERE sequencename ~ '^(product|stock|uom|res_partner|mail|ir)_'
		AND sequencename !~ '^ir_(cron|logging|profile|attachment)'
		ORDER BY 1"
}
state_says() { ls -l --time-style=full-iso state && cat state/* | sha256sum; }

# outcomes FILE: of receipts there, and of rejects, by key.
outcomes() {
	{
		jq -r 'select(.outcome) | "\(.entity) \(.key) \(.outcome)"' "$1"
		jq -r '"\(.record.entity) \(.record.key) \(.code)"' rejects
	} | LC_ALL=C sort
}
# shown KEY: the changes of its receipt in `plan`.
shown() { jq -c --arg k "$1" 'select(.key == $k) | .changes' plan; }

cat >first.jsonl <<'END'
{"entity":"warehouse","key":"W","fields":{"code":"PLW","name":"Plan"}}
{"entity":"location","site":"S","key":"L","fields":{"name":"Plan L","warehouse":"W"}}
{"entity":"category","key":"C","fields":{"name":"Plan C"}}
{"entity":"product","key":"PL1","fields":{"sku":"PL1","name":"One","type":"goods","uom":"C62","category":"C","list_price":1.50}}
{"entity":"product","key":"PL2","fields":{"sku":"PL2","name":"Two","type":"goods","uom":"C62","category":"C"}}
{"entity":"product","key":"PL3","fields":{"sku":"PL3","name":"Three","type":"goods","uom":"C62","category":"C"}}
{"entity":"partner","key":"PLA","fields":{"name":"Ann","country":"AT","roles":["customer"]}}
{"entity":"partner","key":"PLB","fields":{"name":"Bob","city":"Graz"}}
{"entity":"stock_balance","site":"S","key":"L/PL1","fields":{"product":"PL1","location":"L","qty":5}}
END
cat >second.jsonl <<'END'
{"entity":"category","key":"D","fields":{"name":"Plan D"}}
{"entity":"product","key":"PLN","fields":{"sku":"PLN","name":"New","type":"service","uom":"C62","category":"D","list_price":2.50}}
{"entity":"product","key":"PL1","fields":{"sku":"PL1","name":"One, better","type":"goods","uom":"C62","category":"D","list_price":1.5}}
{"entity":"product","key":"PL2","op":"archive","fields":{}}
{"entity":"product","key":"PL3","fields":{"sku":"PL3","name":"Three","type":"goods","uom":"C62","category":"C"}}
{"entity":"product","key":"PL4","op":"update","fields":{"name":"Nowhere"}}
{"entity":"partner","key":"PLA","fields":{"name":"Ann","country":"AT","roles":["supplier"]}}
{"entity":"partner","key":"PLB","op":"create","fields":{"name":"Bob","city":"Linz"}}
{"entity":"partner","key":"PLC","fields":{"name":"Cleo","city":"Wels","country":"DE"}}
{"entity":"lot","key":"PLX/1","fields":{"lot":"1","product":"PLX"}}
{"entity":"stock_balance","site":"S","key":"L/PL1","fields":{"product":"PL1","location":"L","qty":7}}
END
status 'what is there at first' 0 push first.jsonl
at=$(rpc res.country search '[[["code", "=", "AT"]]]' | jq '.[0]')
rpc res.partner create '[{"name": "Cleopatra", "ref": "PLC", "city": "Wels",
	"country_id": '"$at"'}]' >/dev/null

server_says >server.before
state_says >state.before
push --dry-run --summary summary second.jsonl >plan 2>plan.err
is 'a dry run has the status of the real one' $? 1
cp rejects rejects.plan
cat >expected <<'END'
category D created
partner PLA skipped
partner PLB skipped
partner PLC adopted
product PL1 updated
product PL2 archived
product PL3 unchanged
product PL4 not-found
product PLN created
stock_balance L/PL1 updated
END
is 'every record has an outcome' "$(outcomes plan | grep -v '^lot ')" \
	"$(cat expected)"
like 'one that waits for another is held or rejected' \
	"$(outcomes plan | grep '^lot ')" '^lot PLX/1 (held|missing-reference)$'
is 'a new record with its fields' \
	"$(shown PLN | jq -c '[.sku, .name, .type, .uom, .category, .list_price] | map(.new)')" \
	'["PLN","New","service","C62","D","2.5"]'
is 'a changed one, old and new, relations by key' "$(shown PL1)" \
	'{"name":{"old":"One","new":"One, better"},"category":{"old":"C","new":"D"}}'
is 'one to be archived' "$(shown PL2 | jq -c .active.new)" '"false"'
is 'one taken over, as Odoo holds it' "$(shown PLC | jq -c '[.name, .country]')" \
	'[{"old":"Cleopatra","new":"Cleo"},{"old":"AT","new":"DE"}]'
is 'a count' "$(shown L/PL1)" '{"qty":{"old":"5","new":"7"}}'
is 'one that differs in what is not ours' \
	"$(jq -c 'select(.key == "PLA") | [.reason, .fields]' plan)" \
	'["owner",["customer_rank","supplier_rank"]]'
is 'one to be created only, and there' \
	"$(jq -c 'select(.key == "PLB") | [.reason, .fields]' plan)" \
	'["exists",["city"]]'
is 'the totals are in the summary' \
	"$(jq -c '[.created, .updated, .archived, .adopted, .unchanged, .skipped_owner, .skipped_exists]' summary)" \
	'[2,2,1,1,1,1,1]'
like 'and said' "$(cat plan.err)" \
	'nothing was changed; this would be: 2 created, 2 updated, 1 archived, 1 adopted'

push --dry-run --plan text second.jsonl >people 2>/dev/null
like 'for people: a new record' "$(cat people)" '^\+ product PLN$'
like 'for people: old and new' "$(cat people)" '^    name: One -> One, better$'
like 'for people: the totals' "$(cat people)" \
	'^This would be: 2 created, 2 updated, .*rejected\.$'
unlike 'no colour in a file' "$(cat people)" $'\033'
push --dry-run --verify second.jsonl >verified 2>/dev/null
is 'by Odoo, not the state: the same plan' "$(outcomes verified)" \
	"$(outcomes plan)"
is 'with the same changes' \
	"$(jq -c 'select(.key == "PL1") | .changes' verified)" "$(shown PL1)"
push --dry-run --full second.jsonl >/dev/null 2>&1
push --dry-run --state state/none.db second.jsonl >stateless 2>/dev/null
is 'without a state: the same but for what the state would know' \
	"$(outcomes stateless | grep -v '^lot ')" \
	"$(sed 's/\(.*PL3\) .*/\1 unchanged/' expected)"

server_says >server.after
state_says >state.after
if cmp -s server.before server.after; then
	pass 'nothing was written in Odoo'
else
	fail 'nothing was written in Odoo' "$(diff server.before server.after)"
fi
is 'nothing in the state, and no file beside it' "$(cat state.after)" \
	"$(cat state.before)"

push second.jsonl >real 2>/dev/null
is 'the real run does what the plan said' "$(outcomes real)" \
	"$(cp rejects.plan rejects; outcomes plan)"
server_says >server.after
if cmp -s server.before server.after; then
	fail 'which shows in Odoo'
else
	pass 'which shows in Odoo'
fi
done_testing
