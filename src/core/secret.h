/*
 * secret.h - a key from a file, a service credential or a command
 *
 * Never from an option or a variable.  It is kept in memory that core dumps
 * leave out, and wiped when released.
 */
#ifndef SLUICE_SECRET_H
#define SLUICE_SECRET_H

#include <stddef.h>

#include "core/err.h"

#define SECRET_MAX ((size_t)4096)

struct secret {
	char *text; /* NUL-terminated, one line without its newline; or NULL */
	size_t len;
};

#define SECRET_INIT          \
	{                    \
		.text = NULL \
	}

/* A file that nobody but its owner can read, else ERR_PERM. */
int secret_from_file(struct secret *s, const char *path, struct err *err);
/* NAME in $CREDENTIALS_DIRECTORY: LoadCredential= of systemd. */
int secret_from_credential(struct secret *s, const char *name, struct err *err);
/* What `command` (for sh -c) prints; another exit status than 0: ERR_PERM. */
int secret_from_command(struct secret *s, const char *command, struct err *err);
void secret_release(struct secret *s);

#endif
