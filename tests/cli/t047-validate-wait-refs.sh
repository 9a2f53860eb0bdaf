#!/bin/bash
# --wait-refs: records wait for those they refer to, whatever comes first.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
cd "$T" || exit 99
mkdir contracts tmp
cat >contracts/product-1.yaml <<'END'
properties:
  uom: {type: string, x-ref: uom}
  sku: {x-unique: true}
  secret: {x-sensitive: true}
  made_of: {type: array, items: {type: string, x-ref: product}}
END
cat >contracts/uom-1.yaml <<'END'
x-duplicates: [{by: [name], is: exact}]
properties:
  name: {type: string}
  of: {type: string, x-ref: product}
END
cat >contracts/place-1.yaml <<'END'
properties: {parent: {type: string, x-ref: place}}
END
validate() {
	rm -f rejects counts
	TMPDIR=$T/tmp sluice-validate --contracts contracts --rejects rejects \
		--summary counts "$@" >out 2>err
}
rec() { printf '{"entity":"%s","key":"%s","fields":{%s}}\n' "$1" "$2" "$3"; }
keys() { jq -r 'select(.entity) | .key' out | paste -sd ' '; }
bad() { jq -r '"\(.record.key):\(.code):\(.field)"' rejects | paste -sd ' '; }
# The counts add up, and how many went unchecked.
adds_up() {
	jq -c 'select(.in == .out + .rejected) |
		[.in, .out, .rejected, .unchecked // 0]' counts
}

{
	rec product P1 '"uom":"KG"'
	rec product P2 '"uom":"NO"'
	rec product P3 ''
	rec uom KG ''
	rec product P4 '"uom":"KG"'
	rec uom LB ''
} >late
validate late
is 'without it nothing is checked until a unit came' \
	"$? $(keys) / $(bad) $(adds_up)" '0 P1 P2 P3 KG P4 LB /  [6,6,0,2]'
validate --wait-refs late
is 'all of them are judged, and products stay in order' \
	"$? $(keys) / $(bad) $(adds_up)" \
	'1 KG LB P1 P3 P4 / P2:unknown-ref:uom [6,5,1,0]'
is 'byte for byte' "$(grep -v P2 late | LC_ALL=C sort | cmp - <(LC_ALL=C sort out) 2>&1)" ''
is 'no word of unchecked ones' "$(cat err)" ''
grep -v '"entity":"uom"' late >alone
validate --wait-refs alone
is 'what nothing is known of is a reject' "$? $(keys) / $(bad) $(adds_up)" \
	'1 P3 / P1:unknown-ref:uom P2:unknown-ref:uom P4:unknown-ref:uom [4,1,3,0]'
rec uom KG '' >units
validate --wait-refs --refs units alone
is 'but for reference files' "$? $(keys) / $(bad) $(adds_up)" \
	'1 P1 P3 P4 / P2:unknown-ref:uom [4,3,1,0]'
validate --wait-refs units
is 'nothing waits that refers to nothing' "$? $(keys)" '0 KG'

# ---- circles, and an entity that refers to itself --------------------------

{
	rec product A '"uom":"U"'
	rec uom U '"of":"B"'
	rec uom V '"of":"A"'
	rec product B '"uom":"V"'
} >circle
validate --wait-refs circle
is 'a circle of two entities' "$? $(keys) $(adds_up)" '0 A U V B [4,4,0,0]'
{
	rec place a '"parent":"b"'
	rec place b '"parent":"c"'
	rec place d '"parent":"x"'
	rec place c ''
	rec place e '"parent":"a"'
} >places
validate --wait-refs places
is 'parents that come later' "$? $(keys) / $(bad) $(adds_up)" \
	'1 a b c e / d:unknown-ref:parent [5,4,1,0]'
{
	rec product K '"made_of":["S1","S2"]'
	rec product S1 ''
	rec product S2 ''
	rec product L '"made_of":["S1","S3"]'
} >bom
validate --wait-refs bom
is 'parts of a kit' "$? $(keys) / $(bad)" '1 K S1 S2 / L:unknown-ref:made_of[1]'

# ---- what is decided as records come ----------------------------------------

{
	rec product P1 '"uom":"KG","sku":"one"'
	rec product P2 '"sku":"one"'
	rec product P1 '"sku":"two"'
	rec product P3 '"uom":"NO","sku":"three"'
	rec product P4 '"sku":"three"'
	rec uom KG '"name":"kilo","of":"P9"'
	rec uom KX '"name":"kilo"'
	rec product P9 ''
	rec no_such N ''
	echo 'no JSON'
} >twice
validate twice
without=$(bad)
like 'what is not unique' "$without" 'P2:not-unique:sku .*P4:not-unique:sku .*KX:duplicate'
validate --wait-refs twice
is 'is so with records that wait' "$(bad)" "$without P3:unknown-ref:uom"
is 'and the others go out' "$(keys) $(adds_up)" 'P1 KG P9 [10,3,7,0]'

# ---- streams ------------------------------------------------------------------

framed() {
	echo '{"sluice":1,"stage":"map","run":"r"}'
	cat "$1"
	printf '{"sluice":1,"end":true,"records":%d,"rejects":3}\n' "$(wc -l <"$1")"
}
framed late >whole
validate --wait-refs whole
is 'the end line counts what went out' "$? $(tail -n 1 out)" \
	'1 {"sluice":1,"end":true,"records":5,"rejects":1,"earlier":3}'
framed late | head -n -1 >short
rec product P5 '"uom":"KG","secret":"s3cret"' >>short
validate --wait-refs short
is 'cut short: what waits is given back' "$? $(keys) / $(bad) $(adds_up)" \
	'65 KG LB / P1:cut-short:null P2:cut-short:null P3:cut-short:null P4:cut-short:null P5:cut-short:null [7,2,5,0]'
is 'without an end line' "$(grep -c '"end"' out)" 0
is 'masked' "$(grep -c s3cret rejects)" 0
like 'and told why' "$(jq -r .why rejects)" 'it waited for records'
validate --wait-refs --max-rejects 1 short
is 'a limit of rejects is not what ends it' "$? $(adds_up)" '65 [7,2,5,0]'
is 'nothing is left behind' "$(ls tmp)" ''

# ---- many ---------------------------------------------------------------------

awk 'BEGIN {
	for (i = 1; i <= 200000; i++)
		printf "{\"entity\":\"product\",\"key\":\"%d\",\"fields\":" \
			"{\"uom\":\"%d\",\"note\":\"%0400d\"}}\n", i, i % 7, i
}' >many
for i in 0 1 2 3 4 5; do rec uom "$i" ''; done >>many
validate --wait-refs many
is '200,000 that wait' "$? $(adds_up)" '1 [200006,171435,28571,0]'
is 'stay in order' "$({
	tail -n 6 many
	grep -v '"uom":"6"' many | head -n -6
} | cmp - out 2>&1)" ''
# peak memory, as the kernel counts it; a sanitizer has its own
if ! grep -q fsanitize "$SLUICE_BUILD/config.log" &&
	[ -x /usr/bin/time ]; then
	TMPDIR=$T/tmp /usr/bin/time -o peak -f %M sluice-validate --wait-refs \
		--contracts contracts --rejects rejects many >out
	ok 'memory stays below 64 MiB' [ "$(tail -n 1 peak)" -lt 65536 ]
else
	skip 'memory stays below 64 MiB' 'a sanitizer, or no time'
fi
# A file that may not grow is as good as a full disk.
framed many >many.framed
status 'a disk that is full' 74 \
	bash -c "ulimit -f 8192; trap '' XFSZ
		TMPDIR=$T/tmp exec sluice-validate --wait-refs \
		--contracts contracts <many.framed >small"
like 'is told' "$(cat .err)" 'cannot keep the records held back in .TMPDIR: '
is 'without an end line' "$(grep -c '"end"' small)" 0
rmdir tmp
status 'no folder for them' 73 env TMPDIR="$T/tmp" sluice-validate \
	--wait-refs --contracts contracts late

status '--schema refers to nothing' 64 sluice-validate --schema x --wait-refs
status '--compat neither' 64 sluice-validate --compat --wait-refs a.yaml b.yaml
done_testing
