#!/bin/bash
# push.sh - records a second into a real Odoo: its own load in process,
# sluice-push, and a loop that sends one record a call
#
# usage: scripts/odoo hold 19|14 env ... tests/bench/push.sh 19|14
#
# One run, one machine: ratios can be trusted, single figures are worth what
# the machine is worth that day.  What the server's processes used of the CPU is
# said too: other work on the machine moves it less.  Everything is done on a server of
# scripts/odoo that is reset before and after; it stops at the end unless it
# ran at the start.  Rates are of whole processes, start and login included.
# BENCH_SCALE (100) is per cent of the usual sizes; BENCH_PARTS (all) names
# some of: inproc loop new known.
set -u -o pipefail
: "${SLUICE_BUILD:?run through make bench-push}"
: "${SLUICE_SOURCE:?run through make bench-push}"
release=${1:?which release, 19 or 14}
scale=${BENCH_SCALE:-100}
parts=" ${BENCH_PARTS:-inproc loop new known} "
kinds=(partner product lot)
windows=(1 2 4)
PATH=$SLUICE_BUILD:$PATH
SLUICE_PROFILES=$SLUICE_SOURCE/profiles
export SLUICE_PROFILES

fail() {
	echo "bench-push: $*" >&2
	exit 1
}
for tool in jq curl; do
	command -v $tool >/dev/null || fail "the package $tool is not installed"
done
T=$(mktemp -d) || exit 74
cd "$T" || exit 74
(umask 077 && : >key)

odoo() {
	local command=$1
	shift
	"$SLUICE_SOURCE/scripts/odoo" "$command" "$release" "$@" 2>>odoo.log
}
ran=true
odoo status >/dev/null || ran=false
at_end() {
	local rc=$?

	trap - EXIT
	if [ $rc -ne 0 ] && [ -s odoo.log ]; then
		tail -n 5 odoo.log >&2
	fi
	if $ran; then
		odoo reset && odoo up >/dev/null
	else
		odoo reset && odoo down
	fi
	rm -rf "$T"
	exit $rc
}
trap at_end EXIT
trap 'exit 130' INT TERM HUP

# ---- sizes -------------------------------------------------------------------

# Records to be made: some 6 to 12 seconds of a worker for each kind.
declare -A new known loop
new=([partner]=3000 [product]=900 [lot]=4000)
if [ "$release" = 14 ]; then
	new=([partner]=2000 [product]=700 [lot]=2000)
fi
known=([partner]=20000 [product]=10000 [lot]=20000)
loop=([partner]=200 [product]=50 [lot]=200)
for kind in "${kinds[@]}"; do
	new[$kind]=$((new[$kind] * scale / 100 + 40))
	known[$kind]=$((known[$kind] * scale / 100 + 100))
	loop[$kind]=$((loop[$kind] * scale / 100 + 5))
done

# ---- records -----------------------------------------------------------------

# records KIND PREFIX FROM TO [VARIANT]: canonical records; another number
# changes one field.
records() {
	awk -v kind="$1" -v p="$2" -v from="$3" -v to="$4" -v v="${5:-0}" '
	function text(name, value) { return "\"" name "\":\"" value "\"" }
	BEGIN {
		for (i = from; i <= to; i++) {
			key = p "-" i
			if (kind == "partner")
				f = text("name", key " Works Ltd") ",\"company\":true," \
					"\"roles\":[\"customer\"]," \
					text("email", "office@example.com") "," \
					text("phone", "+49 30 5550000") "," \
					text("street", "Long Street 1") "," \
					text("zip", "10115") "," text("city", "Berlin " v) "," \
					text("country", "DE")
			else if (kind == "product")
				f = text("sku", key) "," text("name", key " bolt") "," \
					text("uom", "C62") "," text("category", "B") "," \
					text("type", "goods") "," text("tracking", "lot") "," \
					"\"list_price\":1.5,\"cost\":0.75,\"weight\":" \
					1.25 + v
			else
				f = text("lot", key) "," text("product", "B-" i % 20) \
					(v ? "," text("supplier_lot", "S" v) : "")
			print "{\"entity\":\"" kind "\"," text("key", key) \
				",\"fields\":{" f "}}"
		}
	}'
}

