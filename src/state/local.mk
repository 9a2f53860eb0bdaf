libsluice_a_SOURCES += \
	src/state/held.c src/state/held.h \
	src/state/journal.c src/state/journal.h \
	src/state/mark.c src/state/mark.h \
	src/state/spool.c src/state/spool.h \
	src/state/state.c src/state/state.h \
	src/state/xref.c src/state/xref.h
nodist_libsluice_a_SOURCES = src/state/schema.h
EXTRA_DIST += src/state/schema.sql
BUILT_SOURCES += src/state/schema.h
CLEANFILES += src/state/schema.h

# Also where only the library is made, as run-fuzz does.
src/state/state.$(OBJEXT): src/state/schema.h

# The schema as the text of a C string.
src/state/schema.h: src/state/schema.sql
	$(AM_V_GEN)$(MKDIR_P) src/state && \
	sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' \
		$(srcdir)/src/state/schema.sql > $@.tmp && mv $@.tmp $@
