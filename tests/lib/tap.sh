# shellcheck shell=bash
# tap.sh - what every test script stands on: TAP lines and a folder of its own
#
#	. "$SLUICE_SOURCE/tests/lib/tap.sh"
#	plan 3                          # or done_testing at the end
#	is "what is shown" "$got" "$expected"
#	like "what is shown" "$got" 'extended regular expression'
#	ok "what is shown" command...   # the command's status decides
#	status "what is shown" 65 command...   # its exact exit status
#	skip_all "why"                  # the whole script does not apply
#
# $T is a temporary folder, removed when the script ends, with every process
# the script registered with `kill_at_end PID`.
set -u
: "${SLUICE_BUILD:?run through make check, or set SLUICE_BUILD}"
: "${SLUICE_SOURCE:?run through make check, or set SLUICE_SOURCE}"
PATH=$SLUICE_BUILD:$PATH
export SLUICE_BUILD SLUICE_SOURCE PATH

tap_n=0
tap_pids=()
T=$(mktemp -d "${TMPDIR:-/tmp}/sluice-test.XXXXXX") || exit 99

tap_end() {
	local p
	for p in "${tap_pids[@]+"${tap_pids[@]}"}"; do
		kill "$p" 2>/dev/null && wait "$p" 2>/dev/null
	done
	rm -rf "$T"
}
trap tap_end EXIT
trap 'exit 130' INT TERM HUP

kill_at_end() { tap_pids+=("$1"); }

plan() { echo "1..$1"; }
done_testing() { echo "1..$tap_n"; }
skip_all() { echo "1..0 # SKIP $*"; exit 0; }

pass() { tap_n=$((tap_n + 1)); echo "ok $tap_n - $1"; }
fail() {
	tap_n=$((tap_n + 1))
	echo "not ok $tap_n - $1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/# /'
}
skip() { tap_n=$((tap_n + 1)); echo "ok $tap_n - $1 # SKIP $2"; }

is() {
	if [ "$2" = "$3" ]; then pass "$1"; else
		fail "$1" "got:" "$2" "expected:" "$3"
	fi
}
like() {
	if grep -qE -- "$3" <<<"$2"; then pass "$1"; else
		fail "$1" "got:" "$2" "expected a match of: $3"
	fi
}
unlike() {
	if grep -qE -- "$3" <<<"$2"; then
		fail "$1" "got:" "$2" "expected no match of: $3"
	else pass "$1"; fi
}
ok() {
	local what=$1 rc
	shift
	"$@" >"$T/.out" 2>"$T/.err"
	rc=$?
	if [ $rc -eq 0 ]; then pass "$what"; else
		fail "$what" "exit $rc: $*" "$(tail -n 5 "$T/.err")"
	fi
}
# Standard output stays in $T/.out, standard error in $T/.err.
status() {
	local what=$1 want=$2 rc
	shift 2
	"$@" >"$T/.out" 2>"$T/.err"
	rc=$?
	if [ $rc -eq "$want" ]; then pass "$what"; else
		fail "$what" "exit $rc, expected $want: $*" \
			"$(tail -n 5 "$T/.err")"
	fi
}
