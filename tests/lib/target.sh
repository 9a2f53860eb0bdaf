# shellcheck shell=bash
# target.sh - the server that an end-to-end script talks to
#
#	. "$SLUICE_SOURCE/tests/lib/tap.sh"
#	. "$SLUICE_SOURCE/tests/lib/target.sh"
#	target_start                    # pristine; sets ODOO_URL ODOO_DB
#					# ODOO_LOGIN ODOO_KEY ODOO_RELEASE;
#					# words are options for the sandbox
#	target_profile "$ODOO_URL"      # $T/targets.yaml with the target "e2e"
#	proxy_start SPEC...             # a fault proxy in front: PROXY_URL,
#					# PROXY_PID, its log is $T/proxy.log
#	rpc MODEL METHOD ARGS [KWARGS]  # JSON in, the JSON result out
#	rpc_at URL MODEL METHOD ...     # the same through a proxy
#	count MODEL [DOMAIN]            # of records, archived ones too
#
# $SLUICE_E2E says which server: sandbox (the default), or 19 or 14 for a real
# Odoo, which make check-odoo-19 and check-odoo-14 start and hold beforehand.
# The scripts themselves must not care.

: "${SLUICE_E2E:=sandbox}"
target_uid=

target_start() {
	local facts

	command -v jq >/dev/null && command -v curl >/dev/null ||
		skip_all 'jq or curl is not installed'
	target_uid=
	if [ "$SLUICE_E2E" = sandbox ]; then
		sandbox_start "$@"
		return
	fi
	"$SLUICE_SOURCE/scripts/odoo" reset "$SLUICE_E2E" 2>"$T/target.log" &&
		facts=$("$SLUICE_SOURCE/scripts/odoo" env "$SLUICE_E2E") || {
		cat "$T/target.log"
		echo "Bail out! Odoo $SLUICE_E2E does not come back from a reset"
		exit 99
	}
	# shellcheck disable=SC1090 # written by scripts/odoo
	. "$facts"
}

# Stop it with `kill $SANDBOX_PID` where a test wants the server away.
sandbox_start() {
	local ready=$T/sandbox.json

	[ -x "$SLUICE_BUILD/sluice-sandbox" ] || skip_all 'no sandbox is built'
	ODOO_RELEASE=${ODOO_RELEASE:-19}
	rm -f "$ready"
	sluice-sandbox --release "$ODOO_RELEASE" --while-pid $$ \
		--log "$T/sandbox.log" "$@" >"$ready" &
	SANDBOX_PID=$!
	kill_at_end $SANDBOX_PID
	ODOO_URL=
	for _ in {1..100}; do
		# jq 1.6 finds no fault with an empty file.
		ODOO_URL=$(jq -er .url "$ready" 2>/dev/null)
		[ -z "$ODOO_URL" ] || break
		sleep 0.05
	done
	[ -n "$ODOO_URL" ] || {
		echo 'Bail out! the sandbox does not start'
		exit 99
	}
	ODOO_DB=$(jq -r .database "$ready")
	ODOO_LOGIN=$(jq -r .login "$ready")
	ODOO_KEY=$(jq -r .key "$ready")
}

target_profile() {
	(umask 077 && printf '%s\n' "$ODOO_KEY" >"$T/key")
	cat >"$T/targets.yaml" <<-END
		e2e:
		  url: $1
		  database: $ODOO_DB
		  login: $ODOO_LOGIN
		  key: {file: $T/key}
		  environment: test
	END
}

proxy_start() {
	local spec faults=() ready=$T/proxy.json

	for spec in "$@"; do
		faults+=(--fault "$spec")
	done
	rm -f "$ready"
	"$SLUICE_BUILD/tests/server/faultproxy" --upstream "$ODOO_URL" \
		--log "$T/proxy.log" --while-pid $$ "${faults[@]}" >"$ready" &
	PROXY_PID=$!
	kill_at_end $PROXY_PID
	for _ in {1..100}; do
		# shellcheck disable=SC2034 # for the script
		PROXY_URL=$(jq -er .url "$ready" 2>/dev/null)
		[ -z "$PROXY_URL" ] || return 0
		sleep 0.05
	done
	echo 'Bail out! the fault proxy does not start'
	exit 99
}

# jsonrpc SERVICE METHOD ARGS: prints the result; 1 and the error otherwise.
jsonrpc() {
	local reply

	reply=$(jq -nc --arg s "$1" --arg m "$2" --argjson a "$3" \
		'{jsonrpc: "2.0", method: "call", id: 1,
		  params: {service: $s, method: $m, args: $a}}' |
		curl -sS -m 300 -H 'Content-Type: application/json' --data @- \
			"$ODOO_URL/jsonrpc") || return 1
	if jq -e 'has("error")' <<<"$reply" >/dev/null; then
		jq -c '.error | {message: .data.message, name: .data.name}' \
			<<<"$reply" >&2
		return 1
	fi
	jq -c .result <<<"$reply"
}

rpc() {
	local none='{}'

	[ -n "$target_uid" ] ||
		target_uid=$(jsonrpc common authenticate "$(jq -nc --arg d "$ODOO_DB" \
			--arg l "$ODOO_LOGIN" --arg k "$ODOO_KEY" '[$d, $l, $k, {}]')") ||
		return 1
	jsonrpc object execute_kw "$(jq -nc --arg d "$ODOO_DB" --arg k "$ODOO_KEY" \
		--argjson u "$target_uid" --arg o "$1" --arg m "$2" --argjson a "$3" \
		--argjson w "${4:-$none}" '[$d, $u, $k, $o, $m, $a, $w]')"
}

rpc_at() {
	local ODOO_URL=$1

	shift
	rpc "$@"
}

count() {
	rpc "$1" search_count "[${2:-[]}]" '{"context": {"active_test": false}}'
}
