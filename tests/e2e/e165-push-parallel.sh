#!/bin/bash
# Children of few parents over several connections: what Odoo holds afterwards
# is what one connection makes of it.  PARALLEL_PARENTS (10) and
# PARALLEL_CHILDREN (600) say how many; make check-parallel has 50 and 18,000
# and real servers with two workers.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
parents=${PARALLEL_PARENTS:-10} children=${PARALLEL_CHILDREN:-600}
total=$((parents + children))

# The stream: children first, and every parent needed from the first call on.
# VARIANT changes the city of every third record, and the parent of every
# seventh child.
world() { # VARIANT
	awk -v p="$parents" -v c="$children" -v v="$1" '
	function put(key, name, city, more) {
		printf "{\"entity\":\"partner\",\"key\":\"%s\",\"fields\":{" \
			"\"name\":\"%s\",\"city\":\"%s\"%s}}\n", key, name, city, more
	}
	BEGIN {
		for (i = 1; i <= c; i++)
			put("C" i, "Child " i, "City " (i % 3 ? 0 : v),
				",\"parent\":\"P" (i + (i % 7 ? 0 : v)) % p "\"")
		for (i = 0; i < p; i++)
			put("P" i, "Parent " i, "City " (i % 3 ? 0 : v),
				",\"company\":true")
	}'
}

# What Odoo holds, by external id: xid, name, ref, city, the parent's xid.
content() {
	local kind

	# Pages: 18,000 records are no single answer.
	for kind in partners names; do
		pages $kind >"$T/$kind" || return 1
	done
	awk -F '\t' 'NR == FNR {
			if (seen[$2]++)
				print "two external ids on record " $2
			xid[$2] = $1
			next
		}
		!($1 in xid) { print "a record without external id: " $0; next }
		{ print xid[$1] "\t" $2 "\t" $3 "\t" $4 "\t" xid[$5] }' \
		"$T/names" "$T/partners" | LC_ALL=C sort
}
pages() {
	local after=0 page

	while :; do
		if [ "$1" = names ]; then
			page=$(rpc ir.model.data search_read "[[[\"id\", \">\", $after],
				[\"module\", \"=\", \"sluice\"],
				[\"model\", \"=\", \"res.partner\"]],
				[\"name\", \"res_id\"], 0, 2000, \"id\"]") || return 1
			jq -r '.[] | [.name, .res_id] | @tsv' <<<"$page"
		else
			page=$(rpc res.partner search_read "[[[\"id\", \">\", $after],
				[\"ref\", \"=like\", \"_%\"]],
				[\"name\", \"ref\", \"city\", \"parent_id\"], 0, 2000, \"id\"]" \
				'{"context": {"active_test": false}}') || return 1
			jq -r '.[] | [.id, .name, .ref, .city,
				(.parent_id | if . then .[0] else "" end)] | @tsv' \
				<<<"$page"
		fi
		after=$(jq -r '.[-1].id // empty' <<<"$page")
		[ -n "$after" ] || return 0
	done
}

push() { # NAME VARIANT
	world "$2" >"$T/in"
	sluice-push --targets "$T/targets.yaml" --target e2e --state "$T/$1.db" \
		--summary "$T/summary" "$T/in" >"$T/out" 2>"$T/err"
}
outcomes() { jq -r 'select(.outcome) | .outcome' "$T/out" | sort | uniq -c |
	awk '{printf "%s%s %s", sep, $1, $2; sep = ", "}'; }
limit() { # IN_FLIGHT
	target_profile "$PROXY_URL"
	echo "  limits: {in_flight: $1}" >>"$T/targets.yaml"
}
# The most calls that were under way at a time, by the proxy's log.
most() {
	jq -r 'select(.rpc | tostring | endswith(".load")) |
		"\(.at_ms) 1\n\(.at_ms + .ms) -1"' "$T/proxy.log" | sort -n -k 1,1 -k 2,2 |
		awk '{n += $2; if (n > most) most = n} END {print most + 0}'
}

# run IN_FLIGHT: a fresh database, all records new, then some changed.
run() {
	target_start
	proxy_start
	limit "$1"
	push "$1" 0
	is "$1 in flight: all records go in" "$? $(tail -n 3 "$T/err")" '0 '
	is "$1 in flight: as new ones" "$(outcomes)" "$total created"
	most >"$T/most.$1"
	content >"$T/new.$1"
	push "$1" 1
	is "$1 in flight: changes go in" "$? $(tail -n 3 "$T/err")" '0 '
	outcomes >"$T/outcomes.$1"
	content >"$T/changed.$1"
	push "$1" 1
	is "$1 in flight: then there is nothing to do" "$(outcomes)" \
		"$total unchanged"
	rm -f "$T/$1.db"*
	push "$1" 1
	is "$1 in flight: nor without a state" "$(outcomes)" "$total unchanged"
	kill "$PROXY_PID"
	rm -f "$T/proxy.log"
	[ "$SLUICE_E2E" != sandbox ] || kill "$SANDBOX_PID"
}
run 1
run 4

# as_sent VARIANT: the same, as the stream has it.
as_sent() {
	world "$1" | jq -r '["partner." + .key, .fields.name, .key, .fields.city,
		(.fields.parent | if . then "partner." + . else "" end)] | @tsv' |
		LC_ALL=C sort
}
is 'one in flight is one at a time' "$(cat "$T/most.1")" 1
if [ "$(cat "$T/most.4")" -gt 1 ]; then
	pass 'four in flight are several at a time'
else
	fail 'four in flight are several at a time' "$(cat "$T/most.4")"
fi
for what in new:0 changed:1; do
	variant=${what#*:} what=${what%:*}
	as_sent "$variant" >"$T/sent"
	for n in 1 4; do
		is "$n in flight: Odoo holds what was sent ($what)" \
			"$(diff "$T/sent" "$T/$what.$n" | head -n 10)" ''
	done
	is "the same with one and four ($what)" \
		"$(cmp "$T/$what.1" "$T/$what.4" 2>&1)" ''
done
is 'the same changes' "$(cat "$T/outcomes.4")" "$(cat "$T/outcomes.1")"
done_testing
