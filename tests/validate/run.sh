#!/bin/bash
# Every folder here is a case, run inside it:
#	args           words behind sluice-validate (default: --contracts
#	               contracts input.jsonl)
#	input.jsonl    and whatever else the words name
#	expect.jsonl   standard output
#	expect.rejects the rejects file
#	expect.err     standard error
#	expect.status  exit status
# An expectation that is not there is an empty output, and status 0.
# UPDATE_EXPECT=1 writes them; read the difference before it is committed.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
export SLUICE_RUN=test SLUICE_NOW=2024-01-31T12:00:00Z TMPDIR="$T"

keep() { # keep FILE EXPECTATION
	if [ -s "$1" ]; then cp "$1" "$2"; else rm -f "$2"; fi
}
for dir in "$SLUICE_SOURCE"/tests/validate/*/; do
	name=$(basename "$dir")
	cd "$dir" || exit 99
	words=(--contracts contracts input.jsonl)
	[ ! -e args ] || read -r -a words <args
	rm -f "$T/rejects"
	sluice-validate --rejects "$T/rejects" "${words[@]}" \
		>"$T/out" 2>"$T/err" </dev/null
	echo $? >"$T/status"
	if [ -n "${UPDATE_EXPECT-}" ]; then
		keep "$T/out" expect.jsonl
		keep "$T/rejects" expect.rejects
		keep "$T/err" expect.err
		cp "$T/status" expect.status
	fi
	difference=
	for pair in out:expect.jsonl rejects:expect.rejects err:expect.err \
		status:expect.status; do
		want=${pair#*:}
		[ -e "$want" ] || want=/dev/null
		[ -e "$T/${pair%%:*}" ] || : >"$T/${pair%%:*}"
		difference+=$(diff -u "$want" "$T/${pair%%:*}")
	done
	is "$name" "$difference" ''
done
done_testing
