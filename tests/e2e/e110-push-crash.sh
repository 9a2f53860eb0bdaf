#!/bin/bash
# sluice-push killed at a sample of its points; make check-crash takes all.
case ${SLUICE_E2E:-sandbox} in
sandbox) export CRASH_EVERY=11 CRASH_BLOCK=24 CRASH_CHAIN=17 ;;
*) export CRASH_EVERY=23 CRASH_BLOCK=12 CRASH_CHAIN=61 ;;
esac
[ -n "${WORLD_LIMITS:-}" ] || WORLD_LIMITS='{in_flight: 4}'
. "$SLUICE_SOURCE/tests/crash/crash.sh"
