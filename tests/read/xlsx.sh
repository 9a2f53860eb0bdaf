#!/bin/bash
# Workbooks of Office Open XML, made here from XML.
# shellcheck source=tests/lib/tap.sh
. "$SLUICE_SOURCE/tests/lib/tap.sh"
# shellcheck source=tests/read/sheets.sh
. "$SLUICE_SOURCE/tests/read/sheets.sh"

F=$T/a.xlsx
set -- --format xlsx
H="<row r=\"1\">$(t A1 k)$(t B1 v)</row>"

# ---- texts
book S
strings '<si><t>k</t></si><si><t xml:space="preserve"> two  blanks </t></si><si><t> cut </t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space="preserve">ch </t></r><r><t>text</t></r></si><si><t>東京</t><rPh sb="0" eb="2"><t>とうきょう</t></rPh><phoneticPr fontId="1"/></si><si><t>a_x000D__x005F_x0041_ _xD83D__xDE00__x0000_</t></si><si/>'
sheet 1 '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c></row><row><c t="s"><v>3</v></c></row><row><c t="s"><v>4</v></c></row><row><c t="s"><v>5</v></c></row><row><c t="s"><v>6</v></c></row><row><c t="str"><f>A1</f><v>&lt;&amp;"_x0009_</v></c></row><row><c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c></row>'
pack "$F"
is "shared, rich, inline and phonetic strings; escapes" "$(raw "$@" "$F" | jq -r '.k | @json')" \
	'" two  blanks "
"cut"
"rich text"
"東京"
"a\r_x0041_ 😀_x0000_"
"<&\"\t"
"inline"'
is "rows and cells without a reference are counted" \
	"$(sluice-extract --quiet "$@" "$F" | jq -c '.src.row // empty' | paste -sd ' ')" "2 3 4 5 6 8 9"

# ---- numbers
rows='' i=1
for v in 0.1 1.1000000000000001 1.0 1E+20 5.0000000000000003E-2 1.0000000000000001E-5 \
	-2.5E-3 123456789012345 12345678901234567890 0.30000000000000004 007 1e400 abc; do
	i=$((i + 1))
	rows+="<row r=\"$i\">$(n A$i $v)</row>"
done
one "$F" "$H$rows"
is "numbers are the shortest text of the same number" "$(raw "$@" "$F" | jq -r .k | paste -sd ' ')" \
	"0.1 1.1 1 100000000000000000000 0.05 0.00001 -0.0025 123456789012345 12345678901234567890 0.30000000000000004 007"
like "what is none is a reject" "$(cat "$T/err"; sluice-extract --quiet "$@" "$F" 2>&1 >/dev/null)" "cell S!A14 is 'abc', no number"

# ---- dates
book D
styles 0 14 22 20 46 'yyyy\-mm\-dd' 'h:mm:ss' 'mm:ss.000' '[$-407]d. mmmm yyyy;@' '0.00 &quot;d&quot;' '[Red]0.0' 'dd/mm/yyyy hh:mm' '[h]:mm' General '# ?/?' '[&gt;=100]0;0' 'mmm' 47 'yy&quot;m&quot;0'
rows='' i=1
date_row() { # STYLE VALUE
	i=$((i + 1))
	rows+="<row r=\"$i\">$(n A$i "$2" "$1")</row>"
}
for pair in '1 45322' '1 45322.5' '2 45322' '2 45322.75' '3 0.5' '4 1.5' '5 59' '5 61' '5 1' \
	'6 45322.25' '7 0.0000115856' '8 45322' '9 45322' '10 45322' '11 45322.999999' '12 1.0416666667' \
	'13 45322' '14 45322' '15 45322' '16 45322' '17 0.5' '5 60' '5 0' '5 -1' '5 2958466'; do
	# shellcheck disable=SC2086 # two words
	date_row $pair
done
sheet 1 "$H$rows"
pack "$F"
is "dates by number format, system of 1900" "$(raw "$@" "$F" | jq -r .k)" \
	'2024-01-31
