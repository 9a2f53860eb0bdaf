libsluice_a_SOURCES += \
	src/odoo/backoff.c src/odoo/backoff.h \
	src/odoo/call.c src/odoo/call.h \
	src/odoo/endpoint.h \
	src/odoo/gate.c src/odoo/gate.h \
	src/odoo/http.c src/odoo/http.h \
	src/odoo/reads.c src/odoo/reads.h \
	src/odoo/reads_cells.c \
	src/odoo/reads_ids.c \
	src/odoo/reads_models.c \
	src/odoo/reads_natural.c \
	src/odoo/reply.h \
	src/odoo/sched.c src/odoo/sched.h \
	src/odoo/session.c src/odoo/session.h \
	src/odoo/session_open.c src/odoo/session_open.h \
	src/odoo/tp_json2.c \
	src/odoo/tp_jsonrpc.c \
	src/odoo/transport.c src/odoo/transport.h \
	src/odoo/verdict.c src/odoo/verdict.h \
	src/odoo/verdict_load.c \
	src/odoo/verdict_words.c \
	src/odoo/verdict_words.h
