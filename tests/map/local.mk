# A case is a folder and no code; tests/map/cases.sh says what is in it.
MAP_CASES = \
	csv-table \
	cut-short \
	each-entry \
	each-skip \
	examples-fail \
	explain \
	extends \
	extends-check \
	extends-explain \
	fan-out \
	framed \
	lists-nested \
	lists-rejects \
	nested \
	no-map \
	rejects \
	shapes \
	tables-ruled \
	wrong-column \
	wrong-drop \
	wrong-example \
	wrong-extends-appended \
	wrong-extends-base \
	wrong-extends-base-key \
	wrong-extends-base-list \
	wrong-extends-base-type \
	wrong-extends-circle \
	wrong-extends-drop \
	wrong-extends-drop-more \
	wrong-extends-drop-name \
	wrong-extends-drop-word \
	wrong-extends-empty \
	wrong-extends-entry \
	wrong-extends-itself \
	wrong-extends-key \
	wrong-extends-list \
	wrong-extends-member \
	wrong-extends-missing \
	wrong-extends-nameless \
	wrong-extends-read \
	wrong-extends-same-name \
	wrong-extends-section \
	wrong-extends-site \
	wrong-extends-twice \
	wrong-extends-two \
	wrong-extends-type \
	wrong-field \
	wrong-filter \
	wrong-key \
	wrong-list \
	wrong-list-dollar \
	wrong-list-each \
	wrong-list-empty \
	wrong-list-fields \
	wrong-list-index \
	wrong-list-key \
	wrong-list-nested \
	wrong-list-running \
	wrong-list-self \
	wrong-list-type \
	wrong-list-up \
	wrong-name-twice \
	wrong-op \
	wrong-quoted \
	wrong-quotes \
	wrong-read \
	wrong-site \
	wrong-table \
	wrong-table-at \
	wrong-table-case \
	wrong-table-date \
	wrong-table-overlap \
	wrong-table-rule

TESTS += tests/map/cases.sh
EXTRA_DIST += tests/map/cases.sh \
	$(MAP_CASES:%=tests/map/%) \
	tests/map/tables

# Write what the cases expect anew; read the difference before it is kept.
update-expect-map: all
	$(AM_TESTS_ENVIRONMENT) UPDATE=1 \
		bash $(top_srcdir)/tests/map/cases.sh | grep -v '^ok' || true
.PHONY: update-expect-map
