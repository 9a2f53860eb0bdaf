# Timings are benchmarks, not tests: nothing here runs in `make check`.
BENCHES = \
	tests/bench/bench_rec

EXTRA_PROGRAMS += $(BENCHES)
CLEANFILES += $(BENCHES)
EXTRA_DIST += tests/bench/bench.sh tests/bench/profiles

tests_bench_bench_rec_SOURCES = tests/bench/bench_rec.c

# CPU seconds and peak memory of the record path, beside its peers.
bench: all $(BENCHES)
	$(AM_TESTS_ENVIRONMENT) bash $(top_srcdir)/tests/bench/bench.sh
.PHONY: bench
