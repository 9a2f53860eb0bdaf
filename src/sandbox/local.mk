# The rehearsal server: a library of its own, for its program and its tests.
noinst_LIBRARIES += libsandbox.a
libsandbox_a_SOURCES = \
	src/sandbox/call.c src/sandbox/call.h \
	src/sandbox/cell.c src/sandbox/cell.h \
	src/sandbox/domain.c src/sandbox/domain.h \
	src/sandbox/env.c src/sandbox/env.h \
	src/sandbox/expr.c src/sandbox/expr.h \
	src/sandbox/extid.c src/sandbox/extid.h \
	src/sandbox/extract.c src/sandbox/extract.h \
	src/sandbox/fail.c src/sandbox/fail.h \
	src/sandbox/fault.c src/sandbox/fault.h \
	src/sandbox/group.c src/sandbox/group.h \
	src/sandbox/json2.c \
	src/sandbox/jsonrpc.c \
	src/sandbox/like.c src/sandbox/like.h \
	src/sandbox/load.c src/sandbox/load.h \
	src/sandbox/method.c src/sandbox/method.h \
	src/sandbox/methods_more.c \
	src/sandbox/methods_records.c \
	src/sandbox/model.c src/sandbox/model.h \
	src/sandbox/models_base.c \
	src/sandbox/models_product.c \
	src/sandbox/models_stock.c \
	src/sandbox/orm.h \
	src/sandbox/orm_access.c \
	src/sandbox/orm_many.c src/sandbox/orm_many.h \
	src/sandbox/orm_read.c \
	src/sandbox/orm_write.c \
	src/sandbox/protocol.c src/sandbox/protocol.h \
	src/sandbox/pyjson.c src/sandbox/pyjson.h \
	src/sandbox/rules.c src/sandbox/rules.h \
	src/sandbox/rules_product.c \
	src/sandbox/rules_stock.c \
	src/sandbox/seed.c src/sandbox/seed.h \
	src/sandbox/seed_data.c \
	src/sandbox/server.c src/sandbox/server.h \
	src/sandbox/service.c src/sandbox/service.h \
	src/sandbox/stock.c src/sandbox/stock.h \
	src/sandbox/store.c src/sandbox/store.h \
	src/sandbox/value.c src/sandbox/value.h
