/*
 * input.h - file, standard input or gzip as one stream of lines with offsets
 *
 * Gzip is known by its first two bytes and may have several members; a member
 * that is short or corrupt, or bytes after the last one, are damage.  What
 * compress(1) packed is known by its first bytes, too; other packers are
 * refused by name.  Stored bytes come from a descriptor or, for the member of
 * an archive, from its struct input_source.  A line ends with LF, CR LF or CR.
 * Bytes stay in the window from input_mark on, so that a reader can go back to
 * what it made a record of.
 *
 * Spec: RFC 1952.
 */
#ifndef SLUICE_INPUT_H
#define SLUICE_INPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <zlib.h>

#include "core/err.h"
#include "core/span.h"
#include "read/charset.h"

struct input;

/* Where stored bytes come from, if not from a descriptor. */
struct input_source {
	/* Up to `room` bytes, 0 at the end, -1. */
	ssize_t (*read)(void *ctx, void *to, size_t room, struct err *err);
	void (*close)(void *ctx);
};

enum input_got {
	INPUT_LINE,  /* with its line end, which the last line may lack; no
			longer than LINE_CEILING by more than a read */
	INPUT_PIECE, /* of a line beyond LINE_CEILING; more of it follows */
	INPUT_END,
	INPUT_FAIL,
};

/* The next of a byte in the window, so that it is looked for once. */
struct input_seek {
	size_t at, scanned; /* found where at < scanned; indices of data */
};

struct input {
	const char *path; /* as given; borrowed */
	const char *name; /* base name, "-" for standard input */
	const char
		*archive; /* base name of the one it is a member of, or NULL */
	int fd;
	bool regular;                      /* fd is a plain file */
	const struct input_source *source; /* NULL: fd */
	void *source_ctx;
	struct lzw *lzw; /* packed with compress; else NULL */
	struct err *err; /* of the call that runs, for lzw */
	bool gzip, member_open;
	z_stream gz;
	unsigned char *packed; /* read and not yet inflated: [from, to) */
	size_t packed_from, packed_to;
	const char *broken; /* what is wrong, once what came before is out */
	char *data;
	size_t mark, at, to, cap; /* data[mark..at) was returned since mark */
	uint64_t offset;          /* of data[0] in the unpacked stream */
	bool eof;
	uint64_t file_read, file_size; /* bytes as stored; size 0: unknown */
	uint64_t line;                 /* lines returned whole so far */
	bool line_taken;               /* the last call returned one */
	bool unended;                  /* and the input ended before it did */
	unsigned unit;                 /* line ends, from input_set_charset */
	bool utf8;                     /* the same */
	bool big_endian;
	bool lf_only; /* CR is no line end; for the reader to set */
	unsigned char lf, cr;
	struct input_seek next_lf, next_cr;
};

/* "-" is standard input.  -1 with ERR_IO and the like; input_close it also
 * then. */
int input_open(struct input *in, const char *path, struct err *err);
/*
 * The same for stored bytes of another kind; `source` owns `ctx` and is closed
 * with the input, also where this fails.  All texts are borrowed.
 */
int input_open_source(struct input *in, const struct input_source *source,
		      void *ctx, const char *path, const char *name,
		      const char *archive, struct err *err);
/* Takes one that was closed. */
void input_close(struct input *in);

/* How lines end; before the first line. */
void input_set_charset(struct input *in, const struct charset *cs);

/*
 * What lies ahead, at least `want` bytes unless the input is shorter; nothing
 * is taken.  Valid until the next call.
 */
int input_peek(struct input *in, size_t want, struct span *ahead,
	       struct err *err);
/* Take `n` bytes that input_peek has shown. */
void input_skip(struct input *in, size_t n);

/*
 * Whether the descriptor is that of a plain file which is read as it stands,
 * so that a reader may search in it.
 */
bool input_is_plain_file(const struct input *in);

/*
 * The next `n` bytes, for formats without lines; counted as a line.  Valid
 * until the next call; input_back takes them back.  INPUT_PIECE: the input
 * ends before, *bytes is what is left, at least one byte.
 */
enum input_got input_bytes(struct input *in, size_t n, struct span *bytes,
			   struct err *err);

/*
 * The next line.  Valid until the next call.  An input that ends in the middle
 * of a character of UTF-8, UTF-16 or UTF-32 is ERR_DATA.
 */
enum input_got input_line(struct input *in, struct span *line, struct err *err);

/* A record begins here: what lies before is let go. */
static inline void input_mark(struct input *in)
{
	in->mark = in->at;
}

/* Back to the mark, which was set before the last line; it comes again. */
void input_back(struct input *in);

/* The bytes since input_mark, and their offset in the unpacked stream. */
static inline struct span input_marked(const struct input *in)
{
	return (struct span){in->data + in->mark, in->at - in->mark};
}

static inline uint64_t input_mark_offset(const struct input *in)
{
	return in->offset + in->mark;
}

#endif
