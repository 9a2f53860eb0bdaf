libsluice_a_SOURCES += \
	src/map/expr.h \
	src/map/val.c src/map/val.h
