libsluice_a_SOURCES += \
	src/run/after.c \
	src/run/archive.c src/run/archive.h \
	src/run/explained.c src/run/explained.h \
	src/run/flow.c src/run/flow.h \
	src/run/history.c src/run/history.h \
	src/run/inbox.c src/run/inbox.h \
	src/run/pipeline.c src/run/pipeline.h \
	src/run/run.c src/run/run.h \
	src/run/stage.c src/run/stage.h \
	src/run/summary.c src/run/summary.h
