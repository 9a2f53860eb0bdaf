/*
 * err.h - the error value, and the exit statuses
 *
 * A function that can fail takes `struct err *err` last and returns 0 or -1.
 * The value is filled on failure only, with a message that stands alone;
 * callers add where (err_wrap).  Only main() prints it.
 *
 * Statuses: BSD sysexits, as in sysexits.h; 1 is "done, some records not".
 */
#ifndef SLUICE_ERR_H
#define SLUICE_ERR_H

#include <stdarg.h>

enum err_code {
	ERR_NONE = 0,
	ERR_SOME = 1,     /* some records rejected, or differences found */
	ERR_USAGE = 64,   /* wrong command line */
	ERR_DATA = 65,    /* damaged input, or a stream cut short */
	ERR_REFUSED = 69, /* the server refuses */
	ERR_BUG = 70,     /* our fault */
	ERR_OS = 71,      /* memory or fork failed */
	ERR_CREATE = 73,  /* cannot create an output file */
	ERR_IO = 74,      /* read, write or sync failed */
	ERR_AGAIN = 75,   /* lock held, server away: run again later */
	ERR_PERM = 77,    /* not allowed */
	ERR_CONFIG = 78,  /* a profile is wrong */
};

#define ERR_MSG_MAX 1024

struct err {
	enum err_code code;
	char msg[ERR_MSG_MAX]; /* one line, no newline, UTF-8 */
};

#define ERR_INIT                 \
	{                        \
		.code = ERR_NONE \
	}

/* Fill `err`; a message too long is cut.  Always returns -1. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

int err_vset(struct err *err, enum err_code code, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

/*
 * Fill `err` from errno: "what: strerror".  The code follows errno: ERR_PERM
 * for EACCES and EPERM, ERR_OS for ENOMEM and EAGAIN, else ERR_IO.  Returns -1.
 */
int err_sys(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Put "where: " before the message that is there; the code stays. -1. */
int err_wrap(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
