#!/bin/bash
# Records whose reference is not there: held, taken up by every later run, let
# go when it comes or when they waited too long; and no crash loses one.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
target_profile "$ODOO_URL"
cd "$T" || exit 99
STEPS_MAX=30

push() { sluice-push --targets targets.yaml -t e2e --state "$S.db" --summary sum "$@"; }
# One record of an entity: KEY, fields as JSON.
rec() {
	jq -nc --arg e "$1" --arg k "$2" --argjson f "$3" \
		'{entity: $e, key: $k, fields: $f, src: {file: "f", row: ($k | length)}}'
}
product() {
	rec product "$1" "{\"sku\":\"$1\",\"name\":\"n $1\",\"type\":\"goods\",\"uom\":\"C62\",\"category\":\"$2\"}"
}
category() {
	rec category "$1" "{\"name\":\"c $1\"${2:+,\"parent\":\"$2\"}}"
}
outcomes() { jq -r 'select(.outcome) | "\(.key) \(.outcome)"' .out | LC_ALL=C sort; }
total() { jq -r ".$1 // 0" sum; }
there() { count product.product "[[\"default_code\", \"=\", \"$1\"]]"; }

S=a
{
	product H-1 H-C
	product H-2 H-C
	rec lot H-L '{"lot":"H-L","product":"H-1"}'
	category H-OK
} >in.jsonl
status 'records without their reference are held' 1 push in.jsonl
is 'each has a receipt' "$(outcomes)" "$(printf '%s\n' 'H-1 held' 'H-2 held' \
	'H-L held' 'H-OK created')"
is 'which says what it waits for' \
	"$(jq -c 'select(.key == "H-1") | [.waits_for, .src.row]' .out)" \
	'[[{"entity":"category","key":"H-C"}],3]'
is 'one that needs a held one waits for that' \
	"$(jq -c 'select(.key == "H-L").waits_for' .out)" \
	'[{"entity":"product","key":"H-1"}]'
is 'the summary counts them' "$(total in) $(total out) $(total held) $(total rejected)" \
	'4 4 3 0'
is 'nothing of it is in Odoo' "$(there H-1)" 0

status 'they can be listed' 0 push --held
is 'with what they wait for' \
	"$(jq -c '[.entity, .key, .waits_for[0].key, .tries, .src.row]' .out)" \
	"$(printf '%s\n' '["product","H-1","H-C",1,3]' \
		'["product","H-2","H-C",1,3]' '["lot","H-L","H-1",1,3]')"

status 'a run without records tries them again' 0 push /dev/null
is 'and is silent about those that still wait' "$(cat .out)" ''
is 'but for their number' "$(total in) $(total out) $(total waiting)" '0 0 3'
like 'in words, too' "$(cat .err)" '3 records .* still wait'
push --held >held
is 'they are as they were' "$(jq -c .tries held | sort -u)" 2

category H-C >in.jsonl
status 'a dry run shows what will be released' 0 push --dry-run in.jsonl
is 'in receipts' "$(outcomes | wc -l)" 4
is 'and changes nothing' "$(push --held | wc -l)" 3

# A newer version in the stream counts, not the one kept.
{
	category H-C
	product H-2 H-C | jq -c '.fields.name = "newer"'
} >in.jsonl
status 'the reference comes: all go' 0 push in.jsonl
is 'with the receipts they would have had' "$(outcomes)" "$(printf '%s\n' \
	'H-1 created' 'H-2 created' 'H-C created' 'H-L created')"
is 'from where they came' "$(jq -r 'select(.key == "H-1").src.row' .out)" 3
is 'the ledger says released' "$(total in) $(total released) $(total out)" '2 2 4'
is 'the newer version is in Odoo' \
	"$(rpc product.product search_read '[[["default_code", "=", "H-2"]], ["name"]]' | jq -r '.[].name')" newer
is 'nothing waits any more' "$(push --held)" ''
status 'nor does a next run know of it' 0 push /dev/null
is 'no receipt' "$(cat .out)" ''