# What `load` and `create` get for the same records, as sluice-push sends it.
country=0 category=0 unit=0
calls() {
	local kind

	for kind in "${kinds[@]}"; do
		records "$kind" N 1 "${new[$kind]}" | jq -s -c \
			--arg release "$release" --argjson loop "${loop[$kind]}" \
			--argjson country "$country" --argjson category "$category" \
			--argjson unit "$unit" --arg lots "$lot_model" \
			--argjson products "$products" "$(cat <<-'JQ'
			.[0].entity as $k
			| if $k == "partner" then
				{kind: $k, model: "res.partner",
				 fields: ["id", "ref", "name", "is_company", "type",
					"customer_rank", "supplier_rank", "email", "phone",
					"street", "zip", "city", "country_id/.id"],
				 data: map(["sluice.partner." + .key, .key, .fields.name, "1",
					"contact", "1", "0", .fields.email, .fields.phone,
					.fields.street, .fields.zip, .fields.city,
					($country | tostring)]),
				 vals: map({ref: ("L" + .key), name: .fields.name,
					is_company: true, type: "contact", customer_rank: 1,
					supplier_rank: 0, email: .fields.email,
					phone: .fields.phone, street: .fields.street,
					zip: .fields.zip, city: .fields.city,
					country_id: $country})}
			elif $k == "product" then
				{kind: $k, model: "product.product",
				 fields: (["id", "default_code", "name", "uom_id/id",
					"categ_id/id", "tracking", "list_price",
					"standard_price", "weight", "type"] +
					if $release == "14" then ["uom_po_id/id"]
					else ["is_storable"] end),
				 data: map(["sluice.product." + .key, .key, .fields.name,
					"uom.product_uom_unit", "sluice.category.B", "lot", "1.5",
					"0.75", "1.25"] + if $release == "14"
					then ["product", "uom.product_uom_unit"]
					else ["consu", "1"] end),
				 vals: map({default_code: ("L" + .key), name: .fields.name,
					uom_id: $unit, categ_id: $category, tracking: "lot",
					list_price: 1.5, standard_price: 0.75, weight: 1.25} +
					if $release == "14"
					then {type: "product", uom_po_id: $unit}
					else {type: "consu", is_storable: true} end)}
			else
				{kind: $k, model: $lots,
				 fields: (["id", "name", "product_id/id"] +
					if $release == "14" then ["company_id/id"] else [] end),
				 data: map(["sluice.lot." + .key, .fields.lot,
					"sluice.product." + .fields.product] +
					if $release == "14" then ["base.main_company"] else [] end),
				 vals: map({name: ("L" + .fields.lot),
					product_id: $products[.fields.product]} +
					if $release == "14" then {company_id: 1} else {} end)}
			end
			| .vals |= .[:$loop]
			JQ
			)"
	done | jq -s -c .
}

# ---- the server --------------------------------------------------------------

lot_model=stock.lot lot_table=stock_lot
if [ "$release" = 14 ]; then
	lot_model=stock.production.lot lot_table=stock_production_lot
fi

take_facts() {
	local facts

	facts=$(odoo env) || fail "Odoo $release has no facts"
	# shellcheck disable=SC1090 # written by scripts/odoo
	. "$facts"
	printf '%s\n' "$ODOO_KEY" >key
	jail=$(readlink -f "${facts%/env}/jail/root")
}
server() {
	odoo up --workers "$1" >/dev/null || fail "Odoo $release does not start"
	take_facts
}
sql() { odoo psql -qAt -v ON_ERROR_STOP=1 -c "$1" </dev/null; }

rpc() { # MODEL METHOD ARGS
	jq -nc --arg d "$ODOO_DB" --arg k "$ODOO_KEY" --argjson u "$uid" \
		--arg m "$1" --arg f "$2" --argjson a "$3" \
		'{jsonrpc: "2.0", method: "call", id: 1, params: {service: "object",
		  method: "execute_kw", args: [$d, $u, $k, $m, $f, $a, {}]}}' |
		curl -sS -m 300 -H 'Content-Type: application/json' --data @- \
			"$ODOO_URL/jsonrpc" | jq -ec .result
}

