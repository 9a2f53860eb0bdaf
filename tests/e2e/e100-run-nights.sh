#!/bin/bash
# The sample company's nights: the first, the same again, a changed price, a
# change taken back, a lost state.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
. "$SLUICE_SOURCE/tests/lib/night.sh"
night_start

# ---- the first ---------------------------------------------------------------
deliver
night
is 'the first night wants a person: samples have mistakes' $rc 1
is 'and says nothing on standard error' "$(cat "$T/night.err")" ''
is 'categories' "$(held category)" 18
is 'products' "$(held product)" 38
is 'partners' "$(held partner)" 33
is 'warehouses' "$(held warehouse)" 2
is 'locations' "$(held location)" 17
is 'lots' "$(held lot)" 12

is 'a decimal comma and a thousands point' "$(product 000815 list_price)" 1249
is 'a cost' "$(product 000815 standard_price)" 742.1
is 'padding is gone, umlauts are there' "$(product RV-25 name)" \
	'"Rückschlagventil 1\""'
is 'an item no longer sold is archived' "$(product 000799 active)" false
is 'a deleted one is not there' "$(product 000790 name)" ''
is 'a dozen is a dozen' "$(product OR-0042 uom_id | jq -r '.[1]')" \
	"$(rpc ir.model.data search_read '[[["module", "=", "uom"],
		["name", "=", "product_uom_dozen"]], ["res_id"]]' |
		jq '.[0].res_id' | xargs -I{} echo "[[{}], [\"display_name\"]]" |
		{ read -r a && rpc uom.uom read "$a"; } | jq -r '.[0].display_name')"
like 'a category below its parent' "$(rpc product.category read \
	"[[$(xid_to_id category.0110)], [\"complete_name\"]]")" 'Pumpen / Kreiselpumpen'
like 'a branch below its company' "$(rpc res.partner read \
	"[[$(xid_to_id partner.10009)], [\"parent_id\"]]")" 'Energie Oberland'
is 'a country in words' "$(rpc res.partner search_count "[[[\"country_id.code\", \"=\", \"GB\"],
	[\"id\", \"=\", $(xid_to_id partner.10011)]]]")" 1
is 'stock without a lot' "$(stock location.PL1.B-01 KH-15)" 240
is 'stock of two lots' "$(stock location.PL1.B-01 OR-0042)" 52.5
is 'implied decimals' "$(stock location.PL2.H-1 SL-25)" 412.75
is 'a sign behind the digits' "$(stock location.PL1.WE FL-50)" -4
is 'nothing is nothing' "$(stock location.PL1.A-03 000842)" 0
is 'the same place name in another plant' "$(stock location.PL2.WE 000815)" 3

block=$(cat "$T/night.out")
like 'the block names the flow' "$block" '^sluice-run: flow nightly: .*rejected'
like 'and a reason a clerk understands' "$block" \
	"ITEMS.csv:41 CREATED '20241301': there is no month 13"
like 'where the rest is' "$block" 'erp-items.map.rejects'
like 'what to type next' "$block" 'sluice-run .*--again --only erp-units nightly'
like 'an unknown group is not sent' "$block" "GD-48 .*0499"
like 'nor stock in a place nobody knows' "$block" 'Z-99'
is 'stock of what is not there is not there' "$(rejects_of wms-stock | jq -r \
	'select(.stage == "push") | .record.key' | LC_ALL=C sort | tr '\n' ' ')" \
	'B-02/GD-28/G-7777 B-03/SH-125 Z-99/KH-15 '
unlike 'afterwards there is no difference' "$block" 'differ'
is 'the inbox is empty' "$(find "$base/inbox" -type f)" ''
for f in erp/ITEMS.csv wms/STOCK_PL1.csv.gz; do
	is "the archive holds $f" "$(zcat "$base/archive/$f".*.gz | sha256sum)" \
		"$(sha256sum <"$SLUICE_SOURCE/samples/company/$f")"
done
is 'no spool is left' "$(find "$base/work" -name '*.spool')" ''
unlike 'the key is nowhere' "$(cat "$T"/night.* ; grep -r . "$base/work")" \
	"$ODOO_KEY"

# ---- the same again ------------------------------------------------------------
sent_reset
deliver
night
is 'the same files again: all is well' $rc 0
is 'and nothing is said' "$(cat "$T/night.out" "$T/night.err")" ''
is 'nothing is sent' "$(sent)" ''
is 'the inbox is empty again' "$(find "$base/inbox" -type f)" ''
deliver
night --again
is 'processed again, the mistakes are there again' $rc 1
is 'but nothing is sent' "$(sent)" ''

# ---- one price --------------------------------------------------------------------
# In CP1252: only ASCII is touched.
stamps() {
	rpc product.product search_read '[[["default_code", "!=", false]],
		["default_code", "write_date"]]' '{"context": {"active_test": false}}' |
		jq -c '.[] | [.default_code, .write_date]' | LC_ALL=C sort
}
stamps >"$T/before"
sleep 1.1
deliver erp/ITEMS.csv
LC_ALL=C sed -i 's/^KH-15 \(.*\);8,45;/KH-15 \1;8,95;/' "$base/inbox/erp/ITEMS.csv"
night
stamps >"$T/after"
is 'a changed price: one call' "$(sent | wc -l)" 1
is 'the price is there' "$(product KH-15 list_price)" 8.95
is 'one record was written' "$(diff "$T/before" "$T/after" | grep -c '^>')" 1
is 'only that field of it' "$(cat "$base"/work/nightly/*/erp-items.receipts |
	jq -c 'select(.outcome == "updated") | [.key, .changes]')" \
	'["KH-15",{"list_price":{"old":"8.45","new":"8.95"}}]'
sent_reset
deliver erp/ITEMS.csv
night
is 'taken back: that is a change, too' "$(sent | wc -l)" 1
is 'the old price is there' "$(product KH-15 list_price)" 8.45

# ---- the state is lost ---------------------------------------------------------------
counts() {
	local m

	for m in product.product product.category res.partner stock.warehouse \
		stock.location stock.quant ir.model.data; do
		echo "$m $(count $m)"
	done
}
counts >"$T/before"
stamps >"$T/stamps"
rm -rf "$T/state"
mkdir -m 700 "$T/state"
sent_reset
deliver
night --again
is 'without the state, the same' $rc 1
counts >"$T/after"
is 'nothing is doubled' "$(cat "$T/after")" "$(cat "$T/before")"
stamps >"$T/after"
is 'and nothing written: Odoo was asked' "$(cat "$T/after")" "$(cat "$T/stamps")"
is 'stock is as it was' "$(stock location.PL1.B-01 OR-0042)" 52.5
unlike 'no difference' "$(cat "$T/night.out")" 'differ'
done_testing
