#!/bin/bash
# sluice-push, what receipts and a dry run show: sensitive fields masked, text
# that is safe on a terminal, colour only there, and fields left to Odoo.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"

[ "$SLUICE_E2E" = sandbox ] || skip_all 'for the sandbox'
target_start
target_profile "$ODOO_URL"
cd "$T" || exit 99
mkdir -p p/odoo/base p/contracts
cat >p/odoo/base/member.yaml <<'END'
entity: member
model: res.partner
fields:
  name: name
  email: email
  comment: {from: note, owner: first}
  color: pin
END
cat >p/contracts/member-1.yaml <<'END'
type: object
properties:
  name: {type: string}
  email: {type: string, x-sensitive: true}
  note: {type: string}
  pin: {type: integer, x-sensitive: true}
END
push() {
	sluice-push --profiles p --targets targets.yaml -t e2e --state x.db "$@"
}
# member NAME EMAIL NOTE [PIN]
member() {
	jq -nc --arg n "$1" --arg e "$2" --arg o "$3" --argjson p "${4:-1}" \
		'{entity: "member", key: "m", fields: {name: $n, email: $e, note: $o, pin: $p}}'
}

is 'a new record: what is sensitive is masked' \
	"$(member Ann ann@x.test hi | push -n --plan json -q | jq -c .changes)" \
	'{"name":{"new":"Ann"},"email":{"new":"***"},"note":{"new":"hi"},"pin":{"new":"***"}}'
member Ann ann@x.test hi | push >/dev/null
is 'it was sent as it is' \
	"$(rpc res.partner search_read '[[["name", "=", "Ann"]], ["email"]]' | jq -r '.[].email')" \
	ann@x.test
member Ann bob@x.test hi >changed
is 'a change is masked, old and new' "$(push -n -q changed | jq -c .changes)" \
	'{"email":{"old":"***","new":"***"}}'
is 'for people too' "$(push -n --plan text -q changed | sed -n 2p)" \
	'    email: *** -> ***'
is 'unless asked' "$(push -n -q --show-sensitive changed | jq -c .changes)" \
	'{"email":{"old":"ann@x.test","new":"bob@x.test"}}'
is 'also when it is done' "$(push changed | jq -c .changes)" \
	'{"email":{"old":"***","new":"***"}}'
member Ann bob@x.test hi 17.25 >bad
push --rejects rejects bad >/dev/null
is 'in rejects: the value, the sentence and the record' \
	"$(jq -c '[.code, .field, .record.fields.pin, .record.fields.email]' rejects)" \
	'["bad-number","pin","***","***"]'
unlike 'nowhere else' "$(cat rejects)" '17\.25'
push --show-sensitive --rejects rejects bad >/dev/null
like 'unless asked, there as well' "$(cat rejects)" '17\.25'

is 'what is set once and differs is left to Odoo' \
	"$(member Ann bob@x.test other | push | jq -c '[.outcome, .reason, .fields]')" \
	'["skipped","owner",["note"]]'
is 'which is counted' \
	"$(member Ann bob@x.test third | push --summary s >/dev/null; jq .skipped_owner s)" 1
is 'and adds up' "$(jq -c '[.in, .out, .rejected, .skipped]' s)" '[1,1,0,0]'
is 'besides what is sent, too' \
	"$(member Zoe bob@x.test last | push | jq -c '[.outcome, .reason, .fields]')" \
	'["updated","owner",["note"]]'
is 'Odoo has its own' \
	"$(rpc res.partner search_read '[[["name", "=", "Zoe"]], ["comment"]]' |
		jq -r '.[].comment' | sed 's/<[^>]*>//g')" hi

member $'\e[31mred\u202e\u0085\nnext' bob@x.test last >wild
push -n --plan text -q wild >people
is 'control characters do not reach people' "$(sed -n 2p people)" \
	'    name: Zoe -> ?[31mred?? next'
status 'a form that is none' 64 push -n --plan colour changed
status 'a form without a dry run' 64 push --plan text changed
is 'a stream with frames: no frames for people' \
	"$({ echo '{"sluice":1,"stage":"map"}'; cat changed
	echo '{"sluice":1,"end":true,"records":1,"rejects":0}'; } |
		push -n -q --plan text | grep -c sluice)" 0

if command -v script >/dev/null; then
	screen="sluice-push --profiles p --targets targets.yaml -t e2e \
		--state x.db -n -q wild"
	script -qec "$screen" /dev/null </dev/null >screen.out
	like 'on a terminal it is text, with colour' "$(cat screen.out)" \
		$'^\033\\[33m~ member m .*\033\\[0m'
	NO_COLOR=1 script -qec "$screen" /dev/null </dev/null >screen.out
	like 'without, where NO_COLOR says so' "$(cat screen.out)" '^~ member m '
	unlike 'nothing of it' "$(cat screen.out)" $'\033'
else
	skip 'on a terminal' 'no script(1)'
fi

# ---- names the server does not have, and fields the contract does not
printf 'entity: member\nmodel: res.partnr\nfields: {name: name}\n' \
	>p/odoo/base/member.yaml
member Ann ann@x.test hi | push >/dev/null 2>err
is 'a model that the server does not have' $? 78
like 'is named with its place' "$(cat err)" \
	'member.yaml:2:8: res.partnr: .*res.partnr'
printf 'entity: member\nmodel: res.partner\nfields:\n  name: name\n  country_id: {from: note, by: cdoe}\n' \
	>p/odoo/base/member.yaml
member Ann ann@x.test hi | push >/dev/null 2>err
is "a field of 'by' that the server does not have" $? 78
like 'is named with its place' "$(cat err)" \
	'member.yaml:5:3: country_id: .*cdoe'
echo 'additionalProperties: false' >>p/contracts/member-1.yaml
printf 'entity: member\nmodel: res.partner\nfields:\n  name: nmae\n' \
	>p/odoo/base/member.yaml
member Ann ann@x.test hi | push >/dev/null 2>err
is 'a canonical field that the contract does not have' $? 78
like 'is named with its place' "$(cat err)" \
	"member.yaml:4:9: 'nmae' is no field of member, .*; did you mean 'name'?"
printf 'entity: member\nmodel: res.partner\nfields:\n  name: {from: name, else: {from: emial}}\n' \
	>p/odoo/base/member.yaml
member Ann ann@x.test hi | push >/dev/null 2>err
is "also in 'else'" $? 78
like 'with its place' "$(cat err)" "member.yaml:4:35: 'emial' .*'email'"
done_testing
