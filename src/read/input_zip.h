/*
 * input_zip.h - the members of an archive of zip, each an input of its own
 *
 * Members come in the order of the archive.  Folders, links and what a Mac adds
 * for itself are none.  Names are only names: nothing
 * is written to disk.
 */
#ifndef SLUICE_INPUT_ZIP_H
#define SLUICE_INPUT_ZIP_H

#include "read/zip_part.h"

struct input_zip {
	struct zip_file_set set;
	const char *archive; /* base name, borrowed */
	const char *pattern; /* NULL: all members */
	uint64_t at;         /* the entry to look at next */
	uint64_t given;      /* members that matched */
	struct zip_part part;
	char *path; /* of the member that is open, for messages */
};

/*
 * Open `archive`; its input is taken but must stay open.  `pattern` is matched
 * against whole names and base names, as a shell's.  input_zip_close it also
 * where this fails.
 */
int input_zip_open(struct input_zip *z, struct input *archive,
		   const char *pattern, struct err *err);

/*
 * The next member; input_close it before the next call.  1, 0 behind the last
 * one, -1 with ERR_DATA: damaged, or none has matched.
 */
int input_zip_next(struct input_zip *z, struct input *member, struct err *err);

/* Whether there are members behind the one that was given last. */
bool input_zip_more(const struct input_zip *z);
/* Append the pattern that matches the member `name` only. */
void input_zip_pattern(const char *name, struct buf *b);
void input_zip_close(struct input_zip *z);

#endif
