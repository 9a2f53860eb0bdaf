libsluice_a_SOURCES += \
	src/push/absent.c \
	src/push/guard.c \
	src/push/access.c src/push/access.h \
	src/push/adopt.c \
	src/push/batch.c src/push/batch.h \
	src/push/binary.c src/push/binary.h \
	src/push/binding.c src/push/binding.h \
	src/push/binding_check.c src/push/binding_check.h \
	src/push/binding_learn.c \
	src/push/chunk.c \
	src/push/readback.c \
	src/push/rest.c \
	src/push/cell.c src/push/cell.h \
	src/push/conflict.c \
	src/push/count.c \
	src/push/entity.c \
	src/push/fit.c src/push/fit.h \
	src/push/fit_contract.c src/push/fit_xids.c \
	src/push/flight.c src/push/flight.h \
	src/push/held.c \
	src/push/intake.c \
	src/push/item.h \
	src/push/layer.c src/push/layer.h \
	src/push/order.c src/push/order.h \
	src/push/plan.c src/push/plan.h \
	src/push/preview.c src/push/preview.h \
	src/push/push.h \
	src/push/queue.c src/push/queue.h \
	src/push/receipt.c \
	src/push/resolve.c \
	src/push/rights.c src/push/rights.h \
	src/push/send.c \
	src/push/since.c \
	src/push/server.c src/push/server.h \
	src/push/survey.c \
	src/push/tree.c \
	src/push/words.c src/push/words.h
