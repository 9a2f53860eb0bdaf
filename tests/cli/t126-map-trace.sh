#!/bin/bash
# sluice-map --trace: every step of every field of the record with one key.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
unset SLUICE_PROFILES
cd "$T" || exit 99

cat >feed.yaml <<'END'
feed: wms-items
read: {format: jsonl}
map:
  - entity: product
    key: ITEMNO | trim
    when: STATUS != 'D' and not ITEMNO is empty and (UOM | trim) in ('ST', 'KG')
    site: PL1
    op: {from: "if(STATUS = 'A', 'upsert', 'update')"}
    fields:
      name: DESCR | trim | squeeze
      uom: "UOM | trim | table({ST: C62, KG: KGM})"
      updated: UPD | date('%Y%m%d')
      kind: if(QTY > 5, 'many', UOM | lower)
      code: case(UOM | trim, 'KG', DESCR | lower, 'ST', DESCR | upper, 'x')
      label: template('{ITEMNO | trim}/{{{UOM}')
      alt: MISSING | coalesce(NOPE, DESCR | cut(1, 2), DESCR)
      gone: MISSING | trim
      odd: UOM not matches '^S'
      either: QTY = 4 or DESCR < 7
      small: DESCR < 7
      lines:
        each: PO1
        when: PO102 != '0'
        fields: {seq: $index, qty: PO102 | number, item: "concat(^.ITEMNO | trim, '/', PO107)"}
  - entity: other
    key: ITEMNO | trim
    when: STATUS = 'D'
  - entity: line
    each: PO1
    key: PO107
    fields: {q: PO102 | number}
END
raw() { # ITEMNO UPD PO102 [MORE]
	printf '{"src":{"feed":"wms-items","file":"I.csv","row":2},"raw":{"ITEMNO":"%s","DESCR":" Bolt  x ","UOM":"ST ","STATUS":"A","UPD":"%s","QTY":"4","PO1":[{"PO107":"A","PO102":"3"},{"PO107":"B","PO102":"0"},{"PO107":"C","PO102":"%s"}]%s}}\n' "$1" "$2" "$3" "${4:-}"
}
trace() { # KEY [FILE...]
	local key=$1
	shift
	sluice-map --profile ./feed.yaml --trace "$key" "$@" >out 2>err
	echo $? >status
}
shown() { # FIELD: the steps below its first line
	awk -v title="  $1: " 'index($0, title) == 1 && !n++ { on = 1; next }
		/^  [^ ]/ || /^$/ { on = 0 }
		on { sub(/^ */, ""); print }' out
}

raw 'P-1 ' 20240230 x >in.jsonl
trace P-1 in.jsonl
is "found" "$(cat status err)" 0
is "where it comes from" "$(sed 3q out)" \
'product P-1
  by entry 1 of 3 in the feed wms-items, ./feed.yaml
  from {"feed":"wms-items","file":"I.csv","row":2}'
is "the key" "$(shown key)" 'ITEMNO = "P-1 "
| trim = "P-1"'
is "a condition with its parts" "$(shown when | sed 10q)" \
'STATUS = "A"
STATUS != '\''D'\'': "A" != "D" is true
ITEMNO = "P-1 "
is empty is false
not ITEMNO is empty is true
UOM = "ST "
| trim = "ST"
in ('\''ST'\'', '\''KG'\'') is true
STATUS != '\''D'\'' and not ITEMNO is empty and (UOM | trim) in ('\''ST'\'', '\''KG'\'') is true'
is "constants" "$(grep -x '  site: .*' out)" '  site: PL1'
is "op" "$(shown op | tail -n 1)" \
	'if(STATUS = '\''A'\'', '\''upsert'\'', '\''update'\'') = "upsert"'
is "filter by filter" "$(shown name)" 'DESCR = " Bolt  x "
| trim = "Bolt  x"
| squeeze = "Bolt x"'
is "a table" "$(shown uom | tail -n 1)" '| table({ST: C62, KG: KGM}) = "C62"'
is "a fault" "$(shown updated | tail -n 1)" \
	"| date('%Y%m%d') is a reject: bad-date, February has no day 30 (20240230)"
