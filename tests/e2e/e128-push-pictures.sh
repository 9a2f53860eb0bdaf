#!/bin/bash
# Pictures and documents: sent as they are, remembered by a digest, and those
# of many bytes in calls of their own.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
proxy_start 'delay=0@none.none'
target_profile "$PROXY_URL"
mkdir -p "$T/profiles/odoo/base" "$T/profiles/contracts"
echo 'type: object' >"$T/profiles/contracts/partner-1.yaml"
cat >"$T/profiles/odoo/base/partner.yaml" <<'END'
entity: partner
model: res.partner
fields:
  name: name
  image_1920: picture
END

# A GIF of one dot; readers pass over what follows its end.
gif='GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;'
picture() { # BYTES LETTER
	{
		# shellcheck disable=SC2059 # the picture is a format
		printf "$gif"
		head -c "$1" /dev/zero | tr '\0' "$2"
	} | base64 -w 0
}
record() { # KEY PICTURE
	printf '{"entity":"partner","key":"PIC-%s","fields":{"name":"Picture %s","picture":"%s"}}\n' \
		"$1" "$1" "$2"
}
push() {
	timeout 300 sluice-push --targets "$T/targets.yaml" --target e2e \
		--profiles "$T/profiles" --state "$T/s.db" "$T/in" >"$T/out" 2>"$T/err"
}
outcomes() { jq -r .outcome "$T/out" | sort | uniq -c | awk '{print $2, $1}'; }
calls() { jq -r 'select(.rpc == "res.partner.load") | .rows' "$T/proxy.log" | sort -n | xargs; }
holds() { # KEY: the picture in Odoo
	rpc res.partner search_read "[[[\"name\", \"=\", \"Picture $1\"]], [\"image_1920\"]]" |
		jq -r '.[0].image_1920' | tr -d '\n'
}

for i in {1..6}; do record "$i" "$(picture "$i" x)"; done >"$T/in"
for i in 7 8 9; do record "$i" "$(picture 1400000 "$i")"; done >>"$T/in"
push
is 'new' "$? $(outcomes) $(cat "$T/err")" '0 created 9 '
is 'the large ones travel by themselves' "$(calls)" '1 2 6'
is 'a small one is in Odoo as it was' "$(holds 3)" "$(picture 3 x)"
picture 1400000 8 >"$T/sent"
holds 8 >"$T/got"
ok 'so is a large one' cmp "$T/sent" "$T/got"
if [ "$(stat -c %s "$T/s.db")" -lt 500000 ]; then
	pass 'the state has no pictures in it'
else
	fail 'the state has no pictures in it' "$(ls -l "$T")"
fi

: >"$T/proxy.log"
push
is 'again' "$? $(outcomes) $(calls)" '0 unchanged 9 '
rm -f "$T/s.db"*
push
is 'without a state' "$? $(outcomes) $(calls)" '0 unchanged 9 '

record 8 "$(picture 1400000 y)" >"$T/in"
record 3 "$(picture 4 y)" >>"$T/in"
record 4 'not base64' >>"$T/in"
push
is 'changed ones' "$? $(outcomes)" '1 updated 2'
like 'a receipt shows digests' "$(grep PIC-3 "$T/out")" \
	'"picture":\{"old":"sha256:[0-9a-f]{64}","new":"sha256:'
like 'what is no base64 is named' "$(cat "$T/err")" 'picture.*base64'
is 'in Odoo' "$(holds 3)" "$(picture 4 y)"
done_testing
