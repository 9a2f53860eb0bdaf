#!/bin/bash
# Killed at every point: the sandbox of 14, 1 in flight.
ODOO_RELEASE=14 WORLD_LIMITS='{in_flight: 1}'
. "$SLUICE_SOURCE/tests/crash/crash.sh"