2024-01-31T12:00:00
2024-01-31T00:00:00
2024-01-31T18:00:00
12:00:00
36:00:00
1900-02-28
1900-03-01
1900-01-01
2024-01-31T06:00:00
00:00:01.001
2024-01-31
45322
45322
2024-02-01T00:00:00
25:00:00
45322
45322
45322
2024-01-31
12:00:00'
is "days there are not" "$(sluice-extract --quiet "$@" "$F" 2>&1 >/dev/null | sed 's/.*: v: //; s/.*cell/cell/')" \
	"cell D!A23 (60 as a date) is February 29 of 1900, no leap year (bad-date)
cell D!A24 (0 as a date) is day 0 of January 1900 (bad-date)
cell D!A25 (-1 as a date) is a date before the first one there is (bad-date)
cell D!A26 (2958466 as a date) is beyond the year 9999 (bad-date)"
book D '<workbookPr date1904="1"/>'
styles 14 46
sheet 1 "$H<row>$(n A2 0)</row><row>$(n A3 43860)</row><row>$(n A4 -0.25 1)</row><row>$(n A5 2957003)</row><row>$(n A6 2957004)</row>"
pack "$F"
is "system of 1904" "$(raw "$@" "$F" | jq -r .k | paste -sd ' ')" "1904-01-01 2024-01-31 -06:00:00 9999-12-31"
is "its last day" "$(sluice-extract --quiet "$@" "$F" 2>&1 >/dev/null | sed 's/.*cell/cell/')" \
	"cell D!A6 (2957004 as a date) is beyond the year 9999 (bad-date)"

# ---- the wrong format
sluice-extract "$F" >"$T/out" 2>"$T/err"
is "a workbook is no archive of CSV files" "$? $(wc -c <"$T/out")" "65 0"
like "and told as one" "$(cat "$T/err")" "a workbook, not csv: its format is xlsx"

# ---- other types, errors
one "$F" "$H<row r=\"2\"><c r=\"A2\" t=\"b\"><v>1</v></c><c r=\"B2\" t=\"b\"><v>0</v></c></row><row r=\"3\">$(n A3 1)<c r=\"B3\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c></row><row r=\"4\"><c r=\"A4\" t=\"d\"><v>2024-01-31T10:00:00</v></c><c r=\"B4\"><f>A3*2</f><v>2</v></c></row><row r=\"5\"><c r=\"A5\"><f>A3*2</f><v></v></c></row><row r=\"6\"><c r=\"A6\" t=\"str\"><f>\"\"</f><v></v></c><c r=\"B6\" s=\"9\"/></row><row r=\"7\">$(t A7 x)<c r=\"A7\"><v>1</v></c></row><row r=\"8\"><c r=\"B8\" t=\"s\"><v>5</v></c></row><row r=\"9\"><c r=\"XFE9\"><v>5</v></c></row>"
is "booleans, dates in ISO, values of formulas, blank rows" "$(raw "$@" "$F")" \
	'{"k":true,"v":false}
{"k":"2024-01-31T10:00:00","v":"2"}'
sluice-extract --quiet "$@" --rejects "$T/rej" "$F" >/dev/null
is "rejects name sheet and cell" "$(jq -c '[.src.row, .src.sheet, .code, .field, .why]' "$T/rej")" \
	'[3,"S","cell-error","v","cell S!B3 is #DIV/0!"]
[5,"S","no-value","k","cell S!A5 is a formula whose value is not stored; a spreadsheet program that saves the workbook stores it"]
[7,"S","bad-cell","k","cell S!A7 is there twice"]
[8,"S","bad-cell","v","cell S!B8 has a text that is not in the workbook"]
[9,"S","bad-cell","c16384","cell S!XFD9 or one beside it has no place in a sheet of 16384 columns"]'

# ---- headers
one "$F" "<row r=\"2\"/><row r=\"3\">$(t A3 Item)$(t B3 Qty)$(t D3 Qty)</row><row r=\"4\">$(t B4 open)$(t C4 "done")</row><row r=\"7\">$(n A7 1)$(n B7 2)$(n D7 4)</row>" \
	'<mergeCells count="3"><mergeCell ref="A3:A4"/><mergeCell ref="B3:C3"/><mergeCell ref="D3:E3"/></mergeCells>'
