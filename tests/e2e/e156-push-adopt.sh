#!/bin/bash
# Two records of a stream that could be the same one in Odoo: neither gets it,
# however far apart they are and whichever comes first.
. "$SLUICE_SOURCE/tests/lib/tap.sh"
. "$SLUICE_SOURCE/tests/lib/target.sh"
target_start
target_profile "$ODOO_URL"
cd "$T" || exit 99

push() {
	rm -f x.db*
	sluice-push --targets targets.yaml -t e2e --state x.db \
		--rejects rejects "$@" >out 2>err
}
product() {
	jq -nc --arg k "$1" --arg s "$2" \
		'{entity: "product", key: $k, fields: {sku: $s, name: $k}}'
}
# A record that is rejected, large enough to end what is worked on at a time.
far() {
	printf '{"entity":"product","key":"AD-F","fields":{"sku":"AD-F","list_price":"x","junk":"'
	head -c 8500000 /dev/zero | tr '\0' j
	printf '"}}\n'
}
said() {
	{
		jq -r 'select(.outcome) | "\(.key)=\(.outcome)"' out
		jq -r '"\(.record.key)=\(.code)"' rejects
	} | LC_ALL=C sort | paste -sd ' '
}

rpc product.product create '[[{"name": "One", "default_code": "AD-1"},
	{"name": "Two", "default_code": "AD-2"}]]' >/dev/null
{ product AD-A AD-1; product AD-B AD-1; product AD-C AD-2; } >near
{ product AD-A AD-1; product AD-C AD-2; far; product AD-B AD-1; } >apart
{ product AD-B AD-1; far; product AD-A AD-1; product AD-C AD-2; } >turned
for file in near apart turned; do
	push --dry-run $file
	is "$file: foreseen" "$(said | sed 's/ *AD-F=bad-number//')" \
		'AD-A=ambiguous AD-B=ambiguous AD-C=adopted'
done
for file in near apart turned; do
	push $file
	is "$file: neither of the two, and the third one" \
		"$? $(said | sed 's/ *AD-F=bad-number//; s/adopted$/there/; s/unchanged$/there/')" \
		'1 AD-A=ambiguous AD-B=ambiguous AD-C=there'
	is "$file: nothing doubled" \
		"$(count product.product '[["default_code", "in", ["AD-1", "AD-2"]]]')" 2
done
like 'the reject names the record in Odoo' "$(jq -r .why rejects)" \
	'product\.product [0-9]+ in Odoo could be this one, or another one of this stream'
product AD-A AD-1 >one
push one
is 'one of them alone is taken over' "$? $(said)" '0 AD-A=adopted'
done_testing
