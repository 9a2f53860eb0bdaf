#!/bin/bash
# sluice-push as a user who may not: the run stops, nothing is rejected.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"

[ "$SLUICE_E2E" = sandbox ] || skip_all 'for the sandbox'
cd "$T" || exit 99
seq 1 30 | jq -c '{entity: "partner", key: "K\(.)", fields: {name: "n\(.)"}}' \
	>in.jsonl
sed 's/"name":"n/&ew /' in.jsonl >new.jsonl
push() {
	sluice-push --targets targets.yaml -t e2e --rejects rejects "$@"
}

for ODOO_RELEASE in 19 14; do
	rm -f rejects* ./*.db*
	target_start
	target_profile "$ODOO_URL"
	status "$ODOO_RELEASE: who may, pushes one" 0 \
		push --state x.db <<<"$(head -n 1 in.jsonl)"
	ODOO_LOGIN=$(jq -r .clerk_login sandbox.json)
	ODOO_KEY=$(jq -r .clerk_key sandbox.json)
	target_profile "$ODOO_URL"
	status "$ODOO_RELEASE: who may not create, is stopped" 77 \
		push --state y.db <in.jsonl
	like "the message names user, model and right" "$(cat .err)" \
		"$ODOO_LOGIN.*(create|write).*res\.partner"
	is "no record is rejected" "$(cat rejects 2>/dev/null)" ""
	status "$ODOO_RELEASE: who may not write, neither" 77 \
		push --state x.db <<<"$(head -n 1 new.jsonl)"
	like "the message names the right" "$(cat .err)" "write.*res\.partner"
	kill "$SANDBOX_PID"
done
done_testing
