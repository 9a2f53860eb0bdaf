#!/bin/bash
# sluice-map --merge: records of several feeds become one, by declared rules.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
export SLUICE_PROFILES=$SLUICE_SOURCE/profiles SLUICE_RUN=test
cd "$T" || exit 99

rec() { # FEED ROW KEY FIELDS [MEMBERS]
	printf '{"entity":"product","key":"%s"%s,"fields":{%s},"src":{"feed":"%s","file":"%s.csv","row":%s}}\n' \
		"$3" "${5:-}" "$4" "$1" "$1" "$2"
}
merge() { # PROFILE, standard input
	sluice-map --merge "$1" --rejects rejects --summary sum >out 2>err
	echo $? >status
}
fields() { sed 's/.*"fields":{\(.*\)},"src".*/\1/' out | sed 's/},"src":.*//'; }
profile() { # LINES: of ./m.yaml behind the head
	{
		printf 'merge: m\nentity: product\nsources: [erp, pim, wms]\n'
		printf '%s\n' "$@"
	} >m.yaml
}
counts() { sed 's/.*\("in":.*"skipped":[0-9]*\).*/\1/' sum; }

# ---- the default: the key, the first source with a value
profile
{
	rec wms 4 A '"w":2,"n":"x"'
	rec erp 9 B '"n":"only"'
	rec pim 7 A '"n":"y","p":null'
	rec erp 3 A '"n":"z","p":5' ',"op":"update"'
} | merge ./m.yaml
is "one record of three, in the order of first appearance" "$(cat out)" \
'{"entity":"product","key":"A","op":"update","fields":{"n":"z","p":5,"w":2},"src":{"feed":"erp","file":"erp.csv","row":3,"fields":{"w":{"feed":"wms","file":"wms.csv","row":4}}}}
{"entity":"product","key":"B","op":"upsert","fields":{"n":"only"},"src":{"feed":"erp","file":"erp.csv","row":9}}'
is "status and counts" "$(cat status) $(counts)" \
	'0 "in":4,"out":4,"rejected":0,"skipped":0'
like "what was merged is counted" "$(cat sum)" '"records":2,"merged":1'

{ rec wms 1 A '"p":5'; rec erp 2 A '"p":null'; } | merge ./m.yaml
is "null is a value: known to be empty" "$(grep -o '"fields":{"p":[^}]*}' out)" \
	'"fields":{"p":null}'

# ---- rules
one() { # RULE FIELDS-OF-ERP PIM WMS: the field v
	profile "fields: {v: $1}"
	{
		[ -z "$2" ] || rec erp 1 K "$2"
		[ -z "$3" ] || rec pim 2 K "$3"
		[ -z "$4" ] || rec wms 3 K "$4"
	} | merge ./m.yaml
	if [ "$(cat status)" = 0 ]; then
		sed -n 's/.*"fields":{\("v":\)\?\(.*\)},"src":{"feed":"[a-z]*".*/\2/p' out
	else
		sed 's/.*"code":"\([^"]*\)".*/reject \1/' rejects | uniq -c |
			sed 's/^ *//'
	fi
}
is "a source" "$(one wms '"v":1' '"v":2' '"v":3')" 3
is "... else the next in general" "$(one wms '"v":1' '"v":2' '')" 1
is "an order" "$(one '[wms, pim]' '"v":1' '"v":2' '')" 2
is "only some" "$(one '{only: [wms, pim]}' '"v":1' '"v":2' '')" 2
is "... and nothing from others" "$(one '{only: wms}' '"v":1' '"v":2' '')" ''
is "max of decimals" "$(one max '"v":9.5' '"v":10.00' '"v":null')" 10.00
is "max: the more trusted of equals" "$(one max '"v":10' '"v":10.00' '')" 10
is "min" "$(one min '"v":9.5' '"v":10' '"v":-1e1')" -1e1
is "max of dates" "$(one max '"v":"2024-01-31"' '"v":"2024-02-01"' '')" \
	'"2024-02-01"'
