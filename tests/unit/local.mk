# A program a module, three lines each, in alphabetical order.
UNIT_TESTS =

UNIT_TESTS += tests/unit/test_rec
tests_unit_test_rec_SOURCES = tests/unit/test_rec.c
tests_unit_test_rec_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_rec_oracle
tests_unit_test_rec_oracle_SOURCES = tests/unit/test_rec_oracle.c \
	tests/lib/rec_oracle.h
tests_unit_test_rec_oracle_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_stream
tests_unit_test_stream_SOURCES = tests/unit/test_stream.c
tests_unit_test_stream_LDADD = $(UNIT_LIBS)

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