is "merged headers count for all their columns" "$(raw "$@" --header 2 "$F")" \
	'{"Item":"1","Qty open":"2","Qty done":"","Qty":"4","Qty_2":""}'
is "one header row, found below blank ones" "$(columns "$@" "$F")" '["Item","Qty","Qty_2","Qty_3","Qty_4"]'
is "no header" "$(raw "$@" --header no "$F" | tail -n 1)" '{"c1":"1","c2":"2","c3":"","c4":"4"}'
is "rows passed over" "$(columns "$@" --skip 3 "$F")" '["c1","open","done"]'
one "$F" "<row r=\"1\">$(t A1 Title)</row><row r=\"2\">$(n A2 1)$(n B2 2)</row>" '<mergeCells><mergeCell ref="A1:XFD1"/></mergeCells>'
is "a title over the whole sheet has no more columns than the data" "$(columns "$@" "$F")" '["Title","Title_2"]'
one "$F" "$H<row r=\"2\">$(n A2 1)$(n D2 4)</row><row r=\"3\">$(n A3 1)</row>"
is "cells beyond the header: the row is ragged" "$(sluice-extract --quiet "$@" "$F" 2>&1 >/dev/null)" \
	"sluice-extract: a.xlsx:2: 4 cells where there are 2 columns (ragged)"
is "or keeps them" "$(raw "$@" --ragged keep "$F")" '{"k":"1","v":"","c4":"4"}
{"k":"1","v":""}'

# ---- sheets, hidden rows
book $'Cover:hidden\nStock & "Co"\n3:veryHidden' 2>/dev/null
sed -i 's/Stock & "Co"/Stock \&amp; Co/' "$T/book/xl/workbook.xml"
for i in 1 2 3; do
	sheet $i "<row r=\"1\">$(t A1 s)</row><row r=\"2\" hidden=\"1\">$(n A2 "${i}1")</row><row r=\"3\">$(n A3 "${i}2")</row>"
done
pack "$F"
is "the first sheet that is not hidden" "$(sluice-extract --quiet "$@" "$F" | jq -c 'select(.src) | [.src.sheet, .src.row, .raw.s]')" \
	'["Stock & Co",2,"21"]
["Stock & Co",3,"22"]'
is "a hidden one by name" "$(raw "$@" --sheet Cover "$F" | head -n 1)" '{"s":"11"}'
is "a name that is a number goes before the number" "$(raw "$@" --sheet 3 "$F" | head -n 1)" '{"s":"31"}'
is "by number, without hidden rows" "$(raw "$@" --sheet 1 --hidden skip "$F")" '{"s":"12"}'
status "a sheet that is not there" 65 sluice-extract --quiet "$@" --sheet 4 "$F"
like "names those there are" "$(sluice-extract "$@" --sheet 4 "$F" 2>&1 >/dev/null)" "1 Cover, 2 Stock & Co, 3 3"

# ---- other writers
book S
sheet 1 ''
sed -i -e 's#http://schemas.openxmlformats.org/spreadsheetml/2006/main#http://purl.oclc.org/ooxml/spreadsheetml/main#' \
	-e 's#http://schemas.openxmlformats.org/officeDocument/2006/relationships#http://purl.oclc.org/ooxml/officeDocument/relationships#' \
	"$T/book/xl/workbook.xml" "$T/book/xl/_rels/workbook.xml.rels" "$T/book/_rels/.rels"
cat >"$T/book/xl/worksheets/sheet1.xml" <<-'END'
	<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>
	  <x:row><x:c t="inlineStr"><x:is><x:t>k</x:t></x:is></x:c></x:row>
	  <x:row>
	    <x:c>
	      <x:v> 5 </x:v>
	    </x:c>
	  </x:row>
	</x:sheetData></x:worksheet>
END
pack "$F"
is "the strict namespace, prefixes, white space" "$(raw "$@" "$F")" '{"k":"5"}'
is "from standard input, and gzipped" "$(raw "$@" <"$F"; gzip -c "$F" | raw "$@")" '{"k":"5"}
{"k":"5"}'

