#!/bin/bash
# Input and profiles made to do harm: each is refused with a clear sentence, in
# little time.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
cd "$T" || exit 99
mkdir -p p/feeds p/tables
export SLUICE_PROFILES=$T/p
MIB16=16777216

feed() { # feed NAME: its fields from standard input
	printf 'feed: %s\nmap:\n  - entity: thing\n    key: K\n    fields:\n' \
		"$1" >"p/feeds/$1.yaml"
	sed 's/^/      /' >>"p/feeds/$1.yaml"
}
# repeat N TEXT
repeat() { head -c $(($1 * ${#2})) < <(yes "$2" | tr -d '\n'); }
quick() { timeout 60 "$@"; }

# ---- lines ----------------------------------------------------------------
feed plain <<<'a: A'
echo '{}' >any.json
head='{"raw":{"K":"1","A":"'
{
	printf '%s' "$head"
	repeat $((MIB16 - ${#head} - 3)) a
	printf '"}}\n'
} >longest
sed 's/"}}$/b"}}/' longest >longer
echo '{"raw":{"K":"2","A":"x"}}' >>longer
status 'a line of 16 MiB is a value' 0 \
	quick sluice-validate --schema any.json longest
status 'with a byte more it is a reject' 1 \
	quick sluice-map --profile plain longer
like 'which says why' "$(cat .err)" 'line of more than 16777216 bytes'
is 'the next line is read' "$(wc -l <.out)" 1
{ repeat 64 '['; repeat 64 ']'; echo; repeat 65 '['; repeat 65 ']'; echo; } >deep
status 'nested 64 deep, and 65' 1 quick sluice-validate --schema any.json deep
is 'only the first' "$(wc -l <.out) $(grep -c 'nested too deep' .err)" '1 1'
awk 'BEGIN {printf "{"; for (i = 0; i < 1000000; i++)
	printf "%s\"m%d\":1", (i ? "," : ""), i; print "}"}' >members
echo '{minProperties: 1000000, propertyNames: {maxLength: 7}, uniqueItems: true}' \
	>members.yaml
status 'a million members' 0 quick sluice-validate --schema members.yaml members
printf '"\377"\n"\300\200"\n"\355\240\200"\n"\\ud800"\n"\\udc00\\ud800"\n' >bytes
printf '"\\u0000"\n"\000"\n"a\001"\n"good"\n' >>bytes
status 'what is no UTF-8, halves of pairs, U+0000' 1 \
	quick sluice-validate --schema any.json bytes
is 'are rejected one by one' "$(cat .out) $(grep -c '(bad-json)' .err)" \
	'"good" 8'
: >nothing
status 'an empty file' 0 quick sluice-validate --schema any.json nothing
status 'a folder on standard input' 74 \
	quick sluice-validate --schema any.json - <"$T"
like 'is no file' "$(cat .err)" 'Is a directory'

# ---- numbers --------------------------------------------------------------
{
	repeat 10000 1 && echo
	echo 1e999999999
	echo 1e-999999999
	echo -1e99999999999999999999
	printf '0.' && repeat 10000 0 && echo 1
} >numbers
echo '{multipleOf: 7, maximum: 1e999999998, minimum: -1e999999999}' >numbers.yaml
status 'numbers beyond measure' 1 \
	quick sluice-validate --schema numbers.yaml numbers
is 'are compared exactly' "$(grep -c 'too-large' .err) $(grep -c bad-step .err)" \
	'1 5'
feed sums <<'END'
a: A | decimal
b: A | round(2)
c: A | mul(A)
END
sed 's/.*/{"raw":{"K":"1","A":&}}/' numbers >records
status 'in a feed they are rejects' 1 \
	quick sluice-map --profile sums --rejects rejects records
is 'all fields of each of them' \
	"$(wc -l <rejects) $(grep -c 'more than 38 digits' rejects)" '15 15'

# ---- regular expressions ---------------------------------------------------
# The time is what is tested: each took minutes, or would.
feed chain <<<"a: A$(repeat 12 ' | upper | lower') | cut(1, 1)"
status 'a long value through a long chain' 1 quick sluice-map --profile chain longest
like 'takes too much memory' "$(cat .err)" \
	'the values made of this record take more than 128 MiB'
feed explode <<<"a: A | replace_pattern('(a+)+\$', 'b')"
feed explode-if <<<"a: if(A matches '(a+)+\$', 1, 2)"
feed many <<<"a: A | replace_pattern('a', 'b') | cut(1, 1)"
feed slow <<<"a: A | replace_pattern('a[ab]*[^c]{2}[0-9]', 'b')"
{ printf '%s' "$head"; repeat 100000 a; printf 'b"}}\n'; } >as
for f in explode explode-if slow; do
	status "a regular expression that explodes ($f)" 1 \
		quick sluice-map --profile "$f" as
	like 'is that rule'\''s error' "$(cat .err)" \
		'takes too long on this value \(pattern-limit by '
done
{ printf '%s' "$head"; repeat 4000000 a; printf '"}}\n'; } >as4
status 'four million matches in one value' 0 quick sluice-map --profile many as4

# ---- lists -----------------------------------------------------------------
seq -s, 100000 | sed 's/.*/[&]/' >list
echo 'uniqueItems: true' >unique.yaml
status '100,000 different entries' 0 \
	quick sluice-validate --schema unique.yaml list
sed 's/]/,7.0]/' list >list7
status 'and one that is there twice' 1 \
	quick sluice-validate --schema unique.yaml list7
like 'is found' "$(cat .err)" '\[100000\]: .7\.0.: is the same as an entry'
seq -s, 300000 | sed 's/.*/enum: [&]/' >enum.yaml
status 'an enormous enum' 1 \
	quick sluice-validate --schema enum.yaml <<<$'300000\n300001'
is 'is looked up' "$(cat .out)" 300000
awk 'BEGIN {printf "$defs: {"; for (i = 0; i < 50; i++)
	printf "d%d: {anyOf: [{$ref: \"#/$defs/d%d\"}, {$ref: \"#/$defs/d%d\"}]}, ",
	i, i + 1, i + 1; print "d50: false}\n$ref: \"#/$defs/d0\""}' >fan.yaml
status 'a schema of 2^50 steps' 1 quick sluice-validate --schema fan.yaml <<<1
like 'is stopped' "$(cat .err)" 'too many steps on this value \(schema-limit\)'

# ---- profiles --------------------------------------------------------------
# refused WHAT EXPECTED: the feed bad.yaml
refused() {
	status "$1" 78 quick sluice-map --profile bad nothing
	like '... says so' "$(cat .err)" "$2"
}
bad=p/feeds/bad.yaml
printf 'a: &a [x, x]\nb: [*a, *a]\n' >$bad
refused 'aliases' 'bad.yaml:2:5: aliases'
{ echo 'feed: bad'; repeat 17000000 '#'; } >$bad
refused 'more than 16 MiB' 'more than 16777216 bytes'
{ printf 'map: ['; repeat 1100000 'x,'; echo ']'; } >$bad
refused 'a million values' 'bad.yaml:1:[0-9]*: more than a million values'
{ printf 'map: '; repeat 70 '['; echo; } >$bad
refused 'nested without end' 'bad.yaml:1:[0-9]*: nested too deep'
{ seq -f 'k%g: 1' 200000; echo 'k17: 2'; } >$bad
refused 'a name twice among many' "bad.yaml:200001:1: 'k17' is given twice"
printf 'feed: bad\nmap:\n\t- x\n' >$bad
refused 'a tab' 'bad.yaml:3:1: .*cannot start any token'
printf 'feed: "\377"\n' >$bad
refused 'no UTF-8' 'bad.yaml:1:1: invalid leading UTF-8'
printf 'feed: b\000d\n' >$bad
refused 'U+0000' 'bad.yaml:1:1: control characters'
: >$bad
refused 'nothing' 'bad.yaml:1:1: the file is empty'
key() {
	printf 'feed: bad\nmap:\n  - {entity: x, key: "%s", fields: {}}\n' "$1" \
		>$bad
}
key "$(repeat 5000 '(')"
refused 'parentheses without end' 'bad.yaml:3:[0-9]*: nested too deep'
key "A$(repeat 3000 ' | trim')"
refused 'filters without end' 'bad.yaml:3:[0-9]*: more than 256 filters'
key "A | table('../../../../../../etc/passwd')"
refused 'a table outside' 'leaves the profiles folder'
key "A | table('/etc/passwd')"
refused 'or elsewhere' 'there is no file tables'
key 'A | table({a: b, a: c})'
refused 'a code twice' "the code 'a' is given twice"
printf 'code,value\na,b\na,c\n' >p/tables/twice.csv
key "A | table('twice')"
refused 'in a file, too' "twice.csv: row 3: the code 'a' is given twice"
echo '{"type":"object","type":"array"}' >twice.json
status 'a name twice in a schema' 78 sluice-validate --schema twice.json nothing
like '... says so' "$(cat .err)" "twice.json:1:18: 'type' is given twice"

# ---- a disk that is full ---------------------------------------------------
printf '%s\n' '{"sluice":1,"stage":"extract"}' '{"raw":{"K":"1","A":"x"}}' \
	'{"sluice":1,"end":true,"records":1,"rejects":0}' >framed
whole='"whole":false,"status":74'
status 'no room for rejects' 74 \
	sluice-map --profile sums --rejects /dev/full --summary sum framed
is 'there is no end line' "$(grep -c '"end"' .out)" 0
is 'it is told once' "$(cat .err)" \
	'sluice-map: /dev/full: cannot write the output: No space left on device'
like 'and the summary says so' "$(cat sum)" "$whole"
echo '{"entity":"x"}' >record
mkdir contracts && echo 'type: object' >contracts/x-1.yaml
status 'sluice-validate likewise' 74 sluice-validate --contracts contracts \
	--rejects /dev/full --summary sum record
like '... with its summary' "$(cat sum)" "$whole"
status 'no room for data' 74 \
	bash -c 'sluice-map --profile plain --summary sum framed >/dev/full'
like '... is in the summary' "$(cat sum)" "$whole"
status 'no room for data of sluice-validate' 74 \
	bash -c 'sluice-validate --schema any.json --summary sum list >/dev/full'
like '... with its summary' "$(cat sum)" "$whole"
status 'no room for the summary' 74 \
	sluice-map --profile plain --summary /dev/full framed
cat list list list list list list list list >lists
bash -c 'trap "" PIPE; sluice-validate --schema any.json lists; echo $? >rc' |
	head -c 1 >/dev/null
is 'nobody reads on' "$(cat rc)" 74
done_testing
