#!/bin/bash
# sluice-push, a first load: where Odoo has nothing of the kind, records are not
# looked for one by one; where it has, or where it is not known what became of
# a call, they are.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"

[ "$SLUICE_E2E" = sandbox ] || skip_all 'for the sandbox'

awk 'BEGIN {for (i = 1; i <= 1200; i++)
	printf "{\"entity\":\"partner\",\"key\":\"K%d\",\"fields\":" \
		"{\"name\":\"Partner %d\",\"city\":\"Graz\"}}\n", i, i}' >"$T/in"

# fresh FAULT...: an empty server behind a proxy.
fresh() {
	[ -z "${SANDBOX_PID:-}" ] || kill "$SANDBOX_PID" "$PROXY_PID"
	rm -f "$T/proxy.log" "$T/x.db"*
	target_start
	proxy_start "$@"
	target_profile "$PROXY_URL"
}
push() {
	sluice-push --targets "$T/targets.yaml" -t e2e --state "$T/x.db" "$@" \
		"$T/in" >"$T/out" 2>"$T/err"
}
outcomes() { jq -r 'select(.outcome) | .outcome' "$T/out" | sort | uniq -c |
	awk '{printf "%s%s %s", sep, $1, $2; sep = ", "}'; }
# Searches before the first record is made.
looked() {
	jq -r .rpc "$T/proxy.log" | sed '/^res.partner.load$/,$d' |
		grep -c "^$1.search_read$"
}
ours='[["ref", "=like", "K%"]]'

fresh
push
is 'all go in' "$? $(outcomes)" '0 1200 created'
is 'external ids were asked for once' "$(looked ir.model.data)" 1
is 'natural keys were asked for once' "$(looked res.partner)" 1
is 'as many are there' "$(count res.partner "$ours")" 1200
: >"$T/proxy.log"
rm "$T/x.db"*
push
is 'without a state they are found' "$? $(outcomes)" '0 1200 unchanged'
is 'and not doubled' "$(count res.partner "$ours")" 1200

# Two are there already: one of an older load, one by hand.
fresh
head -n 1 "$T/in" | sluice-push --targets "$T/targets.yaml" -t e2e \
	--state "$T/y.db" >"$T/out"
rpc res.partner create '[{"name": "By hand", "ref": "K700"}]' >"$T/id"
push
is 'what is there is found and taken over' "$? $(outcomes)" \
	'0 1 adopted, 1198 created, 1 unchanged'
is 'none is doubled' "$(count res.partner "$ours")" 1200

# One by hand, nothing of ours: the natural key is looked for all the same.
fresh
rpc res.partner create '[{"name": "By hand", "ref": "K700"}]' >"$T/id"
push
is 'one by hand is taken over' "$? $(outcomes)" '0 1 adopted, 1199 created'
is 'and not doubled' "$(count res.partner "$ours")" 1200

# Answers get lost: what the server did is read back by external id.
fresh 'drop-after@*.load#1' 'cut-body@*.load#3'
push
is 'with lost answers all go in' "$? $(outcomes)" '0 1200 created'
is 'and none twice' "$(count res.partner "$ours")" 1200

# Killed while a call was out: the next run does not trust a survey.
for step in {5..12}; do
	fresh
	SLUICE_CRASH_AT=$step push 2>/dev/null
	: >"$T/proxy.log"
	push --verbose
	! grep -q 'broke off' "$T/err" || break
done
like 'a run broke off with calls out' "$(cat "$T/err")" 'broke off'
is 'the next one brings it to an end' \
	"$(outcomes | sed 's/ created//; s/ unchanged//; s/,//' |
		awk '{print $1 + $2}')" 1200
is 'none is doubled' "$(count res.partner "$ours")" 1200
if [ "$(looked ir.model.data)" -gt 1 ]; then
	pass 'and looked for what it had sent'
else
	fail 'and looked for what it had sent' "$(jq -r .rpc "$T/proxy.log")"
fi
done_testing
