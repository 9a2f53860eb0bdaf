#!/bin/bash
# bench.sh - CPU seconds and peak memory of the record path, beside its peers
#
# One run, one machine, the same reference file: ratios can be trusted, single
# figures are worth what the machine is worth that day.  BENCH_ROWS (1000000),
# BENCH_RUNS (3; the median is shown).  BENCH_DUCKDB names a folder in which
# `npm install @duckdb/node-api` was run; without it DuckDB is left out.
set -eu
: "${SLUICE_BUILD:?run through make bench}"
: "${SLUICE_SOURCE:?run through make bench}"
rows=${BENCH_ROWS:-1000000}
runs=${BENCH_RUNS:-3}
PATH=$SLUICE_BUILD:$SLUICE_BUILD/tests/bench:$PATH
SLUICE_PROFILES=$SLUICE_SOURCE/tests/bench/profiles
export SLUICE_PROFILES

command -v /usr/bin/time >/dev/null || {
	echo "bench: the package 'time' is not installed" >&2
	exit 71
}
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
cd "$T"

declare -A cpu mem wall
# measure NAME INPUT COMMAND...: the medians of CPU seconds and of seconds on
# the clock, the largest memory
measure() {
	local name=$1 input=$2 i
	shift 2
	: >figures
	for ((i = 0; i < runs; i++)); do
		/usr/bin/time -a -o figures -f '%U %S %M %e' "$@" <"$input" >out
	done
	cpu[$name]=$(awk '{print $1 + $2}' figures | median)
	wall[$name]=$(awk '{print $4}' figures | median)
	mem[$name]=$(awk '$3 > m {m = $3} END {printf "%.1f", m / 1024}' figures)
	printf '  %-34s %7.2f CPU s %7.2f s %8.1f MiB\n' "$name" \
		"${cpu[$name]}" "${wall[$name]}" "${mem[$name]}"
}
median() {
	sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'
}
ratio() { # ratio PEER OURS
	printf '  %-34s %7.1f times\n' "$1 / $2" \
		"$(awk -v a="${cpu[$1]}" -v b="${cpu[$2]}" \
			'BEGIN {print a / (b > 0 ? b : 0.01)}')"
}

have_duckdb=false
if [ -n "${BENCH_DUCKDB-}" ] && command -v node >/dev/null; then
	have_duckdb=true
fi
duckdb() { # duckdb NAME OURS SQL...
	local name="DuckDB, $1" ours=$2
	shift 2
	$have_duckdb || return 0
	measure "$name" /dev/null \
		node "$SLUICE_SOURCE/tests/bench/duckdb.cjs" "$@"
	ratio "$name" "$ours"
}

echo "codec"
bench_rec "$rows" | sed 's/^/  /'

gen_items "$rows" >items.csv
printf '\nreference file: %s rows, %s bytes\n' "$rows" "$(stat -c %s items.csv)"

echo "extract CSV to JSON lines"
measure extract items.csv sluice-extract --profile bench-items
cp out raw.jsonl
if command -v mlr >/dev/null; then
	measure "mlr --icsv --ojsonl cat" items.csv mlr --icsv --ojsonl cat
	ratio "mlr --icsv --ojsonl cat" extract
fi

duckdb "read_csv to JSON" extract "
	COPY (SELECT * FROM read_csv('items.csv', all_varchar = true))
	TO '/dev/stdout' (FORMAT json)"

echo "map, 10 columns to 6 fields with a table, a date, decimals"
measure map raw.jsonl sluice-map --profile bench-items
cp out canonical.jsonl
if command -v mlr >/dev/null; then
	# shellcheck disable=SC2016 # $ is Miller's
	measure "mlr put, the same fields" items.csv mlr --icsv --ojsonl put '
		begin { @uom = {"EA":"C62","ST":"C62","PCE":"C62","KG":"KGM",
			"M":"MTR","L":"LTR","SET":"SET"} }
		$* = {"sku": $ITEMNO, "name": strip($DESCR), "uom": @uom[$UOM],
			"list_price": sub($PRICE, ",", "."), "weight": $WEIGHT,
			"updated": strftime(strptime(string($UPDDATE), "%Y%m%d"),
				"%Y-%m-%d")}'
	ratio "mlr put, the same fields" map
fi
if command -v jq >/dev/null; then
	measure "jq -c . (no work at all)" raw.jsonl jq -c .
	ratio "jq -c . (no work at all)" map
fi

fields="ITEMNO AS sku, trim(DESCR) AS name,
	MAP {'EA': 'C62', 'ST': 'C62', 'PCE': 'C62', 'KG': 'KGM', 'M': 'MTR',
	'L': 'LTR', 'SET': 'SET'}[UOM] AS uom,
	CAST(replace(PRICE, ',', '.') AS DECIMAL(18,4)) AS list_price,
	CAST(WEIGHT AS DECIMAL(18,4)) AS weight,
	CAST(strptime(UPDDATE, '%Y%m%d') AS DATE) AS updated"
