#!/bin/bash
# Replays what real servers were asked and compares the sandbox's answers with
# theirs: members, types, exceptions, words.  The recordings are no part of
# the project: $SLUICE_SHARED or ../shared holds them where they are.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
fixtures=${SLUICE_SHARED:-$SLUICE_SOURCE/../shared}/odoo/fixtures
[ -d "$fixtures/19" ] || skip_all "no recordings of real servers in $fixtures"
command -v jq >/dev/null || skip_all 'jq is not installed'
command -v curl >/dev/null || skip_all 'curl is not installed'

# What stays of an answer: numbers that differ from server to server go, so
# do tracebacks; how many ids there are stays.
cat >"$T/shape.jq" <<'END'
def words: gsub("\\([0-9]+\\)"; "(N)") | gsub("User: [0-9]+"; "User: N")
	| gsub("contains \\(.*"; "contains") | gsub("server on socket[^ ]* [^ ]*"; "server")
	| gsub("DETAIL.*"; "DETAIL") | gsub("\nLINE 1.*"; "\n"; "m")
	| gsub(": line [0-9]+ column.*"; "") | gsub("Expecting value.*"; "")
	| gsub("json: .*"; "json")
	| if startswith("No database") then "" else . end;
def exact: if type == "object" then del(.debug, .arguments) | map_values(exact)
	elif type == "array" then map(exact)
	elif type == "string" then words else . end;
def shape: if type == "number" then "number" elif type == "string" then "string"
	elif type == "array" then (.[0:1] | map(shape))
	elif type == "object" then with_entries(
		(if .key | test("^[0-9]+$") then .key = "N" else . end)
		| .value |= shape) else . end;
def loaded: {ids: (.ids | if type == "array" then length else . end),
	messages: (.messages | exact), nextrow: .nextrow};
def result: if type == "object" and has("messages") then loaded else shape end;
if type != "object" then shape
elif has("jsonrpc") then
	{id: .id, members: keys, code: .error.code, message: .error.message,
	 error: (.error.data | if . then exact else null end),
	 result: (if has("result") then (.result | result) else "none" end)}
elif has("debug") then exact
else result end
END

# shape FILE: the status and what stays of the body.
shape() {
	local body
	body=$(sed '1,/^\r*$/d' "$1")
	sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$1"
	sed -n 's/^Content-Type: \([a-z/]*\).*/\1/Ip; /^\r*$/q' "$1"
	jq -cS -f "$T/shape.jq" <<<"$body" 2>/dev/null || echo 'no JSON'
}

