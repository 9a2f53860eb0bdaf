#!/bin/bash
# The binaries carry what configure's hardening flags promise.
. "$SLUICE_SOURCE/tests/lib/tap.sh"

command -v readelf >/dev/null || skip_all "readelf is not installed"
grep -q -- '-fsanitize=' "$SLUICE_BUILD/Makefile" &&
	skip_all "a sanitizer build is not hardened"
grep -q -- '-Wl,-z,now' "$SLUICE_BUILD/Makefile" ||
	skip_all "configured without hardening"

for program in "$SLUICE_BUILD"/sluice "$SLUICE_BUILD"/sluice-*; do
	[ -f "$program" ] && [ -x "$program" ] || continue
	name=$(basename "$program")
	like "$name is position independent" \
		"$(readelf -h "$program")" 'Type: +DYN'
	like "$name has relocations read-only" \
		"$(readelf -lW "$program")" 'GNU_RELRO'
	like "$name binds at start" "$(readelf -dW "$program")" 'BIND_NOW|NOW'
	unlike "$name has no executable stack" \
		"$(readelf -lW "$program" | grep GNU_STACK)" 'RWE'
	like "$name checks its stack or its buffers" \
		"$(readelf -sW "$program")" '__stack_chk_fail|_chk@'
done
done_testing
