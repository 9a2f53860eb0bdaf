#!/bin/bash
# The server and the way to it fail everywhere: the sandbox of 14, 4 in flight.
ODOO_RELEASE=14 WORLD_LIMITS='{in_flight: 4, timeout_s: 1}'
FAULT_EVERY=${FAULT_EVERY:-${SHORT:-1}}
. "$SLUICE_SOURCE/tests/crash/fault.sh"
