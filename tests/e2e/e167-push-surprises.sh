#!/bin/bash
# Things done in Odoo behind our back, and plans that are not to cry wolf.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
target_profile "$ODOO_URL"

push() {
	timeout 300 sluice-push --targets "$T/targets.yaml" --target e2e \
		--state "$T/s.db" --rejects "$T/rejects" "$@" "$T/in" >"$T/out" 2>"$T/err"
}
outcomes() { jq -r '"\(.key) \(.outcome)"' "$T/out" | sort | paste -sd, -; }
partner() { echo "{\"entity\":\"partner\",\"key\":\"$1\",\"fields\":{\"name\":\"$1 $2\"${3:+,\"parent\":\"$3\"}}}"; }

# A parent that somebody removed in Odoo.
partner SU-A one >"$T/in"
push
is 'a parent' "$? $(outcomes)" '0 SU-A created'
id=$(jq .id "$T/out")
rpc res.partner unlink "[[$id]]" >/dev/null
partner SU-B one SU-A >>"$T/in"
push
is 'it was removed in Odoo: its child is rejected' "$? $(jq -r .code "$T/rejects")" \
	'1 odoo-missing-reference'
push
is 'the next run makes both' "$? $(outcomes)" '0 SU-A created,SU-B created'

# A state restored from a copy, of a model with many fields.
partner SU-C old >"$T/in"
push
cp "$T/s.db" "$T/copy.db"
partner SU-C new >"$T/in"
push
cp "$T/copy.db" "$T/s.db"
rm -f "$T/s.db-wal" "$T/s.db-shm"
partner SU-C old >"$T/in"
push
is 'an older state is noticed' "$? $(outcomes) $(cat "$T/err")" '0 SU-C updated '

# A record that stands for one of Odoo's own.
echo '{"entity":"uom","key":"KGM","op":"archive"}' >"$T/in"
push
is 'a unit of Odoo is not archived' "$? $(jq -r .code "$T/rejects")" '1 unsupported-op'

# Below a warehouse that is there.
cat >"$T/in" <<-'END'
	{"entity":"warehouse","key":"SU","fields":{"code":"SU","name":"Surprise"}}
	{"entity":"location","key":"A","site":"S","fields":{"name":"Aisle","warehouse":"SU","usage":"internal"}}
END
push
is 'a warehouse and a place in it' "$? $(outcomes)" '0 A created,SU created'
push --dry-run
is 'the plan of an unchanged night is empty' "$? $(outcomes)" '0 A unchanged,SU unchanged'
push --dry-run --verify
is 'also where Odoo is asked' "$? $(outcomes)" '0 A unchanged,SU unchanged'

# Nobody reads the receipts.
for i in {1..3000}; do partner "SU-$i" "x"; done >"$T/in"
(
	sluice-push --targets "$T/targets.yaml" --target e2e --state "$T/n.db" \
		--unbuffered --batch 50 "$T/in" 2>"$T/err"
	echo $? >"$T/rc"
) | head -n 1 >"$T/out"
is 'a closed pipe: 74' "$(cat "$T/rc")" 74
n=$(count res.partner '[["ref", "=like", "SU-%"]]')
ok 'it stops soon' test "$n" -lt 2000
done_testing
