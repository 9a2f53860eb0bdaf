# A target: its name below, its two lines, its corpus in tests/fuzz/corpus/X.
# make check replays the corpora; make check-fuzz (clang) goes on from there.
FUZZ_TARGETS = \
	tests/fuzz/fuzz_bank \
	tests/fuzz/fuzz_cobol \
	tests/fuzz/fuzz_contract \
	tests/fuzz/fuzz_csv \
	tests/fuzz/fuzz_dbf \
	tests/fuzz/fuzz_edifact \
	tests/fuzz/fuzz_expr \
	tests/fuzz/fuzz_feed \
	tests/fuzz/fuzz_fixed \
	tests/fuzz/fuzz_historian \
	tests/fuzz/fuzz_idoc \
	tests/fuzz/fuzz_iif \
	tests/fuzz/fuzz_json \
	tests/fuzz/fuzz_profile \
	tests/fuzz/fuzz_rec \
	tests/fuzz/fuzz_reply \
	tests/fuzz/fuzz_sheet \
	tests/fuzz/fuzz_x12 \
	tests/fuzz/fuzz_sqldump \
	tests/fuzz/fuzz_xml

FUZZ_REPLAY = tests/fuzz/fuzz_replay.c tests/fuzz/fuzz.h
# What the targets of readers share.
FUZZ_READ = tests/fuzz/fuzz_read.c tests/fuzz/fuzz_read.h $(FUZZ_REPLAY)
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += $(FUZZ_TARGETS)
EXTRA_DIST += tests/fuzz/run-fuzz.sh tests/fuzz/corpus

AM_CPPFLAGS += -I$(top_srcdir)/tests/lib -I$(top_srcdir)/tests/fuzz

tests_fuzz_fuzz_bank_SOURCES = tests/fuzz/fuzz_bank.c $(FUZZ_READ)
tests_fuzz_fuzz_cobol_SOURCES = tests/fuzz/fuzz_cobol.c $(FUZZ_READ)
tests_fuzz_fuzz_contract_SOURCES = tests/fuzz/fuzz_contract.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_csv_SOURCES = tests/fuzz/fuzz_csv.c $(FUZZ_READ)
tests_fuzz_fuzz_dbf_SOURCES = tests/fuzz/fuzz_dbf.c $(FUZZ_READ)
tests_fuzz_fuzz_edifact_SOURCES = tests/fuzz/fuzz_edifact.c $(FUZZ_READ)
tests_fuzz_fuzz_expr_SOURCES = tests/fuzz/fuzz_expr.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_feed_SOURCES = tests/fuzz/fuzz_feed.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_fixed_SOURCES = tests/fuzz/fuzz_fixed.c $(FUZZ_READ)
tests_fuzz_fuzz_historian_SOURCES = tests/fuzz/fuzz_historian.c $(FUZZ_READ)
tests_fuzz_fuzz_idoc_SOURCES = tests/fuzz/fuzz_idoc.c $(FUZZ_READ)
tests_fuzz_fuzz_iif_SOURCES = tests/fuzz/fuzz_iif.c $(FUZZ_READ)
tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz_json.c $(FUZZ_READ)
tests_fuzz_fuzz_profile_SOURCES = tests/fuzz/fuzz_profile.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_rec_SOURCES = tests/fuzz/fuzz_rec.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_reply_SOURCES = tests/fuzz/fuzz_reply.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_sheet_SOURCES = tests/fuzz/fuzz_sheet.c $(FUZZ_READ)
tests_fuzz_fuzz_x12_SOURCES = tests/fuzz/fuzz_x12.c $(FUZZ_READ)
tests_fuzz_fuzz_sqldump_SOURCES = tests/fuzz/fuzz_sqldump.c $(FUZZ_READ)
tests_fuzz_fuzz_xml_SOURCES = tests/fuzz/fuzz_xml.c $(FUZZ_READ)

# FUZZ_SECONDS: for each target.  FUZZ_TARGET: only this one.
check-fuzz:
	$(AM_TESTS_ENVIRONMENT) bash $(top_srcdir)/tests/fuzz/run-fuzz.sh \
		$(FUZZ_TARGETS)
.PHONY: check-fuzz
