#!/bin/bash
# A field that was changed in Odoo and in the legacy file: who wins is what the
# binding says, field by field.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
target_profile "$ODOO_URL"
cd "$T" || exit 99
if [ "$SLUICE_E2E" = sandbox ]; then
	ODOO_ADMIN_LOGIN=$(jq -r .admin_login sandbox.json)
	ODOO_ADMIN_KEY=$(jq -r .admin_key sandbox.json)
fi
mkdir -p p/odoo/base p/contracts
cat >p/odoo/base/member.yaml <<'END'
entity: member
model: res.partner
adopt: [ref]
conflict: person
fields:
  ref: "@key"
  name: {from: name, conflict: odoo}
  city: {from: city, conflict: legacy}
  email: email
  street: street
  country_id: {from: country, by: code}
  category_id: {ref: tag, from: tags, many: true}
END
cat >p/odoo/base/tag.yaml <<'END'
entity: tag
model: res.partner.category
fields:
  name: name
END
cat >p/odoo/base/plain.yaml <<'END'
entity: plain
model: res.partner
fields:
  ref: "@key"
  name: name
END

push() {
	sluice-push --profiles p --targets targets.yaml -t e2e --state x.db \
		--rejects rejects --summary summary "$@" >out 2>err
}
# member KEY MEMBERS...: one record, fields as jq members.
member() {
	local key=$1

	shift
	jq -nc --arg k "$key" "{entity: \"member\", key: \$k, fields: ({
		name: \"N\", city: \"C\", email: \"e@x.test\", street: \"S\",
		country: \"AT\", tags: [\"t1\"]} + {$*})}"
}
# odoo KEY VALUES: somebody else changes the record in Odoo.
odoo() {
	local id ODOO_LOGIN=$ODOO_ADMIN_LOGIN ODOO_KEY=$ODOO_ADMIN_KEY
	local target_uid=

	id=$(rpc res.partner search "[[[\"ref\", \"=\", \"$1\"]]]" | jq '.[0]')
	rpc res.partner write "[[$id], $2]" >/dev/null
}
# holds KEY FIELD
holds() {
	rpc res.partner search_read "[[[\"ref\", \"=\", \"$1\"]], [\"$2\"]]" |
		jq -r ".[0].$2"
}
# said: outcome, reason and fields of the receipt, or the reject's code.
said() {
	jq -c 'select(.outcome) | [.outcome, .reason, .fields]' out
	[ ! -s rejects ] || jq -c '[.code, .field]' rejects
}

{
	printf '%s\n' '{"entity":"tag","key":"t1","fields":{"name":"CT1"}}' \
		'{"entity":"tag","key":"t2","fields":{"name":"CT2"}}' \
		'{"entity":"tag","key":"t3","fields":{"name":"CT3"}}'
	for k in A B C D E F G H; do member CF$k; done
} >first.jsonl
status 'what is there at first' 0 sluice-push --profiles p \
	--targets targets.yaml -t e2e --state x.db first.jsonl

odoo CFA '{"city": "Odoo"}'
member CFA 'city: "File"' | push
is 'the record wins: it is sent' "$? $(said) $(holds CFA city)" \
	'0 ["updated",null,null] File'
is 'and the receipt says what it overwrote' "$(jq -c .changes out)" \
	'{"city":{"old":"C","new":"File","overwrote":"Odoo"}}'
is 'conflicts are counted' "$(jq .conflicts summary)" 1

odoo CFB '{"name": "Odoo"}'
member CFB 'name: "File"' | push
is 'Odoo wins: the field stays' "$? $(said) $(holds CFB name)" \
	'0 ["skipped","conflict",["name"]] Odoo'
member CFB 'name: "File"' | push
is 'which is remembered' "$(said)" '["unchanged",null,null]'
member CFB 'name: "File", street: "New"' | push
is 'also when another field is sent' "$(said) $(holds CFB name)" \
	'["updated",null,null] Odoo'
member CFB 'name: "Newer", street: "Newest"' | push
is 'and when the file changes again' "$(said) $(holds CFB name) $(holds CFB street)" \
	'["updated","conflict",["name"]] Odoo Newest'
odoo CFB '{"name": "Newer"}'
member CFB 'name: "Next", street: "Newest"' | push
is 'until both agree' "$(said) $(holds CFB name)" '["updated",null,null] Next'

odoo CFC '{"email": "odoo@x.test"}'
member CFC 'email: "file@x.test", street: "New"' >c.jsonl
push c.jsonl
is 'a person decides: a reject' "$? $(said)" '1 ["conflict","email"]'
is 'with all three values' "$(jq -c .conflicts rejects)" \
	'{"email":{"accepted":"e@x.test","odoo":"odoo@x.test","record":"file@x.test"}}'
like 'in words' "$(jq -r .why rejects)" \
	"email was 'e@x.test', Odoo holds 'odoo@x.test', the record says 'file@x.test'"
