# Timings are benchmarks, not tests: nothing here runs in `make check`.
BENCHES = \
	tests/bench/bench_rec \
	tests/bench/free_odoo \
	tests/bench/gen_items

EXTRA_PROGRAMS += $(BENCHES)
CLEANFILES += $(BENCHES)
EXTRA_DIST += tests/bench/bench.sh tests/bench/duckdb.cjs \
	tests/bench/profiles tests/bench/push.sh \
	tests/bench/readers tests/bench/readers.sh \
	tests/bench/push_inproc.py tests/bench/push_loop.py

tests_bench_bench_rec_SOURCES = tests/bench/bench_rec.c
tests_bench_free_odoo_SOURCES = tests/bench/free_odoo.c
tests_bench_free_odoo_CPPFLAGS = $(AM_CPPFLAGS) $(MHD_CFLAGS)
tests_bench_free_odoo_LDADD = $(MHD_LIBS) $(JANSSON_LIBS)
tests_bench_gen_items_SOURCES = tests/bench/gen_items.c

# CPU seconds and peak memory of the record path, beside its peers.
bench: all $(BENCHES)
	$(AM_TESTS_ENVIRONMENT) bash $(top_srcdir)/tests/bench/bench.sh
	$(AM_TESTS_ENVIRONMENT) bash $(top_srcdir)/tests/bench/readers.sh

# MB of input a second of each reader, or of READER=NAME.
bench-readers: all $(BENCHES)
	$(AM_TESTS_ENVIRONMENT) bash $(top_srcdir)/tests/bench/readers.sh

# Records a second into a real Odoo, RELEASE=19 or 14, beside its own load in
# process and a plain loop.
bench-push: all
	$(AM_V_at)release="$(RELEASE)"; release=$${release:-19}; \
	$(top_srcdir)/scripts/odoo hold $$release env \
		SLUICE_BUILD='$(abs_top_builddir)' \
		SLUICE_SOURCE='$(abs_top_srcdir)' LC_ALL=C.UTF-8 \
		BENCH_SCALE='$(BENCH_SCALE)' BENCH_PARTS='$(BENCH_PARTS)' \
		bash $(top_srcdir)/tests/bench/push.sh $$release
.PHONY: bench bench-push bench-readers
