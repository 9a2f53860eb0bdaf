#!/bin/bash
# What the other end-to-end scripts take for granted of their server.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start

rows='[["id", "name"], [["sluice.e2e-target.A1", "Acme"], ["sluice.e2e-target.B1", "Bolt"]]]'
mine='[["name", "in", ["Acme", "Bolt"]]]'

like 'it tells its release' "$(jsonrpc common version '[]')" \
	"\"server_version\": ?\"$ODOO_RELEASE\\.0"
is 'it is pristine' "$(count res.partner "$mine")" 0
is 'load makes records' "$(rpc res.partner load "$rows" | jq '.ids | length')" 2
is 'and they are there' "$(count res.partner "$mine")" 2
is 'the same load again makes none' "$(rpc res.partner load "$rows" >/dev/null
	count res.partner "$mine")" 2
is 'external ids can be read' "$(rpc ir.model.data search_read \
	'[[["module", "=", "sluice"], ["model", "=", "res.partner"]], ["name"]]' |
	jq -c '[.[].name] | sort')" '["e2e-target.A1","e2e-target.B1"]'
bad='[["id", "name"], [["sluice.e2e-target.C1", "Cam"], ["sluice.e2e-target.D1", ""]]]'
is 'a load with a bad row keeps nothing' "$(rpc res.partner load "$bad" |
	jq -c '[.ids, .messages[0].record]')" '[false,1]'
is 'nor the good row of it' "$(count res.partner '[["name", "=", "Cam"]]')" 0
is 'no stock yet' "$(count stock.quant '[["location_id.usage", "=", "internal"]]')" 0

# An answer that gets lost, as the proxy plays it, did happen.
proxy_start 'drop-after@res.partner.load#1'
late='[["id", "name"], [["sluice.e2e-target.E1", "Eve"]]]'
if rpc_at "$PROXY_URL" res.partner load "$late" >/dev/null 2>&1; then
	fail 'the proxy loses an answer'
else
	pass 'the proxy loses an answer'
fi
is 'what was answered into the void is done' \
	"$(count res.partner '[["name", "=", "Eve"]]')" 1
is 'and the second answer arrives' "$(rpc_at "$PROXY_URL" res.partner load \
	"$late" | jq '.ids | length')" 1

if [ "$ODOO_RELEASE" -ge 19 ]; then
	is 'JSON-2 answers' "$(curl -sS -m 60 -H "Authorization: bearer $ODOO_KEY" \
		-H "X-Odoo-Database: $ODOO_DB" -H 'Content-Type: application/json' \
		--data "{\"domain\": $mine}" \
		"$ODOO_URL/json/2/res.partner/search_count")" 2
	is 'JSON-2 refuses a wrong key' "$(curl -sS -m 60 -o /dev/null \
		-w '%{http_code}' -H 'Authorization: bearer wrong' \
		-H "X-Odoo-Database: $ODOO_DB" -H 'Content-Type: application/json' \
		--data '{"domain": []}' "$ODOO_URL/json/2/res.partner/search_count")" 401
fi
done_testing
