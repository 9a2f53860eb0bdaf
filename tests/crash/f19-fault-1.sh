#!/bin/bash
# The server and the way to it fail everywhere: the sandbox of 19, 1 in flight.
ODOO_RELEASE=19 WORLD_LIMITS='{in_flight: 1, timeout_s: 1}'
FAULT_EVERY=${FAULT_EVERY:-${SHORT:-1}}
. "$SLUICE_SOURCE/tests/crash/fault.sh"
