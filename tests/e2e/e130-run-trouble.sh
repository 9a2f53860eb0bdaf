#!/bin/bash
# Nights on which something is wrong: what is said, what stays in the inbox,
# what is never sent.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
. "$SLUICE_SOURCE/tests/lib/night.sh"
night_start

inbox() { (cd "$base/inbox" && find . -type f | LC_ALL=C sort | tr '\n' ' '); }
archived() { find "$base/archive" -type f 2>/dev/null | wc -l; }

# ---- the server is away ----------------------------------------------------------
kill "$PROXY_PID" && wait "$PROXY_PID" 2>/dev/null
deliver erp/GROUPS.csv
night
is 'no server: try again later' $rc 75
like 'one line says so' "$(cat "$T/night.err")" '^sluice-run: flow nightly: push: '
is 'no block: nobody is needed' "$(cat "$T/night.out")" ''
is 'the file stays' "$(inbox)" './erp/GROUPS.csv '
is 'nothing is archived' "$(archived)" 0
proxy_start
target_profile "$PROXY_URL"
night
is 'the server is back: two mistakes are told' $rc 1
is 'all groups are there' "$(held category)" 18
is 'the file is archived' "$(inbox)$(archived)" 1

# ---- a wrong key -------------------------------------------------------------------
key=wrong0key0wrong0key0wrong0key0wrong0key0
(umask 077 && echo $key >"$T/key")
deliver erp/UNITS.csv crm/suppliers.csv
sent_reset
night
like 'a wrong key: not allowed' "$rc" '^(77|69)$'
is 'the files stay' "$(inbox)" './crm/suppliers.csv ./erp/UNITS.csv '
is 'nothing is sent' "$(sent)" ''
unlike 'the key is in no output' "$(cat "$T"/night.*; grep -r . "$base/work" "$T/state")" \
	$key
like 'the block says what stopped it' "$(cat "$T/night.out")" '^stopped: push: '
target_profile "$PROXY_URL"

# ---- the lock ---------------------------------------------------------------------
exec 9>>"$base/work/nightly/lock"
flock 9
night
is 'another run: try again later' $rc 75
like 'and which' "$(cat "$T/night.err")" 'work/nightly/lock is held by another run'
exec 9>&-
night
is 'the lock is free again' $rc 1
is 'suppliers are there' "$(held partner)" 11

# ---- damaged files -----------------------------------------------------------------
sent_reset
for cut in 200 700 2500 5000; do
	head -c $cut "$SLUICE_SOURCE/samples/company/erp/ITEMS.csv" \
		>"$base/inbox/erp/ITEMS.csv"
	night
	is "items cut at $cut bytes: damaged" $rc 65
done
like 'the block says so' "$(cat "$T/night.out")" 'erp/ITEMS.csv .*not done, stays'
deliver crm/customers.txt wms/STOCK_PL1.csv.gz wms/STOCK_PL2.csv.gz
truncate -s 200 "$base/inbox/wms/STOCK_PL1.csv.gz"
night
is 'still damaged, and others go on' $rc 65
is 'items stay, and stock that needs them' "$(inbox)" \
	'./erp/ITEMS.csv ./wms/STOCK_PL1.csv.gz ./wms/STOCK_PL2.csv.gz '
like 'the block says what waits' "$(cat "$T/night.out")" \
	'wms/STOCK_PL1.csv.gz *waits for erp-items'
is 'customers are there' "$(held partner)" 33
is 'no item was sent' "$(held product)" 0
night --only wms-stock
is 'a cut gzip member: damaged' $rc 65
like 'the later file of the feed waits' "$(cat "$T/night.out")" \
	'wms/STOCK_PL2.csv.gz *waits for wms-stock'
