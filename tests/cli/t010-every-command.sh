#!/bin/bash
# Every program has the same manners: help, version, a bad option, a closed or
# full output, a reader that goes away, and on streams a cut last line, a NUL
# and an endless line.
. "$SLUICE_SOURCE/tests/lib/tap.sh"

SLUICE_PROFILES=$SLUICE_SOURCE/tests/bench/profiles
SLUICE_STATE=$T/state
export SLUICE_PROFILES SLUICE_STATE
cd "$T" || exit 99

closed() { "$@" >&-; }
full() { "$@" >/dev/full; }
is_built() { [ -f "$SLUICE_BUILD/$1" ] && [ -x "$SLUICE_BUILD/$1" ]; }
endless() { head -c $((16 * 1024 * 1024 + 1)) /dev/zero | tr '\0' x; }

for program in "$SLUICE_BUILD"/sluice "$SLUICE_BUILD"/sluice-*; do
	name=$(basename "$program")
	is_built "$name" || continue

	status "$name --help" 0 "$name" --help
	like "$name --help says how it is used" "$(cat .out)" "^usage: $name"
	is "$name --help says nothing else" "$(cat .err)" ""
	status "$name --version" 0 "$name" --version
	like "$name --version has its name and number" "$(cat .out)" \
		"^$name [0-9]+\.[0-9]+"
	if [ "$name" != sluice ]; then
		status "$name knows no --versoin" 64 "$name" --versoin
		like "$name suggests --version" "$(cat .err)" \
			"^$name: .*did you mean --version"
		is "$name wrote no data" "$(cat .out)" ""
		status "$name: a value for --log-format it does not know" 64 \
			"$name" --log-format xml
		status "$name: a SLUICE_NOW that is no instant" 64 \
			env SLUICE_NOW=2024-13-31T12:00:00Z "$name" </dev/null
		like "$name says what it is" "$(cat .err)" \
			"^$name: SLUICE_NOW is an instant"
	else
		status "$name knows no command verison" 64 "$name" extrakt
		like "$name suggests extract" "$(cat .err)" extract
	fi
	status "$name --help to a full device" 74 full "$name" --help
	like "$name says so" "$(cat .err)" "^$name: "
	status "$name --help to a closed output" 74 closed "$name" --help
	status "$name --version to a full device" 74 full "$name" --version
done

# What each stage reads: a good record GOOD; LINE is one more, to be spoilt.
feed() { # PROGRAM
	case $1 in
	sluice-extract) in=csv args=() ;;
	sluice-map) in=raw args=(--profile bench-items) ;;
	sluice-validate) in=canonical args=() ;;
	*) return 1 ;;
	esac
	case $in in
	csv) head=$'ITEMNO,DESCR\n' good='P-1,bolt' more='P-2,nut' ;;
	raw)
		head=
		good='{"raw":{"ITEMNO":"P-1","DESCR":"bolt","UOM":"EA"}}'
		more='{"raw":{"ITEMNO":"P-2","DESCR":"nut","UOM":"EA"}}'
		;;
	canonical)
		head=
		good='{"entity":"product","key":"P-1","fields":{"sku":"P-1","name":"bolt","uom":"C62"}}'
		more='{"entity":"product","key":"P-2","fields":{"sku":"P-2","name":"nut","uom":"C62"}}'
		;;
	esac
}
count() { grep -c "\"P-$1\"" .out; }

for name in sluice-extract sluice-map sluice-validate; do
	is_built "$name" && feed "$name" || continue

	printf '%s%s\n%s\n' "$head" "$good" "$more" >good
	status "$name reads two records" 0 "$name" "${args[@]}" good
	is "$name writes both" "$(count 1) $(count 2)" "1 1"
	is "$name is silent when all is well" "$(cat .err)" ""
	"$name" "${args[@]}" good >one 2>&1
	"$name" "${args[@]}" <good >two 2>&1
	is "$name reads standard input as well" \
		"$(grep -c '"P-' two)" "$(grep -c '"P-' one)"
	"$name" "${args[@]}" - <good >three 2>&1
	is "$name takes - for standard input" \
		"$(grep -c '"P-' three)" "$(grep -c '"P-' one)"
	status "$name --summary" 0 "$name" "${args[@]}" --summary sum good
	like "$name counts in the summary" "$(cat sum)" \
		'"in":2,"out":2,"rejected":0,"skipped":0.*"whole":true,"status":0'
	status "$name: no such file" 74 "$name" "${args[@]}" missing
	status "$name: a folder is no file" 74 "$name" "${args[@]}" .
	status "$name to a full device" 74 full "$name" "${args[@]}" good
	status "$name to a closed output" 74 closed "$name" "${args[@]}" good

	# each with a key of its own: a key that comes again is a reject
	{ printf '%s' "$head" && yes "$good" | head -n 20000 |
		awk '{ sub(/P-1/, "P-" NR) } 1'; } >many
	"$name" "${args[@]}" many 2>.err | head -n 1 >/dev/null
	is "$name dies quietly when its reader goes" \
		"${PIPESTATUS[0]} $(cat .err)" "141 "

	printf '%s%s\n%s\0\n%s\n' "$head" "$good" "$good" "$more" >nul
	status "$name: a NUL is a reject" 1 "$name" "${args[@]}" nul
	is "$name reads on behind it" "$(count 1) $(count 2)" "1 1"
	status "$name --rejects" 1 "$name" "${args[@]}" --rejects rej nul
	is "$name is silent where rejects go to a file" "$(cat .err)" ""
	like "$name says stage, code and why" "$(cat rej)" \
		"^\{\"stage\":\"${name#sluice-}\",\"code\":\"[a-z-]+\",.*\"why\":"
	status "$name --max-rejects 0" 1 "$name" "${args[@]}" \
		--max-rejects 0 nul
	is "$name stops there" "$(count 2)" 0
	unlike "$name then writes no end line" "$(cat .out)" '"end":true'
	status "$name: rejects that cannot be created" 73 \
		"$name" "${args[@]}" --rejects no/such/folder nul

	{ printf '%s%s\n' "$head" "$good" && endless && printf '\n%s\n' \
		"$more"; } >long
	status "$name: an endless line is a reject" 1 "$name" "${args[@]}" long
	is "$name reads on behind it" "$(count 1) $(count 2)" "1 1"
done

for name in sluice-map sluice-validate; do
	is_built "$name" && feed "$name" || continue

	printf '%s\n%s' "$good" "$more" >cut.jsonl
	status "$name: a cut last line" 65 "$name" "${args[@]}" cut.jsonl
	printf '%s\n%s\n' '{"sluice":1,"stage":"x","run":"r"}' "$good" >cut.jsonl
	status "$name: a stream without its end line" 65 \
		"$name" "${args[@]}" cut.jsonl
	unlike "$name then writes no end line" "$(cat .out)" '"end":true'
	printf '%s\n' '{"sluice":1,"end":true,"records":1,"rejects":0}' >>cut.jsonl
	status "$name: the same with its end line" 0 "$name" "${args[@]}" cut.jsonl
	like "$name then writes one" "$(tail -n 1 .out)" '"end":true,"records":1'
done
done_testing
