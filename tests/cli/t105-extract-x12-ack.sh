#!/bin/bash
# --ack: the 997 that answers what was read.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
cd "$T" || exit 99
export SLUICE_NOW=2024-01-31T12:05:00Z

isa() { # NUMBER END
	printf 'ISA*00*          *00*          *ZZ*BUYERCO        *12*5551234'
	printf '        *240115*0930*U*00401*%s*1*T*>%s' "$1" "$2"
}
set_of() { # NUMBER [COUNT [NUMBER-BEHIND [NAME]]]
	printf 'ST*850*%s~BEG*00*SA*PO-1~N1*ST*%s~' "$1" "${4:-Plant}"
	printf 'SE*%s*%s~' "${2:-4}" "${3:-$1}"
}
extract() { sluice-extract --format x12 --ack ack "$@" >out 2>err; }

{
	isa 000000007 '~'
	printf 'GS*PO*BUYAPP*MILLAPP*20240115*0930*71*X*004010~'
	set_of 0001
	set_of 0002 9
	set_of 0003 4 0004
	set_of 0005 4 0005 $'Caf\351'
	printf 'ST*850*0006~BEG*00*SA*PO-2~'
	set_of 0007
	printf 'GE*6*71~'
	printf 'GS*FA*BUYAPP*MILLAPP*20240115*0930*72*X*004010~'
	printf 'ST*997*0001~AK1*PR*9~AK9*A*1*1*1~SE*4*0001~GE*1*72~'
	printf 'GS*IN*BUYAPP*MILLAPP*20240115*0930*73*X*003060~'
	printf 'ST*810*0001~BIG*240101*I-1~SE*3*0001~GE*2*73~'
	printf 'IEA*3*000000007~'
} >mixed.edi
status "some are rejected" 1 extract mixed.edi
is "997s" "$(cat ack)" "$(cat <<'END'
ISA*00*          *00*          *12*5551234        *ZZ*BUYERCO        *240131*1205*U*00401*000000007*0*T*>~
GS*FA*MILLAPP*BUYAPP*20240131*1205*71*X*004010~
ST*997*0001~
AK1*PO*71~
AK2*850*0001~
AK5*A~
AK2*850*0002~
AK5*R*4~
AK2*850*0003~
AK5*R*3~
AK2*850*0005~
AK3*N1*3**8~
AK4*2**6~
AK5*R*5~
AK2*850*0006~
AK5*R*2~
AK2*850*0007~
AK5*A~
AK9*P*6*6*2~
SE*18*0001~
GE*1*71~
GS*FA*MILLAPP*BUYAPP*240131*1205*73*X*003060~
ST*997*0001~
AK1*IN*73~
AK2*810*0001~
AK5*A~
AK9*E*2*1*1*5~
SE*6*0001~
GE*1*73~
IEA*2*000000007~
END
)"
cp ack first
cat ack >answer.edi
status "an answer is X12" 0 extract answer.edi
is "of two transactions" "$(grep -c '"AK1"' out)" 2
is "which are not answered" "$(wc -c <ack | tr -d ' ')" 0

{
	isa 000000008 '
' | tr '*>' '|^'
	printf 'GS|PO|A|B|20240115|0930|81|X|004010\n'
	set_of 0001 | tr '~*' '\n|'
	printf 'GE|1|81\nIEA|1|000000008\n'
	isa 000000009 '~'
	printf 'GS*PO*A*B*20240115*0930*91*X*004010~GE*0*92~'
	printf 'GS*PO*A*B*20240115*0930*93*X*004010~'
	set_of 0001 5
	printf 'IEA*2*000000009~'
} >two.edi
status "trailers are wrong" 1 extract two.edi
is "marks and controls of each interchange" "$(grep -E '^(ISA|GS|AK9|IEA)' ack)" \
	"$(cat <<'END'
ISA|00|          |00|          |12|5551234        |ZZ|BUYERCO        |240131|1205|U|00401|000000008|0|T|^
GS|FA|B|A|20240131|1205|81|X|004010
AK9|A|1|1|1
IEA|1|000000008
ISA*00*          *00*          *12*5551234        *ZZ*BUYERCO        *240131*1205*U*00401*000000009*0*T*>~
GS*FA*B*A*20240131*1205*91*X*004010~
AK9*E*0*0*0*4~
GS*FA*B*A*20240131*1205*93*X*004010~
AK9*R*1*1*0*3~
IEA*2*000000009~
END
)"

cp first ack
head -c 300 mixed.edi >cut.edi
status "a cut file is damaged" 65 extract cut.edi
ok "and is not answered" cmp -s first ack
status "one file only" 64 extract mixed.edi two.edi
status "nowhere to write it" 73 sluice-extract --format x12 \
	--ack no/such/folder mixed.edi
status "not of csv" 64 sluice-extract --format csv --ack ack mixed.edi
done_testing
