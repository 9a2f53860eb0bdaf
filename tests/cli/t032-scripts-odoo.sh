#!/bin/bash
# scripts/odoo: manners, and the difference between "cannot be had" and "broken".
. "$SLUICE_SOURCE/tests/lib/tap.sh"

odoo=$SLUICE_SOURCE/scripts/odoo
export SLUICE_ODOO_HOME=$T/home
unset SLUICE_ODOO_HELD

ok '--help' "$odoo" --help
like '--help names the exit statuses' "$(cat "$T/.out")" '75 the packages'
status 'no command is wrong usage' 64 "$odoo"
status 'an unknown release is wrong usage' 64 "$odoo" up 20
status 'no facts before there is a server' 64 "$odoo" env 19
is 'and nothing was made' "$(ls "$T/home" 2>/dev/null)" ''

if [ "$(id -u)" != 0 ]; then
	skip 'without packages' 'not root'
elif ! unshare --mount true 2>/dev/null; then
	skip 'without packages' 'no mount namespaces here'
elif ! command -v mmdebstrap >/dev/null; then
	skip 'without packages' 'mmdebstrap is not installed'
else
	status 'a word for a number is wrong usage' 64 "$odoo" up 19 --workers two
	# A package source that nobody answers for, in each of the two forms.
	without_packages() {
		unshare --mount --propagation private bash -c '
			mount --bind "$1" /etc/apt/sources.list.d &&
			if [ -e /etc/apt/sources.list ]; then
				mount --bind /dev/null /etc/apt/sources.list
			fi && exec "$2" up 14' - "$T/sources" "$odoo"
	}
	mkdir "$T/sources"
	printf '%s\n' 'Enabled: no' 'Types: deb' 'URIs: http://127.0.0.2:9/debian' \
		'Suites: bookworm' 'Components: main' '' 'Types: deb-src deb' \
		'# a comment' 'URIs:' ' http://127.0.0.1:9/debian' 'Suites: bookworm' \
		'Components: contrib main' >"$T/sources/a.sources"
	status 'packages that cannot be had: 75' 75 without_packages
	like 'and a frame that says so' "$(cat "$T/.err")" '14 CANNOT BE INSTALLED'
	unlike 'no name of a source in words and logs' \
		"$(cat "$T/.err" "$T"/home/14/log/*)" '127\.0\.0|debian\.org'
	rm "$T/sources/a.sources"
	printf '%s\n' '# deb http://x/debian y main' \
		'deb [arch=amd64 signed-by=/x] http://127.0.0.1:9/debian bookworm main # z' \
		>"$T/sources/b.list"
	status 'a one-line list is read as well' 75 without_packages
	like 'as far as asking it' "$(cat "$T/.err")" 'did not give'
	rm "$T/sources/b.list"
	status 'no source at all: 75' 75 without_packages
	like 'and why' "$(cat "$T/.err")" 'names no Debian archive'
	ok 'purge' "$odoo" purge 14
	is 'purge leaves nothing' "$(ls "$T/home")" ''
	is 'nothing is mounted' "$(grep -c "$T" /proc/self/mounts)" 0
fi
done_testing
