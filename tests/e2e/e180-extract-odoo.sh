#!/bin/bash
# sluice-extract reads Odoo: pages, types, external ids, archived records.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
target_profile "$ODOO_URL"

from=(sluice-extract --format odoo --targets "$T/targets.yaml" --target e2e)
read_odoo() { # OPTION...: into $T/out and $rc
	"${from[@]}" "$@" >"$T/out" 2>"$T/err"
	rc=$?
}
raws() { jq -c '.raw // empty' "$T/out"; }

# More than two pages of partners, some of them archived, made over the wire.
rpc res.partner create "$(jq -nc '[[range(2100) | {
	name: "Partner \(.)", ref: "X180-\(.)", active: (. % 7 != 0)}]]')" \
	>"$T/made"
is '2,100 partners are there' "$(jq length "$T/made")" 2100
mine='[["ref", "=like", "X180-%"]]'

read_odoo --model res.partner --fields ref,active,parent_id --domain "$mine"
is 'exit 0' $rc 0
is 'the ones in use, each once' \
	"$(raws | jq -r .ref | sort -u | wc -l) $(raws | wc -l)" '1800 1800'
is 'the stream is closed and counted' \
	"$(tail -n 1 "$T/out" | jq -c .)" \
	'{"sluice":1,"end":true,"records":1800,"rejects":0}'
is 'empty is null, a boolean stays one' \
	"$(raws | head -n 1)" '{"ref":"X180-1","active":true,"parent_id":null}'
is 'where it came from' "$(jq -c 'select(.raw.ref == "X180-1") | .src |
	[.row, .model, (.id | type)]' "$T/out")" '[1,"res.partner","number"]'

read_odoo --model res.partner --fields ref --domain "$mine" --archived
is 'archived ones as well' "$(raws | wc -l)" 2100

# Types: numbers as Odoo writes them, a many2one with its name, lists of ids.
cat >"$T/in.jsonl" <<-'END'
	{"entity":"product","key":"X180","fields":{"sku":"X180","name":"Bolt \"é\"","uom":"C62","list_price":"12.30","weight":"0.1"}}
END
sluice-push --targets "$T/targets.yaml" --target e2e --state "$T/state" \
	<"$T/in.jsonl" >"$T/receipt" 2>"$T/err"
is 'a product is pushed' "$(jq -r .outcome "$T/receipt")" created
read_odoo --model product.product --domain '[["default_code","=","X180"]]' \
	--fields external_id,default_code,name,list_price,weight,uom_id,description_sale
is 'its external id, text, floats, nothing' \
	"$(raws | jq -c 'del(.uom_id)')" \
	'{"external_id":"sluice.product.X180","default_code":"X180","name":"Bolt \"é\"","list_price":12.3,"weight":0.1,"description_sale":null}'
is 'a many2one has an id and a name' \
	"$(raws | jq -c '.uom_id | [(.id | type), (.name | type)]')" \
	'["number","string"]'

read_odoo --model res.partner --domain '[["ref", "=", "X180-1"]]' \
	--fields ref,child_ids
is 'a list of records is their ids' "$(raws)" '{"ref":"X180-1","child_ids":[]}'

read_odoo --model product.product --domain '[["default_code","=","X180"]]'
is 'without names: what is stored, no lists, no pictures' \
	"$(raws | jq -c '[has("default_code"), has("image_1920"),
		has("message_ids"), has("active")]')" '[true,false,false,true]'

# Back to Odoo through a feed: what was read is what is mapped.
mkdir -p "$T/profiles/feeds"
cat >"$T/profiles/feeds/from-odoo.yaml" <<-END
	feed: from-odoo
	read: {format: odoo, target: e2e, targets: $T/targets.yaml, model: product.product,
	       fields: "default_code,name,uom_id", domain: '[["default_code","=","X180"]]'}
	map:
	  - entity: product
	    key: default_code
	    fields: {sku: default_code, name: name}
END
sluice-extract --profiles "$T/profiles" --profile from-odoo 2>"$T/err" |
	sluice-map --profiles "$T/profiles" --profile from-odoo 2>>"$T/err" |
	jq -c 'select(.entity) | [.key, .fields.name]' >"$T/mapped"
is 'a feed reads it and maps it' "$(cat "$T/mapped")" '["X180","Bolt \"é\""]'

# What is wrong is said before anything is read.
read_odoo --model res.partner --fields nmae
is 'an unknown field is refused' $rc 64
like 'and the right one suggested' "$(cat "$T/err")" "no field 'nmae'; did you mean name?"
read_odoo --model res.partner --domain '{"a":1}'
is 'a domain is a list' $rc 64
read_odoo --model res.prtner
is 'an unknown model is refused by the server' "$((rc == 69 || rc == 78))" 1
read_odoo
is 'a model is wanted' $rc 64
"${from[@]}" --model res.partner "$T/in.jsonl" 2>"$T/err"
is 'no files' $? 64
sed 's/key: .*/key: {file: '"${T//\//\\/}"'\/wrong}/' "$T/targets.yaml" >"$T/t2.yaml"
(umask 077 && echo wrong >"$T/wrong")
sluice-extract --format odoo --targets "$T/t2.yaml" --target e2e \
	--model res.partner >"$T/out" 2>"$T/err"
is 'a wrong key' $? 77
is 'and nothing was written' "$(cat "$T/out")" ''

# The way breaks in the middle of the pages: asked again, each record once.
proxy_start 'drop-after@res.partner.search_read#2'
target_profile "$PROXY_URL"
read_odoo --model res.partner --fields ref --domain "$mine"
is 'a lost answer is asked for again' "$rc $(raws | jq -r .ref |
	sort -u | wc -l) $(raws | wc -l)" '0 1800 1800'
is 'an answer was lost' "$(grep -c drop-after "$T/proxy.log")" 1
done_testing
