libsluice_a_SOURCES += \
	src/map/compile.c \
	src/map/diff.c src/map/diff.h \
	src/map/effective.c src/map/effective.h \
	src/map/example.h src/map/examples.c \
	src/map/explain.c \
	src/map/group.c src/map/group.h \
	src/map/group_conf.c \
	src/map/group_inner.h \
	src/map/group_sort.c \
	src/map/inner.h \
	src/map/list.c \
	src/map/map.c src/map/map.h \
	src/map/merge.c src/map/merge.h \
	src/map/merge_examples.c \
	src/map/merge_group.c \
	src/map/merge_run.c \
	src/map/rows.c \
	src/map/running.c src/map/running.h \
	src/map/tables.c src/map/tables.h \
	src/map/trace.c src/map/trace.h
