libsluice_a_SOURCES += \
	src/odoo/backoff.h \
	src/odoo/call.h \
	src/odoo/endpoint.h \
	src/odoo/reads.h \
	src/odoo/reply.h \
	src/odoo/session.h \
	src/odoo/verdict.h
