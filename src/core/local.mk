libsluice_a_SOURCES += \
	src/core/banned.h \
	src/core/base64.c src/core/base64.h \
	src/core/buf.c src/core/buf.h \
	src/core/clock.c src/core/clock.h \
	src/core/crash.c src/core/crash.h \
	src/core/date.c src/core/date.h \
	src/core/dec.c src/core/dec.h \
	src/core/err.c src/core/err.h \
	src/core/extsort.c src/core/extsort.h \
	src/core/fs.c src/core/fs.h \
	src/core/hash.c src/core/hash.h \
	src/core/hset.c src/core/hset.h \
	src/core/hspill.c src/core/hspill.h \
	src/core/job.c src/core/job.h \
	src/core/lines.c src/core/lines.h \
	src/core/lock.c src/core/lock.h \
	src/core/log.c src/core/log.h \
	src/core/mem.c src/core/mem.h \
	src/core/num.c src/core/num.h \
	src/core/opt.c src/core/opt.h \
	src/core/out.c src/core/out.h \
	src/core/plain.h \
	src/core/proc.c src/core/proc.h \
	src/core/progress.c src/core/progress.h \
	src/core/rec.c src/core/rec.h src/core/rec_put.c \
	src/core/secret.c src/core/secret.h \
	src/core/sig.c src/core/sig.h \
	src/core/sip.c src/core/sip.h \
	src/core/span.h \
	src/core/stream.c src/core/stream.h \
	src/core/suggest.c src/core/suggest.h \
	src/core/tape.c src/core/tape.h \
	src/core/utf8.c src/core/utf8.h \
	src/core/xid.c src/core/xid.h
