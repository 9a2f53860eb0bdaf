# Everything speaks TAP: C unit tests through check, scripts by themselves.
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = bash

# What scripts are told: where the programs and the sources are.
AM_TESTS_ENVIRONMENT = \
	SLUICE_BUILD='$(abs_top_builddir)'; export SLUICE_BUILD; \
	SLUICE_SOURCE='$(abs_top_srcdir)'; export SLUICE_SOURCE; \
	SLUICE_PROFILES='$(abs_top_srcdir)/profiles'; export SLUICE_PROFILES; \
	PATH='$(abs_top_builddir)':$$PATH; export PATH; \
	CK_DEFAULT_TIMEOUT=120; export CK_DEFAULT_TIMEOUT; \
	LC_ALL=C.UTF-8; export LC_ALL;

# Unit tests: tests/unit/test_X.c defines unit_suite(); main_unit.c runs it.
check_LIBRARIES += libunit.a
libunit_a_SOURCES = tests/unit/main_unit.c tests/unit/unit.h
UNIT_LIBS = libunit.a $(LDADD) $(CHECK_LIBS)

AM_CPPFLAGS += $(CHECK_CFLAGS)

include tests/unit/local.mk

# Stands in front of a server and breaks chosen requests; not a test itself.
check_PROGRAMS += tests/server/faultproxy
tests_server_faultproxy_SOURCES = tests/server/faultproxy.c
tests_server_faultproxy_LDADD = $(JANSSON_LIBS)
include tests/cli/local.mk
include tests/validate/local.mk
include tests/bench/local.mk
include tests/fuzz/local.mk
include tests/crash/local.mk
include tests/e2e/local.mk
include tests/map/local.mk
include tests/read/local.mk
