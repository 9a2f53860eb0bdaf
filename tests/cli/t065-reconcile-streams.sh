#!/bin/bash
# Two streams compared: what is reported, and when nothing may be.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
command -v jq >/dev/null || skip_all 'jq is not installed'
cd "$T" || exit 99

open='{"sluice":1,"stage":"map","run":"r"}'
end() { printf '{"sluice":1,"end":true,"records":%s,"rejects":0}\n' "$1"; }
rec() { printf '{"entity":"item","key":"%s","fields":{%s},"src":{"file":"%s","row":%s}}\n' "$@"; }
brief() { jq -r '[.key, .diff, .field // "", .here // "", .there // ""] | join(" ")' "$@"; }

{
	rec same '"n":1.50' a.csv 1
	rec other '"n":1.50,"t":"x"' a.csv 2
	rec gone '"n":1' a.csv 3
	printf '%s\n' '{"entity":"item","key":"same","site":"S","fields":{"n":3}}'
} >a
{
	rec new '"n":1' b.csv 1
	rec other '"t":"y","n":1.5' b.csv 2
	printf '%s\n' '{"entity":"item","key":"same","site":"S","fields":{"n":4}}'
	rec same '"n":1.5' b.csv 3
} >b

status 'differences end with 1' 1 sluice-reconcile a b
is 'they are told in the order of the first' "$(brief .out)" \
	"other value t x y
gone missing   
same value n 3 4
new extra   "
is 'with where they came from' "$(jq -c 'select(.key == "gone") | .src' .out)" \
	'{"file":"a.csv","row":3}'
is 'and their site' "$(jq -r 'select(.field == "n") | .site' .out)" S
cp .out want
sluice-reconcile - b <a >got
is 'a stream on standard input' "$(cmp got want 2>&1)" ''
# shellcheck disable=SC2002 # a pipe cannot be read twice
cat b | sluice-reconcile a - >got
is 'a pipe' "$(cmp got want 2>&1)" ''
sluice-reconcile <(cat a) <(cat b) >got
is 'two pipes' "$(cmp got want 2>&1)" ''
status 'the same twice' 0 sluice-reconcile a a
is 'says nothing' "$(cat .out .err)" ''
status '--entity that is not there' 0 sluice-reconcile --entity lot a b
status '--tolerance' 1 sluice-reconcile --tolerance n=1 a b
is '--tolerance takes one away' "$(wc -l <.out)" 3
status 'a tolerance that is none' 64 sluice-reconcile --tolerance n a b
status '--summary' 1 sluice-reconcile --summary sum a b
is 'counts' "$(jq -c '[.in, .out, .differences, .missing, .extra, .value]' sum)" \
	'[8,8,4,1,1,2]'
status '--format csv' 1 sluice-reconcile --format csv a b
is 'a heading' "$(head -n 1 .out | tr -d '\r')" \
	'entity,key,site,difference,field,here,there,file,row'
status '--format table' 1 sluice-reconcile --format table a b
like 'its last line counts' "$(tail -n 1 .out)" '1 missing, 1 extra, 2 values'
status 'no such format' 64 sluice-reconcile --format xml a b
status 'one stream alone' 64 sluice-reconcile a
status 'standard input twice' 64 sluice-reconcile - -
status 'no such file' 74 sluice-reconcile a missing

{ echo "$open" && cat a && end 4; } >framed
status 'a framed one' 1 sluice-reconcile framed b
is 'is the same' "$(cmp .out want 2>&1)" ''
for n in 1 2 4 5; do
	head -n $n framed >short
	status "the first cut behind line $n" 65 sluice-reconcile short b
	is 'no difference is claimed' "$(cat .out)" ''
	status "the second cut behind line $n" 65 sluice-reconcile b short
	is 'no difference is claimed' "$(cat .out)" ''
done
printf '%s' "$(cat b)" >short
status 'a last line without its end' 65 sluice-reconcile a short
is 'no difference is claimed' "$(cat .out)" ''

{ cat a && echo nonsense; } >bad
status 'a bad line is a reject' 1 sluice-reconcile --rejects rej bad a
is 'that is told' "$(jq -r .code rej)" bad-record
is 'and no difference' "$(cat .out)" ''
{ rec doubled '"n":1' a 1 && rec doubled '"n":2' a 2; } >twice
rec doubled '"n":2' b 1 >once
status 'of equal keys the last record counts' 0 sluice-reconcile twice once
like 'and it is said' "$(cat .err)" 'came again'
status 'in the second stream too' 0 sluice-reconcile once twice

# The order of many records does not matter.
seq 1 3000 | while read -r i; do rec "k$i" "\"n\":$i" a "$i"; done >many
sort -R many >shuffled
status 'many in another order' 0 sluice-reconcile many shuffled
sed 's/"n":\(1[0-9]\)}/"n":\1.5}/' shuffled >changed
status 'ten of them changed' 1 sluice-reconcile many changed
is 'ten differences' "$(wc -l <.out)" 10
done_testing
