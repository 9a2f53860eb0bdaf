/*
 * inbox.h - the files that wait for a feed
 *
 * Regular files only: a symbolic link in an inbox may point anywhere.
 */
#ifndef SLUICE_INBOX_H
#define SLUICE_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "core/err.h"
#include "core/hash.h"

struct inbox_file {
	char *name; /* below the inbox: "erp/ITEMS.csv" */
	char *path;
	struct stat st;            /* when it was hashed */
	char sha256[HASH_HEX_MAX]; /* of its bytes */
	bool growing;              /* younger than settle_s: not hashed */
};

struct inbox {
	struct inbox_file *file; /* sorted by name, bytewise */
	size_t n, cap;
};

/*
 * The files below `folder` that match `pattern` (glob(7); "*" stops at "/").
 * A folder that is not there is empty.  -1 with ERR_IO, ERR_PERM.
 */
int inbox_scan(struct inbox *in, const char *folder, const char *pattern,
	       int64_t settle_s, struct err *err);
void inbox_release(struct inbox *in);

/* Whether the file is still the one that was hashed, as far as stat tells. */
bool inbox_same(const struct inbox_file *f);

/* SHA-256 of all that can be read from `fd`, as hex. */
int inbox_digest(int fd, char out[HASH_HEX_MAX], struct err *err);

#endif
