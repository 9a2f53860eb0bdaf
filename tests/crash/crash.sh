#!/bin/bash
# sluice-push killed at each point of its way, then run again: the target ends
# as if nothing had happened, read there and not in our state.
#
# $CRASH_EVERY: not every point but every so many (the default: all of them).
# $CRASH_CHAIN: not once but again and again, after so many points each.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
. "$SLUICE_SOURCE/tests/crash/world.sh"
: "${CRASH_EVERY:=1}" "${CRASH_FIRST:=1}" "${CRASH_BLOCK:=40}"
: "${CRASH_CHAIN:=7 16 31}"
worlds_start
names=()

# The next world's name, to $w.
take_world() {
	if [ ${#left[@]} -eq 0 ]; then
		worlds_make "$CRASH_BLOCK" || fail 'more worlds'
		mapfile -t left <<<"$worlds"
	fi
	w=${left[0]}
	left=("${left[@]:1}")
}

# crash W N: push it, to be killed at point N.
crash() {
	# Not the shell's word about a killed child.
	(SLUICE_CRASH_AT=$2 world_push "$1" --verbose) 2>/dev/null
	rc=$(cat "$T/$1/rc.$(cat "$T/$1/pushes")")
	point=$(sed -n "s/.*stopped by SLUICE_CRASH_AT at '\(.*\)'.*/\1/p" \
		"$T/$1/err.$(cat "$T/$1/pushes")")
}

left=() sent=()
at=$CRASH_FIRST
while :; do
	take_world
	crash "$w" "$at"
	[ "$rc" = 137 ] || break
	names["10#${w#W}"]="killed at point $at, $point"
	[ "$point" != 'request sent' ] || sent+=("$at")
	world_push "$w"
	world_again "$w"
	at=$((at + CRASH_EVERY))
done
is 'beyond the last point it is not killed' "$rc" 1
if [ "$at" -gt 50 ]; then pass "$at points"; else fail "only $at points"; fi
world_again "$w"
names["10#${w#W}"]='not killed at all'

# The server has not yet done what a dead run asked when the next one looks.
overtaken() {
	world_proxy "$1" 'late=0.25@*.load' 'late=0.25@*.create'
	crash "$1" "$2"
	WORLD_TARGETS='' world_push "$1"
	sleep 0.6
	world_direct "$1"
	world_again "$1"
}
[ ${#sent[@]} -eq 0 ] || worlds_make ${#sent[@]}
mapfile -t mine <<<"$worlds"
running=()
for i in "${!sent[@]}"; do
	w=${mine[i]}
	names["10#${w#W}"]="killed at point ${sent[i]}, and the server is slow"
	overtaken "$w" "${sent[i]}" &
	running+=($!)
	[ ${#running[@]} -lt 5 ] || {
		wait "${running[0]}"
		running=("${running[@]:1}")
	}
done
wait ${running[@]+"${running[@]}"}

# A run that dies, and the run after it too, and so on to the end.
for step in $CRASH_CHAIN; do
	take_world
	times=0 rc=137
	while [ "$rc" = 137 ] && [ $times -lt 100 ]; do
		crash "$w" "$step"
		[ "$rc" != 137 ] || times=$((times + 1))
		# What it does before it gets anywhere may take as many points.
		[ $((times % 5)) -ne 4 ] || step=$((step + 10))
	done
	world_again "$w"
	names["10#${w#W}"]="killed $times times, after $step points each"
done

worlds_read
for n in "${!names[@]}"; do
	world_tell "$(printf 'W%04d' "$n")" "${names[$n]}"
done
done_testing
