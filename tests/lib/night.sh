# shellcheck shell=bash
# night.sh - the sample company's nights, for end-to-end scripts
#
#	. "$SLUICE_SOURCE/tests/lib/tap.sh"
#	. "$SLUICE_SOURCE/tests/lib/target.sh"
#	. "$SLUICE_SOURCE/tests/lib/night.sh"
#	night_start SPEC...   # a pristine target behind a proxy with these faults
#	deliver [FILE...]     # exports arrive: all, or these ("erp/ITEMS.csv")
#	night [OPTION...]     # one run: sets $rc; $T/night.out, $T/night.err
#	sent                  # what was asked to change in the target since
#	sent_reset            #   night_start or sent_reset, one call a line
#	held ENTITY           # records of this entity with our external id
#
# All that talks to the target goes through the proxy; the checks by rpc and
# count go past it.

night_start() {
	target_start
	proxy_start "$@"
	target_profile "$PROXY_URL"
	base=$T/base
	mkdir -p "$base/inbox/"{erp,crm,wms}
	export SLUICE_STATE=$T/state
	mkdir -m 700 "$SLUICE_STATE"
	sent_from=1
}

deliver() {
	local f from=$SLUICE_SOURCE/samples/company

	if [ $# -eq 0 ]; then
		mapfile -t f < <(cd "$from" && printf '%s\n' */*)
		set -- "${f[@]}"
	fi
	for f in "$@"; do
		cp "$from/$f" "$base/inbox/$f" && chmod u+w "$base/inbox/$f"
	done
}

night() {
	sluice-run --targets "$T/targets.yaml" --target e2e --base "$base" "$@" \
		nightly >"$T/night.out" 2>"$T/night.err"
	# shellcheck disable=SC2034 # for the script
	rc=$?
}

sent() {
	tail -n "+$sent_from" "$T/proxy.log" | jq -r '.rpc // empty' |
		grep -E '\.(load|create|write|unlink|action_[a-z_]+)$'
}
sent_reset() { sent_from=$(($(wc -l <"$T/proxy.log") + 1)); }

held() {
	count ir.model.data "[[\"module\", \"=\", \"sluice\"],
		[\"name\", \"=like\", \"$1.%\"],
		[\"name\", \"not like\", \"product_template\"]]"
}

# product SKU FIELD: what the target says of a product.  14 answers 8.95 with
# 8.950000000000001.
product() {
	rpc product.product search_read \
		"[[[\"default_code\", \"=\", \"$1\"]], [\"$2\"]]" \
		'{"context": {"active_test": false}}' | jq -c ".[].$2 |
		if type == \"number\" then (. * 1000000 | round / 1000000) else . end"
}

# stock LOCATION-XID-NAME SKU: the quantities there, summed up.
stock() {
	rpc stock.quant search_read "[[[\"location_id\", \"=\", $(xid_to_id "$1")],
		[\"product_id.default_code\", \"=\", \"$2\"]], [\"quantity\"]]" |
		jq '[.[].quantity] | add // 0'
}

# The database id behind one of our external ids ("location.PL1.A-01").
xid_to_id() {
	rpc ir.model.data search_read "[[[\"module\", \"=\", \"sluice\"],
		[\"name\", \"=\", \"$1\"]], [\"res_id\"]]" | jq '.[0].res_id // 0'
}

# The table of a block: name and reason count, for comparing.
rejects_of() { cat "$base"/work/nightly/*/"$1".*.rejects 2>/dev/null; }
