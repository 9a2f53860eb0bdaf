# The library: everything below the commands, one local.mk a folder.
noinst_LIBRARIES += libsluice.a
libsluice_a_SOURCES = src/command.h
include src/core/local.mk
include src/conf/local.mk
include src/contract/local.mk
include src/expr/local.mk
include src/map/local.mk
include src/odoo/local.mk
include src/read/local.mk
include src/state/local.mk
include src/push/local.mk
include src/report/local.mk
include src/run/local.mk

# Programs take from the library only what they need (-Wl,--as-needed).
LDADD = libsluice.a $(CSV_LIBS) $(YAML_LIBS) $(JANSSON_LIBS) $(CURL_LIBS) \
	$(SQLITE_LIBS) $(ZLIB_LIBS) $(PCRE2_LIBS) $(GLIB_LIBS) $(CRYPTO_LIBS) \
	$(EXPAT_LIBS) $(ZIP_LIBS)

# Every command is main.c and its cmd_*.c.
bin_PROGRAMS += sluice
sluice_SOURCES = src/cmd_sluice.c

bin_PROGRAMS += sluice-extract
sluice_extract_SOURCES = src/main.c src/cmd_extract.c \
	src/cmd_extract_look.c src/cmd_extract_look.h \
	src/cmd_extract_trailer.c src/cmd_extract_trailer.h

bin_PROGRAMS += sluice-run
sluice_run_SOURCES = src/main.c src/cmd_run.c

bin_PROGRAMS += sluice-map
sluice_map_SOURCES = src/main.c src/cmd_map.c src/cmd_map.h \
	src/cmd_map_diff.c \
	src/cmd_map_merge.c src/cmd_map_merge.h \
	src/cmd_map_trace.c src/cmd_map_trace.h

bin_PROGRAMS += sluice-validate
sluice_validate_SOURCES = src/main.c src/cmd_validate.c \
	src/cmd_validate.h src/cmd_validate_compat.c \
	src/cmd_validate_held.c src/cmd_validate_records.c \
	src/cmd_validate_schema.c src/cmd_validate_target.c \
	src/cmd_validate_twins.c
bin_PROGRAMS += sluice-push
sluice_push_SOURCES = src/main.c src/cmd_push.c

# The rehearsal server, a program of its own.
include src/sandbox/local.mk
bin_PROGRAMS += sluice-sandbox
sluice_sandbox_SOURCES = src/main.c src/cmd_sandbox.c
sluice_sandbox_LDADD = libsandbox.a libsluice.a $(JANSSON_LIBS) \
	$(SQLITE_LIBS) $(MHD_LIBS) $(CRYPTO_LIBS) $(ZLIB_LIBS) -lpthread -lm

bin_PROGRAMS += sluice-reconcile
sluice_reconcile_SOURCES = src/main.c src/cmd_reconcile.c
