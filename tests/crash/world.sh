# shellcheck shell=bash
# world.sh - small worlds of records in one target, to be disturbed and compared
#
#	. "$SLUICE_SOURCE/tests/lib/tap.sh"
#	. "$SLUICE_SOURCE/tests/lib/target.sh"
#	. "$SLUICE_SOURCE/tests/crash/world.sh"
#	worlds_start [WORD...]      # a pristine target; words as for target_start
#	worlds_make N               # N more worlds: sets $worlds, their names
#	world_push W [WORD...]      # push today's stream: sets $rc
#	world_proxy W SPEC...       # through a fault proxy of its own from now on
#	world_direct W              # no more
#	world_again W               # once more, undisturbed: $T/W/why if it acts
#	worlds_read                 # what is there now, of all worlds
#	world_tell W CASE           # TAP: as if nothing had happened
#
# A world is five characters and a folder of its own, $T/W: today.jsonl,
# state.db, receipts.N and rejects.N of its N-th push.  Its records have its
# name in their keys, so that many worlds live in one target.  Today's stream
# creates, updates, archives, takes over, counts, and holds records that are
# refused or held, with parents and children in the wrong order.
#
# $WORLD_LIMITS is the target's limits, $WORLD_BATCH the rows in a call.

: "${WORLD_LIMITS:=}"
: "${WORLD_BATCH:=3}"
worlds_n=0
rc=0

# What was pushed yesterday, undisturbed.
world_yesterday() {
	local p=$1

	cat <<-END
		{"entity":"category","key":"$p-C1","fields":{"name":"$p C1"}}
		{"entity":"category","key":"$p-C2","fields":{"name":"$p C2","parent":"$p-C1"}}
		{"entity":"partner","key":"$p-A","fields":{"name":"A","company":true,"city":"Graz"}}
		{"entity":"partner","key":"$p-A1","fields":{"name":"A1","parent":"$p-A","phone":"1"}}
		{"entity":"partner","key":"$p-B","fields":{"name":"B","company":true,"street":"B street"}}
		{"entity":"product","key":"$p-1","fields":{"sku":"$p-1","name":"One","uom":"C62","category":"$p-C1","type":"goods","list_price":10.50}}
		{"entity":"product","key":"$p-2","fields":{"sku":"$p-2","name":"Two","uom":"C62","category":"$p-C2","type":"goods","list_price":20}}
		{"entity":"product","key":"$p-3","fields":{"sku":"$p-3","name":"Three","uom":"KGM","category":"$p-C2","type":"goods","weight":1.5}}
		{"entity":"product","key":"$p-4","fields":{"sku":"$p-4","name":"Four","uom":"C62","category":"$p-C1","type":"goods","gtin":"$p-G4"}}
		{"entity":"product","key":"$p-T","fields":{"sku":"$p-T","name":"Traced","uom":"C62","category":"$p-C1","type":"goods","tracking":"lot"}}
		{"entity":"location","key":"L1","site":"$p","fields":{"name":"L1","warehouse":"CRASH","usage":"internal","barcode":"$p-L1"}}
		{"entity":"location","key":"L2","site":"$p","fields":{"name":"L2","warehouse":"CRASH","parent":"L1","usage":"internal","barcode":"$p-L2"}}
		{"entity":"stock_balance","key":"L1/1","site":"$p","fields":{"product":"$p-1","location":"L1","qty":7}}
		{"entity":"stock_balance","key":"L2/2","site":"$p","fields":{"product":"$p-2","location":"L2","qty":3.5}}
	END
}

