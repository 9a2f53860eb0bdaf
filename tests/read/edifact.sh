#!/bin/bash
# EDIFACT: the CONTRL that answers, and files too long to be cases.
# shellcheck source=tests/lib/tap.sh
. "$SLUICE_SOURCE/tests/lib/tap.sh"

C=$SLUICE_SOURCE/tests/read/edifact
export SLUICE_NOW=2024-01-31T12:05:00Z

answer() { # FILE: the CONTRL, a segment a line
	rm -f "$T/ack"
	sluice-extract --quiet --format edifact --ack "$T/ack" "$1" \
		>"$T/out" 2>"$T/err"
	sed "s/'/'\n/g" "$T/ack" | sed '/^$/d'
}

# ---- the answer
is "each message is acknowledged or rejected" \
	"$(answer "$C/wrong-unt/input.edi")" \
	"UNB+UNOC:3+8712345000004:14+5412345000013:14+240131:1205+IC7'
UNH+1+CONTRL:D:3:UN'
UCI+IC7+5412345000013:14+8712345000004:14+7'
UCM+A+ORDERS:D:96A:UN+7'
UCM+B+ORDERS:D:96A:UN+4+29+UNT'
UCM+C+ORDERS:D:96A:UN+4+28+UNT'
UCM+D+ORDERS:D:96A:UN+4+13+UNT'
UCM+E+ORDERS:D:96A:UN+7'
UNT+8+1'
UNZ+1+IC7'"
is "an answer is one of EDIFACT" "$(sluice-extract --format edifact "$T/ack" |
	jq -c '.raw // empty | [.UCI.UCI01, (.UCM | length), .UCM[1].UCM04]')" \
	'["IC7",5,"29"]'
cp "$T/ack" "$T/contrl.edi"
answer "$T/contrl.edi" >/dev/null
is "an answer is not answered" "$(wc -c <"$T/ack")" 0
is "groups, with what is wrong with them" \
	"$(answer "$C/wrong-une/input.edi" | grep '^UC')" \
	"UCI+IC7+5412345000013:14+8712345000004:14+7'
UCF+G1+S-1:ZZ+R-1:ZZ+7+29+UNE'
UCM+A+ORDERS:D:96A:UN+7'
UCF+G2+S-1:ZZ+R-1:ZZ+7+28+UNE'
UCM+B+ORDERS:D:96A:UN+7'
UCF+G3+S-1:ZZ+R-1:ZZ+7+13+UNE'
UCM+C+ORDERS:D:96A:UN+7'
UCF+G4+S-1:ZZ+R-1:ZZ+7'
UCM+D+ORDERS:D:96A:UN+7'"
is "an interchange each; a wrong UNZ" \
	"$(answer "$C/wrong-unz/input.edi" | grep -c '^UNB'
	sed "s/'/'\n/g" "$T/ack" | grep '^UCI')" "3
UCI+IC7+5412345000013:14+8712345000004:14+7+29+UNZ'
UCI+IC7+5412345000013:14+8712345000004:14+7+28+UNZ'
UCI+IC7+5412345000013:14+8712345000004:14+7'"
is "the segment that is wrong" \
	"$(answer "$C/not-ascii/input.edi" | grep '^UC[MS]')" \
	"UCM+A+ORDERS:D:96A:UN+7'
UCM+B+ORDERS:D:96A:UN+4'
UCS+2+21'
UCM+C+ORDERS:D:96A:UN+7'"
is "separators and escapes of what is answered" \
	"$(answer "$C/separators/input.edi" >/dev/null && cat "$T/ack")" \
	"UNA|*,\\ ~UNB*UNOC|3*B\\*2*A\\|1*240131|1205*R\\~1~UNH*1*CONTRL|D|3|UN~UCI*R\\~1*A\\|1*B\\*2*7~UCM*1*ORDERS|D|96A|UN*7~UNT*4*1~UNZ*1*R\\~1~"
is "syntax version 4" "$(answer "$C/syntax-4/input.edi" | head -n 2)" \
	"UNB+UNOW:4+R+S+20240131:1205+IC7'
UNH+1+CONTRL:4:1:UN'"
printf "UNB+UNOA:1+S+R+1:1+7++++++1'UNZ+0+7'" >"$T/test.edi"
is "the test indicator goes back" "$(answer "$T/test.edi" | head -n 1)" \
	"UNB+UNOA:1+R+S+240131:1205+7++++++1'"
echo before >"$T/ack"
status "a file that is cut" 65 sluice-extract --quiet --format edifact \
	--ack "$T/ack" "$C/cut/input.edi"
