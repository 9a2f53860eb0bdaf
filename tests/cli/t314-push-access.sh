#!/bin/bash
# sluice-push --check-access: what a user lacks, asked beforehand.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"

cd "$T" || exit 99
# as WHO [ENTITY...]: WHO is PLANNER, CLERK or nothing, the loader.
as() {
	local who=${1:+_$1} login key

	login=ODOO${who}_LOGIN key=ODOO${who}_KEY
	(
		ODOO_LOGIN=${!login} ODOO_KEY=${!key}
		target_profile "$ODOO_URL"
	)
	shift
	status "${who:-loader}: $want" "$want" sluice-push \
		--targets targets.yaml -t e2e --check-access "$@"
}
# The groups that have right $2 on the model of entity $1.
groups() {
	jq -r --arg e "$1" --arg r "$2" 'select(.entity == $e) | .missing[] |
		select(.right == $r) | .groups | sort | join(", ")' .out
}

for ODOO_RELEASE in 19 14; do
	[ "$SLUICE_E2E" = sandbox ] || [ "$SLUICE_E2E" = "$ODOO_RELEASE" ] ||
		continue
	target_start
	if [ "$SLUICE_E2E" = sandbox ]; then
		for who in planner clerk; do
			declare "ODOO_${who^^}_LOGIN=$(jq -r ".${who}_login" sandbox.json)"
			declare "ODOO_${who^^}_KEY=$(jq -r ".${who}_key" sandbox.json)"
		done
	fi
	want=0 as ''
	is "$ODOO_RELEASE: all entities are asked for, and the external ids" \
		"$(jq -r '.entity // .model' .out | sort | tr '\n' ' ')" \
		'category ir.model.data location lot partner product stock_balance uom warehouse '
	is "none lacks anything" "$(jq -c .missing .out | sort -u)" '[]'
	is "the error channel is silent" "$(cat .err)" ''

	# Without Access Rights 19 keeps the external ids to itself.
	if [ "$ODOO_RELEASE" = 19 ]; then
		want=77 as PLANNER
		is "the planner lacks the external ids alone" \
			"$(jq -r 'select(.missing != []) | .model' .out)" \
			ir.model.data
		like "and is told what works without" \
			"$(jq -r .hint .out)" 'known by their database ids'
	else
		want=0 as PLANNER
	fi

	want=77 as CLERK partner lot stock_balance
	is "$ODOO_RELEASE: of those named" \
		"$(jq -r '.entity // "-"' .out | tr '\n' ' ')" \
		'partner lot stock_balance - '
	is "the clerk may read partners, no more" \
		"$(jq -c 'select(.entity == "partner") | [.read, .create, .write]' .out)" \
		'[true,false,false]'
	like "the groups that may are named" "$(groups partner create)" \
		'Contact.Creation'
	like "of the model of this release" \
		"$(jq -r 'select(.entity == "lot") | .model' .out)" \
		'^stock\.(production\.)?lot$'
	like "the error names the user" "$(cat .err)" 'clerk lacks [0-9]+ of'

	want=78 as '' nosuch
	like "an entity without a binding is an error" "$(cat .err)" "'nosuch'"
	[ "$SLUICE_E2E" != sandbox ] || kill "$SANDBOX_PID"
done
done_testing
