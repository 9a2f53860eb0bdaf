#!/bin/bash
# sluice-push, records that are to be created only: one that is there stays as
# it is, and what it was not told is not taken for accepted.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"

[ "$SLUICE_E2E" = sandbox ] || skip_all 'for the sandbox'
target_start
target_profile "$ODOO_URL"
cd "$T" || exit 99

# partner KEY NAME CITY [OP]: push one, print the outcome.
partner() {
	jq -nc --arg k "$1" --arg n "$2" --arg c "$3" --arg o "${4:-upsert}" \
		'{entity: "partner", key: $k, op: $o, fields: {name: $n, city: $c}}' |
		sluice-push --targets targets.yaml -t e2e --state "$T/x.db" |
		jq -r 'select(.outcome) | .outcome'
}
# city NAME: where Odoo has it.
city() {
	rpc res.partner search_read "[[[\"name\", \"=\", \"$1\"]], [\"city\"]]" |
		jq -r '.[].city'
}

is "a new record is created" "$(partner Q n Graz)" created
is "one that is there is not created again" "$(partner Q n Linz create)" \
	skipped
is "nor touched" "$(city n)" Graz
is "what it was not told is news later on" "$(partner Q n Linz)" updated
is "and told" "$(city n)" Linz
is "then it is known" "$(partner Q n Linz)" unchanged

# The same where the state does not know the record.
rm -f x.db*
is "without a state it is found in Odoo" "$(partner Q n Wels create)" skipped
is "and not touched" "$(city n)" Linz
is "nor remembered as told" "$(partner Q n Wels)" updated
is "Odoo has it now" "$(city n)" Wels
is "a record to be created only is created" "$(partner R r Enns create)" created
is "and known by what it was told" "$(partner R r Enns)" unchanged
done_testing
