# Cases are folders: see run.sh.
VALIDATE_TESTS = tests/validate/run.sh tests/validate/suite.sh

TESTS += $(VALIDATE_TESTS)
EXTRA_DIST += $(VALIDATE_TESTS) \
	tests/validate/cut \
	tests/validate/envelope \
	tests/validate/pattern-limit \
	tests/validate/refs-file \
	tests/validate/refs \
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
	tests/validate/refused-json \
	tests/validate/refused-misspelt-keyword \
	tests/validate/refused-name \
	tests/validate/refused-ref-unknown \
	tests/validate/refused-required-unknown \
	tests/validate/refused-unsupported-keyword \
	tests/validate/repeated \
	tests/validate/rules \
	tests/validate/schema \
	tests/validate/sensitive
