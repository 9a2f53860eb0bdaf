#!/bin/bash
# The public csv-spectrum suite: the rows of csvs/X.csv are json/X.json.
. "$SLUICE_SOURCE/tests/lib/tap.sh"

suite=${SLUICE_SHARED:-$SLUICE_SOURCE/../shared}/suites/csv-spectrum
[ -d "$suite/csvs" ] ||
	skip_all "no csv-spectrum in \$SLUICE_SHARED nor beside the sources"
command -v jq >/dev/null || skip_all "jq is not installed"

# The one row of location_coordinates.json stands without a list, and the
# number in it is not the one of the CSV file.
rows() { jq -c 'if type == "array" then .[] else . end' "$1"; }
known() { sed -E 's/("Contact Phone Number":")[0-9]+/\1/'; }

for csv in "$suite"/csvs/*.csv; do
	name=$(basename "$csv" .csv)
	is "$name" "$(sluice-extract "$csv" | jq -c '.raw // empty' | known)" \
		"$(rows "$suite/json/$name.json" | known)"
done
done_testing