# What the legacy system says today, framed.
world_today() {
	local p=$1

	echo "{\"sluice\":1,\"stage\":\"validate\",\"run\":\"$p\"}"
	cat <<-END
		{"entity":"category","key":"$p-C4","fields":{"name":"$p C4","parent":"$p-C3"}}
		{"entity":"category","key":"$p-C3","fields":{"name":"$p C3","parent":"$p-C2"}}
		{"entity":"category","key":"$p-C1","fields":{"name":"$p C1"}}
		{"entity":"category","key":"$p-C2","fields":{"name":"$p C2 renamed","parent":"$p-C1"}}
		{"entity":"partner","key":"$p-N1","fields":{"name":"N1","parent":"$p-N"}}
		{"entity":"partner","key":"$p-A2","fields":{"name":"A2","parent":"$p-A"}}
		{"entity":"partner","key":"$p-A","fields":{"name":"A","company":true,"city":"Linz"}}
		{"entity":"partner","key":"$p-A1","fields":{"name":"A1","parent":"$p-A","phone":"2"}}
		{"entity":"partner","key":"$p-B","op":"archive","fields":{"name":"B","company":true}}
		{"entity":"partner","key":"$p-D","fields":{"name":"D","company":true,"city":"Wels"}}
		{"entity":"partner","key":"$p-N","fields":{"name":"N","company":true}}
		{"entity":"partner","key":"$p-X","fields":{"name":"X","country":"QQ"}}
		{"entity":"product","key":"$p-1","fields":{"sku":"$p-1","name":"One","uom":"C62","category":"$p-C1","type":"goods","list_price":11.25}}
		{"entity":"product","key":"$p-2","fields":{"sku":"$p-2","name":"Two","uom":"C62","category":"$p-C4","type":"goods","list_price":20}}
		{"entity":"product","key":"$p-3","op":"archive","fields":{"sku":"$p-3","name":"Three","uom":"KGM","category":"$p-C2","type":"goods"}}
		{"entity":"product","key":"$p-4","fields":{"sku":"$p-4","name":"Four","uom":"C62","category":"$p-C1","type":"goods","gtin":"$p-G4","list_price":4}}
		{"entity":"product","key":"$p-T","fields":{"sku":"$p-T","name":"Traced","uom":"C62","category":"$p-C1","type":"goods","tracking":"lot"}}
		{"entity":"product","key":"$p-5","fields":{"sku":"$p-5","name":"Five","uom":"C62","category":"$p-C3","type":"goods","list_price":5}}
		{"entity":"product","key":"$p-6","fields":{"sku":"$p-6","name":"Six","uom":"C62","category":"$p-C1","type":"goods","gtin":"$p-G4"}}
		{"entity":"product","key":"$p-7","fields":{"sku":"$p-7","name":"Seven","uom":"C62","category":"$p-C1","type":"goods","list_price":7}}
		{"entity":"product","key":"$p-8","fields":{"sku":"$p-8","name":"Eight","uom":"C62","category":"$p-C1","type":"goods","list_price":8}}
		{"entity":"product","key":"$p-9","fields":{"sku":"$p-9","name":"Nine","uom":"C62","category":"$p-NONE","type":"goods"}}
		{"entity":"lot","key":"$p-T/$p-T1","fields":{"lot":"$p-T1","product":"$p-T"}}
		{"entity":"location","key":"L3","site":"$p","fields":{"name":"L3","warehouse":"CRASH","parent":"L2","usage":"internal","barcode":"$p-L3"}}
		{"entity":"location","key":"L1","site":"$p","fields":{"name":"L1","warehouse":"CRASH","usage":"internal","barcode":"$p-L1"}}
		{"entity":"location","key":"L2","site":"$p","fields":{"name":"L2","warehouse":"CRASH","parent":"L1","usage":"internal","barcode":"$p-L2"}}
		{"entity":"stock_balance","key":"L1/1","site":"$p","fields":{"product":"$p-1","location":"L1","qty":9}}
		{"entity":"stock_balance","key":"L2/2","site":"$p","fields":{"product":"$p-2","location":"L2","qty":3.5}}
		{"entity":"stock_balance","key":"L3/5","site":"$p","fields":{"product":"$p-5","location":"L3","qty":4.5}}
		{"entity":"stock_balance","key":"L1/7","site":"$p","fields":{"product":"$p-7","location":"L1","qty":12}}
		{"entity":"stock_balance","key":"L2/T1","site":"$p","fields":{"product":"$p-T","location":"L2","lot":"$p-T/$p-T1","qty":5}}
		{"entity":"stock_balance","key":"L2/9","site":"$p","fields":{"product":"$p-9","location":"L2","qty":1}}
	END
	echo '{"sluice":1,"end":true,"records":32,"rejects":0}'
}

