libsluice_a_SOURCES += \
	src/map/examples.c \
	src/map/explain.c \
	src/map/inner.h \
	src/map/list.c \
	src/map/map.c src/map/map.h