# One request as it was recorded, at our server with our keys; EDIT is jq.
ask() { # FIXTURE [EDIT]
	local req=$fixtures/$ODOO_RELEASE/$1.req line verb path headers=() body
	line=$(head -n1 "$req" | tr -d '\r')
	verb=${line%% *}
	path=${line#* }
	path=${path% HTTP*}
	while IFS= read -r line; do
		line=${line%$'\r'}
		[ -n "$line" ] || break
		line=${line//<odoo_key>/$ODOO_KEY}
		line=${line//<odoo_clerk_key>/$CLERK_KEY}
		line=${line//: legacy/: $ODOO_DB}
		headers+=(-H "$line")
	done < <(tail -n +2 "$req")
	body=$(sed '1,/^\r*$/d' "$req")
	body=${body//<odoo_key>/$ODOO_KEY}
	body=${body//<odoo_clerk_key>/$CLERK_KEY}
	body=${body//<odoo_planner_key>/$PLANNER_KEY}
	body=${body//\"args\": [\"legacy\"/\"args\": [\"$ODOO_DB\"}
	[ -z "${2-}" ] || body=$(jq -c "$2" <<<"$body")
	if [ "$verb" = GET ]; then
		curl -sS -m 20 -i "${headers[@]}" "$ODOO_URL$path"
	else
		curl -sS -m 20 -i "${headers[@]}" -H 'Expect:' \
			--data-binary "$body" "$ODOO_URL$path"
	fi >"$T/answer"
}
same() { # FIXTURE [EDIT]
	[ -f "$fixtures/$ODOO_RELEASE/$1.req" ] || return 0
	ask "$@"
	is "$ODOO_RELEASE: $1" "$(shape "$T/answer")" \
		"$(shape "$fixtures/$ODOO_RELEASE/$1.res")"
}
put() { rpc "$1" load "[$2, $3]" >/dev/null; }
replay() {
	local name
	for name in "$@"; do same "$name"; done
}

compare_all() {
	local lot product ids
	local p=res.partner t=product.template
	replay common.version common.authenticate.ok \
		common.authenticate.bad-password common.authenticate.wrong-db \
		common.login.ok common.unknown-method unknown-service db.list \
		malformed-json empty-body json-not-object json-no-params \
		wrong-content-type get-jsonrpc post-web-webclient-version_info \
		post-web-database-list
	replay execute_kw.{ok,bad-key,empty-key,uid-false,wrong-db} \
		execute_kw.unknown-{model,method} execute_kw.private-method \
		execute_kw.{bad-arguments,create-unknown-field} \
		execute_kw.{domain,read}-unknown-field \
		execute_kw.{read,write}-missing-record
	replay access-error.{create,load,ir-model-data,ir-model-data-planner} \
		ir-model-data.read-as-{clerk,planner} \
		access.{has_access,check_access_rights,check_access}{,.as-clerk}
	replay load.{create-ok,update-ok,create-and-update-mixed,dbid-update} \
		load.dbid-{unknown,bad} load.m2o-extid
	same load.m2o-dbid '.params.args[5][1][0][2] = "75"'
	same load.m2o-dbid-int '.params.args[5][1][0][2] = 75'
	replay load.m2o-name load.m2o-name-unknown \
		load.m2o-extid-{unknown,unknown-module,wrong-model} \
		load.m2o-dbid-unknown load.m2o-extid-empty-clears \
		load.m2o-{forward,back}-ref-in-batch load.m2m-extid
	put res.partner.category '["id","name"]' '[["cat_a","A"],["cat_b","B"]]'
	replay load.m2m-{extid,name}-ok load.o2m-nested{,-again} \
		load.o2m-nested-no-ids-twice load.o2m-nested-error \
		load.missing-required-{column,cell} \
		load.bad-{selection,float,int,date,boolean} \
		load.int-as-float-string load.unknown-{field,subfield} \
		load.readonly-field load.short-row \
		load.duplicate-extid-in-batch load.unique-barcode \
		load.many-{bad-rows,required-errors} load.mixed-errors \
		load.json-{types,null-cells} load.empty-clears \
		load.empty-skipped-import_set_empty \
		load.validation-error-recursion load.extid-other-model \
		load.extid-existing-module-prefix{,-import_file} \
		load.extid-with-{two-dots,spaces} load.extid-strip \
		load.noupdate-{ctx,then-load-again} load.mode-update-new-record \
		load.mode-update-noupdate load.module-ctx load.import_limit \
		load.name_create{,-m2o} load.import_skip_records \
		load.import_set_empty_fields load.empty-rows load.no-fields \
		load.blank-row load.translated-selection-label
	lot='{"name": "Lot product", "tracking": "lot", "type": "consu"}'
	product=$(rpc product.product create "[$lot]")
	ids=".params.args[5][1][][2] = \"$product\""
	same load.datetime-bad "$ids"
	same load.unique-lot-in-batch "$ids"
	put "stock.$([ "$ODOO_RELEASE" = 14 ] && echo production.)lot" \
		'["id","name","product_id/.id","company_id/.id"]' \
		"[[\"l1\",\"LOT1\",\"$product\",\"1\"]]"
	same load.unique-lot-existing "$ids"
	put $p '["id","name"]' '[["hj","Partner HJ"]]'
	replay load.extid-of-other-model-same-id load.error-cutoff \
		load.rows-not-a-list load.row-is-object load.secondary-errors

	replay create.{list,dict,empty-list,missing-required,bad-selection} \
		create.{bad-float,bad-m2o} write.{ok,unknown-field} \
		search_count.ok search_read.{empty,bad-order} \
		unlink.missing has_group default_get
	put $t '["id","name","default_code"]' \
		'[["p4_0000","P4 0","P4-0"],["p4_0001","P4 1","P4-1"]]'
	ids=$(rpc $t search '[[["default_code", "=like", "P4-%"]]]')
	same get_external_id ".params.args[5][0] = $ids"
	same get_metadata ".params.args[5][0] = $ids"
	same export_data ".params.args[5][0] = $ids"
	same ir-model-data.lookup-2
	same ir-model-data.check_object_reference
	replay {read_group,formatted_read_group}.{ok,no-groupby}
	ids='.params.args[5][0] = [["default_code", "=like", "P4-%"]]'
	same search_read.keyset "$ids"
	same search_read.load-empty "$ids"
	[ "$ODOO_RELEASE" = 14 ] && return
	replay json2.{search_read,search_count,load,load-errors,bad-arguments} \
		json2.{load-context,create,write,read,read-missing} \
		json2.{write-missing,ids-on-model-method,unknown-model} \
		json2.{unknown-method,private-method,bad-key,no-auth,basic-auth} \
		json2.{wrong-db,no-db-header,access-error,validation-error} \
		json2.{value-error,malformed,empty-body,array-body,text-plain} \
		json2.{get,formatted_read_group,search,returns-none,context_get} \
		get-web-version get-json-version get-web-health
	put $t '["id","name","list_price"]' '[["nan1","NaN","nan"]]'
	ask search_read.nan
	like "19: NaN stays no JSON" "$(cat "$T/answer")" '"list_price": NaN'
}

for ODOO_RELEASE in 19 14; do
	target_uid=
	ODOO_URL=
	sandbox_start
	CLERK_KEY=$(jq -r .clerk_key "$T/sandbox.json")
	PLANNER_KEY=$(jq -r .planner_key "$T/sandbox.json")
	compare_all
	sandbox_start --fault serialization@1:product.template.load
	same load.serialization-failure
done
done_testing
