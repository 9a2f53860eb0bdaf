#!/bin/bash
# Killed at every point: the sandbox of 19, 4 in flight.
ODOO_RELEASE=19 WORLD_LIMITS='{in_flight: 4}'
. "$SLUICE_SOURCE/tests/crash/crash.sh"
