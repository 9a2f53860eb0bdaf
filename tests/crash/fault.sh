#!/bin/bash
# The server, or the way to it, fails in the middle of a run: nothing is
# doubled, nothing missing, and the exit status says whether all is done.
#
# $FAULT_KINDS: what goes wrong.  $FAULT_PLACES: first middle last of all
# requests; load1 loadm loadn of the loads; adopt, count: of those alone.
# $FAULT_EVERY: not each of their pairs but every so many.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
. "$SLUICE_SOURCE/tests/crash/world.sh"
: "${FAULT_KINDS:=drop-before refuse=0.5 cut-request drop-after reset-after
	cut-status cut-head cut-body cut-last 408 429-bare 429=1 500 502 503 503=1
	504 408-after 502-after 503-after 504-after html html-after delay=2 late=2}"
: "${FAULT_PLACES:=first middle last load1 loadm loadn adopt count}"
: "${FAULT_SERVER:=die-before die-after serialization restart=0.5}"
: "${FAULT_EVERY:=1}" "${FAULT_JOBS:=5}"
[ -n "${WORLD_LIMITS:-}" ] || WORLD_LIMITS='{in_flight: 2, timeout_s: 1}'
data=()
[ "$SLUICE_E2E" != sandbox ] || data=(--data "$T/data.db")
worlds_start "${data[@]}"

# How many requests and loads a run has.
worlds_make 1
counted=$worlds
world_proxy "$counted"
world_push "$counted"
world_direct "$counted"
world_again "$counted"
n=$(wc -l <"$T/$counted/proxy.log")
loads=$(jq -r .rpc "$T/$counted/proxy.log" | grep -c '\.load$')
names["10#${counted#W}"]="a proxy that does nothing: $n requests, $loads loads"

# place NAME: WHEN for the proxy.
place() {
	case $1 in
	first) echo 1 ;;
	middle) echo $((n / 2)) ;;
	# A run that takes longer asks a little less.
	last) echo "$((n - 4))" ;;
	load1) echo '*.load#1' ;;
	loadm) echo "*.load#$((loads / 2))" ;;
	loadn) echo "*.load#$loads" ;;
	adopt) echo 'ir.model.data.create#1' ;;
	count) echo 'stock.quant.load#1' ;;
	*) echo "$1" ;;
	esac
}

# finish W: run again until it is through, as cron would; three times at most.
finish() {
	local d=$T/$1 times=0

	while [ "$rc" != 1 ] && [ $times -lt 3 ]; do
		# A signal is told by itself; a page at the door is no Odoo.
		case $rc in
		75 | 143) ;;
		69) grep -q "not Odoo's API" "$d/err.$(cat "$d/pushes")" ||
			echo "exit $rc" >>"$d/why" ;;
		*) echo "exit $rc" >>"$d/why" ;;
		esac
		times=$((times + 1))
		world_push "$1"
	done
	[ "$rc" = 1 ] || echo "not through after $times more runs: $rc" >>"$d/why"
	world_again "$1"
}

# broken W SPEC...: one case.
broken() {
	local w=$1 d=$T/$1

	shift
	world_proxy "$w" "$@"
	world_push "$w"
	# What comes late is in the log when it is through.
	for _ in {1..40}; do
		! grep -q '"fault":"' "$d/proxy.log" || break
		case $1 in
		late* | delay*) sleep 0.1 ;;
		*) break ;;
		esac
	done
	grep -q '"fault":"' "$d/proxy.log" || echo 'it did not happen' >>"$d/why"
	world_direct "$w"
	finish "$w"
}

# keep_sandbox W WORD...: another one with the same data, started again without
# these words when it dies.
keep_sandbox() {
	local d=$T/$1

	shift
	[ -z "${keeper-}" ] || kill "$keeper"
	kill "$SANDBOX_PID" "$(cat "$T/sandbox.pid" 2>/dev/null)"
	wait "$SANDBOX_PID" "${keeper-}"
	(
		while :; do
			sluice-sandbox --release "$ODOO_RELEASE" --while-pid $$ \
				--log "$T/sandbox.log" --listen "${ODOO_URL#http://}" \
				"${data[@]}" "$@" >"$d/sandbox.json" &
			echo $! >"$T/sandbox.pid"
			wait $!
			touch "$d/died"
			set --
			sleep 0.2
		done
	) &
	keeper=$!
	kill_at_end $keeper
	for _ in {1..100}; do
		[ ! -s "$d/sandbox.json" ] || break
		sleep 0.05
	done
} 2>/dev/null

# A case a line: what the proxy is told.
cases=()
i=0
for kind in $FAULT_KINDS; do
	for where in $FAULT_PLACES; do
		i=$((i + 1))
		[ $((i % FAULT_EVERY)) -ne 0 ] ||
			cases+=("$kind@$(place "$where")")
	done
done
# Again and again, all the time, and a server that is slower than we wait.
[ -n "${FAULT_MORE-}" ] || FAULT_MORE='404@*.load#2-3 drop-after@*.load#1-3 drop-before@*.load#2-4
	504-after@every5 502@every3 cut-body@every4 drop-after@every7 drop-before@every2
	503=1@10-14 late=1.5@*.load'
for kind in $FAULT_MORE; do
	cases+=("$kind")
done
worlds_make "${#cases[@]}"
mapfile -t mine <<<"$worlds"
running=()
for i in "${!cases[@]}"; do
	w=${mine[i]}
	names["10#${w#W}"]=${cases[i]}
	broken "$w" "${cases[i]}" &
	running+=($!)
	[ ${#running[@]} -lt "$FAULT_JOBS" ] || {
		wait "${running[0]}"
		running=("${running[@]:1}")
	}
done
wait "${running[@]}"

# Stopped by a signal while a call is out.
worlds_make 1
names["10#${worlds#W}"]='stopped by SIGTERM while a call is out'
world_proxy "$worlds" 'delay=0.9@*.load#4'
WORLD_TIMEOUT=1 world_push "$worlds"
world_direct "$worlds"
finish "$worlds"

# The server itself: it dies and comes back, or conflicts.
if [ "$SLUICE_E2E" = sandbox ]; then
	cases=()
	for kind in $FAULT_SERVER; do
		cases+=("$kind@$((n / 2))" "$kind@1:*.load" \
			"$kind@$((loads / 2)):*.load" "$kind@$loads:*.load")
	done
	worlds_make "${#cases[@]}"
	mapfile -t mine <<<"$worlds"
	for i in "${!cases[@]}"; do
		w=${mine[i]}
		names["10#${w#W}"]="the server: ${cases[i]}"
		keep_sandbox "$w" --fault "${cases[i]}"
		world_push "$w"
		if [ ! -e "$T/$w/died" ] && ! grep -qF "\"fault\":\"${cases[i]}\"" \
			"$T/sandbox.log"; then
			echo 'it did not happen' >>"$T/$w/why"
		fi
		finish "$w"
	done
fi

worlds_read
for i in "${!names[@]}"; do
	world_tell "$(printf 'W%04d' "$i")" "${names[$i]}"
done
done_testing
