# Cases are folders: see run.sh.
VALIDATE_TESTS = tests/validate/run.sh tests/validate/suite.sh

TESTS += $(VALIDATE_TESTS)
EXTRA_DIST += $(VALIDATE_TESTS) \
	tests/validate/compat-breaking \
	tests/validate/compat-entities \
	tests/validate/compat-equal \
	tests/validate/compat-fine \
	tests/validate/compat-key \
	tests/validate/compat-large \
	tests/validate/compat-names \
	tests/validate/compat-one \
	tests/validate/compat-open \
	tests/validate/compat-reader \
	tests/validate/compat-ref \
	tests/validate/compat-refused-old \
	tests/validate/compat-unknown \
	tests/validate/cut \
	tests/validate/envelope \
	tests/validate/kw-array \
	tests/validate/kw-compose \
	tests/validate/kw-dynamic \
	tests/validate/kw-format \
	tests/validate/kw-map \
	tests/validate/kw-object \
	tests/validate/kw-ref \
	tests/validate/kw-unevaluated \
	tests/validate/pattern-limit \
	tests/validate/pattern-limit-not \
	tests/validate/refs \
	tests/validate/refs-file \
	tests/validate/refused-bad-bound \
	tests/validate/refused-bad-count \
	tests/validate/refused-bad-format \
	tests/validate/refused-bad-key \
	tests/validate/refused-bad-owner \
	tests/validate/refused-bad-pattern \
	tests/validate/refused-bad-required \
	tests/validate/refused-bad-step \
	tests/validate/refused-bad-type \
	tests/validate/refused-deep-unique \
	tests/validate/refused-dialect \
	tests/validate/refused-inside-unique \
	tests/validate/refused-json \
	tests/validate/refused-map-word \
	tests/validate/refused-misspelt-keyword \
	tests/validate/refused-name \
	tests/validate/refused-ref-apart \
	tests/validate/refused-ref-loop \
	tests/validate/refused-ref-nothing \
	tests/validate/refused-ref-unknown \
	tests/validate/refused-required-unknown \
	tests/validate/refused-schema-outside \
	tests/validate/refused-schema-unmapped \
	tests/validate/refused-two-anchors \
	tests/validate/refused-two-ids \
	tests/validate/refused-unsupported-keyword \
	tests/validate/refused-vocabulary \
	tests/validate/repeated \
	tests/validate/rules \
	tests/validate/schema \
	tests/validate/schema-limit \
	tests/validate/schema-steps \
	tests/validate/sensitive \
	tests/validate/sensitive-through \
	tests/validate/vocabulary
