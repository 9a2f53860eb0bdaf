#!/bin/bash
# A flow whose files are full snapshots: what has gone is archived, and a file
# that lacks too much is left where it is.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
target_profile "$ODOO_URL"
export SLUICE_STATE=$T/state
mkdir -m 700 "$SLUICE_STATE"
mkdir -p "$T/p/feeds" "$T/p/flows" "$T/p/odoo/base" "$T/p/contracts" "$T/base/inbox"
cat >"$T/p/feeds/depots.yaml" <<'END'
feed: depots
version: 1
read: {format: csv, header: true}
map:
  - {entity: depot, key: NO, fields: {name: NAME | trim}}
END
echo 'type: object' >"$T/p/contracts/depot-1.yaml"
cat >"$T/p/odoo/base/depot.yaml" <<'END'
entity: depot
model: res.partner
fields: {name: name}
END
cat >"$T/p/flows/depots.yaml" <<'END'
flow: depots
inbox: inbox
archive: archive
work: work
max_change: 10%
feeds:
  - {feed: depots, files: "DEPOTS*.csv", snapshot: true}
END
deliver() { # NAME FROM TO
	echo 'NO,NAME'
	for ((i = $2; i <= $3; i++)); do echo "S$i,Shed $i"; done
}
run() {
	sluice-run --profiles "$T/p" --targets "$T/targets.yaml" --target e2e \
		--base "$T/base" depots >"$T/out" 2>"$T/err"
}
active() { rpc res.partner search_count '[[["name", "=like", "Shed %"], ["active", "=", true]]]'; }

deliver x 1 20 >"$T/base/inbox/DEPOTS1.csv"
run
is 'the first' "$? $(active) $(ls "$T/base/inbox")" '0 20 '
deliver x 1 19 >"$T/base/inbox/DEPOTS2.csv"
run
is 'one has gone' "$? $(active) $(ls "$T/base/inbox")" '0 19 '
deliver x 1 9 >"$T/base/inbox/DEPOTS3.csv"
run
is 'half has gone: the file is left' "$? $(active) $(ls "$T/base/inbox")" '1 19 DEPOTS3.csv'
like 'and a person is told' "$(cat "$T/out" "$T/err")" '10 would be archived, of 20 known'
sed 's/max_change: 10%/max_change: 60/' -i "$T/p/flows/depots.yaml"
run
is 'a share has its sign' $? 78
sed 's/max_change: 60/max_change: 60%/' -i "$T/p/flows/depots.yaml"
run
is 'it was meant' "$? $(active) $(ls "$T/base/inbox")" '0 9 '
done_testing