# Records that are there without an external id: to be taken over.
worlds_found() {
	rpc res.partner create "[$(printf '%s\n' "$@" | jq -Rsc 'split("\n") |
		map(select(. != "") | {name: "D", ref: "\(.)-D", is_company: true})')]" &&
		rpc product.product create "[$(printf '%s\n' "$@" | jq -Rsc 'split("\n") |
		map(select(. != "") | {name: "Eight", default_code: "\(.)-8"})')]"
}

worlds_start() {
	target_start "$@"
	target_profile "$ODOO_URL"
	[ -z "$WORLD_LIMITS" ] || echo "  limits: $WORLD_LIMITS" >>"$T/targets.yaml"
	cp "$T/targets.yaml" "$T/straight.yaml"
	world_lots=stock.lot
	[ "$ODOO_RELEASE" != 14 ] || world_lots=stock.production.lot
	rpc res.users context_get '[]' >/dev/null # who we are, once
	# One warehouse for all: making one takes a real server seconds.
	echo '{"entity":"warehouse","key":"CRASH","fields":{"code":"CRASH","name":"Crash"}}' |
		sluice-push --targets "$T/straight.yaml" --target e2e \
			--state "$T/warehouse.db" >"$T/warehouse.out" &&
		worlds_make 1 && world_push "$worlds" || [ "$rc" = 1 ] || {
		echo 'Bail out! no world can be made'
		exit 99
	}
	world_sound=$worlds
	world_again "$world_sound"
	is 'undisturbed: some records are refused' \
		"$(cat "$T/$world_sound/rc.1" "$T/$world_sound/why")" 1
	# shellcheck disable=SC2016 # a program of jq
	is 'undisturbed: what happens to the records' \
		"$(jq -r '.outcome // empty' "$T/$world_sound/receipts.1" |
			LC_ALL=C sort | uniq -c | tr -s ' \n' ' ')" \
		' 2 adopted 2 archived 12 created 1 held 5 unchanged 7 updated '
}

# All of them are made by one push, which is a state file they all start from.
worlds_make() {
	local w from=$worlds_n straight=$T/straight.yaml

	worlds_n=$((from + $1))
	worlds=$(seq -f 'W%04g' $((from + 1)) $worlds_n)
	for w in $worlds; do
		mkdir "$T/$w"
		world_today "$w" >"$T/$w/today.jsonl"
		echo 0 >"$T/$w/pushes"
		: >"$T/$w/why"
		world_yesterday "$w"
	done >"$T/yesterday.$from"
	# shellcheck disable=SC2086 # names
	sluice-push --targets "$straight" --target e2e --state "$T/yesterday.db" \
		"$T/yesterday.$from" >"$T/yesterday.receipts" \
		2>"$T/yesterday.err" && worlds_found $worlds >"$T/found" || {
		cat "$T/yesterday.err"
		return 1
	}
	for w in $worlds; do
		cp "$T/yesterday.db" "$T/$w/state.db"
	done
	rm -f "$T"/yesterday.db*
}

# world_push W [WORD...]: words are options.  $SLUICE_CRASH_AT and
# $WORLD_TARGETS (a targets file, for a proxy) are heeded.
world_push() {
	local d=$T/$1 n

	n=$(($(cat "$d/pushes") + 1))
	echo $n >"$d/pushes"
	shift
	timeout --preserve-status "${WORLD_TIMEOUT:-400}" sluice-push --targets "${WORLD_TARGETS:-$T/straight.yaml}" \
		--target e2e --state "$d/state.db" --batch "$WORLD_BATCH" \
		--unbuffered --rejects "$d/rejects.$n" "$@" "$d/today.jsonl" \
		>"$d/receipts.$n" 2>"$d/err.$n"
	rc=$?
	echo $rc >"$d/rc.$n"
}

