libsluice_a_SOURCES += \
	src/push/binding.c src/push/binding.h \
	src/push/cell.c src/push/cell.h \
	src/push/layer.c src/push/layer.h \
	src/push/order.c src/push/order.h
