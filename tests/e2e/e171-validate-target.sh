#!/bin/bash
# Records held to the server before they are pushed: what they refer to may be
# in the state or in Odoo, and a binding that Odoo would not take is refused.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
target_profile "$ODOO_URL"
cd "$T" || exit 99
export SLUICE_STATE=$T/state

validate() {
	rm -f rejects
	sluice-validate --rejects rejects "$@" >out 2>err
}
held_to() { validate --targets targets.yaml --target e2e "$@"; }
push() { sluice-push --targets targets.yaml -t e2e --state x.db "$@" >receipts 2>err; }
# One record of an entity: KEY, fields as JSON, site.
rec() {
	jq -nc --arg e "$1" --arg k "$2" --argjson f "$3" --arg s "${4-}" \
		'{entity: $e, key: $k, fields: $f} + if $s == "" then {} else {site: $s} end'
}
product() { rec product "$1" "{\"sku\": \"$1\", \"name\": \"n $1\", \"uom\": \"${2:-C62}\"}"; }
lot() { rec lot "$1/1" "{\"lot\": \"$1-1\", \"product\": \"$1\"}"; }
# What went on, and what did not: "KEY KEY -KEY".
said() {
	{
		jq -r 'select(.entity) | .key' out
		jq -r '"-\(.record.key)"' rejects
	} | LC_ALL=C sort | paste -sd ' '
}

# ---- references -----------------------------------------------------------

{ lot V-1; lot V-2; lot V-3; product V-9 XX-1; product V-8 KGM; } >in
held_to in
is 'nothing is in Odoo yet: what has no record is a reject' "$? $(said)" \
	'1 -V-1/1 -V-2/1 -V-3/1 -V-9 V-8'
like 'the reject says where was looked' "$(jq -r 'select(.record.key == "V-1/1") | .why' rejects)" \
	'no product with this key, neither in the stream nor .* nor in Odoo'
tac in >turned
validate turned
is 'without a server nothing is known of products but those of the stream' \
	"$? $(said)" '1 -V-1/1 -V-2/1 -V-3/1 V-8 V-9'
lot V-1 >alone
validate alone
is 'and nothing is checked where there are none' "$? $(said)" '0 V-1/1'

rpc product.product create '[[{"name": "mine", "default_code": "V-1"}]]' >/dev/null
product V-2 | push
is 'one is made by hand, one is pushed' "$? $(jq -r 'select(.outcome) | .outcome' receipts)" '0 created'
held_to --state x.db in
is 'both are known, by natural key and by the state' "$? $(said)" \
	'1 -V-3/1 -V-9 V-1/1 V-2/1 V-8'
held_to in
is 'and by its external id, without the state' "$? $(said)" \
	'1 -V-3/1 -V-9 V-1/1 V-2/1 V-8'
validate --state x.db in
is 'the state alone, without a server' "$? $(said)" '1 -V-1/1 -V-3/1 V-2/1 V-8 V-9'
{ lot V-2; lot V-3; } >two
validate --state x.db two
is 'a state that has products is asked for all of them' "$? $(said)" '1 -V-3/1 V-2/1'
product V-8 XX-1 >units
product V-9 KGM >>units
validate --state x.db units
is 'a state without units says nothing of them' "$? $(said)" '0 V-8 V-9'
validate --state x.db --wait-refs units
is 'with --wait-refs it knows what Odoo brings, and nothing else' "$? $(said)" '1 -V-8 V-9'
{ lot V-4; product V-4; product V-5 XX-1; lot V-6; } >late
held_to --wait-refs late
is 'with a server all are judged at the end' "$? $(said)" '1 -V-5 -V-6/1 V-4 V-4/1'
is 'what waits behind what does not' "$(jq -r 'select(.entity) | .key' out | paste -sd ' ')" 'V-4 V-4/1'
status 'a state that is not there is no empty one' 74 \
	sluice-validate --state none.db two

# Locations belong to a site.
rec warehouse V1 '{"code": "V1", "name": "warehouse V1"}' | push
rec location A '{"name": "V-A", "warehouse": "V1"}' VS1 | push
is 'a location of a site' "$? $(jq -r 'select(.outcome) | .outcome' receipts)" '0 created'
balance() {
	rec stock_balance "A/V-2/$1" '{"product": "V-2", "location": "A", "qty": 1}' "$1"
}
{ balance VS1; balance VS2; } >sites
held_to sites
is 'is known to records of that site only' "$? $(said)" '1 -A/V-2/VS2 A/V-2/VS1'
validate --state x.db sites
is 'by the state as well' "$? $(said)" '1 -A/V-2/VS2 A/V-2/VS1'

# More than fit into a question.
seq 1 2300 | while read -r i; do echo "W-$i"; done >keys
while read -r k; do lot "$k"; done < <(sed -n '1~460p' keys) >few
jq -Rnc '[inputs]' keys >list
jq -nc --slurpfile p list '{entity: "lot", key: "V-2/9", fields: {lot: "9",
	product: "V-2", parents: $p[0]}}' >many
rpc product.product create '[[{"name": "mine", "default_code": "W-1"},
	{"name": "mine", "default_code": "W-461"}]]' >/dev/null
