#!/bin/bash
# Bindings held to the server before the first record: relations that lead to
# another model, what the contract lets through and a field cannot hold,
# records named by external ids that are not there.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
target_profile "$ODOO_URL"
cd "$T" || exit 99
export SLUICE_STATE=$T/state

echo '{"entity":"product","key":"F-1","fields":{"sku":"F-1","name":"n","uom":"C62"}}' >one
held_to() {
	rm -f rejects counts
	sluice-validate --targets targets.yaml --target e2e --rejects rejects \
		--summary counts --profiles p "$@" >out 2>err
}
# Members of p/odoo/base/ENTITY.yaml behind "fields:"; the first is at line 4.
binding() { # ENTITY MODEL, the fields on standard input
	mkdir -p p/odoo/base
	{
		printf 'entity: %s\nmodel: %s\nfields:\n' "$1" "$2"
		sed 's/^/  /'
	} >"p/odoo/base/$1.yaml"
}
# The contract of an entity with other members of `properties`.
contract() { # ENTITY [FIELD SCHEMA]...
	local entity=$1 script=

	shift
	mkdir -p p/contracts
	while [ $# -gt 1 ]; do
		script+="s/^  $1:.*/  $1: $2/;"
		shift 2
	done
	sed "$script" "$SLUICE_SOURCE/profiles/contracts/$entity-1.yaml" \
		>"p/contracts/$entity-1.yaml"
}
refused() { # WHAT WORDS
	held_to one
	is "$1: refused before a record goes on" "$? $(wc -c <out)" '78 0'
	like "$1: and said why" "$(cat err)" "$2"
	rm -rf p
}
fits() { # WHAT [WORDS ON STANDARD ERROR]
	held_to one
	is "$1: goes on" "$? $(wc -l <out)" '0 1'
	if [ $# -gt 1 ]; then
		like "$1: with a warning" "$(cat err)" "$2"
	else
		is "$1: without a word" "$(cat err)" ''
	fi
	rm -rf p
}

fits 'what is shipped'

# ---- relations ------------------------------------------------------------

wrong_parent() {
	binding category product.category <<-END
		name: name
		parent_id: {ref: product, from: parent}
	END
}
wrong_parent
refused 'another entity' \
	"category.yaml:5:3: .*product.category.parent_id leads to product.category, but records of 'product' are product.product"
wrong_parent
echo '{"entity":"category","key":"F","fields":{"name":"F","parent":"F-1"}}' |
	sluice-push --profiles p --targets targets.yaml -t e2e --state x.db \
		>receipts 2>err
is 'another entity: push refuses it, too' "$? $(count product.category '[["name", "=", "F"]]')" '78 0'
rm -rf p
binding lot "$([ "$ODOO_RELEASE" -gt 14 ] && echo stock.lot || echo stock.production.lot)" <<-END
	name: lot
	product_id: {ref: product, from: product}
END
fits 'the entity of that model'
binding product product.product <<-END
	default_code: sku
	name: name
	product_tmpl_id: {ref: product, from: category}
END
refused 'a model that inherits the other' \
	"product.yaml:6:3: .*product_tmpl_id leads to product.template, but records of 'product' are product.product"
binding product product.product <<-END
	default_code: sku
	name: name
	product_tmpl_id: {ref: product, from: category, through: product_tmpl_id}
END
fits 'a model that is gone through'
binding category product.category <<-END
	name: name
	parent_id: {ref: warehouse, from: parent, through: lot_stock_id}
END
refused 'through a field of another model' \
	'category.yaml:5:3: .*product.category.parent_id leads to product.category, but stock.warehouse.lot_stock_id, through which it goes, leads to stock.location'
binding category product.category <<-END
	name: name
	parent_id: {ref: warehouse, from: parent, through: code}
END
refused 'through a field that is no relation' 'stock.warehouse.code, .* leads to no record'
binding category product.category <<-END
	name: name
	parent_id: {ref: warehouse, from: parent, through: no_such_id}
END
refused 'through a field that is not there' "field no_such_id, which the server's stock.warehouse does not have"
binding category product.category <<-END
	name: name
	parent_id:
	  ref: category
	  from: parent
	  else: {ref: uom, from: notes}
END
refused 'the other way' 'category.yaml:8:[0-9]*: .*parent_id leads to product.category, but .* are uom.uom'
binding partner res.partner <<-END
	name: name
	category_id: {ref: category, from: roles, many: true}
END
refused 'a list' 'category_id leads to res.partner.category, but .* are product.category'

# ---- contracts --------------------------------------------------------------

contract product list_price '{type: string}'
refused 'any text into a number' \
	"product.yaml:[0-9]*:3: .*product.product.list_price is a field of type float, but 'list_price' is any text in the contract; say 'type: number'"
contract product list_price '{type: [string, "null"], pattern: "^[0-9.]+$"}'
fits 'texts with a pattern'
contract product list_price '{type: [string, number]}'
fits 'texts or numbers'
contract product list_price '{anyOf: [{type: number}, {type: string}]}'
fits 'alternatives'
contract product list_price '{}'
fits 'what nothing is said of'
contract product list_price '{type: string, allOf: [{pattern: "^[0-9]+$"}]}'
fits 'a pattern elsewhere'
contract product list_price '{enum: ["1.50", "2", null]}'
fits 'values that are numbers'
contract product list_price '{enum: ["1.50", "free"]}'
fits 'values some of which are numbers' "list_price: the contract lets 'free' through, which a field of type float cannot hold"
contract product list_price '{enum: [cheap, free]}'
refused 'values that are no numbers' "list_price is a field of type float, which none of the values fits .*for 'list_price'"
contract product list_price '{type: boolean}'
refused 'true or false into a number' "list_price is a field of type float, but 'list_price' is true or false"
contract product list_price '{type: string, format: date}'
refused 'dates into a number' "list_price is a field of type float, but 'list_price' is date in the contract"
contract product sku '{type: array}'
refused 'a list into a text' "default_code is a field of type char, but 'sku' is a list in the contract; bind a field with a single value"
contract product description '{type: [integer, boolean]}'
fits 'numbers into a text'
contract product uom '{type: object}'
refused 'a group that names a record' "uom_id is a field of type many2one, but 'uom' is a group of fields"
contract product tracking '{type: string}'
refused 'any text into a selection' "tracking is a field of type selection, but 'tracking' is any text in the contract; list its values"
contract product tracking '{type: [string, "null"], pattern: "^(none|lot)$"}'
fits 'a pattern for a selection'
contract product tracking '{type: [string, "null"], pattern: "^[a-z]+$", not: {enum: [batch]}}'
fits 'a value that is not allowed'
contract product tracking '{type: boolean}'
refused 'true or false into a selection' "tracking is a field of type selection, but 'tracking' is true or false"
contract partner company '{type: string}'
refused 'any text into a boolean' "is_company is a field of type boolean, but 'company' is any text"
contract partner company '{type: integer}'
fits '0 and 1 into a boolean'
contract partner company '{enum: ["0", "1", "true"]}'
fits 'values into a boolean'
contract lot expires '{type: boolean}'
refused 'true or false into a date' "expiration_date is a field of type datetime, but 'expires' is true or false in the contract; say 'type: string' and 'format: date'"
contract lot expires '{type: string}'
refused 'any text into a date' "expiration_date is a field of type datetime, but 'expires' is any text"
contract lot expires '{type: number}'
refused 'numbers into a date' "expiration_date is a field of type datetime, but 'expires' is a number"
contract lot expires '{type: string, format: date-time}'
fits 'instants into a date'
contract lot expires '{$ref: "#\/$defs\/day"}'
printf '%s\n' '$defs: {day: {type: string, format: date}}' >>p/contracts/lot-1.yaml
fits 'dates that are defined elsewhere'
contract lot expires '{type: string}'
printf '%s\n' 'if: {required: [notes]}' 'then: {properties: {expires: {pattern: "^20"}}}' \
	>>p/contracts/lot-1.yaml
fits 'texts with a condition'
binding partner res.partner <<-END
	name: name
	color: {const: red}
END
refused 'a constant that does not fit' "partner.yaml:5:3: .*color is a field of type integer, which 'red' does not fit; the binding says that"
binding partner res.partner <<-END
	name: name
	color: {from: notes, table: {a: 1, b: two}}
END
refused 'a value of a table that does not fit' "color is a field of type integer, which 'two' does not fit; the table names it"
binding partner res.partner <<-END
	name: name
	color: {from: notes, default: none, table: {a: 1}}
END
refused 'a default that does not fit' "'none' does not fit; it is the default"

# ---- records named by external ids -------------------------------------------

country() {
	binding partner res.partner <<-END
		name: name
		country_id: {xid: $1}
	END
}
country base.no_such
refused 'a record that is not there' \
	"partner.yaml:5:3: res.partner.country_id: the server has no record 'base.no_such', which the binding says"
country base.main_company
refused 'a record of another model' \
	"partner.yaml:5:3: .*res.partner.country_id leads to res.country, and 'base.main_company' is a record of res.company"
binding partner res.partner <<-END
	name: name
	country_id: {from: country, table: {DE: base.de, XX: base.no_such}}
END
fits 'one that a table names' "has no record 'base.no_such', which the table names: such records will be rejected"
country sluice.country.XX
fits 'one that a push makes' "'sluice.country.XX', .*: it has to be pushed before"

requests() {
	held_to one
	jq .requests counts
}
binding partner res.partner <<-END
	name: name
END
few=$(requests) # the units name records, too
binding partner res.partner <<-END
	name: name
	country_id: {xid: base.de}
	parent_id: {xid: base.main_partner}
END
is 'all of them are one request' "$(requests)" "$few"
is 'and those that are there are well' "$(cat err)" ''

# Who may not read ir.model.data is answered for single names.
if [ "$SLUICE_E2E" = sandbox ]; then
	ODOO_LOGIN=$(jq -r .clerk_login sandbox.json)
	ODOO_KEY=$(jq -r .clerk_key sandbox.json)
else
	ODOO_LOGIN=$ODOO_PLANNER_LOGIN ODOO_KEY=$ODOO_PLANNER_KEY
fi
target_profile "$ODOO_URL"
fits 'by a user with fewer rights'
country base.no_such
refused 'what is not there, by a user with fewer rights' "has no record 'base.no_such'"
done_testing