# What a worker's first calls cost is no part of any rate: it makes a record
# of each kind and takes it away again.
warm_one() {
	local product=$1 rest=$2

	rpc res.partner unlink \
		"[$(rpc res.partner create "[[{\"name\": \"Warm $rest\"}]]")]"
	rpc "$lot_model" unlink "[$(rpc "$lot_model" create \
		"[[{\"name\": \"Warm $rest\", \"product_id\": $product,
		\"company_id\": 1}]]")]"
	rpc product.product unlink \
		"[$(rpc product.product create "[[{\"name\": \"Warm $rest\"}]]")]"
}
warm() {
	local i waiting=()

	for i in 1 2 3 4 5 6; do
		warm_one "$(jq '.["B-0"]' <<<"$products")" "$i" >/dev/null &
		waiting+=($!)
	done
	wait "${waiting[@]}" || fail 'the server cannot be warmed up'
}

# A fresh database with what the records refer to.
fresh() {
	odoo reset || fail "Odoo $release does not come back from a reset"
	take_facts
	target 1
	{
		echo '{"entity":"category","key":"B","fields":{"name":"Bench"}}'
		records product B 0 19
	} >basis.jsonl
	rm -f basis.db*
	push basis || fail 'sluice-push does not make the basis'
	uid=$(sql "select id from res_users where login = '$ODOO_LOGIN'")
	country=$(sql "select id from res_country where code = 'DE'")
	category=$(sql "select res_id from ir_model_data where module = 'sluice'
		and name = 'category.B'")
	unit=$(sql "select res_id from ir_model_data where module = 'uom'
		and name = 'product_uom_unit'")
	products=$(sql "select json_object_agg(default_code, id)
		from product_product where default_code like 'B-%'")
	warm
}

# ---- sluice-push -------------------------------------------------------------

target() { # WINDOW
	cat >targets.yaml <<-END
		bench:
		  url: $ODOO_URL
		  database: $ODOO_DB
		  login: $ODOO_LOGIN
		  key: {file: $T/key}
		  environment: test
		  limits: {in_flight: $1${BENCH_BATCH:+, batch: $BENCH_BATCH}}
	END
}

# Clock ticks of the server and its PostgreSQL so far.
server_cpu() {
	local link ticks=0 mine

	for link in /proc/[0-9]*/root; do
		[ "$(readlink "$link" 2>/dev/null)" = "$jail" ] || continue
		mine=$(sed 's/.*) //' "${link%root}stat" 2>/dev/null |
			awk '{print $12 + $13 + $14 + $15}')
		ticks=$((ticks + ${mine:-0}))
	done
	echo "$ticks"
}

# push NAME [OPTION...]: NAME.jsonl with the state NAME.db; sets `seconds`.
push() {
	local name=$1 began rc
	shift

	began=${EPOCHREALTIME/./}
	sluice-push --targets targets.yaml --target bench --state "$name.db" \
		--summary summary "$@" "$name.jsonl" >receipts 2>words
	rc=$?
	seconds=$((${EPOCHREALTIME/./} - began))
	seconds=$((seconds / 1000000)).$(printf %06d $((seconds % 1000000)))
	[ $rc -eq 0 ] || tail -n 3 words >&2
	return $rc
}
outcomes() { jq -r 'select(.outcome) | .outcome' receipts | sort | uniq -c |
	awk '{printf "%s%s %s", sep, $1, $2; sep = ", "}'; }
# expect WORDS: what the receipts must add up to; a rate of nothing is none.
expect() {
	local got

	got=$(outcomes)
	[ "$got" = "$1" ] || fail "sluice-push says '$got', not '$1'"
}

# ---- figures -----------------------------------------------------------------

declare -A base
rate() { awk -v n="$1" -v s="$2" 'BEGIN {printf "%.1f", n / s}'; }
# cell KIND RATE: the rate, and its ratio to load in process.
cell() {
	awk -v r="$2" -v b="${base[$1]:-0}" 'BEGIN {
		ratio = b > 0 ? sprintf("%.2f", r / b) : "-"
		printf "%10.*f %6s", r < 100, r, ratio}'
}
# milliseconds SECONDS N: of CPU, a record.
milliseconds() { awk -v s="$1" -v n="$2" 'BEGIN {printf "%17.3f", 1000 * s / n}'; }
line() { printf '%-44s%s\n' "$1" "$2"; }
heading() {
	local kind text=

	for kind in "${kinds[@]}"; do
		text+=$(printf '%17s' "${kind}s")
	done
	echo
	line "$1" "$text"
}

# The machine's day changes while the bench runs: said again for each server.
part_inproc() { # PASSES
	local word name kind s used rest="" quiet="" text=""

	{
		printf 'CALLS = '
		calls | jq -c 'map(del(.vals))'
		printf 'PASSES = %d\n' "$1"
		cat "$SLUICE_SOURCE/tests/bench/push_inproc.py"
	} >inproc.py
	odoo shell <inproc.py >inproc.out || fail 'load in process fails'
	while read -r word name kind s used; do
		[ "$word" = inproc ] || continue
		if [ "$name" = plain ]; then
			text+=$(milliseconds "$used" "${new[$kind]}")
			base[$kind]=$(rate "${new[$kind]}" "$s")
			rest+=$(cell "$kind" "${base[$kind]}")
		else
			quiet+=$(cell "$kind" "$(rate "${new[$kind]}" "$s")")
		fi
	done <inproc.out
	[ -n "$rest" ] || fail 'load in process says nothing'
	line 'load in process' "$rest"
	[ -z "$quiet" ] || line 'load in process, tracking_disable' "$quiet"
	costs+=("$(line 'load in process' "$text")")
}

part_loop() {
	local word kind n s rest=""

	if ! command -v python3 >/dev/null; then
		line 'plain loop' '  skipped: python3 is not installed'
		return
	fi
	calls | ODOO_KEY=$ODOO_KEY python3 \
		"$SLUICE_SOURCE/tests/bench/push_loop.py" "$ODOO_URL" "$ODOO_DB" \
		"$ODOO_LOGIN" >loop.out || fail 'the plain loop fails'
	while read -r word kind n s; do
		[ "$word" = loop ] || continue
		rest+=$(cell "$kind" "$(rate "$n" "$s")")
	done <loop.out
	line 'plain loop, one create a call' "$rest"
}

part_new() { # WORKERS
	local window kind rest text used tick

	tick=$(getconf CLK_TCK)
	for window in "${windows[@]}"; do
		fresh
		target "$window"
		rest='' text=''
		for kind in "${kinds[@]}"; do
			records "$kind" N 1 "${new[$kind]}" >new.jsonl
			rm -f new.db*
			used=$(server_cpu)
			push new || fail 'sluice-push fails'
			used=$(awk -v a="$used" -v b="$(server_cpu)" -v t="$tick" \
				'BEGIN {print (b - a) / t}')
			text+=$(milliseconds "$used" "${new[$kind]}")
			expect "${new[$kind]} created"
			rest+=$(cell "$kind" "$(rate "${new[$kind]}" "$seconds")")
			requests+=" $(jq -r .requests summary)"
		done
		line "sluice-push, workers $1, in flight $window" "$rest"
		costs+=("$(line "sluice-push, workers $1, in flight $window" \
			"$text")")
	done
}

# ---- records that are there --------------------------------------------------

# Many records, made by copying rows: 50,000 by `load` would take minutes.
copy_rows() {
	local kind

	for kind in "${kinds[@]}"; do
		records "$kind" U 0 0
	done >seed.jsonl
	rm -f seed.db*
	push seed || fail 'sluice-push does not make the seed'
	sql "
	with s as (select res_id from ir_model_data
			where module = 'sluice' and name = 'partner.U-0'),
	v as (insert into res_partner
		select (jsonb_populate_record(p, jsonb_build_object('id', n, 'write_uid', 1,
			'commercial_partner_id', n, 'ref', 'U-' || i,
			'name', 'U-' || i || ' Works Ltd'))).*
		from (select *, nextval('res_partner_id_seq') n from
			generate_series(1, ${known[partner]}) i) k,
			res_partner p, s where p.id = s.res_id
		returning id, ref)
	insert into ir_model_data (module, name, model, res_id, noupdate)
	select 'sluice', 'partner.' || ref, 'res.partner', id, false from v" &&
	sql "
	with s as (select res_id from ir_model_data
			where module = 'sluice' and name = 'lot.U-0'),
	b as (select array_agg(id order by id) ids from product_product
			where default_code like 'B-%'),
	v as (insert into $lot_table
		select (jsonb_populate_record(p, jsonb_build_object('write_uid', 1, 'id',
			nextval('${lot_table}_id_seq'), 'name', 'U-' || i,
			'product_id', b.ids[i % 20 + 1]))).*
		from generate_series(1, ${known[lot]}) i, b, $lot_table p, s
		where p.id = s.res_id returning id, name)
	insert into ir_model_data (module, name, model, res_id, noupdate)
	select 'sluice', 'lot.' || name, '$lot_model', id, false from v" &&
	sql "
	create temp table made as select i, nextval('product_product_id_seq') id,
		nextval('product_template_id_seq') template,
		p.id old_id, p.product_tmpl_id old_template
	from generate_series(1, ${known[product]}) i, product_product p
		where p.default_code = 'U-0';
	insert into product_template
	select (jsonb_populate_record(t, jsonb_build_object('id', m.template, 'write_uid', 1,
		'default_code', 'U-' || m.i, 'name', $(name_column)))).*
	from made m join product_template t on t.id = m.old_template;
	insert into product_product
	select (jsonb_populate_record(p, jsonb_build_object('id', m.id, 'write_uid', 1,
		'product_tmpl_id', m.template, 'default_code', 'U-' || m.i))).*
	from made m join product_product p on p.id = m.old_id;
	insert into ir_model_data (module, name, model, res_id, noupdate)
	select 'sluice', 'product.U-' || i, 'product.product', id, false from made;
	$(copy_properties)
	analyze" || fail 'rows cannot be copied'
}
name_column() {
	if [ "$release" = 14 ]; then
		echo "'U-' || m.i || ' bolt'"
	else
		echo "jsonb_build_object('en_US', 'U-' || m.i || ' bolt')"
	fi
}
# 14 keeps the cost of a product in a table of its own.
copy_properties() {
	[ "$release" = 14 ] || return 0
	cat <<-'END'
		insert into ir_property (name, res_id, company_id, fields_id,
			value_float, type)
		select p.name, 'product.product,' || m.id, p.company_id, p.fields_id,
			p.value_float, p.type
		from made m join ir_property p
			on p.res_id = 'product.product,' || m.old_id;
	END
}

part_known() { # WORKERS
	local window kind lost kept changed n text

	for window in "${windows[@]}"; do
		target "$window"
		lost='' kept='' changed=''
		for kind in "${kinds[@]}"; do
			n=${known[$kind]}
			records "$kind" U 1 "$n" >all.jsonl
			rm -f all.db*
			# What the round before left changed is put back first.
			awk 'NR % 100 == 0' all.jsonl >back.jsonl
			rm -f back.db*
			push back || fail 'sluice-push fails'
			push all || fail 'sluice-push fails'
			expect "$n unchanged"
			lost+=$(cell "$kind" "$(rate "$n" "$seconds")")
			requests+=" $(jq -r .requests summary)"
			push all || fail 'sluice-push fails'
			expect "$n unchanged"
			kept+=$(cell "$kind" "$(rate "$n" "$seconds")")
			requests+=" $(jq -r .requests summary)"
			records "$kind" U 1 "$n" $((10 * $1 + window)) >other.jsonl
			awk 'NR == FNR {other[NR] = $0; next}
				FNR % 100 == 0 {print other[FNR]; next} {print}' \
				other.jsonl all.jsonl >mixed.jsonl
			mv mixed.jsonl all.jsonl
			push all || fail 'sluice-push fails'
			expect "$((n - n / 100)) unchanged, $((n / 100)) updated"
			changed+=$(cell "$kind" "$(rate "$n" "$seconds")")
			requests+=" $(jq -r .requests summary)"
		done
		text="workers $1, in flight $window"
		line "unchanged, state lost, $text" "$lost"
		line "unchanged, state kept, $text" "$kept"
		line "1 % changed, $text" "$changed"
	done
}

# ---- the bench ---------------------------------------------------------------

does() { [[ $parts == *" $1 "* ]]; }
requests='' costs=()
began=$SECONDS
echo "Odoo $release, $(nproc) processors; records a second, and ratio to load" \
	"in process"
heading "new: ${new[partner]} partners, ${new[product]} products, ${new[lot]} lots"
server 1
fresh
if does inproc; then
	part_inproc 2
fi
if does loop; then
	part_loop
fi
if does new; then
	part_new 1
	server 2
	if does inproc; then
		fresh
		part_inproc 1
	fi
	part_new 2
fi
if [ ${#costs[@]} -gt 0 ]; then
	heading "new: CPU ms of the server a record"
	printf '%s\n' "${costs[@]}"
fi
if does known; then
	heading "there: ${known[partner]} partners, ${known[product]} products, ${known[lot]} lots"
	server 1
	fresh
	copy_rows
	part_known 1
	server 2
	warm
	part_known 2
fi
echo
echo "requests of sluice-push, in order:$requests"
echo "$((SECONDS - began)) seconds"
