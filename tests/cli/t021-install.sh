#!/bin/bash
# make install into a DESTDIR: programs, a manual page for each, profiles.
. "$SLUICE_SOURCE/tests/lib/tap.sh"

ok "make install with DESTDIR" \
	make -s -C "$SLUICE_BUILD" install DESTDIR="$T/root" MAKEFLAGS=
bin=$(find "$T/root" -type d -name bin)
man=$(find "$T/root" -type d -name man1)
for program in "$bin"/*; do
	name=$(basename "$program")
	status "$name --version runs where it was installed" 0 \
		"$program" --version
	ok "$name has a manual page" test -s "$man/$name.1"
done
ok "nothing of the build folder is in what was installed" \
	sh -c '! grep -rlF "$1" "$2"' sh "$SLUICE_BUILD/" "$T/root"
ok "make uninstall" \
	make -s -C "$SLUICE_BUILD" uninstall DESTDIR="$T/root" MAKEFLAGS=
is "nothing is left of it" "$(find "$T/root" -type f)" ""
done_testing
