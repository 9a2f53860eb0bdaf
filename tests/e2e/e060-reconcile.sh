#!/bin/bash
# A stream against what Odoo holds: nothing after a push, then each kind of
# difference once, made in Odoo or in the stream.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
[ -x "$SLUICE_BUILD/sluice-push" ] || skip_all 'sluice-push is not built'
target_start
target_profile "$ODOO_URL"
cd "$T" || exit 99
export SLUICE_PROFILES=$SLUICE_SOURCE/profiles

# The warehouse is the one that is there: 14 lets nobody but its administrator
# make a second one.
cat >stream <<'END'
{"sluice":1,"stage":"map","run":"e2e"}
{"entity":"category","key":"C/1","fields":{"name":"Seals"}}
{"entity":"product","key":"R-1","fields":{"sku":"R-1","name":"Ring","uom":"C62","category":"C/1","type":"goods","list_price":12.50,"weight":0.125,"tracking":"none"}}
{"entity":"product","key":"R-2","fields":{"sku":"R-2","name":"Ring, lots","uom":"C62","category":"C/1","type":"goods","list_price":1.1,"tracking":"lot"}}
{"entity":"lot","key":"R-2/L1","fields":{"lot":"L1","product":"R-2"}}
{"entity":"warehouse","key":"WH","fields":{"code":"WH","name":"Ring house"}}
{"entity":"location","key":"A1","site":"S1","fields":{"name":"Shelf A1","warehouse":"WH","usage":"internal"}}
{"entity":"partner","key":"100","fields":{"name":"Ring & Co","company":true,"roles":["customer"],"country":"AT","street":"Weg 1"}}
{"entity":"stock_balance","key":"A1/R-1","site":"S1","fields":{"product":"R-1","location":"A1","qty":5.0}}
{"entity":"stock_balance","key":"A1/R-2/L1","site":"S1","fields":{"product":"R-2","location":"A1","lot":"R-2/L1","qty":7.5}}
{"sluice":1,"end":true,"records":9,"rejects":0}
END
reconcile() {
	sluice-reconcile --targets targets.yaml --target e2e --state state.db \
		"$@"
}
brief() { jq -r '[.entity, .key, .diff, .field // "", .here // "-", .there // "-"] | join(" ")' .out; }
write() { # write MODEL DOMAIN VALUES
	local ids
	ids=$(rpc "$1" search "[$2]" '{"context": {"active_test": false}}')
	rpc "$1" write "[$ids, $3]" >/dev/null
}

status 'before the push: differences' 1 reconcile stream
is 'all are missing' "$(jq -r .diff .out | sort | uniq -c | tr -s ' ')" ' 9 missing'
status 'the push' 0 sluice-push --targets targets.yaml --target e2e \
	--state state.db stream
status 'after it: no difference' 0 reconcile stream
is 'and no word' "$(cat .out .err)" ''
status 'from standard input' 0 reconcile <stream

write product.product '[["default_code", "=", "R-1"]]' '{"list_price": 12.75, "weight": 0.5}'
write res.partner '[["name", "=", "Ring & Co"]]' '{"street": false}'
status 'changes made in Odoo are found' 1 reconcile stream
is 'field by field' "$(brief | sort)" "partner 100 value street Weg 1 -
product R-1 value list_price 12.50 12.75
product R-1 value weight 0.125 0.5"
status '--tolerance' 1 reconcile --tolerance list_price=0.25 \
	--tolerance weight=1 stream
is 'one is left' "$(brief)" 'partner 100 value street Weg 1 -'
status '--entity' 0 reconcile --entity category --entity lot stream

sed -e '/"R-2\/L1","site\|A1\/R-2/d' -e '/"category","key"/d' \
	-e 's/"category":"C\/1","type":"goods","list_price":1.1/"category":null,"list_price":1.1/' \
	-e 's/"qty":5.0/"qty":4/' -e 's/"records":9/"records":7/' \
	-e 's/"AT"/"DE"/' -e 's/12.50/12.75/' -e 's/0.125/0.5/' \
	-e 's/,"street":"Weg 1"//' stream >less
status 'changes made in the stream are found' 1 reconcile less
like 'the place of a product in stock' "$(brief)" '^stock_balance A1/R-1 value qty 4 5$'
like 'a country by its code' "$(brief)" '^partner 100 value country DE AT$'
like 'stock that the stream lacks' "$(brief)" '^stock_balance A1/R-2/L1 extra'
unlike 'of entities that it carries no record of, nothing is extra' \
	"$(brief)" '^category'
unlike 'no other record is extra' "$(brief | grep -v stock)" ' extra '
status '--no-extra' 1 reconcile --no-extra less
unlike 'says nothing of them' "$(brief)" extra

grep -v '"R-1"' stream | sed 's/"records":9/"records":7/' >part
status 'a product the stream lacks' 1 reconcile --entity product part
is 'is extra' "$(brief)" 'product R-1 extra  - -'
write product.product '[["default_code", "=", "R-1"]]' '{"active": false}'
status 'unless it is archived' 0 reconcile --entity product part
grep -v sluice part >open
write product.product '[["default_code", "=", "R-1"]]' '{"active": true}'
status 'or the stream does not say that it is whole' 0 \
	reconcile --entity product open
echo '{"entity":"product","key":"R-1","op":"archive"}' >archive
status 'one to be archived that is active' 1 reconcile archive
is 'says so' "$(brief)" 'product R-1 value active false true'

head -n 5 stream >short
status 'a cut stream' 65 reconcile short
is 'claims no difference' "$(cat .out)" ''
printf 'wrong\n' >"$T/key"
status 'a wrong key' 77 reconcile stream
unlike 'which is in no message' "$(cat .err .out)" 'wrong$'
sed -i 's#url: .*#url: http://127.0.0.1:9#' targets.yaml
status 'a server that is not there' 75 reconcile stream
status 'no such target' 78 sluice-reconcile --targets targets.yaml --target e2f stream
done_testing
