#!/bin/bash
# A full snapshot: what it does not have any more is archived, but only where
# it is whole, and never more of it than on a normal day.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
proxy_start 'delay=0@none.none'
target_profile "$PROXY_URL"
mkdir -p "$T/profiles/odoo/base"
for e in depot store; do
	cat >"$T/profiles/odoo/base/$e.yaml" <<-END
		entity: $e
		model: res.partner
		per_site: $([ $e = store ] && echo true || echo false)
		fields: {name: name}
	END
done

# snapshot REJECTS KEY...: a framed stream of depots
snapshot() {
	local rejects=$1 k
	shift
	echo '{"sluice":1,"stage":"validate","run":"r","feed":"depots"}'
	for k in "$@"; do
		echo "{\"entity\":\"depot\",\"key\":\"D$k\",\"fields\":{\"name\":\"Depot $k\"}}"
	done
	echo "{\"sluice\":1,\"end\":true,\"records\":$#,\"rejects\":$rejects}"
}
push() {
	: >"$T/proxy.log"
	timeout 300 sluice-push --targets "$T/targets.yaml" --target e2e --profiles "$T/profiles" \
		--state "$T/s.db" --summary "$T/sum" "$@" "$T/in" >"$T/out" 2>"$T/err"
}
outcomes() { grep '"outcome"' "$T/out" | jq -r .outcome | sort | uniq -c | awk '{print $2, $1}' | paste -sd, -; }
loads() { grep -c '"rpc":"res.partner.load"' "$T/proxy.log"; }
active() { rpc res.partner search_count "[[[\"name\", \"=like\", \"$1 %\"], [\"active\", \"=\", true]]]"; }

snapshot 0 {1..20} >"$T/in"
push --snapshot
is 'a first load has no limit' "$? $(outcomes)" '0 created 20'

snapshot 0 {1..19} >"$T/in"
push --snapshot --dry-run
is 'dry run: one is absent' "$? $(outcomes) $(loads)" '0 archived 1,unchanged 19 0'
push --snapshot
is 'one is absent' "$? $(outcomes)" '0 archived 1,unchanged 19'
is 'its receipt says why' \
	"$(jq -c 'select(.outcome == "archived") | [.key, .src]' "$T/out")" \
	'["D20",{"feed":"depots","absent":true}]'
is 'the ledger adds up' "$(jq -c '[.in, .released, .out, .absent]' "$T/sum")" '[19,1,20,1]'
is 'it is archived in Odoo' "$(active Depot) $(count res.partner '[["name", "=like", "Depot %"]]')" '19 20'
push --snapshot
is 'the next night: nothing' "$? $(outcomes) $(loads)" '0 unchanged 19 0'

snapshot 0 {1..20} >"$T/in"
push --snapshot
is 'it is there again' "$? $(outcomes) $(active Depot)" '0 unchanged 19,updated 1 20'

snapshot 0 {1..10} >"$T/in"
push --snapshot
is 'half is missing: that is no normal day' "$? $(loads)" '1 0'
like 'and is said' "$(cat "$T/err")" 'depot: 10 would be archived, of 20 known.*nothing was sent'
is 'Odoo has them all' "$(active Depot)" 20
snapshot 1 {1..19} >"$T/in"
push --snapshot
is 'a row was rejected before: nothing is archived' "$? $(outcomes) $(loads)" '1 unchanged 19 0'
like 'and is said' "$(cat "$T/err")" '1 records of the snapshot were rejected'
snapshot 0 {1..19} | sed '$s/"rejects":0/"rejects":0,"earlier":2/' >"$T/in"
push --snapshot
is 'two stages before, too' "$? $(loads)" '1 0'
snapshot 0 {1..19} | sed '$d' >"$T/in"
push --snapshot
is 'cut short: nothing is archived' "$? $(active Depot)" '65 20'
snapshot 0 {1..19} | sed '1d;$d' >"$T/in"
push --snapshot
is 'not framed: refused' "$? $(loads) $(active Depot)" '65 0 20'
snapshot 0 {1..10} >"$T/in"
push --snapshot --allow-filtered
is 'a filtered stream is no snapshot' $? 64
push --snapshot --max-change 50%
is 'half, when that was meant' "$? $(outcomes) $(active Depot)" '0 archived 10,unchanged 10 10'

snapshot 0 {1..40} >"$T/in"
push --max-change 50%
is 'twenty new ones, of twenty known' "$? $(loads)" '1 0'
like 'and is said' "$(cat "$T/err")" '20 would be created, of 20 known'
push --max-change 100%
is 'allowed' "$? $(outcomes)" '0 created 20,unchanged 10,updated 10'

for s in A B; do
	for k in 1 2 3; do
		echo "{\"entity\":\"store\",\"key\":\"$k\",\"site\":\"$s\",\"fields\":{\"name\":\"Store $s$k\"}}"
	done
done >"$T/stores"
frame() { echo '{"sluice":1,"stage":"map","run":"r"}'; cat; echo "{\"sluice\":1,\"end\":true,\"records\":$1,\"rejects\":0}"; }
frame 6 <"$T/stores" >"$T/in"
push --snapshot
grep '"A"' "$T/stores" | head -n 2 | frame 2 >"$T/in"
push --snapshot --max-change 50%
is 'a snapshot of one site says nothing of others' \
	"$? $(outcomes) $(active Store)" '0 archived 1,unchanged 2 5'
done_testing
