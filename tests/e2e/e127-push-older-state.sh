#!/bin/bash
# A state file that is restored from a copy, or lost: what Odoo holds is read
# back, and only what differs is sent.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
proxy_start 'delay=0@none.none'
target_profile "$PROXY_URL"

items() {
	for i in {1..30}; do
		echo "{\"entity\":\"category\",\"key\":\"OS-$i\",\"fields\":{\"name\":\"$1 $i\"}}"
	done
}
push() {
	timeout 300 sluice-push --targets "$T/targets.yaml" --target e2e \
		--state "$T/s.db" "$T/in" >"$T/out" 2>"$T/err"
}
outcomes() { jq -r .outcome "$T/out" | sort | uniq -c | awk '{print $2, $1}'; }
loads() { jq -r 'select(.rpc == "product.category.load") | .rows' "$T/proxy.log" |
		awk '{n += $1} END {if (NR) print n}'; }
holds() { count product.category "[[\"name\", \"=like\", \"$1 %\"]]"; }

items Old >"$T/in"
push
is 'new' "$? $(outcomes)" '0 created 30'
cp "$T/s.db" "$T/copy.db"
items New >"$T/in"
push
is 'changed' "$? $(outcomes)" '0 updated 30'

cp "$T/copy.db" "$T/s.db"
rm -f "$T/s.db-wal" "$T/s.db-shm"
: >"$T/proxy.log"
push
is 'with the older state: Odoo has it already' "$? $(outcomes)" \
	'0 unchanged 30'
is 'and nothing is sent' "$(loads)" ''

cp "$T/copy.db" "$T/s.db"
rm -f "$T/s.db-wal" "$T/s.db-shm"
items Old >"$T/in"
push
is 'the file as the older state knows it: it was changed since' \
	"$? $(outcomes)" '0 updated 30'
is 'and Odoo holds what the file says' "$(holds Old) $(holds New)" '30 0'

rm -f "$T/s.db"*
: >"$T/proxy.log"
push
is 'without a state' "$? $(outcomes)" '0 unchanged 30'
is 'nothing is sent, either' "$(loads)" ''
sed -i '7s/Old/Newer/' "$T/in"
rm -f "$T/s.db"*
: >"$T/proxy.log"
push
is 'without a state, one differs' "$? $(outcomes)" '0 unchanged 29
updated 1'
is 'one is sent' "$(loads)" 1
done_testing
