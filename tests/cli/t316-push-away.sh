#!/bin/bash
# A server that stays away ends a run with 75, soon, and what was done is kept.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"

[ "$SLUICE_E2E" = sandbox ] || skip_all 'for the sandbox'
cd "$T" || exit 99
seq 1 120 | jq -c '{entity: "partner", key: "A\(.)", fields: {name: "n\(.)"}}' \
	>in.jsonl
push() {
	sluice-push --targets targets.yaml -t e2e --state x.db --batch 10 \
		--unbuffered in.jsonl
}
# limits "tries: 3": what the target says besides four calls at a time.
limits() {
	target_profile "$1"
	echo "  limits: {in_flight: 4, $2}" >>targets.yaml
}
# Loads that are answered, then none: how the rest of the run looks.
away() { # WHAT FAULT LIMITS SECONDS WORDS
	local what=$1 began=$SECONDS

	rm -f x.db*
	target_start
	proxy_start "$2"
	limits "$PROXY_URL" "$3"
	status "$what: the run ends with 75" 75 push
	mv .err why
	jq -r 'select(.outcome == "created") | .key' .out | sort >done.1
	ok "within $4 s" [ $((SECONDS - began)) -le "$4" ]
	like 'it says why' "$(cat why)" "$5"
	ok "some were done ($(wc -l <done.1))" [ -s done.1 ]
	kill "$PROXY_PID"
	limits "$ODOO_URL" "$3"
	status 'the next run does the rest' 0 push
	jq -r 'select(.outcome == "unchanged") | .key' .out | sort >same.2
	is 'what was done before is not done again' \
		"$(comm -23 done.1 same.2 | wc -l)" 0
	is 'every record once' "$(count res.partner '[["name", "=like", "n%"]]')" 120
	kill "$SANDBOX_PID"
}

away 'no connection to the end' 'drop-before@12-' 'give_up_after_s: 2' 15 \
	'stays away|tried often enough'
away 'a proxy without a server' '502@12-' 'tries: 3' 15 'HTTP 502.*tried often'
away 'more patience asked for than there is' '503-retry-after=60@12-' \
	'give_up_after_s: 5' 5 'HTTP 503'
# One good answer is enough to go on.
rm -f x.db*
target_start
proxy_start '502@5,9-11,17,23' 'drop-after@res.partner.load#4,6'
limits "$PROXY_URL" 'tries: 8, give_up_after_s: 60'
status 'a server that answers now and then is not away' 0 push
is 'all are there' "$(count res.partner '[["name", "=like", "n%"]]')" 120
done_testing
