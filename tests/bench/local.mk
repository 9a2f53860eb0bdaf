# Timings are benchmarks, not tests: nothing here runs in `make check`.
BENCHES = \
	tests/bench/bench_rec \
	tests/bench/gen_items

EXTRA_PROGRAMS += $(BENCHES)
CLEANFILES += $(BENCHES)
EXTRA_DIST += tests/bench/bench.sh tests/bench/profiles

tests_bench_bench_rec_SOURCES = tests/bench/bench_rec.c
tests_bench_gen_items_SOURCES = tests/bench/gen_items.c

# CPU seconds and peak memory of the record path, beside its peers.
bench: all $(BENCHES)
	$(AM_TESTS_ENVIRONMENT) bash $(top_srcdir)/tests/bench/bench.sh
.PHONY: bench