is "the branch that is taken" "$(shown kind)" 'QTY = "4"
QTY > 5: "4" > 5 is false
UOM = "ST "
| lower = "st "
if(QTY > 5, '\''many'\'', UOM | lower) = "st "'
is "the case that is taken" "$(shown code | sed '$d')" 'UOM = "ST "
| trim = "ST"
DESCR = " Bolt  x "
| upper = " BOLT  X "'
is "what is in a template" "$(shown label)" 'ITEMNO = "P-1 "
| trim = "P-1"
UOM = "ST "
template('\''{ITEMNO | trim}/{{{UOM}'\'') = "P-1/{ST "'
is "defaults as far as they are asked" "$(shown alt)" 'MISSING = nothing
NOPE = nothing
DESCR = " Bolt  x "
| cut(1, 2) = " B"
| coalesce(NOPE, DESCR | cut(1, 2), DESCR) = " B"'
is "what is left out" "$(shown gone | tail -n 1)" 'the field is left out'
is "an operator that is negated" "$(shown odd | tail -n 1)" \
	"not matches '^S' is false"
is "what needs not be looked at" "$(shown either | tail -n 1)" \
	'QTY = 4 or DESCR < 7 is true, whatever the rest is'
like "a comparison that is none" "$(shown small | tail -n 1)" \
	'^DESCR < 7 is a reject: bad-number, '
is "lines" "$(grep -c '^  lines\[' out) $(grep -x '  lines: a list of .*' out)" \
	"9   lines: a list of 2"
is "a line's steps" "$(shown 'lines[0].item')" '^.ITEMNO = "P-1 "
| trim = "P-1"
PO107 = "A"
concat(^.ITEMNO | trim, '\''/'\'', PO107) = "P-1/A"'
is "a line that is not in the list" "$(shown 'lines[1].when' | sed -n 2p)" \
	"PO102 != '0': \"0\" != \"0\" is false"
is "an entry that makes none" \
	"$(sed -n '/^other P-1$/,/^  this/p' out | tail -n 1)" \
	'  this entry makes no record of it'
is "what is refused of the whole, once" "$(grep '^  reject' out)" \
'  reject bad-date (product updated): February has no day 30
  reject bad-number (product small): compared with the number 7: not a number: '\''B'\'' at character 1
  reject bad-number (product lines[1].qty): not a number: '\''x'\'' at character 1
  reject bad-number (line q): not a number: '\''x'\'' at character 1 (element 3 of PO1)'

trace C in.jsonl
is "an element of each" "$(sed -n '1p;4p' out)" 'line C
  element 3 of PO1'

# Of many, among other lines.
{
	raw 'Q-1' 20240131 1
	echo 'no json'
	echo '{"src":{}}'
	raw 'P-1' 20240131 1
	raw 'P-1' 20240131 2 ',"MISSING":"\u001b[31mred\u202e"'
} >many.jsonl
trace P-1 many.jsonl
is "each of them, and nothing else" "$(cat status) $(grep -c '^product P-1' out) $(wc -c <err)" "0 2 0"
is "nothing that a terminal would obey" "$(grep -c $'\033\|\342\200\256' out)" 0
like "but it is shown" "$(cat out)" 'MISSING = "[?\\].*red'
trace Z <many.jsonl
is "none" "$(cat status) $(wc -c <out) $(sed 's/^sluice-map: //' err)" \
	"1 0 no record with the key Z among the 5 raw records that were read"
printf '{"sluice":1,"stage":"extract","run":"r"}\n' | trace P-1
is "a cut stream" "$(cat status)" 65
awk 'BEGIN { printf "{\"raw\":{\"ITEMNO\":\"P-1\",\"STATUS\":\"A\",\"UOM\":\"ST\",\"DESCR\":\""; for (i = 0; i < 99999; i++) printf "%s", "Schrüß "; print "\"}}" }' |
	trace P-1
like "a huge value is cut" "$(cat status) $(shown name | head -n 1 | wc -c) $(shown name | head -n 1)" \
	'^0 4[0-9][0-9] DESCR = "Schr.*… \([0-9]+ bytes\)$'
# Rows that are mapped together, and what runs from row to row.
cat >group.yaml <<'END'
feed: orders
running:
  section: {from: SEC}
map:
  - entity: sales_order
    key: ORDERNO
    fields:
      total: $rows[].QTY | sum
    group:
      by: ORDERNO
      when: ITEM is not empty
      unsorted: true
      lines: {seq: $index, qty: QTY | number, in: $section}
  - {entity: product, key: ITEM, fields: {sku: ITEM}}
END
row() { # ROW ORDERNO ITEM QTY SEC
	printf '{"src":{"row":%s},"raw":{"ORDERNO":"%s","ITEM":"%s","QTY":"%s","SEC":"%s"}}\n' "$@"
}
{ row 2 1 A 3 x; row 3 2 B 1 ''; row 4 1 C 4 y; row 5 3 D z ''; row 6 1 E 5 ''; } >rows.jsonl
sluice-map --profile ./group.yaml --trace 1 rows.jsonl >out
is "a group" "$? $(sed -n 3p out; tail -n 1 out)" \
	'0   from 3 rows, the first {"row":2}
  mapped'
is "its rows" "$(shown total)" '$rows[].QTY = ["3","4","5"]
| sum = 12'
is "a running value of a row" \
	"$(grep -A1 'in: \$section' out | grep ' = ' | xargs -d '\n')" \
	'      $section = "x"       $section = "y"       $section = "y"'
sluice-map --profile ./group.yaml --trace D rows.jsonl >out
is "a row of a group that is refused" "$(sed 3q out; grep '^  reject' out)" \
'product D
  by entry 2 of 2 in the feed orders, ./group.yaml
  from {"row":5}
  reject bad-number (sales_order total), row 1 of the group: not a number: '\''z'\'' at character 1
  reject bad-number (sales_order lines[0].qty), row 1 of the group: not a number: '\''z'\'' at character 1'
sed '/unsorted/d' group.yaml >sorted.yaml
{ row 2 1 A 3 x; row 3 2 B 1 ''; row 7 1 F 1 ''; } >again.jsonl
sluice-map --profile ./sorted.yaml --trace 1 again.jsonl >out
is "a group that comes again" "$? $(grep -c '^  mapped' out) $(tail -n 4 out)" \
"0 1 sales_order 1
  by entry 1 of 2 in the feed orders, ./sorted.yaml
  from {\"row\":7}
  reject group-again (group): a group with this key was complete before: rows of one group do not follow each other; 'unsorted: true' puts them together"
sluice-map --profile ./sorted.yaml --trace F again.jsonl >out
is "a row of it" "$? $(sed -n '1p;/reject/s/:.*//p' out)" \
'0 product F
  reject group-again (group)'
{ cat rows.jsonl; echo '['; row 7 6 G 1 ''; row 8 6 H 1 ''; } >gap.jsonl
for key in 3 6 H; do
	sluice-map --profile ./group.yaml --trace $key gap.jsonl >out
	is "an incomplete group: $key" "$? $(grep -c '^  reject' out)" '0 1'
done

# What the manual shows is what is shown.
page=$SLUICE_SOURCE/man/sluice-map.1
sed -n 's#^\$ \(echo .*>\./try\.yaml\)$#\1#p; s#^\$ \(.*--trace P-1\)$#\1#p' "$page" |
	sed 's/\\e/\\/g' >manual.sh
is "the manual" "$(bash manual.sh)" \
	"$(sed -n '/--trace P-1$/,/^\.Ed/{/--trace/d;/^\.Ed/d;p}' "$page")"
status "--trace without a feed" 64 sluice-map --trace x in.jsonl
status "--trace with --check" 64 sluice-map --profile ./feed.yaml --check --trace x
done_testing
