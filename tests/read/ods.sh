#!/bin/bash
# Spreadsheets of OpenDocument, made here from XML.
# shellcheck source=tests/lib/tap.sh
. "$SLUICE_SOURCE/tests/lib/tap.sh"
# shellcheck source=tests/read/sheets.sh
. "$SLUICE_SOURCE/tests/read/sheets.sh"

F=$T/a.ods
set -- --format ods
URN=urn:oasis:names:tc:opendocument:xmlns

document() { # TABLES-XML [STYLES-XML]
	rm -rf "$T/book"
	mkdir -p "$T/book/META-INF"
	echo "$X<manifest:manifest xmlns:manifest=\"$URN:manifest:1.0\"><manifest:file-entry manifest:full-path=\"content.xml\"/></manifest:manifest>" \
		>"$T/book/META-INF/manifest.xml"
	echo "$X<office:document-content xmlns:office=\"$URN:office:1.0\" xmlns:style=\"$URN:style:1.0\" xmlns:text=\"$URN:text:1.0\" xmlns:table=\"$URN:table:1.0\" xmlns:draw=\"$URN:drawing:1.0\" xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\"><office:automatic-styles>${2:-}</office:automatic-styles><office:body><office:spreadsheet>$1</office:spreadsheet></office:body></office:document-content>" \
		>"$T/book/content.xml"
}

table() { # NAME ROWS-XML [STYLE]
	echo "<table:table table:name=\"$1\" table:style-name=\"${3:-}\"><table:table-column table:number-columns-repeated=\"16384\"/>$2</table:table>"
}

row() { echo "<table:table-row ${2:-}>$1</table:table-row>"; }
cell() { echo "<table:table-cell ${2:-}>${1:+<text:p>$1</text:p>}</table:table-cell>"; }
value() { cell "${3:-shown}" "office:value-type=\"$1\" office:$2"; }

H=$(row "$(cell k)$(cell v)")
document "$(table S "$H$(
	row "$(value float 'value="1.10"')$(value percentage 'value="0.52"')"
	row "$(value currency 'value="1000000000000000000000"')$(value boolean 'boolean-value="true"' TRUE)"
	row "$(value date 'date-value="2024-01-31"')$(value date 'date-value="2024-01-31T10:59:59.999999999"')"
	row "$(value time 'time-value="PT36H05M07.5S"')$(value time 'time-value="PT00H00M00S"')"
	row "$(value string 'string-value="said"')$(cell '')"
)")"
pack "$F"
is "values of every type" "$(raw "$@" "$F")" \
	'{"k":"1.1","v":"0.52"}
{"k":"1000000000000000000000","v":true}
{"k":"2024-01-31","v":"2024-01-31T11:00:00"}
{"k":"36:05:07.500","v":"00:00:00"}
{"k":"said","v":""}'

document "$(table S "$H$(
	row "$(cell '  two   <text:span>words</text:span> ')<table:table-cell><office:annotation><text:p>a note</text:p></office:annotation><text:p>one<text:s text:c=\"3\"/>two<text:tab/>three<text:line-break/>four</text:p><text:p>next <text:a>link</text:a></text:p><draw:frame><draw:text-box><text:p>drawn</text:p></draw:text-box></draw:frame></table:table-cell>"
)")"
pack "$F"
is "paragraphs, blanks, tabs; no notes, no drawings" "$(raw "$@" "$F")" \
	'{"k":"two words","v":"one   two\tthree\nfour\nnext link"}'

document "$(table S "$H$(
	row "$(cell x 'table:number-columns-repeated="2"')$(cell '' 'table:number-columns-repeated="16382"')" 'table:number-rows-repeated="2"'
	row "$(cell '' 'table:number-columns-repeated="16384"')" 'table:number-rows-repeated="1000"'
	row "$(cell y)" 'table:visibility="filter"'
	row "$(cell '' 'table:number-columns-repeated="16384"')" 'table:number-rows-repeated="1047571"'
)")"
pack "$F"
is "repeated rows and cells" "$(sluice-extract --quiet "$@" "$F" | jq -c 'select(.src) | [.src.row, .raw]')" \
	'[2,{"k":"x","v":"x"}]
[3,{"k":"x","v":"x"}]
[1004,{"k":"y","v":""}]'
is "without hidden rows" "$(raw "$@" --hidden skip "$F" | wc -l)" 2
document "$(table S "$H$(row "$(cell x)" 'table:number-rows-repeated="2000000000"')")"
pack "$F"
status "a row repeated beyond the sheet is damage" 65 sluice-extract --quiet "$@" "$F"

document "$(table S "$(
	row "$(cell Item 'table:number-rows-spanned="2"')$(cell Qty 'table:number-columns-spanned="2"')<table:covered-table-cell/>"
	row "<table:covered-table-cell><text:p>under</text:p></table:covered-table-cell>$(cell open)$(cell "done")"
	row "$(cell 1)$(cell 2)$(cell 3)"
)")"
pack "$F"
is "merged headers, covered cells" "$(raw "$@" --header 2 "$F")" '{"Item":"1","Qty open":"2","Qty done":"3"}'

document "$(table S "$H$(
	row "$(cell '#N/A' 'table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"')"
	row "$(cell '#DIV/0!' 'table:formula="oooc:=1/0" office:value-type="float" office:value="0"')"
	row "$(cell '' 'table:formula="of:=A1"')"
	row "$(value date 'date-value="2024-02-30"')"
	row "$(cell '#1 in size')"
)")"
pack "$F"
is "a text that looks like an error is none" "$(raw "$@" "$F")" '{"k":"#1 in size","v":""}'
is "errors reject their rows" "$(sluice-extract --quiet "$@" "$F" 2>&1 >/dev/null)" \
	"sluice-extract: a.ods:2: k: cell S!A2 is #N/A (cell-error)
sluice-extract: a.ods:3: k: cell S!A3 is #DIV/0! (cell-error)
sluice-extract: a.ods:4: k: cell S!A4 is a formula whose value is not stored; a spreadsheet program that saves the document stores it (no-value)
sluice-extract: a.ods:5: k: cell S!A5 is '2024-02-30', no date (bad-date)"

document "$(table Cover "$H$(row "$(cell 1)")" hid)$(table Data "$H$(row "$(cell 2)")")$(table Other "$H$(row "$(cell 3)")")" \
	'<style:style style:name="hid" style:family="table"><style:table-properties table:display="false"/></style:style>'
pack "$F"
is "the first sheet that is not hidden" "$(raw "$@" "$F")" '{"k":"2","v":""}'
is "by number, hidden ones counted; by name" "$(raw "$@" --sheet 1 "$F"; raw "$@" --sheet Other "$F")" \
	'{"k":"1","v":""}
{"k":"3","v":""}'
like "one that is not there" "$(sluice-extract "$@" --sheet None "$F" 2>&1 >/dev/null)" "no sheet 'None'; there are: 1 Cover, 2 Data, 3 Other"

document "$(table S "$H")"
sed -i 's#<manifest:file-entry manifest:full-path="content.xml"/>#<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>#' \
	"$T/book/META-INF/manifest.xml"
pack "$F"
like "an encrypted document" "$(sluice-extract "$@" "$F" 2>&1 >/dev/null)" "the document is encrypted"
status "is damage to us" 65 sluice-extract --quiet "$@" "$F"
one "$F" "<row><c><v>1</v></c></row>"
like "a workbook of another kind" "$(sluice-extract "$@" "$F" 2>&1 >/dev/null)" "its format is xlsx"
done_testing
