/*
 * fs.h - files: write all, replace durably, sync a folder
 */
#ifndef SLUICE_FS_H
#define SLUICE_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/buf.h"
#include "core/err.h"

/* Write all `len` bytes; short writes and EINTR are dealt with. */
int fs_write_all(int fd, const char *p, size_t len, struct err *err);

/* Append the whole file to `out`; ERR_DATA beyond its ceiling. */
int fs_read_file(const char *path, struct buf *out, struct err *err);

/*
 * Make `path` hold `content`: after a power cut it is the old file or the new
 * one, never half of either.  A new file gets `mode` (less the umask).  Where
 * `path` is a link, what it leads to is replaced; a device or a pipe is
 * written to.
 */
int fs_replace(const char *path, const struct buf *content, mode_t mode,
	       struct err *err);

/* fsync the folder that holds `path`, so that a rename in it lasts. */
int fs_sync_parent(const char *path, struct err *err);

/* Make the folder and those above it, each with `mode`. */
int fs_mkdirs(const char *path, mode_t mode, struct err *err);

/*
 * A new file in $TMPDIR (or /tmp) for reading and writing, which has no name
 * any more and goes when its descriptor is closed.  The descriptor, or -1.
 */
int fs_temp(struct err *err);

bool fs_is_file(const char *path);
bool fs_is_dir(const char *path);

/* The last component of `path`, pointing into it. */
const char *fs_base(const char *path);
/* The folder of `path` ("." where there is none); free it. */
char *fs_dir(const char *path);
/* "dir/name"; an absolute name stays as it is; free it. */
char *fs_join(const char *dir, const char *name);

#endif
