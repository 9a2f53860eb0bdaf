# A program a module.  To add one: its name below, and its two lines.
UNIT_TESTS = \
	tests/unit/test_rec

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)

tests_unit_test_rec_SOURCES = tests/unit/test_rec.c
tests_unit_test_rec_LDADD = $(UNIT_LIBS)