is "max of nulls" "$(one max '"v":null' '"v":null' '')" null
is "max of different types" "$(one max '"v":1' '"v":"1"' '')" \
	'2 reject wrong-type'
is "max of true" "$(one max '"v":true' '' '')" '1 reject wrong-type'
is "max beyond 38 digits" \
	"$(one max '"v":1' '"v":123456789012345678901234567890123456789' '')" \
	'2 reject bad-number'
is "longest, in characters" "$(one longest '"v":"abcd"' '"v":"äöü"' '"v":12345')" \
	12345
is "longest of a list" "$(one longest '"v":[]' '' '')" '1 reject wrong-type'
is "all" "$(one all '"v":["a","b"]' '"v":["b", "c"]' '"v":"d"')" \
	'["a","b","c","d"]'
is "all: numbers by their value" "$(one all '"v":[1,"1",2.50]' '"v":[1.0,1e0,2.5]' '"v":10e-1')" \
	'[1,"1",2.50]'
is "all of nulls" "$(one all '"v":null' '' '"v":null')" null
is "latest" "$(one '{latest: t}' '"v":1,"t":"2024-01-31"' \
	'"v":2,"t":"2024-01-31T00:00:01Z"' '"v":3' | cut -d, -f1)" 2
is "latest: one without a value does not count" "$(one '{latest: t}' \
	'"v":1' '"t":"2024-01-31"' '' | cut -d, -f1)" 1
is "latest: no date" "$(one '{latest: t}' '"v":1,"t":"31.1."' '"v":2' '')" \
	'2 reject bad-date'

profile 'fields: {v: all, w: wms}'
{ rec erp 1 K '"v":["a"],"w":1'; rec pim 2 K '"v":["b"]'; rec wms 3 K '"w":2'; } |
	merge ./m.yaml
is "src tells every origin" "$(sed 's/.*"src"://' out)" \
'{"feed":"erp","file":"erp.csv","row":1,"fields":{"v":[{"feed":"erp","file":"erp.csv","row":1},{"feed":"pim","file":"pim.csv","row":2}],"w":{"feed":"wms","file":"wms.csv","row":3}}}}'

