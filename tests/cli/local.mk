# Scripts: tNNN-<command>-<topic>.sh, one line each.
CLI_TESTS = \
	tests/cli/t010-every-command.sh \
	tests/cli/t020-build-hardening.sh \
	tests/cli/t021-install.sh \
	tests/cli/t040-examples.sh \
	tests/cli/t045-validate-many-keys.sh \
	tests/cli/t046-hostile-input.sh \
	tests/cli/t047-validate-wait-refs.sh \
	tests/cli/t030-scripts-checks.sh \
	tests/cli/t031-faultproxy.sh \
	tests/cli/t032-scripts-odoo.sh \
	tests/cli/t060-sandbox.sh \
	tests/cli/t061-sandbox-fixtures.sh \
	tests/cli/t065-reconcile-streams.sh \
	tests/cli/t070-run-stages.sh \
	tests/cli/t100-extract-csv-spectrum.sh \
	tests/cli/t101-extract-json-suite.sh \
	tests/cli/t105-extract-x12-ack.sh \
	tests/cli/t102-extract-detect.sh \
	tests/cli/t110-map-manual.sh \
	tests/cli/t116-map-overlays.sh \
	tests/cli/t117-map-shapes-manual.sh \
	tests/cli/t118-map-groups.sh \
	tests/cli/t125-map-merge.sh \
	tests/cli/t126-map-trace.sh \
	tests/cli/t130-probe.sh \
	tests/cli/t300-push-refusals.sh \
	tests/cli/t310-push-create.sh \
	tests/cli/t311-push-rights.sh \
	tests/cli/t312-push-counts.sh \
	tests/cli/t313-push-plan.sh \
	tests/cli/t314-push-access.sh \
	tests/cli/t315-push-priority.sh \
	tests/cli/t316-push-away.sh \
	tests/cli/t318-push-first-load.sh

TESTS += $(CLI_TESTS)
EXTRA_DIST += $(CLI_TESTS) tests/lib/tap.sh
