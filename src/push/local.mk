libsluice_a_SOURCES += \
	src/push/binding.c src/push/binding.h \
	src/push/cell.h \
	src/push/layer.c src/push/layer.h