is 'nothing is sent' "$(holds CFC email) $(holds CFC street)" 'odoo@x.test S'
push c.jsonl
is 'the next night it still is one' "$? $(said)" '1 ["conflict","email"]'
push --dry-run c.jsonl
is 'a dry run says so' "$? $(said)" '1 ["conflict","email"]'
odoo CFC '{"email": "file@x.test"}'
push c.jsonl
is 'until Odoo has what the file says' "$? $(said) $(holds CFC street)" \
	'0 ["updated",null,null] New'

odoo CFD '{"email": "odoo@x.test"}'
member CFD 'email: "file@x.test"' >d.jsonl
push --conflicts legacy d.jsonl
is 'or who runs it says that the file wins' \
	"$? $(said) $(holds CFD email)" '0 ["updated",null,null] file@x.test'
odoo CFD '{"email": "odoo@x.test"}'
member CFD 'email: "again@x.test"' >d.jsonl
push --conflicts odoo d.jsonl
is 'or Odoo' "$? $(said) $(holds CFD email)" \
	'0 ["skipped","conflict",["email"]] odoo@x.test'
push d.jsonl
is 'which settles it' "$? $(said)" '0 ["unchanged",null,null]'

at=$(rpc res.country search '[[["code", "=", "DE"]]]' | jq '.[0]')
odoo CFE "{\"country_id\": $at}"
member CFE 'country: "FR"' | push
is 'relations, by what the file calls them' "$? $(jq -c .conflicts rejects)" \
	'1 {"country":{"accepted":"AT","odoo":"DE","record":"FR"}}'
member CFF 'country: "FR"' | push
is 'no conflict where nobody changed it' "$? $(said)" '0 ["updated",null,null]'
t2=$(rpc res.partner.category search '[[["name", "=", "CT2"]]]' | jq '.[0]')
odoo CFG "{\"category_id\": [[6, 0, [$t2]]]}"
member CFG 'tags: ["t3"]' | push
is 'lists of records' "$? $(jq -c .conflicts rejects)" \
	'1 {"tags":{"accepted":"t1","odoo":"t2","record":"t3"}}'
member CFF 'country: "FR", tags: ["t1", "t3"]' | push
is 'nor here' "$? $(said)" '0 ["updated",null,null]'

odoo CFH '{"email": "odoo@x.test", "name": "Odoo", "street": "O"}'
member CFH 'street: "O"' >h.jsonl
push h.jsonl
is 'what both changed alike is none' "$? $(said)" '0 ["updated",null,null]'
push --verify h.jsonl
is 'with --verify what was changed in Odoo alone is one' "$? $(said)" \
	'1 ["conflict","name"]'
is 'of these fields' "$(jq -c '.conflicts | keys' rejects)" '["email","name"]'
push --verify --conflicts odoo h.jsonl
is 'Odoo keeps them' "$? $(said)" \
	'0 ["skipped","conflict",["name","email"]]'
push --full h.jsonl
is 'with --full the file wins' "$? $(holds CFH name) $(holds CFH email)" \
	'0 N e@x.test'

# Without a rule Odoo is not asked.
plain() { jq -nc --arg n "$1" '{entity: "plain", key: "CPL", fields: {name: $n}}'; }
plain One | push
odoo CPL '{"name": "Odoo"}'
plain Two | push
is 'without a rule the file wins' "$? $(said) $(holds CPL name)" \
	'0 ["updated",null,null] Two'
is 'and nothing is said or counted' \
	"$(jq -c .changes out) $(jq .conflicts summary)" \
	'{"name":{"old":"One","new":"Two"}} null'
sed 's/conflict: [a-z]*/owner: legacy/' p/odoo/base/member.yaml >bare.yaml
mkdir -p q/odoo/base
sed '/^owner/d' bare.yaml >q/odoo/base/member.yaml
cp p/odoo/base/tag.yaml q/odoo/base/
for f in p q; do
	for n in 1 2 3; do
		member "CF$f$n"
	done | sluice-push --profiles $f --targets targets.yaml -t e2e \
		--state "$f.db" >/dev/null
	sleep 1.1
	member "CF${f}3" 'email: "z@x.test"' | sluice-push --profiles $f \
		--targets targets.yaml -t e2e --state "$f.db" >/dev/null
	member "CF${f}1" 'city: "Other"' | sluice-push --profiles $f \
		--targets targets.yaml -t e2e --state "$f.db" --summary $f.sum >/dev/null
done
is "a rule costs one request" "$(($(jq .requests p.sum) - $(jq .requests q.sum)))" 1

sed -i 's/conflict: odoo/conflict: me/' p/odoo/base/member.yaml
status 'a rule that is none' 78 push h.jsonl
like 'is shown' "$(cat err)" 'member.yaml:7:.*conflict is legacy, odoo or person'
done_testing