# Sets WORLD_TARGETS: not for several worlds at a time in one shell.
world_proxy() {
	local d=$T/$1 faults=() spec url=

	shift
	for spec in "$@"; do
		faults+=(--fault "$spec")
	done
	: >"$d/proxy.json"
	"$SLUICE_BUILD/tests/server/faultproxy" --upstream "$ODOO_URL" \
		--log "$d/proxy.log" --while-pid $$ "${faults[@]}" >"$d/proxy.json" &
	world_proxy_pid=$!
	for _ in {1..200}; do
		url=$(jq -er .url "$d/proxy.json" 2>/dev/null)
		[ -z "$url" ] || break
		sleep 0.02
	done
	WORLD_TARGETS=$d/targets.yaml
	sed "s#^  url: .*#  url: $url#" "$T/targets.yaml" >"$WORLD_TARGETS"
}
world_direct() {
	kill "$world_proxy_pid"
	wait "$world_proxy_pid"
	WORLD_TARGETS=
} 2>/dev/null

# How the records of push N ended: all of them, once.
world_ledger() {
	local p=$1 n=$2

	{
		jq -r 'select(.outcome) | "\(.entity) \(.key)"' "$T/$p/receipts.$n"
		jq -r '"\(.record.entity) \(.record.key)"' "$T/$p/rejects.$n"
	} 2>&1 | sed "s/$p/world/g" | LC_ALL=C sort
}

world_again() {
	local p=$1 d=$T/$1 n

	n=$(cat "$d/pushes")
	world_ledger "$p" "$n" >"$d/ledger"
	[ -e "$T/ledger" ] || cp "$d/ledger" "$T/ledger" # the undisturbed
	cmp -s "$d/ledger" "$T/ledger" || {
		echo 'the ledger of the last push:'
		diff "$T/ledger" "$d/ledger"
	} >>"$d/why"
	# No two pushes say of one record that they made it, or give it two ids.
	cat "$d"/receipts.* | jq -Rr 'fromjson? |
		select(.outcome == "created") | "\(.entity) \(.key)"' |
		sort | uniq -d | sed 's/^/created twice: /' >>"$d/why"
	cat "$d"/receipts.* | jq -Rr 'fromjson? |
		select(.id and .entity != "stock_balance") | "\(.xid) \(.id)"' |
		sort -u | cut -d' ' -f1 | uniq -d | sed 's/^/two ids: /' >>"$d/why"
	(
		unset WORLD_TARGETS SLUICE_CRASH_AT
		world_push "$p"
	)
	n=$((n + 1))
	[ "$(cat "$d/rc.$n")" = 1 ] || {
		echo "one more push: exit $(cat "$d/rc.$n")"
		cat "$d/err.$n"
	} >>"$d/why"
	jq -r 'select(.outcome and (.outcome | . != "unchanged" and . != "held")) |
		"one more push: \(.outcome) \(.entity) \(.key)"' \
		"$d/receipts.$n" >>"$d/why"
}

# ---- what is there -----------------------------------------------------------

# world_ask ID MODEL DOMAIN FIELDS: one request of a batch, for curl --config.
# shellcheck disable=SC2154 # target_uid is target.sh's
world_ask() {
	local body

	body=$(printf '{"jsonrpc":"2.0","method":"call","id":"%s","params":{"service":"object","method":"execute_kw","args":["%s",%s,"%s","%s","search_read",[%s,%s],{"order":"id","context":{"active_test":false}}]}}' \
		"$1" "$ODOO_DB" "$target_uid" "$ODOO_KEY" "$2" "$3" "$4")
	[ "$1" = category ] || echo next
	printf 'url = "%s/jsonrpc"\nsilent\nshow-error\nmax-time = 120\n' "$ODOO_URL"
	printf 'header = "Content-Type: application/json"\n'
	printf 'data = "%s"\n' "${body//\"/\\\"}"
}

