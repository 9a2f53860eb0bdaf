#!/bin/bash
# --probe drafts a feed that sluice-map runs at once; --profile-data says what
# columns hold, the same each time.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
mkdir -p "$T/profiles/feeds"
cp -r "$SLUICE_SOURCE/profiles/contracts" "$T/profiles/"

probe() { # FILE [OPTION...]: the draft becomes the feed "draft"; $rc, $T/err
	local file=$1

	shift
	sluice-extract --probe "$@" "$file" >"$T/draft" 2>"$T/err"
	rc=$?
	sed 's/^feed: .*/feed: draft/' "$T/draft" >"$T/profiles/feeds/draft.yaml"
}
mapped() { # FILE: keys and fields through the draft
	sluice-extract -q --profiles "$T/profiles" --profile draft "$1" \
		2>>"$T/err" |
		sluice-map -q --profiles "$T/profiles" --profile draft 2>>"$T/err" |
		jq -c 'select(.entity) | [.entity, .key, .fields]'
}
says() { # LINE: a line of the report in the draft
	grep -qxF "# $1" "$T/draft"
}

cat >"$T/Items 2024.csv" <<-'END'
	Item No.,Description,Item Price,Changed,State,"odd ] name",Count
	0001, Bolt ,"1.234,50",31.12.2024,A,"x ""y""",1
	0002,Nut,"0,50",01.02.2024,A,x,22
	0003,Gear,"10,00",13.02.2024,X,,333
	0004,Gear,"10,00",13.02.2024,A
	0005,Gear,"10,00",13.02.2024,A,x,-4
END
probe "$T/Items 2024.csv"
is 'one row is ragged' $rc 1
is 'the feed is named after the file' "$(grep ^feed: "$T/draft")" \
	'feed: items-2024'
says 'rejected 1'
is 'rejects are counted' $? 0
says '  key: every record has one, all differ'
is 'a key' $? 0
says '  with zeros in front 4'
is 'zeros in front' $? 0
says '  with blanks around 1'
is 'blanks around' $? 0
says '  decimal comma 4' && says '  from 0.50 to 1234.50, 2 decimals'
is 'amounts' $? 0
says '  date pattern %d.%m.%Y'
is 'dates' $? 0
says '  code A 3' && says '  code X 1'
is 'codes' $? 0
says '  filled 3, empty 1'
is 'empty ones' $? 0
says '  from -4 to 333, 0 decimals'
is 'integers' $? 0
is 'the draft runs at once' "$(mapped "$T/Items 2024.csv" | head -n 1)" \
	'["product","0001",{"sku":"0001","name":"Bolt","list_price":1234.5}]'
is 'all records' "$(mapped "$T/Items 2024.csv" | wc -l)" 4
like 'what has no field is there as a comment' "$(cat "$T/draft")" \
	'# [?]: "Changed [|] date\('"'%d.%m.%Y'"'\)"'
like 'odd names are quoted' "$(cat "$T/draft")" '# [?]: "\[odd \]\] name\]"'

printf 'customer no;name;city\n7;A;B\n8;C;D\n' >"$T/c.csv"
probe "$T/c.csv" --delimiter ';'
like 'what was given is in the draft' "$(cat "$T/draft")" '^  delimiter: ";"'
is 'customers are partners' "$(mapped "$T/c.csv" | head -n 1)" \
	'["partner","7",{"name":"A","city":"B"}]'

iconv -f UTF-8 -t CP1252 <<-'END' >"$T/d.csv"
	Report of the day

	item;Bezeichnung;Preis
	7;"Tür; groß";1,50
	8;Öse;2,75
	9;Blech;3,00
END
probe "$T/d.csv"
like 'the dialect is found, and why' "$(cat "$T/draft")" \
	'^  delimiter: ";" # .'
like 'the encoding too' "$(cat "$T/draft")" '^  encoding: "(CP1252|WINDOWS-1252)" # .'
like 'lines before the header' "$(cat "$T/draft")" '^  skip: "2" # .'
is 'and with them the feed reads it' "$(mapped "$T/d.csv" | head -n 1)" \
	'["product","7",{"sku":"7","name":"Tür; groß","list_price":1.5}]'

# Names and values that YAML would trip over.
printf 'a\x7f"b\\,: #,-\n1,2,3\n4,5,6\n' >"$T/odd.csv"
probe "$T/odd.csv" --quote none
is 'odd names map' "$(mapped "$T/odd.csv" | jq -c '.[1]' | tr '\n' ' ')" \
	'"1" "4" '

printf '{"a":{"b":[{"c":"1"},{"c":"2"}],"d":"x"},"e":1.50}\n{"e":2}\n' \
	>"$T/n.jsonl"
probe "$T/n.jsonl"
like 'JSON lines are known' "$(cat "$T/draft")" '^  format: jsonl'
says 'column a.b[].c' && says 'column a.d' && says '  filled 1, empty 0, missing 1'
is 'nested records are looked at by path' $? 0
is 'and mapped' "$(mapped "$T/n.jsonl" | jq -c '.[1]' | tr '\n' ' ')" \
	'"1.50" "2" '

