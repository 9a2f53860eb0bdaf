#!/bin/bash
# A record that the server cannot bear (a worker dies of its limits each time
# it is sent) is found and rejected; all others go in, and the run ends.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
proxy_start 'drop-before@*.load~Heavy'
target_profile "$PROXY_URL"

for i in {1..40}; do
	name=Light
	[ "$i" -ne 23 ] || name=Heavy
	echo "{\"entity\":\"category\",\"key\":\"HV-$i\",\"fields\":{\"name\":\"$name $i\"},\"src\":{\"file\":\"c.csv\",\"row\":$i}}"
done >"$T/in"
timeout 300 sluice-push --targets "$T/targets.yaml" --target e2e \
	--state "$T/s.db" --rejects "$T/rejects" "$T/in" >"$T/out" 2>"$T/err"
is 'some rejected' $? 1
is 'the others are in' "$(grep -c '"outcome":"created"' "$T/out")" 39
is 'in Odoo, too' \
	"$(count product.category '[["name", "=like", "Light%"]]')" 39
is 'the heavy one is not' \
	"$(count product.category '[["name", "=like", "Heavy%"]]')" 0
is 'and is named' "$(jq -r '[.code, .src.row] | join(" ")' "$T/rejects")" \
	'odoo-lost 23'

# The next night it is tried again, alone, and nothing else is sent.
: >"$T/proxy.log"
timeout 300 sluice-push --targets "$T/targets.yaml" --target e2e \
	--state "$T/s.db" --rejects "$T/rejects" "$T/in" >"$T/out" 2>"$T/err"
is 'the next night: the same reject' \
	"$? $(grep -c '"outcome":"unchanged"' "$T/out")" '1 39'
is 'the next night: nothing else is sent' \
	"$(jq -r 'select(.rpc == "product.category.load") | .rows' "$T/proxy.log" |
		sort -u)" 1
done_testing
