/*
 * archive.h - inputs that are done, compressed
 *
 * An input leaves the inbox only when its copy has been read back from the
 * archive and found equal.
 *
 * Format: gzip (RFC 1952).
 */
#ifndef SLUICE_ARCHIVE_H
#define SLUICE_ARCHIVE_H

#include "core/err.h"

/*
 * Make sure that `to` holds the bytes of `from`, whose SHA-256 is `sha256`
 * (hex): where it does already, nothing is written.  A new one is written
 * beside it, synced, read back and renamed.  -1 with ERR_IO, ERR_CREATE, or
 * ERR_AGAIN where `from` is not the file any more that had this digest.
 */
int archive_store(const char *from, const char *sha256, const char *to,
		  struct err *err);

/* Remove `path` and sync its folder; not being there is fine. */
int archive_remove(const char *path, struct err *err);

#endif