cat many few >in
held_to in
is 'thousands of references of a record' "$? $(said)" \
	'1 -V-2/9 -W-1381/1 -W-1841/1 -W-921/1 W-1/1 W-461/1'
is 'all of them are told, as far as they are' \
	"$(jq -c 'select(.record.key == "V-2/9") | (.violations | length) + .more' rejects)" 2300

# ---- bindings -------------------------------------------------------------

binding() { # RELEASE ENTITY, the file on standard input
	mkdir -p "p/odoo/$1"
	cat >"p/odoo/$1/$2.yaml"
}
refused() { # WHAT WORDS...
	local what=$1

	shift
	product V-8 >one
	rec category V-C '{"name": "V-C"}' >>one
	held_to --profiles p one
	is "$what: refused before a record goes on" "$? $(wc -c <out)" '78 0'
	like "$what: with its place" "$(cat err)" "$*"
	push --profiles p one
	is "$what: push does, too, before anything is sent" \
		"$? $(count product.product '[["default_code", "=", "V-8"]]')" '78 0'
	rm -rf p
}
binding base category <<-END
	entity: category
	model: product.category
	fields:
	  name: name
	  no_such_field: notes
END
refused 'a field that is not there' 'category.yaml:5:3: .* no field no_such_field'
binding base category <<-END
	entity: category
	model: product.category
	fields:
	  name: name
	  display_name: notes
END
refused 'a field that cannot be written' \
	'category.yaml:5:3: .*product.category.display_name is read-only'
binding base category <<-END
	entity: category
	model: product.category
	fields:
	  name: name
	  property_cost_method:
	    from: notes
	    table: {a: standard, b: nothing}
END
refused 'a value of a table' \
	"category.yaml:5:3: .*property_cost_method has no value 'nothing', which the table names; it has .*standard"
binding base category <<-END
	entity: category
	model: product.category
	fields:
	  name: name
	  property_cost_method: {const: nothing}
END
refused 'a constant' "category.yaml:5:3: .*no value 'nothing', which the binding says"

# What the contract lets through reaches Odoo as it is.
mkdir -p p/contracts
sed 's/\[none, lot, serial, null\]/[none, lot, batch, null]/' \
	"$SLUICE_SOURCE/profiles/contracts/product-1.yaml" >p/contracts/product-1.yaml
product V-8 >one
held_to --profiles p one
is 'a value of the contract' "$? $(wc -c <out)" '78 0'
like 'with the place in the binding' "$(cat err)" \
	"product.yaml:[0-9]*:3: .*tracking has no value 'batch', which the contract lets through"
rm -rf p

# A model that is not there matters to its own records only.
binding base widget <<-END
	entity: widget
	model: x_no_such.model
	fields:
	  name: name
END
mkdir p/contracts
echo 'properties: {name: {type: string}, product: {type: string, x-ref: product}}' \
	>p/contracts/widget-1.yaml
held_to --profiles p one
is 'a model that is not installed' "$? $(said)" '0 V-8'
rec widget W '{"name": "w"}' >>one
held_to --profiles p one
is 'refuses its own records' "$?" 78
like 'and says so' "$(cat err)" 'widget.yaml:2:[0-9]+: .*no model x_no_such.model'
rm -rf p
binding base partner <<-END
	entity: partner
	model: res.partner
	fields:
	  ref: "@key"
END
binding base category <<-END
	entity: category
	model: product.category
	fields:
	  property_cost_method: {const: standard}
END
product V-8 >one
held_to --profiles p one
is 'a required field that is not set is a warning' "$? $(said)" '0 V-8'
like 'with the place of the model' "$(cat err)" \
	'category.yaml:2:[0-9]+: product.category.name is required'
rm -rf p
held_to one
is 'what is shipped fits, without a word' "$? $(said) $(cat err)" '0 V-8 '

# ---- trouble --------------------------------------------------------------

target_profile http://127.0.0.1:9
held_to one
is 'no server: 75, nothing is said to be good' "$? $(wc -c <out)" '75 0'
proxy_start
target_profile "$PROXY_URL"
echo '  limits: {tries: 2, give_up_after_s: 2}' >>targets.yaml
printf '{"sluice":1,"stage":"map"}\n' >framed
{ product V-8; lot V-7; } >>framed
printf '{"sluice":1,"end":true,"records":2,"rejects":0}\n' >>framed
mkfifo pipe
sluice-validate --targets targets.yaml --target e2e --unbuffered <pipe >out 2>err &
pid=$!
exec 9>pipe
head -n 2 framed >&9
for _ in {1..200}; do
	[ "$(wc -l <out)" -lt 2 ] || break
	sleep 0.05
done
kill "$PROXY_PID"
wait "$PROXY_PID" 2>/dev/null
tail -n 2 framed >&9
exec 9>&-
wait "$pid"
is 'a server that dies on the way: 75 and no end line' "$? $(grep -c '"end"' out)" '75 0'
is 'what was good before was so' "$(jq -r 'select(.entity) | .key' out)" V-8

target_profile "$ODOO_URL"
status 'a target that is not there' 78 sluice-validate --targets targets.yaml --target nil one
status '--targets alone' 64 sluice-validate --targets targets.yaml one
status '--schema asks no server' 64 sluice-validate --schema x --target e2e one
status '--compat neither' 64 sluice-validate --compat --state x.db a.yaml b.yaml
done_testing