# ---- what is refused
profile
{
	rec erp 1 A '"n":1'
	rec erp 2 A '"n":2'
	rec crm 3 A '"n":3'
	echo '{"entity":"product","key":"A","fields":{}}'
	echo '{"entity":"product","key":7,"fields":{},"src":{"feed":"erp"}}'
	echo '{"entity":"product","key":"A","op":"remove","fields":{},"src":{"feed":"erp"}}'
	echo '{"entity":"product","key":"A","src":{"feed":"erp"}}'
	echo '{"raw":{}}'
	echo '[1]'
	echo 'no json'
	echo '{"entity":"uom","key":"C62", "fields":{}}'
} | merge ./m.yaml
is "each has its code, in order" \
	"$(sed 's/.*"code":"\([^"]*\)".*/\1/' rejects | xargs)" \
	"unknown-source unknown-source bad-record bad-record bad-record bad-record bad-record bad-json duplicate"
like "the duplicate points to the first" "$(tail -n 1 rejects)" \
	'"why":"erp has a record of this identity already: row 1 of erp.csv".*"src":\{"feed":"erp","file":"erp.csv","row":2\}'
like "... also for machines" "$(tail -n 1 rejects)" '"first":\{"feed":"erp","file":"erp.csv","row":1\}'
is "status and counts" "$(cat status) $(counts)" \
	'1 "in":11,"out":2,"rejected":9,"skipped":0'
is "other entities pass untouched" "$(tail -n 1 out)" \
	'{"entity":"uom","key":"C62", "fields":{}}'

{ rec erp 1 A ''; rec pim 2 A '' ',"op":"archive"'; } | merge ./m.yaml
is "nobody ends what a more trusted source keeps" \
	"$(grep -o '"code":"op-conflict"' rejects | wc -l) $(grep -o 'erp says upsert, pim says archive' rejects | wc -l) $(wc -c <out)" "2 2 0"
{ rec erp 1 A '' ',"op":"archive"'; rec pim 2 A '"n":1'; } | merge ./m.yaml
like "but the most trusted does" "$(cat out)" '"op":"archive"'

{ rec erp 1 A '' ',"site":"X"'; rec pim 2 A '' ',"site":"Y"'; rec wms 3 A ''; } |
	merge ./m.yaml
is "the site is part of the identity" "$(wc -l <out)" 3
{
	rec erp 1 A '"n":1' ',"contract":2'
	rec pim 2 A '"m":2' ',"contract":3,"x":[1, 2]'
} | merge ./m.yaml
like "members it does not know travel on" "$(cat out)" \
	',"contract":2,"x":\[1,2\]\}$'

# ---- required sources
profile 'require: erp'
{ rec pim 1 A ''; rec wms 2 A ''; rec erp 3 B ''; } | merge ./m.yaml
is "without a required source" \
	"$(cat status) $(grep -o 'missing-source' rejects | wc -l) $(wc -l <out)" \
	"1 2 1"
profile 'require: [erp]' 'missing: skip'
{ rec pim 1 A ''; rec wms 2 A ''; rec erp 3 B ''; } | merge ./m.yaml
is "... or skipped" "$(cat status) $(counts)" \
	'0 "in":3,"out":1,"rejected":0,"skipped":2'

# ---- the same by fields
profile 'match: [gtin]'
{
	rec wms 1 W1 '"gtin":"40","w":1'
	rec erp 2 E1 '"gtin":"40","n":"a"'
	rec pim 3 P1 '"gtin":" "'
	rec wms 4 W2 '"gtin":null'
	rec pim 5 P2 '"gtin":"41"'
} | merge ./m.yaml
is "the key of the most trusted survives" \
	"$(sed 's/.*"key":"\([^"]*\)".*/\1/' out | xargs)" "E1 P1 W2 P2"
like "those that stand alone are told" "$(cat err)" '2 records have no value'
{
	rec erp 1 K '"gtin":"1"'
	rec wms 2 W '"gtin":"1"'
	rec pim 3 K '"gtin":"2"'
	rec wms 4 V '"gtin":"2"'
} | merge ./m.yaml
is "two that come out with one key are a reject" \
	"$(cat status) $(wc -l <out) $(wc -l <rejects) $(counts)" \
	'1 1 1 "in":4,"out":2,"rejected":2,"skipped":0'
like "... and named" "$(cat rejects)" '"code":"duplicate","field":"key".*row 1 of erp.csv'

# ---- streams
stream() { # FEED RECORDS...
	printf '{"sluice":1,"stage":"map","run":"r1","feed":"%s","columns":["X"]}\n' "$1"
	shift
	printf '%s\n' "$@"
	printf '{"sluice":1,"end":true,"records":%d,"rejects":1}\n' $#
}
profile
{ stream erp "$(rec erp 1 A '')"; stream pim "$(rec pim 1 A '')"; } >framed
merge ./m.yaml <framed
is "framed streams become one" "$(sed 1q out; tail -n 1 out)" \
'{"sluice":1,"stage":"map","run":"r1","feed":"m"}
{"sluice":1,"end":true,"records":1,"rejects":0,"earlier":2}'
head -n 5 framed | merge ./m.yaml
is "a cut one is 65, and nothing comes of it" "$(cat status) $(wc -l <out)" \
	"65 1"
like "... and said" "$(cat err)" 'cut short'
: | merge ./m.yaml
is "nothing of nothing" "$(cat status) $(wc -c <out)" "0 0"

# ---- what was refused before may be any record of its source
refusing() { # FEED REJECTS EARLIER RECORDS...
	printf '{"sluice":1,"stage":"map","run":"r1","feed":"%s"}\n' "$1"
	[ $# -lt 4 ] || printf '%s\n' "${@:4}"
	printf '{"sluice":1,"end":true,"records":%d,"rejects":%d,"earlier":%d}\n' \
		$(($# - 3)) "$2" "$3"
}
held() { # of each reject: code, field, key of the record
	sed 's/.*"code":"\([^"]*\)","field":"\([^"]*\)".*"key":"\([^"]*\)".*/\1 \2 \3/' \
		rejects | xargs
}
made() { sed -n 's/.*"entity".*"key":"\([^"]*\)".*/\1/p' out | xargs; }
{ refusing erp 1 0; refusing pim 0 0 "$(rec pim 1 A '"n":1')"; } | merge ./m.yaml
is "a less trusted record does not take the place of one refused" \
	"$(cat status) $(made) $(held) $(counts)" \
	'1  merge-incomplete key A "in":1,"out":0,"rejected":1,"skipped":0'
like "... which is said, with what to do" "$(cat err)" \
	"1 that they could have changed are rejects; 'rejects: accept'"
like "... and in the reject" "$(cat rejects)" '"why":"records of erp were refused before'
{ refusing erp 0 1; refusing pim 0 0 "$(rec pim 1 A '"n":1')"; } | merge ./m.yaml
is "... also by a stage before" "$(cat status) $(held)" \
	'1 merge-incomplete key A'
profile 'fields: {w: [wms, erp], u: max, v: {only: erp}, x: all, y: {latest: t}}'
{
	refusing erp 0 0 "$(rec erp 1 A '"n":1')" "$(rec erp 2 B '"w":1')" \
		"$(rec erp 3 C '"u":1')" "$(rec erp 4 D '"x":[1]')" \
		"$(rec erp 5 E '"y":1')" "$(rec erp 6 F '"v":1,"n":1')" \
		"$(rec erp 7 G '"w":1')"
	refusing pim 0 0 "$(rec pim 1 A '"p":1')"
	refusing wms 2 0 "$(rec wms 1 G '"n":1')"
} | merge ./m.yaml
is "what a refused record could not change goes out" "$(made)" 'A F G'
is "... the rest does not" "$(held)" "$(printf 'merge-incomplete %s ' \
	'w B' 'u C' 'x D' 'y E' | sed 's/ $//')"
{
	refusing other 1 0
	refusing erp 0 0 "$(rec erp 1 A '"n":1')"
	refusing pim 0 0 "$(rec pim 2 B '"n":1')"
} | merge ./m.yaml
is "of a stream of no source they may be of any" "$(made)/$(held)" \
	'A/merge-incomplete key B'
{ rec erp 1 B '' ',"op":"x"'; rec pim 2 A '"n":1'; rec erp 3 C '"n":1'; } |
	merge ./m.yaml
is "so may be what the merge itself refuses" "$(made)" 'C'
{ echo 'no json'; rec pim 2 A '"n":1'; rec erp 3 C '"n":1'; } | merge ./m.yaml
is "... or cannot read" "$(made)" 'C'
{ rec crm 1 B ''; rec pim 2 A '"n":1'; } | merge ./m.yaml
is "but nothing of what is no source" "$(made)" 'A'
profile 'rejects: accept'
{ refusing erp 1 0; refusing pim 0 0 "$(rec pim 1 A '"n":1')"; } | merge ./m.yaml
is "rejects: accept" "$(cat status) $(made)" '0 A'
profile 'match: [n]'
{
	refusing erp 1 0
	refusing pim 0 0 "$(rec pim 1 A '"n":1')"
	refusing wms 0 0 "$(rec wms 1 B '"n":1')"
} | merge ./m.yaml
is "each record of the identity is a reject" "$(held) $(counts)" \
	'merge-incomplete key A merge-incomplete key B "in":2,"out":0,"rejected":2,"skipped":0'
profile

# ---- more than memory holds: the result does not depend on the order
awk 'BEGIN { for (i = 0; i < 60000; i++) {
	k = (i * 7919) % 60000
	printf "{\"entity\":\"product\",\"key\":\"%d\",\"fields\":{\"a\":%d,\"t\":\"%0200d\"},\"src\":{\"feed\":\"erp\",\"row\":%d}}\n", i, i, i, i
	printf "{\"entity\":\"product\",\"key\":\"%d\",\"fields\":{\"b\":%d},\"src\":{\"feed\":\"pim\",\"row\":%d}}\n", k, k, i
	printf "{\"entity\":\"product\",\"key\":\"%d\",\"fields\":{\"c\":%d},\"src\":{\"feed\":\"wms\",\"row\":%d}}\n", k, k, i
} }' >many
merge ./m.yaml <many
is "many records" "$(cat status) $(counts)" \
	'0 "in":180000,"out":180000,"rejected":0,"skipped":0'
is "each is whole" "$(sed -n 's/.*"key":"\([0-9]*\)".*"a":\([0-9]*\),.*"b":\([0-9]*\),"c":\([0-9]*\)}.*/\1 \2 \3 \4/p' out |
	awk '$1 == $2 && $2 == $3 && $3 == $4' | wc -l)" 60000
is "in the order of first appearance" \
	"$(sed 's/.*"key":"\([0-9]*\)".*/\1/' out | md5sum)" \
	"$(sed 's/.*"key":"\([0-9]*\)".*/\1/' many | awk '!seen[$0]++' | md5sum)"
TMPDIR=$T/none sluice-map --merge ./m.yaml many >out 2>err
is "no place for the rest is said" "$? $(wc -c <out)" "73 0"
like "..." "$(cat err)" 'none'

# ---- the profile
wrong() { # WHAT EXPECTED LINES
	local what=$1 want=$2
	shift 2
	profile "$@"
	: | merge ./m.yaml
	like "$what" "$(cat status) $(cat err)" "^78 .*m.yaml:$want"
}
wrong "misspelt key" "4:1: .*'fields'" 'feilds: {}'
wrong "misspelt source" "4:13: 'pmi' is not one of the sources, nor a rule; did you mean 'pim'" 'fields: {a: pmi}'
wrong "misspelt rule" "4:13: .*did you mean 'longest'" 'fields: {a: longst}'
wrong "misspelt in a list" "4:19: 'wsm'" 'fields: {a: [erp, wsm]}'
wrong "a source twice" "4:19: 'erp' stands here twice" 'fields: {a: [erp, erp]}'
wrong "an empty list" "4:13: the list names no source" 'fields: {a: []}'
wrong "latest without a field" "4:13: .*latest: updated" 'fields: {a: latest}'
wrong "latest of a list" "4:22" 'fields: {a: {latest: [x]}}'
wrong "latest misspelt" "4:14: .*did you mean 'latest'" 'fields: {a: {lastest: x}}'
wrong "an empty rule" "4:13: a rule is" 'fields: {a: {}}'
wrong "latest: no field" "4:22: 'X Y'" 'fields: {a: {latest: "X Y"}}'
wrong "no field name" "4:10: 'A b'" 'fields: {"A b": erp}'
wrong "fields is a list" "4:9" 'fields: [a]'
wrong "match is a word" "4:8: match is 'key' or a list" 'match: gtin'
wrong "match is empty" "4:8" 'match: []'
wrong "match of a map" "4:9" 'match: [{a: b}]'
wrong "require misspelt" "4:10: .*did you mean 'erp'" 'require: epr'
wrong "rejects misspelt" "4:10: .*accept" 'rejects: acept'
wrong "rejects of a list" "4:10" 'rejects: [accept]'
wrong "missing misspelt" "5:10: .*skip" 'require: erp' 'missing: skipp'
wrong "missing alone" "4:10: .*'require'" 'missing: skip'
wrong "version" "4:10" 'version: x'
wrong "examples" "4:11" 'examples: {}'
wrong "entity" "4:1: .*twice|4:1" 'entity: product'
for text in 'sources: []' 'sources: erp' 'sources: [a, a]' 'sources: [max]' \
	'sources: [""]' 'sources: [[a]]' 'version: 1' \
	"sources: [$(seq -s, 100 165)]"; do
	printf 'merge: m\nentity: product\n%s\n' "$text" >m.yaml
	: | merge ./m.yaml
	like "refused: ${text:0:40}" "$(cat status) $(cat err)" \
		'^78 .*m.yaml:[0-9]+:[0-9]+: .'
done
printf 'entity: product\nsources: [a]\n' >m.yaml
: | merge ./m.yaml
like "a name is wanted" "$(cat err)" "m.yaml:1:1: .*'merge'"
printf 'merge: m\nentity: Pro duct\nsources: [a]\n' >m.yaml
: | merge ./m.yaml
like "an entity is a word" "$(cat err)" "m.yaml:2:9: 'Pro duct' is no entity"
: | merge prodcts
like "a misspelt merge" "$(cat status) $(cat err)" "^78 .*products"

# ---- --check, --explain, usage
is "the shipped example" "$(sluice-map --merge products --check)" \
	"products: 3 examples, 0 failed"
sed -n '/^merge: products$/,/^\.Ed/{/^\.Ed/!p}' \
	"$SLUICE_SOURCE/man/sluice-profile.5" >manual.yaml
is "the one in the manual" "$(sluice-map --merge ./manual.yaml --check)" \
	"products: 1 examples, 0 failed"
like "--explain" "$(sluice-map --merge products --explain)" \
	'weight +the first of wms-items, erp-items, pim-items'
profile 'fields: {a: wms}' 'examples:' \
	'  - {records: [{source: erp, key: K, fields: {a: 1, b: [x]}}, {source: wms, key: K, fields: {a: 2}}], is: {a: 1, b: [y]}, key: L, op: create, from: {a: erp}}' \
	'  - {records: [{source: erp, key: K}], skip: true}' \
	'  - {records: [{source: erp, key: K}], reject: duplicate}' \
	'  - {records: [{source: erp, key: K}, {source: erp, key: K}], reject: duplicate}' \
	'  - {records: [{source: erp, key: K}, {source: erp, key: L}], is: {}}'
sluice-map --merge ./m.yaml --check >out 2>err
is "examples that fail are 78" "$?" 78
is "... and told" "$(sed 's/.*m.yaml:\([0-9]*\):[0-9]*: /\1: /' out)" \
"6: key is K, expected L
6: op is upsert, expected create
6: a is 2, expected 1
6: b is [\"x\"], expected [\"y\"]
6: a is from wms, expected erp
7: a record was made, expected a skip
8: nothing was rejected with duplicate
10: 2 records were made, expected one
m: 5 examples, 4 failed"
for example in '{}' '{records: []}' '{records: x, is: {}}' '{records: [{}], is: {}}' \
	'{records: [{source: x, key: a}], is: {}}' '{records: [{source: erp}], is: {}}' \
	'{records: [], is: [1]}' '{records: [], skip: false}' '{records: [], is: {}, skip: true}' \
	'{records: [{source: erp, key: a, fields: 1}], is: {}}' \
	'{records: [], is: {}, from: 1}' '{records: [{source: erp, key: a, op: x}], is: {}}'; do
	profile "examples: [$example]"
	sluice-map --merge ./m.yaml --check >out 2>err
	like "no example: $example" "$? $(cat err)" '^78 .*m.yaml:4:[0-9]+: .'
done
status "--merge and --profile" 64 sluice-map --merge products --profile erp-items
status "--check takes no files" 64 sluice-map --merge products --check x
done_testing