duckdb "the same fields, from CSV" map "
	COPY (SELECT $fields FROM read_csv('items.csv', all_varchar = true))
	TO '/dev/stdout' (FORMAT json)"
duckdb "the same fields, from raw JSON" map "
	COPY (WITH r AS (SELECT unnest(raw) FROM read_json('raw.jsonl',
		format = 'newline_delimited', columns = {raw: 'STRUCT(ITEMNO
		VARCHAR, DESCR VARCHAR, UOM VARCHAR, PRICE VARCHAR, WEIGHT
		VARCHAR, UPDDATE VARCHAR)'}))
		SELECT $fields FROM r WHERE ITEMNO IS NOT NULL)
	TO '/dev/stdout' (FORMAT json)"

echo "validate, a contract of ten rules"
measure validate canonical.jsonl sluice-validate
if command -v jq >/dev/null; then
	# shellcheck disable=SC2016 # $ is jq's
	measure "jq select, the same rules" canonical.jsonl jq -c '
		select(.fields == null or (.fields | (.sku | type == "string" and
		length >= 1 and length <= 40 and startswith("P-")) and
		(.name | type == "string" and length >= 1) and
		(.uom | IN("C62", "KGM", "MTR", "LTR", "SET")) and
		(.list_price == null or .list_price >= 0) and
		(.updated == null or (.updated |
			test("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))))'
	ratio "jq select, the same rules" validate
fi

duckdb "the same rules" validate "
	COPY (SELECT * FROM read_json('canonical.jsonl',
		format = 'newline_delimited', columns = {entity: 'VARCHAR',
		key: 'VARCHAR', op: 'VARCHAR', fields: 'STRUCT(sku VARCHAR,
		name VARCHAR, uom VARCHAR, list_price DECIMAL(18,4),
		weight DECIMAL(18,4), updated VARCHAR)', src: 'JSON'})
		WHERE starts_with(fields.sku, 'P-') AND
		length(fields.sku) BETWEEN 1 AND 40 AND
		length(fields.name) >= 1 AND
		fields.uom IN ('C62', 'KGM', 'MTR', 'LTR', 'SET') AND
		coalesce(fields.list_price >= 0, true) AND
		coalesce(try_strptime(fields.updated, '%Y-%m-%d') IS NOT NULL,
			true))
	TO '/dev/stdout' (FORMAT json)"

echo "the three together, extract | map | validate"
measure "sluice" items.csv sh -c 'sluice-extract --profile bench-items |
	sluice-map --profile bench-items | sluice-validate'

# wide N: a feed of N fields over N columns; chain N: one of N filters
wide() {
	mkdir -p scale/feeds
	{
		printf 'feed: wide\nread: {format: csv}\nmap:\n'
		printf '  - entity: product\n    key: C1\n    fields:\n'
		seq "$1" | sed 's/.*/      f&: C& | trim/'
	} >scale/feeds/wide.yaml
	awk -v n="$1" -v rows=$((rows / 20)) 'BEGIN {
		for (i = 1; i <= n; i++)
			r = r (i > 1 ? "," : "") "\"C" i "\":\" value " i " \""
		for (j = 0; j < rows; j++) print "{\"raw\":{" r "}}"
	}' >scale.jsonl
}
chain() {
	{
		printf 'feed: wide\nread: {format: csv}\nmap:\n'
		printf '  - entity: product\n    key: C1\n    fields:\n'
		printf '      f1: C1'
		seq "$1" | awk '{printf NR % 2 ? " | upper" : " | lower"}'
		echo
	} >scale/feeds/wide.yaml
}
scaling() { # scaling WHAT N...: microseconds a record, and for each of N
	local what=$1 n
	shift
	for n in "$@"; do
		"$what" "$n"
		measure "$what $n" scale.jsonl \
			sluice-map --profiles scale --profile wide
		awk -v c="${cpu[$what $n]}" -v r=$((rows / 20)) -v n="$n" 'BEGIN {
			printf "  %-34s %7.2f us a record, %.3f us for each\n",
				"", c / r * 1e6, c / r * 1e6 / n}'
	done
}
echo "map, a twentieth of the records: fields, filters in a chain"
scaling wide 25 50 100 200
wide 1
scaling chain 10 20 40 80

echo "push beside a server that costs nothing"
free_odoo >url &
trap 'kill %% 2>/dev/null; rm -rf "$T"' EXIT
while [ ! -s url ]; do sleep 0.05; done
(umask 077 && echo none >key)
cat >targets.yaml <<END
free:
  url: $(cat url)
  database: none
  login: none
  key: {file: $T/key}
END
runs=1
push=(sluice-push --targets targets.yaml --target free --state free.db)
measure "push, all new" canonical.jsonl "${push[@]}"
measure "push, nothing changed" canonical.jsonl "${push[@]}"
awk 'NR % 100 == 7 {sub(/"list_price":/, "&1")} {print}' canonical.jsonl \
	>changed.jsonl
measure "push, 1 % changed" changed.jsonl "${push[@]}"
