#!/bin/bash
# The whole feeds in sluice-profile(5) do what their examples say.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
mkdir -p "$T/profiles/tables"
export SLUICE_PROFILES=$T/profiles

# A feed begins with "feed:" and ends with the literal text.
page=$SLUICE_SOURCE/man/sluice-profile.5
printf 'code,value\nST,C62\nEA,C62\n' >"$T/profiles/tables/uom-codes.csv"
sed -e "s/\\\\(aq/'/g" -e 's/\\e/\\/g' "$page" |
	awk -v to="$T/feed" '
	/^feed: / { n++; on = 1 }
	/^\.Ed/ { on = 0 }
	on { print > (to n ".yaml") }'
n=0
for feed in "$T"/feed*.yaml; do
	grep -q '^examples:' "$feed" || continue
	n=$((n + 1))
	name=$(sed -n 's/^feed: //p' "$feed")
	is "$name" "$(sluice-map --check "$feed" 2>&1)" \
		"$name: $(grep -c '^  - {*raw:' "$feed") examples, 0 failed"
done
ok "there are such feeds" [ "$n" -ge 2 ]
done_testing
