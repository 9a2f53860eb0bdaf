#include "core/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int err_vset(struct err *err, enum err_code code, const char *fmt, va_list ap)
{
	err->code = code;
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	return -1;
}

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(err, code, fmt, ap);
	va_end(ap);
	return -1;
}

int err_sys(struct err *err, const char *fmt, ...)
{
	int saved = errno;
	char what[ERR_MSG_MAX / 2];
	enum err_code code = ERR_IO;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (saved == EACCES || saved == EPERM)
		code = ERR_PERM;
	else if (saved == ENOMEM || saved == EAGAIN)
		code = ERR_OS;
	return err_set(err, code, "%s: %s", what, strerror(saved));
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char where[ERR_MSG_MAX / 2];
	char rest[ERR_MSG_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(where, sizeof(where), fmt, ap);
	va_end(ap);
	memcpy(rest, err->msg, sizeof(rest));
	return err_set(err, err->code, "%s: %s", where, rest);
}
