/*
 * zip_part.h - an archive of zip, read part by part
 *
 * Nothing is unpacked to disk and no name becomes a path.  An input that is no
 * plain file (a pipe, gzip) is copied to a file without a name in $TMPDIR
 * first, since the directory of an archive is at its end.
 *
 * Each part is held against its checksum when its last byte is read.  One that
 * unpacks to more than ZIP_BOMB_SIZE and more than ZIP_BOMB_RATIO times what is
 * stored is refused: no table packs so well.
 *
 * Spec: PKWARE APPNOTE.TXT 6.3.10, as far as libzip reads it.
 */
#ifndef SLUICE_ZIP_PART_H
#define SLUICE_ZIP_PART_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <zip.h>

#include "core/err.h"
#include "read/input.h"

#define ZIP_BOMB_SIZE  (UINT64_C(256) << 20)
#define ZIP_BOMB_RATIO UINT64_C(400)

struct zip_file_set {
	const char *path; /* borrowed, for messages */
	zip_t *zip;
	uint64_t n; /* entries, in the order of the directory */
};

/* One part that is being read. */
struct zip_part {
	const struct zip_file_set *set;
	const char *name; /* borrowed from the set */
	zip_file_t *file;
	uint64_t got, packed;
};

/* Whether the bytes at the beginning of a file are those of an archive. */
bool zip_is_head(struct span head);

/*
 * A descriptor of the stored bytes of `in`, which can be searched: a copy of
 * its own, or of a file without a name.  Nothing of `in` was taken before.
 * -1 with ERR_IO, ERR_CREATE or ERR_DATA.
 */
int zip_seekable(struct input *in, struct err *err);

/*
 * Open the archive `in`; takes the input.  -1 with ERR_DATA where it is none,
 * cut or damaged.
 */
int zip_set_open(struct zip_file_set *s, struct input *in, struct err *err);
/* Takes one that was never opened (zeroed). */
void zip_set_close(struct zip_file_set *s);

/* The name of entry `i`; "" where it has none. */
const char *zip_set_name(const struct zip_file_set *s, uint64_t i);

/*
 * Find an entry: letters of either case, slashes of either kind.  -1 where
 * there is none.
 */
int64_t zip_set_find(const struct zip_file_set *s, const char *name);

int zip_part_open(struct zip_part *p, const struct zip_file_set *s, uint64_t i,
		  struct err *err);
/* Up to `room` bytes; 0 at the end, -1 with ERR_DATA, ERR_IO, ERR_OS. */
ssize_t zip_part_read(struct zip_part *p, void *to, size_t room,
		      struct err *err);
void zip_part_close(struct zip_part *p);

#endif
