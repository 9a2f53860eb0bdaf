#!/bin/bash
# Several runs of sluice-push share the requests a minute, by priority.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"

[ "$SLUICE_E2E" = sandbox ] || skip_all 'for the sandbox'
cd "$T" || exit 99
export SLUICE_STATE=$T/state
target_start
target_profile "$ODOO_URL"
records() { # PREFIX N
	seq 1 "$2" | jq -c --arg p "$1" \
		'{entity: "partner", key: "\($p)\(.)", fields: {name: "n\(.)"}}'
}
push() { # NAME OPTION...: a state file each, or they would wait for it
	local name=$1

	shift
	sluice-push --targets targets.yaml -t e2e --state "$name.db" \
		--batch 1 --unbuffered --summary "$name.sum" "$@" "$name.jsonl" \
		>"$name.out" 2>"$name.err"
}
now_ms() { date +%s%3N; }

records B 30 >b1.jsonl
records C 30 >b2.jsonl
records U 3 >u.jsonl
echo '  limits: {requests_per_minute: 600}' >>targets.yaml

began=$(now_ms)
push b1 --priority bulk &
b1=$!
SLUICE_PRIORITY=bulk push b2 &
b2=$!
kill_at_end $b1
kill_at_end $b2
# Both are at it.
for _ in {1..100}; do
	[ "$(cat b1.out b2.out 2>/dev/null | wc -l)" -gt 3 ] && break
	sleep 0.05
done
then=$(now_ms)
ok 'an urgent one passes' push u --priority urgent
took=$(($(now_ms) - then))
ok 'while the first bulk run is at work' kill -0 $b1
ok 'and the second' kill -0 $b2
requests=$(jq .requests u.sum)
ok "it had the requests to itself ($requests in $took ms)" \
	[ "$took" -lt $((requests * 150 + 1500)) ]
wait $b1
is 'the first bulk run ends well' $? 0
wait $b2
is 'and the second' $? 0
took=$(($(now_ms) - began))
requests=$(jq -s 'map(.requests) | add' b1.sum b2.sum u.sum)
# 100 ms apart, but for the first.
ok "the limit holds for all three ($requests in $took ms)" \
	[ "$requests" -le $((took / 100 + 1)) ]
ok 'and is used' [ "$requests" -ge $((took / 150 - 5)) ]
is 'the file is for its owner' "$(stat -c %a state/e2e.gate)" 600
is 'all is there' "$(cat b1.out b2.out u.out |
	jq -r 'select(.outcome) | .outcome' | sort | uniq -c | tr -s ' ')" \
	' 63 created'

# Nothing to share: no file.
rm -rf state
sed -i /limits/d targets.yaml
ok 'without a limit' push u
ok 'there is no file' [ ! -e state/e2e.gate ]

# A file that cannot be used is said, and the limit holds for the run.
echo '  limits: {requests_per_minute: 6000}' >>targets.yaml
mkdir -p state/e2e.gate
ok 'with a folder in the place of the file' push u --full
like 'it is said' "$(cat u.err)" 'not shared with other processes'
rmdir state/e2e.gate
head -c 100 /dev/urandom >state/e2e.gate
ok 'a damaged file begins anew' push u --full

status 'a wrong word is a wrong option' 64 sluice-push --targets targets.yaml \
	-t e2e --priority soon u.jsonl
SLUICE_PRIORITY=soon status 'or variable' 64 sluice-push \
	--targets targets.yaml -t e2e u.jsonl
done_testing