rm "$base"/inbox/wms/*
# A row is missing, and the last row knows it.
deliver erp/ITEMS.csv
LC_ALL=C sed -i '/^KH-20/d' "$base/inbox/erp/ITEMS.csv"
night
is 'a row too few: damaged' $rc 65
is 'no item was sent' "$(held product)" 0
rm "$base"/inbox/erp/*

# ---- too many rejects ----------------------------------------------------------------
deliver erp/ITEMS.csv
night --max-rejects 3
is 'more rejects than allowed' $rc 1
is 'nothing of the file was sent' "$(held product)" 0
is 'it stays' "$(inbox)" './erp/ITEMS.csv '
like 'the block says how many' "$(cat "$T/night.out")" 'max-?_?rejects'

# ---- rehearsal -------------------------------------------------------------------------
night --dry-run
is 'a dry run' $rc 1
like 'says that nothing was changed' "$(cat "$T/night.out")" 'nothing was changed'
is 'and changes nothing' "$(held product) $(inbox)" '0 ./erp/ITEMS.csv '
is 'nor is anything sent' "$(sent | grep -v res.partner)" ''

# ---- the run is killed ------------------------------------------------------------------
deliver erp/GROUPS.csv erp/UNITS.csv
for step in $(seq 1 40); do
	SLUICE_RUN_CRASH_AT=$step night --again --only erp-groups --only erp-items
	[ $rc -eq 137 ] || break
	rm -f "$T/state/lock"
done
if [ "$step" -gt 6 ]; then pass "killed at $((step - 1)) steps"; else
	fail "killed at $((step - 1)) steps only" "$(cat "$T"/night.*)"
fi
night --only erp-groups --only erp-items
is 'then there is nothing left to do' "$rc$(cat "$T/night.out")" 0
is 'the files are out of the inbox' "$(inbox)" './erp/UNITS.csv '
is 'every product once' "$(held product) $(count product.product \
	'[["default_code", "!=", false]]')" '38 38'
is 'no spool is left' "$(find "$base/work" -name '*.spool' -o -name '*.all')" ''
is 'what was archived is whole' "$(gzip -t "$base"/archive/*/*.gz 2>&1)" ''

# What a killed run had to tell, the next one tells.
deliver erp/GROUPS.csv
for step in $(seq 1 40); do
	SLUICE_RUN_CRASH_AT=$step night --again --only erp-groups
	[ -e "$base/inbox/erp/GROUPS.csv" ] || break
done
is 'killed after the file left the inbox' $rc 137
night --only erp-groups
is 'the next run has something to tell' $rc 1
like 'namely that' "$(cat "$T/night.out")" \
	'^erp-groups, erp/GROUPS.csv, in run .*, which was interrupted'
night --only erp-groups
is 'once' "$rc$(cat "$T/night.out")" 0

# ---- profiles --------------------------------------------------------------------------
cp -R "$SLUICE_SOURCE/profiles" "$T/profiles" && chmod -R u+w "$T/profiles"
sed -i 's/delimiter:/delimeter:/' "$T/profiles/feeds/erp-units.yaml"
night --again --profiles "$T/profiles"
is 'a misspelt key in a feed' $rc 78
like 'file, line, column and the right word' "$(cat "$T/night.out")" \
	'erp-units\.yaml:[0-9]+:[0-9]+: .*delimeter.*delimiter'
is 'the file stays' "$(inbox)" './erp/UNITS.csv '
sed -i 's/^reconcile:/reconsile:/' "$T/profiles/flows/nightly.yaml"
night --profiles "$T/profiles"
is 'a misspelt key in the flow' $rc 78
like 'file, line, column and the right word' "$(cat "$T/night.err")" \
	'nightly\.yaml:[0-9]+:1: .*reconsile.*reconcile'

# ---- streams cut short -----------------------------------------------------------------
items=$SLUICE_SOURCE/samples/company/erp/ITEMS.csv
push=(sluice-push --targets "$T/targets.yaml" --target e2e --state "$T/cut.db")
sluice-extract -q --profile erp-items "$items" 2>/dev/null | head -n 5 |
	sluice-map --profile erp-items >"$T/cut" 2>"$T/err"
is 'a stream cut before map' "${PIPESTATUS[2]}" 65
like 'is said to be' "$(cat "$T/err")" 'cut short'
sluice-validate "$T/cut" >"$T/cut2" 2>"$T/err"
is 'map wrote no end line, and validate knows' $? 65
"${push[@]}" "$T/cut2" >"$T/out" 2>"$T/err"
is 'nor did validate, and push knows' $? 65
done_testing