# ---- damage
one "$F" "$H<row r=\"2\">$(n A2 1)</row>"
head -c 700 "$F" >"$T/cut.xlsx"
status "a cut archive" 65 sluice-extract --quiet "$@" "$T/cut.xlsx"
book S
sheet 1 "$H<row r=\"2\">$(n A2 1)</row><row r=\"3\"><c"
pack "$F"
is "rows before broken XML are delivered" "$(raw "$@" "$F")" '{"k":"1","v":""}'
like "and the error says where" "$(cat "$T/err")" 'sheet1.xml:[0-9]+: damaged: '
status "it is damage" 65 sluice-extract --quiet "$@" "$F"
book S
sheet 1 "$H<row r=\"2\">$(n A2 1)</row>"
(cd "$T/book" && zip -q -0 -r -X "$T/stored.zip" .)
sed -i 's#<v>1</v>#<v>7</v>#' "$T/stored.zip"
like "a wrong checksum" "$(sluice-extract "$@" "$T/stored.zip" 2>&1 >/dev/null)" "sheet1.xml: damaged, the checksum differs"
book S
sheet 1 ''
printf '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>' \
	>"$T/book/xl/worksheets/sheet1.xml"
pack "$F"
like "entities are refused" "$(sluice-extract "$@" "$F" 2>&1 >/dev/null)" "declares the entity a, which no workbook does"
book S
sheet 1 "$H<row r=\"2\">$(n A2 1)</row>"
(cd "$T/book" && zip -q -P secret -r -X "$T/locked.zip" .)
like "an encrypted archive" "$(sluice-extract "$@" "$T/locked.zip" 2>&1 >/dev/null)" "encrypted"
{
	printf '\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1'
	head -c 1000 /dev/zero
} >"$T/ole.xlsx"
like "a legacy workbook" "$(sluice-extract "$@" "$T/ole.xlsx" 2>&1 >/dev/null)" "a legacy workbook \(xls\), which is not read; save it as xlsx"
printf 'E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0' >>"$T/ole.xlsx"
like "an encrypted workbook" "$(sluice-extract "$@" "$T/ole.xlsx" 2>&1 >/dev/null)" "the workbook is encrypted"
status "is damage to us" 65 sluice-extract --quiet "$@" "$T/ole.xlsx"
status "and the format xls is refused" 65 sluice-extract --quiet --format xls "$T/ole.xlsx"
like "a newer one called xls" "$(sluice-extract --format xls "$F" 2>&1 >/dev/null)" "its format is xlsx or ods"

# ---- size
book S
{
	printf '%s<worksheet %s><sheetData>' "$X" "$MAIN"
	awk 'BEGIN {for (i = 1; i <= 60000; i++) printf "<row r=\"%d\"><c t=\"s\"><v>%d</v></c><c t=\"s\"><v>%d</v></c></row>", i, i - 1, (i * 7919) % 60000}'
	printf '</sheetData></worksheet>'
} >"$T/book/xl/worksheets/sheet1.xml"
strings "$(awk 'BEGIN {for (i = 0; i < 60000; i++) printf "<si><t>text number %d %0400d</t></si>", i, i}')"
pack "$F"
is "24 MB of shared strings, in order and out of it" \
	"$(raw "$@" --header no "$F" | awk -F'"' '{split($4, a, " "); split($8, b, " "); if (a[3] != NR - 1 || b[3] != (NR * 7919) % 60000 || a[4] + 0 != a[3]) bad++} END {print NR, bad + 0}')" "60000 0"
book S
long=$(head -c 9000000 /dev/zero | tr '\0' x)
{
	printf '%s<worksheet %s><sheetData>%s' "$X" "$MAIN" "$H"
	printf '<row r="2">'
	echo "<c t=\"str\"><v>$long</v></c><c t=\"str\"><v>$long</v></c></row><row r=\"3\">$(n A3 1)</row></sheetData></worksheet>"
} >"$T/book/xl/worksheets/sheet1.xml"
pack "$F"
is "a row of 18 MB is a reject, the next one is read" "$(raw "$@" "$F"; grep -c too-long "$T/err")" '{"k":"1","v":""}
1'
done_testing
