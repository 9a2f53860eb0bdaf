#!/bin/bash
# The fault proxy does to requests what it was told, and to no others.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
command -v curl >/dev/null || skip_all 'curl is not installed'
command -v jq >/dev/null || skip_all 'jq is not installed'

faultproxy=$SLUICE_BUILD/tests/server/faultproxy

# start NAME ARGUMENT...: sets url and pid.
start() {
	local name=$1
	shift
	"$faultproxy" --log "$T/$name.log" --while-pid $$ "$@" >"$T/$name.out" &
	pid=$!
	kill_at_end $pid
	for _ in {1..100}; do
		url=$(jq -r .url "$T/$name.out" 2>/dev/null)
		[ -z "$url" ] || return 0
		sleep 0.05
	done
	echo "Bail out! no proxy"
	exit 99
}
# call MODEL METHOD [BODY]: prints the status, 000 without an answer.
call() {
	curl -s -m 10 -o "$T/body" -D "$T/head" -w '%{http_code}\n' \
		-H 'Content-Type: application/json' -H 'Authorization: bearer S3CRET' \
		--data "${3:-{\}}" "$url/json/2/$1/$2"
}
seen() { wc -l <"$T/server.log"; }

# A second proxy that answers everything with a page is the server.
start server --upstream http://127.0.0.1:9 --fault html@1-
server=$url
start proxy --upstream "$server" \
	--fault drop-before@a.b#1 --fault drop-after@a.b#2 \
	--fault cut-body@a.b#3 --fault cut-head@a.b#4 --fault 502@a.b#5 \
	--fault 502-after@a.b#6 --fault 503-retry-after=7@a.b#7 --fault 429@a.b#8 \
	--fault delay=0.3@a.b#9 --fault '504@*.load#2-3' --fault 504-after@every20

is 'a request nobody named passes' "$(call c d)" 200
is 'and reaches the server' "$(seen)" 1
is 'drop-before: no answer' "$(call a b)" 000
is 'drop-before: the server saw nothing' "$(seen)" 1
is 'drop-after: no answer' "$(call a b)" 000
is 'drop-after: the server did it' "$(seen)" 2
call a b >/dev/null
is 'cut-body: half of the body' "$(wc -c <"$T/body")" \
	"$(($(sed -n 's/^Content-Length: \([0-9]*\).*/\1/p' "$T/head") / 2))"
call a b >/dev/null
unlike 'cut-head: the head does not end' "$(tr -d '\r' <"$T/head")" '^$'
is 'cut-head: no body' "$(cat "$T/body")" ''
is '502' "$(call a b)" 502
is '502: the server saw nothing' "$(seen)" 4
is '502-after' "$(call a b)" 502
is '502-after: the server did it' "$(seen)" 5
is '503-retry-after' "$(call a b)" 503
like '503-retry-after: says when' "$(cat "$T/head")" '^Retry-After: 7'
is '429' "$(call a b)" 429
like '429: says when' "$(cat "$T/head")" '^Retry-After: 1'
began=${EPOCHREALTIME/./}
is 'delay: the answer comes' "$(call a b)" 200
took=$(((${EPOCHREALTIME/./} - began) / 1000))
if [ $took -ge 300 ]; then pass 'delay: late'; else fail 'delay: late' $took; fi
is 'delay: once' "$(call a b)" 200

rows='{"data":[["1"],["2"],["3"]]}'
is 'a pattern: the first load passes' "$(call x load "$rows")" 200
is 'a pattern: the second does not' "$(call y load)" 504
is 'a pattern: nor the third' "$(call z load)" 504
is 'a pattern: the fourth does' "$(call z load)" 200

rpc='{"jsonrpc":"2.0","method":"call","id":1,"params":{"service":"object",
"method":"execute_kw","args":["db",2,"S3CRET","x.y","load",[["id"],[["1"],["2"]]],{}]}}'
curl -s -m 10 -o /dev/null --data "$rpc" "$url/jsonrpc"
line=$(jq -c '[.rpc, .rows, .fault, .status]' "$T/proxy.log")
is 'the log: a load over JSON-2' "$(sed -n 12p <<<"$line")" '["x.load",3,null,200]'
is 'the log: a load over JSON-RPC' "$(tail -n 1 <<<"$line")" '["x.y.load",2,null,200]'
is 'the log: a drop' "$(sed -n 3p <<<"$line")" '["a.b",null,"drop-after",null]'
is 'the log: numbers in order' "$(jq .n "$T/proxy.log" | tr '\n' ' ')" \
	"$(seq -s ' ' 1 "$(wc -l <"$T/proxy.log")") "
unlike 'no key in any log' "$(cat "$T"/*.log)" 'S3CRET'

# A client that leaves, and a big body that asks before it is sent.
head -c 3000000 /dev/zero | tr '\0' ' ' >"$T/big"
is 'a big body passes' "$(call c d "@$T/big")" 200
is 'and is counted' "$(tail -n 1 "$T/proxy.log" | jq .bytes_in)" 3000000

kill -TERM $pid
wait $pid
is 'SIGTERM ends it' $? 0
sleep 0.4 &
status '--while-pid ends it' 0 timeout 10 "$faultproxy" --upstream "$server" \
	--while-pid $!
for spec in nonsense@1 delay@1 late@1 drop-after=3@1 502@0 502@3-x 502 delay=-1@1 '429@#3' \
	502@1,,2; do
	status "--fault $spec is wrong usage" 64 timeout 5 "$faultproxy" \
		--upstream "$server" --fault "$spec"
done
status 'a server elsewhere is wrong usage' 64 timeout 5 "$faultproxy" \
	--upstream http://192.0.2.1:80
done_testing
