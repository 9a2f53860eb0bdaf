# A case is a folder and no code; tests/read/cases.sh says what is in it.
TESTS += tests/read/cases.sh
EXTRA_DIST += tests/read/cases.sh tests/read/csv \
	tests/read/dbf tests/read/fixed tests/read/idoc tests/read/jsonl \
	tests/read/x12
EXTRA_DIST += tests/read/cobol
EXTRA_DIST += tests/read/historian
EXTRA_DIST += tests/read/iif
EXTRA_DIST += tests/read/edifact
TESTS += tests/read/edifact.sh
EXTRA_DIST += tests/read/edifact.sh
EXTRA_DIST += tests/read/cobol tests/read/sqldump
TESTS += tests/read/xlsx.sh
EXTRA_DIST += tests/read/sheets.sh tests/read/xlsx.sh
TESTS += tests/read/ods.sh tests/read/xlsx.sh
EXTRA_DIST += tests/read/ods.sh tests/read/sheets.sh tests/read/xlsx.sh
TESTS += tests/read/containers.sh tests/read/ods.sh tests/read/xlsx.sh
EXTRA_DIST += tests/read/containers.sh tests/read/ods.sh tests/read/sheets.sh \
	tests/read/xlsx.sh

# Write what the cases expect anew; read the difference before it is kept.
update-expect: all
	$(AM_TESTS_ENVIRONMENT) UPDATE=1 \
		bash $(top_srcdir)/tests/read/cases.sh | grep -v '^ok' || true
.PHONY: update-expect