is "is not answered" "$(cat "$T/ack")" before

# ---- strict layouts
cat >"$T/strict.yaml" <<'END'
layout: mine
message: ORDERS
strict: true
segments: [{segment: BGM, min: 1}, DTM, {segment: LIN, max: 2}]
END
one() { # SEGMENTS
	printf "UNB+UNOA:3+S+R+1:1+7'UNH+1+ORDERS:D:96A:UN'%sUNT+%d+1'UNZ+1+7'" \
		"$1" $(($(tr -cd "'" <<<"$1" | wc -c) + 2)) >"$T/one.edi"
	sluice-extract --format edifact --ack "$T/ack" --layout "$T/strict.yaml" \
		"$T/one.edi" 2>&1 >"$T/out" |
		sed '/warning/d; s/.*: segment/segment/'
	sed "s/'/'\n/g" "$T/ack" | grep -A 1 '^UCM.*+4' | paste -sd ''
}
is "what a layout has" "$(one "BGM+1'DTM+1'LIN+1'LIN+2'")" ""
is "one too many" "$(one "BGM+1'DTM+1'DTM+1'")" \
	"segment 4 of the message: DTM is there more often than the layout has it (mine) (bad-segment)
UCM+1+ORDERS:D:96A:UN+4'UCS+4+35'"
is "out of order" "$(one "BGM+1'LIN+1'DTM+1'")" \
	"segment 4 of the message: DTM is out of the layout's order (mine) (bad-segment)
UCM+1+ORDERS:D:96A:UN+4'UCS+4+15'"
is "unknown" "$(one "BGM+1'XYZ+1'")" \
	"segment 3 of the message: XYZ is not in the layout at this place (mine) (bad-segment)
UCM+1+ORDERS:D:96A:UN+4'UCS+3+15'"
is "missing" "$(one "DTM+1'")" \
	"segment 3 of the message: BGM is missing (mine) (bad-segment)
UCM+1+ORDERS:D:96A:UN+4'UCS+3+13'"

# ---- long ones
{
	printf "UNB+UNOA:3+S+R+1:1+7'UNH+1+ORDERS:D:96A:UN'BGM+1'UNT+3+1'"
	printf "UNH+2+ORDERS:D:96A:UN'"
	yes "FTX+ZZZ+++0123456789012345678901234567890123456789'" |
		head -n 400000
	printf "UNT+400002+2'UNH+3+ORDERS:D:96A:UN'BGM+3+"
	head -c 17000000 /dev/zero | tr '\0' x
	printf "'UNT+3+3'UNH+4+ORDERS:D:96A:UN'BGM+4'UNT+3+4'UNZ+4+7'"
} >"$T/long.edi"
is "messages beyond the limit are rejects, their neighbours are read" \
	"$(answer "$T/long.edi" | grep '^UCM'
	jq -r '.raw.BGM.BGM01 // empty' "$T/out")" \
	"UCM+1+ORDERS:D:96A:UN+7'
UCM+2+ORDERS:D:96A:UN+4+18'
UCM+3+ORDERS:D:96A:UN+4+18'
UCM+4+ORDERS:D:96A:UN+7'
1
4"
is "said with their size" "$(sed 's/.*: a m/a m/' "$T/err")" \
	"a message of 20800035 bytes; 16777216 are the limit (too-long)
a message of 17000037 bytes; 16777216 are the limit (too-long)"
{
	printf "UNB+UNOA:3+S+R+1:1+7'UNH+1+ORDERS:D:96A:UN'BGM+"
	head -c 9000000 /dev/zero | tr '\0' '"'
	printf "'UNT+3+1'UNZ+1+7'"
} >"$T/wide.edi"
answer "$T/wide.edi" >/dev/null
is "so is one that is too long as a record" "$(sed 's/.*: as/as/' "$T/err")" \
	"as a record it has more than 16777216 bytes, or more levels than 64 (too-long)"
{
	printf "UNB+UNOA:3+"
	head -c 3000000 /dev/zero | tr '\0' '"'
	printf "+R+1:1+7'UNH+1+ORDERS:D:96A:UN'BGM+1'UNT+3+1'UNZ+1+7'"
} >"$T/unb.edi"
answer "$T/unb.edi" >/dev/null
is "of a long envelope the beginning is shown" \
	"$(jq -c 'select(.raw) | [.raw.BGM.BGM01, (.src.sender | length)]' \
		"$T/out")" '["1",1024]'
done_testing
