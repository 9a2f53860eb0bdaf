#!/bin/bash
# The server does what it was asked and the answer gets lost, or it does not
# and says so in one of its ways, at a sample of places; make check-fault takes
# all of them.
case ${SLUICE_E2E:-sandbox} in
sandbox)
	export FAULT_EVERY=9 FAULT_SERVER='die-after serialization'
	export FAULT_MORE='drop-after@every7 502@every3'
	;;
*)
	# A load of products takes a real server longer than a second.
	export FAULT_PLACES='load1 loadm count' FAULT_JOBS=3 FAULT_EVERY=2
	export FAULT_KINDS='drop-after cut-request 504-after late=7 cut-last 502'
	export FAULT_MORE='drop-after@every7 drop-after@ir.model.data.create#1'
	WORLD_LIMITS='{in_flight: 4, timeout_s: 6}'
	;;
esac
[ -n "${WORLD_LIMITS:-}" ] || WORLD_LIMITS='{in_flight: 4, timeout_s: 1}'
. "$SLUICE_SOURCE/tests/crash/fault.sh"
