#!/bin/bash
# cases.sh - every case folder tests/map/WHAT-IS-SHOWN
#
#	feed.yaml        the feed; its tables are in tests/map/tables
#	args             further arguments, as a shell would be given them
#	input.jsonl      standard input
#	expect.jsonl     standard output
#	expect.err       standard error, where there is any
#	expect.status    the exit status, where it is not 0
#	expect.rejects   where it is there: what --rejects writes
#
# UPDATE=1 (make update-expect-map) writes the expectations: read the
# difference.  CASE=fan-out runs one.
. "$SLUICE_SOURCE/tests/lib/tap.sh"

run_case() { # FOLDER: into $T/jsonl, err, status, rejects
	local args=() rejects=() word input=/dev/null

	rm -f "$T/rejects"
	[ ! -e "$1/args" ] || while IFS= read -r -d '' word; do
		args+=("$word")
	done < <(xargs -0 -a "$1/args" bash -c \
		'eval "set -- $0"; [ $# -eq 0 ] || printf "%s\0" "$@"')
	[ ! -e "$1/input.jsonl" ] || input=$1/input.jsonl
	[ ! -e "$1/expect.rejects" ] || rejects=(--rejects "$T/rejects")
	(cd "$1" && SLUICE_RUN=case SLUICE_NOW=2024-01-31T12:00:00Z \
		sluice-map --profile ./feed.yaml "${args[@]}" "${rejects[@]}") \
		<"$input" >"$T/jsonl" 2>"$T/err"
	echo $? >"$T/status"
}

update() { # FOLDER
	local part

	for part in jsonl err status rejects; do
		rm -f "$1/expect.$part"
		[ -e "$T/$part" ] && cp "$T/$part" "$1/expect.$part"
	done
	[ -s "$1/expect.err" ] || rm -f "$1/expect.err"
	[ "$(cat "$1/expect.status")" != 0 ] || rm -f "$1/expect.status"
}

expected() { # FOLDER PART
	case $2 in
	status) cat "$1/expect.status" 2>/dev/null || echo 0 ;;
	*) cat "$1/expect.$2" 2>/dev/null ;;
	esac
}

for folder in "$SLUICE_SOURCE"/tests/map/*/; do
	folder=${folder%/}
	name=${folder#"$SLUICE_SOURCE/tests/map/"}
	[ "$name" != tables ] || continue
	[ "${CASE:-$name}" = "$name" ] || continue
	run_case "$folder"
	[ -z "${UPDATE:-}" ] || update "$folder"
	difference=
	for part in status err rejects jsonl; do
		[ -e "$T/$part" ] || continue
		difference+=$(diff -u --label "$part expected" \
			--label "$part got" <(expected "$folder" "$part") \
			"$T/$part" | head -n 20)
	done
	if [ -z "$difference" ]; then pass "$name"; else
		fail "$name" "$difference"
	fi
done
done_testing