# All that is in the target, found by names and codes and not by external ids,
# each with the external ids it has; a file a world, in words that name neither
# the world nor a database id.
worlds_read() {
	local w p=W stored=type

	[ "$ODOO_RELEASE" = 14 ] || stored=is_storable
	{
		world_ask category product.category "[[\"name\",\"=like\",\"$p%\"]]" \
			'["name","complete_name","parent_id"]'
		world_ask partner res.partner "[[\"ref\",\"=like\",\"$p%\"]]" \
			'["ref","name","is_company","active","parent_id","type","city","street","phone","country_id"]'
		world_ask product product.product "[[\"default_code\",\"=like\",\"$p%\"]]" \
			"[\"default_code\",\"name\",\"active\",\"list_price\",\"standard_price\",\"weight\",\"barcode\",\"tracking\",\"$stored\",\"categ_id\",\"uom_id\"]"
		world_ask location stock.location "[[\"barcode\",\"=like\",\"$p%\"]]" \
			'["barcode","name","complete_name","usage","active","location_id"]'
		world_ask lot "$world_lots" "[[\"name\",\"=like\",\"$p%\"]]" \
			'["name","product_id","ref"]'
		world_ask quant stock.quant \
			"[[\"product_id.default_code\",\"=like\",\"$p%\"],[\"location_id.usage\",\"=\",\"internal\"]]" \
			'["product_id","location_id","lot_id","quantity"]'
		world_ask xid ir.model.data \
			'[["module","=","sluice"],["model","!=","product.template"]]' \
			'["name","model","res_id"]'
	} >"$T/ask"
	rm -f "$T"/*/content
	# 14 reads 8.95 back as 8.950000000000001.
	curl --config "$T/ask" >"$T/answers" && jq -rs --arg lots "$world_lots" '
		def show: if type == "array" then (.[1] // "" | tostring)
			elif type == "number" then (. * 1000000 | round / 1000000 | tostring)
			elif . == null then "false" else tostring end;
		(map(select(.error)) | .[] | "W0000 error \(.error.data.message)"),
		# Odoo makes, merges and leaves quants as it likes: what counts is
		# how much there is.
		(map({key: .id, value: (.result // [])}) | from_entries |
			.quant |= (group_by([.product_id, .location_id, .lot_id]) |
				map(.[0] + {quantity: (map(.quantity) | add)} |
				select(.quantity != 0)))) as $r |
		{category: "product.category", partner: "res.partner",
		 product: "product.product", location: "stock.location",
		 lot: $lots, quant: "stock.quant"} as $model |
		(reduce $r.xid[] as $x ({}; .["\($x.model) \($x.res_id)"] += [$x.name])) as $ids |
		([$r | to_entries[] | select(.key != "xid") | $model[.key] as $m |
			.value[] | {key: "\($m) \(.id)", value: 1}] | from_entries) as $there |
		($r | to_entries[] | select(.key != "xid") | .key as $kind |
			.value[] | [$kind, ($ids["\($model[$kind]) \(.id)"] // [] | sort),
				(to_entries | map(select(.key != "id")) | sort_by(.key) |
				 map("\(.key)=" + (.value | show)))] | tojson),
		($r.xid[] | select($there["\(.model) \(.res_id)"] | not) |
			"nothing is \(.name) \(.model)")
		' "$T/answers" | awk '
		match($0, /W[0-9][0-9][0-9][0-9]/) {
			w = substr($0, RSTART, RLENGTH)
			gsub(w, "world")
			print w "\t" $0
		}' | LC_ALL=C sort | awk -F '\t' -v to="$T" '{
			if ($1 != w)
				close(file)
			w = $1
			file = to "/" w "/content"
			print $2 >file
		}'
}

# world_tell W CASE, after world_again and worlds_read.
world_tell() {
	local d=$T/$1

	cmp -s "$d/content" "$T/$world_sound/content" || {
		echo 'what is there:'
		diff "$T/$world_sound/content" "$d/content"
	} >>"$d/why" 2>&1
	if [ ! -s "$d/why" ]; then pass "$2"; else
		fail "$2" "$(cat "$d/why")" "exits $(cat "$d"/rc.* | tr '\n' ' ')" \
			"$(tail -qn 3 "$d"/err.* | tail -n 20)"
	fi
}
