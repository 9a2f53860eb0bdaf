libsluice_a_SOURCES += \
	src/map/examples.c \
	src/map/explain.c \
	src/map/map.c src/map/map.h
