#!/bin/bash
# t102-extract-detect.sh - one table in many dialects: --detect gives back
# every cell of each, and says what it found
. "$SLUICE_SOURCE/tests/lib/tap.sh"

# A table with what dialects must keep apart; cells as they are, a tab between.
table() {
	printf 'NO\tDay\tTime\tPrice\tText\tNote\n'
	awk 'BEGIN {
		for (i = 1; i <= 40; i++) {
			text = i % 3 ? "plain words" : "one, two; three | four"
			if (i % 7 == 0) text = "24\" wide"
			if (i % 11 == 0) text = "the plant'\''s, own"
			printf "A-%03d\t%02d/03/2024\t%02d:15\t%d.50\t%s\t%s\n",
				i, i % 28 + 1, i % 24, i * 3, text, i % 2 ? "" : "x"
		}
	}'
}

# DELIMITER QUOTE ESCAPE: the table in this dialect.
write() {
	table | awk -F '\t' -v d="$1" -v q="$2" -v e="$3" '{
		line = ""
		for (i = 1; i <= NF; i++) {
			c = $i
			if (index(c, q) || index(c, d) || index(c, " ") ||
			    index(c, ",")) {
				out = ""
				n = split(c, part, "")
				for (k = 1; k <= n; k++)
					out = out (part[k] == q ? e q : part[k])
				c = q out q
			}
			line = line (i > 1 ? d : "") c
		}
		print line
	}'
}

# The cells that came back, a tab between.
cells() { # FILE
	sluice-extract --detect "$1" 2>"$T/err" |
		jq -r 'if .columns then .columns else .raw end // empty |
			[.[]] | join("\t")'
}

table >"$T/expected"
check() { # WHAT: $T/file
	if cells "$T/file" | cmp -s - "$T/expected"; then pass "$1"; else
		fail "$1" "$(cat "$T/err")" \
			"$(cells "$T/file" | diff - "$T/expected" | head -n 4)"
	fi
}

for d in ',' ';' '|' $'\t' '^' '~' '||' ', ' '|~|' '§' ' '; do
	write "$d" '"' '"' >"$T/file"
	check "delimiter '$d'"
	write "$d" "'" "'" >"$T/file"
	check "delimiter '$d', apostrophes around"
	write "$d" '"' "\\" >"$T/file"
	check "delimiter '$d', backslashes"
done

write ';' '"' '"' | sed 's/$/\r/' >"$T/file"
check "CR LF"
write ';' '"' '"' | tr '\n' '\r' >"$T/file"
check "CR"
write , '"' '"' | head -c -1 >"$T/file"
check "no line end at the end"
write , '"' '"' | iconv -t UTF-16BE >"$T/file"
check "UTF-16 without a mark"
{
	printf 'Stock of the day\nsite,PL1\n\n'
	write , '"' '"'
} >"$T/file"
check "lines before the header"
like "they are told" "$(cat "$T/err")" "skip 3: "

write , '"' '"' | sed 1d >"$T/file"
is "no header" "$(cells "$T/file" | sed 1d)" "$(sed 1d "$T/expected")"
{
	write , '"' '"' | head -n 1
	write , '"' '"'
} >"$T/file"
is "two rows of names" "$(cells "$T/file" | head -n 1)" \
	$'NO NO\tDay Day\tTime Time\tPrice Price\tText Text\tNote Note'

write , '"' '"' >"$T/file"
cells "$T/file" >/dev/null
like "the reason" "$(cat "$T/err")" \
	"delimiter ',': 6 cells in 41 of 41 lines"
sluice-extract --detect --quiet "$T/file" >"$T/out" 2>"$T/err"
is "--quiet" "$(cat "$T/err")" ""
done_testing
