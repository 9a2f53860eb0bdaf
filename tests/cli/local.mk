# Scripts: tNNN-<command>-<topic>.sh, one line each.
CLI_TESTS = \
	tests/cli/t020-build-hardening.sh

TESTS += $(CLI_TESTS)
EXTRA_DIST += $(CLI_TESTS) tests/lib/tap.sh
