libsluice_a_SOURCES += \
	src/report/diff.c src/report/diff.h \
	src/report/known.c src/report/known.h \
	src/report/odoo_counts.c \
	src/report/odoo_extra.c \
	src/report/odoo_side.c src/report/odoo_side.h \
	src/report/odoo_values.c \
	src/report/present.c src/report/present.h \
	src/report/refs.c src/report/refs.h \
	src/report/report.c src/report/report.h \
	src/report/rp_csv.c \
	src/report/rp_json.c \
	src/report/rp_text.c \
	src/report/streams.c src/report/streams.h