# What is there may be changed to what is not.
product H-1 H-LATE >in.jsonl
status 'a change to what is not there is held' 1 push in.jsonl
is 'the record is known' "$(jq -c '[.outcome, (.id > 0)]' .out)" '["held",true]'
product H-1 H-C >in.jsonl
status 'back to what it was' 0 push in.jsonl
is 'it is unchanged' "$(outcomes)" 'H-1 unchanged'
is 'and waits no longer' "$(push --held)" ''

# It comes into Odoo in another way.
S=b
product H-3 H-X >in.jsonl
status 'held' 1 push in.jsonl
rm -f c.db*
S=c
category H-X >in.jsonl
status 'somebody else makes what it waits for' 0 push in.jsonl
S=b
status 'the next run finds it' 0 push /dev/null
is 'and releases the record' "$(outcomes)" 'H-3 created'

# Waited too long.
S=d
product H-4 H-Y >in.jsonl
status 'held today' 1 env SLUICE_NOW=2030-01-01T12:00:00Z \
	sluice-push --targets targets.yaml -t e2e --state d.db in.jsonl
status 'six days later still' 0 env SLUICE_NOW=2030-01-07T12:00:00Z \
	sluice-push --targets targets.yaml -t e2e --state d.db /dev/null
status 'a newer version does not wait anew' 1 env SLUICE_NOW=2030-01-07T13:00:00Z \
	sluice-push --targets targets.yaml -t e2e --state d.db in.jsonl
is 'but since then' "$(push --held | jq -r .since)" 2030-01-01T12:00:00Z
status 'a week later it is rejected' 1 env SLUICE_NOW=2030-01-08T12:00:00Z \
	sluice-push --targets targets.yaml -t e2e --state d.db \
	--rejects rejects --summary sum /dev/null
is 'with the reason' "$(jq -r '[.code, .value, .record.key, .src.row] | join(" ")' rejects)" \
	'missing-reference H-Y H-4 3'
like 'and since when' "$(jq -r .why rejects)" 'since 2030-01-01T12:00:00Z'
is 'the ledger adds up' "$(total in) $(total released) $(total rejected)" '0 1 1'
is 'and it is gone' "$(push --held)" ''

# A code that does not exist never comes.
rec partner H-P '{"name":"p","country":"XX"}' >in.jsonl
status 'a code that Odoo does not have' 1 push --rejects rejects in.jsonl
is 'is a reject' "$(jq -r .code rejects)" missing-reference
rec product H-5 '{"sku":"H-5","name":"n","uom":"C62","category":"H-Z","type":"nonsense"}' >in.jsonl
status 'a record that is wrong besides' 1 push --rejects rejects in.jsonl
is 'is not held' "$(push --held)" ''

# Killed at every step while records are held, released and rejected.
# held_world KEY: hold two, of which one will go and one will be rejected.
held_world() {
	product "$1-A" "$1-C"
	product "$1-B" "$1-NEVER"
}
step=0
while [ $step -lt $STEPS_MAX ]; do
	step=$((step + 1))
	K=K$step S=k$step
	held_world "$K" >hold.jsonl
	category "$K-C" >go.jsonl
	SLUICE_NOW=2030-01-01T12:00:00Z SLUICE_CRASH_AT=$step push hold.jsonl \
		>out1 2>err1
	first=$?
	[ $first -ne 137 ] ||
		SLUICE_NOW=2030-01-01T12:00:00Z push hold.jsonl >out1 2>err1
	SLUICE_NOW=2030-02-01T12:00:00Z SLUICE_CRASH_AT=$step push \
		--rejects rej1 go.jsonl >out2 2>err2
	second=$?
	[ $second -eq 137 ] || [ $first -eq 137 ] || break
	SLUICE_NOW=2030-02-01T12:00:00Z push --rejects rej2 go.jsonl >out3 2>err3
	is "step $step: one is there, one is not, nothing waits" \
		"$(there "$K-A") $(there "$K-B") $(push --held)" '1 0 '
	is "step $step: the reject is told" \
		"$(cat rej1 rej2 2>/dev/null | jq -r .record.key | sort -u)" "$K-B"
	rm -f rej1 rej2
done
is 'beyond the last step it is not killed' "$second" 1
if [ $step -gt 4 ]; then pass "$step steps"; else fail "only $step steps"; fi
done_testing