# --profile-data: the same each time, with a feed as well.
sluice-extract --profile-data "$T/c.csv" --delimiter ';' >"$T/one" 2>"$T/err"
sluice-extract --profile-data <"$T/c.csv" --delimiter ';' >"$T/two" 2>>"$T/err"
is 'no times, no names of files' "$(diff "$T/one" "$T/two")" ''
is 'one fact a line' "$(head -n 5 "$T/one" | tr '\n' '|')" \
	'rejected 0|records 2|columns 3|column customer no|  filled 2, empty 0|'
sluice-extract --profile-data --format csv "$T/c.csv" "$T/c.csv" \
	--delimiter ';' 2>"$T/err" | grep -c key: >"$T/keys"
is 'a key of one file is none of two' "$(cat "$T/keys")" 0

# A file that is a header only, and archives.
printf 'ITEMNO;DESCR\n' >"$T/h.csv"
probe "$T/h.csv" --delimiter ';'
like 'a header alone makes a map' "$(cat "$T/draft")" '^      sku: "ITEMNO"'
is 'which runs' "$(mapped "$T/h.csv"; echo $?)" 0
mkdir "$T/z"
printf 'ITEMNO;QTY\nP-1;7\nP-2;8\n' >"$T/z/a.csv"
printf 'X,Y,Z\n1,2,3\n' >"$T/z/b.csv"
zip_up() { # NAME MEMBER...
	local to=$T/$1.zip
	shift
	rm -f "$to"
	(cd "$T/z" && zip -q "$to" "$@")
}
if command -v zip >/dev/null; then
	zip_up one a.csv
	probe "$T/one.zip"
	is 'an archive is what its member is' "$rc $(grep -c member: "$T/draft")" '0 0'
	is 'and mapped' "$(mapped "$T/one.zip" | jq -c '.[1]' | tr '\n' ' ')" '"P-1" "P-2" '
	zip_up two a.csv b.csv
	probe "$T/two.zip"
	like 'of several the first' "$(cat "$T/draft")" '^  member: "a.csv"'
	like 'and that is told' "$rc $(head -n 1 "$T/err")" \
		'^0 .*a.csv: the first member is looked at'
	is 'which its feed reads' "$(mapped "$T/two.zip" | jq -c '.[1]' | tr '\n' ' ')" '"P-1" "P-2" '
	probe "$T/two.zip" --member 'b*'
	like 'or those of a pattern' "$(cat "$T/draft")" '^  member: "b[*]"'
	is 'by their own columns' "$(mapped "$T/two.zip" | jq -c '.[1]')" '"1"'
fi

# Bad input.
: >"$T/empty"
probe "$T/empty"
is 'an empty file is told' "$rc $(cat "$T/draft")" '65 '
head -c 4000 /dev/zero | tr '\0' '\0\1' >"$T/bin"
printf 'abc\001\002' >>"$T/bin"
probe "$T/bin"
is 'what is no text is told' "$rc $(cat "$T/draft")" '65 '
for _ in 1 2 3; do printf 'P-1  ART PLATTE  0000012'; done |
	iconv -f ASCII -t CP037 >"$T/host"
probe "$T/host"
like 'EBCDIC wants a copybook' "$rc $(cat "$T/err")" \
	'64 .*has the bytes of EBCDIC, so it seems to be cobol.*copybook'
probe "$T/c.csv" "$T/n.jsonl"
is 'one file at a time' $rc 64
printf 'a,b\n1,"2\n' >"$T/cut.csv"
sluice-extract --profile-data "$T/cut.csv" >"$T/out" 2>"$T/err"
is 'no report of a damaged file' "$? $(cat "$T/out")" '65 '
awk 'BEGIN {print "a,b"; for (i = 0; i < 200; i++) print i}' >"$T/ragged.csv"
sluice-extract --profile-data "$T/ragged.csv" >"$T/out" 2>"$T/err"
is 'few rejects are told' "$? $(wc -l <"$T/err") $(head -n 1 "$T/out")" \
	'1 10 rejected 200'

# Many keys, many columns: flat memory.
awk 'BEGIN {print "id,x"; for (i = 0; i < 300000; i++) print i ",a" i % 7}' \
	>"$T/long.csv"
sluice-extract --profile-data "$T/long.csv" >"$T/out" 2>"$T/err"
is 'a key of 300,000 values' "$(grep -c 'key: every' "$T/out")" 1
# The peak, as the kernel counts it; a sanitizer has its own.
if ! grep -q fsanitize "$SLUICE_BUILD/config.log" &&
	[ -x /usr/bin/time ]; then
	/usr/bin/time -q -o "$T/peak" -f %M \
		sluice-extract --profile-data "$T/long.csv" >"$T/out"
	ok 'memory stays below 64 MiB' [ "$(cat "$T/peak")" -lt 65536 ]
else
	skip 'memory stays below 64 MiB' 'a sanitizer, or no time'
fi
awk 'BEGIN {for (i = 0; i < 5000; i++) printf "%sc%d", (i ? "," : ""), i
	for (j = 0; j < 3; j++) {print ""; for (i = 0; i < 5000; i++)
		printf "%s%d", (i ? "," : ""), j * i}; print ""}' >"$T/wide.csv"
sluice-extract --profile-data "$T/wide.csv" >"$T/out" 2>"$T/err"
is '5,000 columns' "$(grep -c ^column "$T/out")" 5001
done_testing
