#!/bin/bash
# Every line of README and of the manual pages' EXAMPLES that begins with "$ "
# runs, with the sample company's files at hand.  Exit status 1 is well: the
# samples hold mistakes on purpose.
. "$SLUICE_SOURCE/tests/lib/tap.sh"

command -v jq >/dev/null || skip_all "jq is not installed"
XDG_STATE_HOME=$T/state
export XDG_STATE_HOME
n=0

# One folder a document, so that its examples can build on each other.
run_examples() { # DOCUMENT, commands on standard input
	local document=$1 command rc
	mkdir -p "$T/$document"
	cp "$SLUICE_SOURCE"/samples/company/*/* "$T/$document"
	chmod -R u+w "$T/$document"
	while IFS= read -r command; do
		n=$((n + 1))
		(cd "$T/$document" && bash -o pipefail -c "$command") \
			>"$T/out" 2>"$T/err" </dev/null
		rc=$?
		# A shell's own complaint is no reject.
		if [ $rc -eq 0 ] || { [ $rc -eq 1 ] &&
			grep -q '^sluice-' "$T/err" &&
			! grep -q '^bash: ' "$T/err"; }; then
			pass "$document: $command"
		else
			fail "$document: $command" "exit $rc" "$(tail -3 "$T/err")"
		fi
	done
}

run_examples README < <(sed -n 's/^ *\$ //p' "$SLUICE_SOURCE/README")
for page in "$SLUICE_SOURCE"/man/*.[157]; do
	run_examples "$(basename "$page")" < <(
		sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$page" |
			sed -n 's/^\(\.Dl \)\{0,1\}\$ //p' |
			sed 's/\\e/\\/g; s/\\-/-/g; s/\\(aq/'"'"'/g; s/\\(dq/"/g')
done
[ $n -gt 0 ] || fail "there are examples at all"
done_testing
