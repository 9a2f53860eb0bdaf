# A program a module, three lines each, in alphabetical order.
UNIT_TESTS =

UNIT_TESTS += tests/unit/test_backoff
tests_unit_test_backoff_SOURCES = tests/unit/test_backoff.c
tests_unit_test_backoff_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_charset
tests_unit_test_charset_SOURCES = tests/unit/test_charset.c
tests_unit_test_charset_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_checks
tests_unit_test_checks_SOURCES = tests/unit/test_checks.c
tests_unit_test_checks_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_columns
tests_unit_test_columns_SOURCES = tests/unit/test_columns.c
tests_unit_test_columns_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_csv_split
tests_unit_test_csv_split_SOURCES = tests/unit/test_csv_split.c \
	tests/lib/csv_oracle.h
tests_unit_test_csv_split_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_input
tests_unit_test_input_SOURCES = tests/unit/test_input.c
tests_unit_test_input_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_date
tests_unit_test_date_SOURCES = tests/unit/test_date.c
tests_unit_test_date_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_dec
tests_unit_test_dec_SOURCES = tests/unit/test_dec.c
tests_unit_test_dec_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_diff
tests_unit_test_diff_SOURCES = tests/unit/test_diff.c
tests_unit_test_diff_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_extsort
tests_unit_test_extsort_SOURCES = tests/unit/test_extsort.c
tests_unit_test_extsort_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_fn
tests_unit_test_fn_SOURCES = tests/unit/test_fn.c tests/unit/expr_rig.h
tests_unit_test_fn_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_hash
tests_unit_test_hash_SOURCES = tests/unit/test_hash.c
tests_unit_test_hash_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_units
tests_unit_test_units_SOURCES = tests/unit/test_units.c
tests_unit_test_units_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_hset
tests_unit_test_hset_SOURCES = tests/unit/test_hset.c
tests_unit_test_hset_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_hspill
tests_unit_test_hspill_SOURCES = tests/unit/test_hspill.c
tests_unit_test_hspill_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_expr
tests_unit_test_expr_SOURCES = tests/unit/test_expr.c tests/unit/expr_rig.h
tests_unit_test_expr_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_rec
tests_unit_test_rec_SOURCES = tests/unit/test_rec.c
tests_unit_test_rec_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_rec_oracle
tests_unit_test_rec_oracle_SOURCES = tests/unit/test_rec_oracle.c \
	tests/lib/rec_oracle.h
tests_unit_test_rec_oracle_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_run
tests_unit_test_run_SOURCES = tests/unit/test_run.c
tests_unit_test_run_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_stream
tests_unit_test_stream_SOURCES = tests/unit/test_stream.c
tests_unit_test_stream_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_fs
tests_unit_test_fs_SOURCES = tests/unit/test_fs.c
tests_unit_test_fs_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_job
tests_unit_test_job_SOURCES = tests/unit/test_job.c
tests_unit_test_job_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_lookup
tests_unit_test_lookup_SOURCES = tests/unit/test_lookup.c
tests_unit_test_lookup_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_lzw
tests_unit_test_lzw_SOURCES = tests/unit/test_lzw.c
tests_unit_test_lzw_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_opt
tests_unit_test_opt_SOURCES = tests/unit/test_opt.c
tests_unit_test_opt_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_text
tests_unit_test_text_SOURCES = tests/unit/test_text.c
tests_unit_test_text_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_yaml_tree
tests_unit_test_yaml_tree_SOURCES = tests/unit/test_yaml_tree.c
tests_unit_test_yaml_tree_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_session
tests_unit_test_session_SOURCES = tests/unit/test_session.c
tests_unit_test_session_LDADD = $(UNIT_LIBS) $(MHD_LIBS) -lpthread

UNIT_TESTS += tests/unit/test_target
tests_unit_test_target_SOURCES = tests/unit/test_target.c
tests_unit_test_target_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_transport
tests_unit_test_transport_SOURCES = tests/unit/test_transport.c
tests_unit_test_transport_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_verdict
tests_unit_test_verdict_SOURCES = tests/unit/test_verdict.c
tests_unit_test_verdict_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_jnum
tests_unit_test_jnum_SOURCES = tests/unit/test_jnum.c
tests_unit_test_jnum_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_compat
tests_unit_test_compat_SOURCES = tests/unit/test_compat.c
tests_unit_test_compat_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_schema
tests_unit_test_schema_SOURCES = tests/unit/test_schema.c
tests_unit_test_schema_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_queue
tests_unit_test_queue_SOURCES = tests/unit/test_queue.c
tests_unit_test_queue_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_batch
tests_unit_test_batch_SOURCES = tests/unit/test_batch.c
tests_unit_test_batch_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_binding
tests_unit_test_binding_SOURCES = tests/unit/test_binding.c
tests_unit_test_binding_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_order
tests_unit_test_order_SOURCES = tests/unit/test_order.c
tests_unit_test_order_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_state
tests_unit_test_state_SOURCES = tests/unit/test_state.c
tests_unit_test_state_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_rights
tests_unit_test_rights_SOURCES = tests/unit/test_rights.c
tests_unit_test_rights_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_gate
tests_unit_test_gate_SOURCES = tests/unit/test_gate.c
tests_unit_test_gate_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_xid
tests_unit_test_xid_SOURCES = tests/unit/test_xid.c
tests_unit_test_xid_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_sandbox
tests_unit_test_sandbox_SOURCES = tests/unit/test_sandbox.c
tests_unit_test_sandbox_LDADD = libsandbox.a $(UNIT_LIBS) -lm

UNIT_TESTS += tests/unit/test_sandbox_domain
tests_unit_test_sandbox_domain_SOURCES = tests/unit/test_sandbox_domain.c
tests_unit_test_sandbox_domain_LDADD = libsandbox.a $(UNIT_LIBS) -lm

UNIT_TESTS += tests/unit/test_keys
tests_unit_test_keys_SOURCES = tests/unit/test_keys.c
tests_unit_test_keys_LDADD = $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_cycle
tests_unit_test_cycle_SOURCES = tests/unit/test_cycle.c
tests_unit_test_cycle_LDADD = $(UNIT_LIBS)

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
