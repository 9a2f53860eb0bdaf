# shellcheck shell=bash
# sheets.sh - workbooks from pieces of XML, for the tests of spreadsheets

X='<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN='xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL=http://schemas.openxmlformats.org/officeDocument/2006/relationships
PACKAGE='xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'

# Zip what lies in $T/book to FILE, the folder starting afresh.
pack() { # FILE
	rm -f "$1"
	(cd "$T/book" && zip -q -r -X "$T/packed.zip" .) && mv "$T/packed.zip" "$1"
	rm -rf "$T/book"
}

# What every workbook has; SHEETS are "NAME[:STATE]", a line each.
book() { # SHEETS [workbookPr]
	local n=0 name state list='' relations=''

	rm -rf "$T/book"
	mkdir -p "$T/book/_rels" "$T/book/xl/_rels" "$T/book/xl/worksheets"
	echo "$X<Relationships $PACKAGE><Relationship Id=\"r1\" Type=\"$REL/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>" \
		>"$T/book/_rels/.rels"
	while IFS=: read -r name state; do
		n=$((n + 1))
		list+="<sheet name=\"$name\" sheetId=\"$n\" state=\"${state:-visible}\" r:id=\"rId$n\"/>"
		relations+="<Relationship Id=\"rId$n\" Type=\"$REL/worksheet\" Target=\"worksheets/sheet$n.xml\"/>"
	done <<<"$1"
	echo "$X<workbook $MAIN xmlns:r=\"$REL\">${2:-}<sheets>$list</sheets></workbook>" \
		>"$T/book/xl/workbook.xml"
	echo "$X<Relationships $PACKAGE>$relations<Relationship Id=\"rS\" Type=\"$REL/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"rT\" Type=\"$REL/styles\" Target=\"/xl/styles.xml\"/></Relationships>" \
		>"$T/book/xl/_rels/workbook.xml.rels"
	strings ''
	styles 0
}

strings() { # XML of <si>
	echo "$X<sst $MAIN>$1</sst>" >"$T/book/xl/sharedStrings.xml"
}

# Style N of a cell is the N-th format: a number, or a code.
styles() { # FORMAT...
	local id=164 codes='' cells='' f

	for f; do
		case $f in
		*[!0-9]*)
			codes+="<numFmt numFmtId=\"$id\" formatCode=\"$f\"/>"
			f=$id
			id=$((id + 1))
			;;
		esac
		cells+="<xf numFmtId=\"$f\"/>"
	done
	echo "$X<styleSheet $MAIN><numFmts>$codes</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs>$cells</cellXfs></styleSheet>" \
		>"$T/book/xl/styles.xml"
}

sheet() { # NUMBER ROWS-XML [XML behind them]
	echo "$X<worksheet $MAIN><sheetData>$2</sheetData>${3:-}</worksheet>" \
		>"$T/book/xl/worksheets/sheet$1.xml"
}

# A workbook of one sheet.
one() { # FILE ROWS-XML [XML behind them]
	book S
	sheet 1 "$2" "${3:-}"
	pack "$1"
}

t() { # a cell with a text: REFERENCE TEXT
	echo "<c r=\"$1\" t=\"inlineStr\"><is><t>$2</t></is></c>"
}

n() { # a number: REFERENCE NUMBER [STYLE]
	echo "<c r=\"$1\" s=\"${3:-0}\"><v>$2</v></c>"
}

# The records of a file, without the lines of the stream around them.
raw() { # options and file
	sluice-extract --quiet "$@" 2>"$T/err" | jq -c '.raw // empty'
}

columns() { # options and file
	sluice-extract --quiet "$@" 2>"$T/err" | jq -c '.columns // empty'
}
