#!/bin/bash
# Killed at every point: the sandbox of 19, 1 in flight.
ODOO_RELEASE=19 WORLD_LIMITS='{in_flight: 1}'
CRASH_EVERY=${CRASH_EVERY:-${SHORT:-1}}
. "$SLUICE_SOURCE/tests/crash/crash.sh"
