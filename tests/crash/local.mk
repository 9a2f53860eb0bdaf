# The whole campaigns against sluice-push; make check and the end-to-end suite
# take a sample of them.  A script a release and a number of calls in flight;
# with SHORT=N two of the four take every N-th case only.
CRASH_TESTS = \
	tests/crash/k19-crash-1.sh \
	tests/crash/k19-crash-4.sh \
	tests/crash/k14-crash-1.sh \
	tests/crash/k14-crash-4.sh
FAULT_TESTS = \
	tests/crash/f19-fault-1.sh \
	tests/crash/f19-fault-4.sh \
	tests/crash/f14-fault-1.sh \
	tests/crash/f14-fault-4.sh

EXTRA_DIST += $(CRASH_TESTS) $(FAULT_TESTS) tests/crash/world.sh \
	tests/crash/crash.sh tests/crash/fault.sh

.PHONY: check-crash check-fault
check-crash:
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(CRASH_TESTS)'
check-fault:
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(FAULT_TESTS)'
