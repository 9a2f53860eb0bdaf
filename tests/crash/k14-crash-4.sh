#!/bin/bash
# Killed at every point: the sandbox of 14, 4 in flight.
ODOO_RELEASE=14 WORLD_LIMITS='{in_flight: 4}'
CRASH_EVERY=${CRASH_EVERY:-${SHORT:-1}}
. "$SLUICE_SOURCE/tests/crash/crash.sh"
