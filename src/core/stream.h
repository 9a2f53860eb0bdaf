/*
 * stream.h - streams of records: opening line, records, end line, counts
 *
 * Spec: DESIGN section 2, sluice-record(5).  A stream that opens with
 * {"sluice":1,...} is framed: without its end line it was cut short, and
 * reading it fails with ERR_DATA.  One that opens with a record (made by hand,
 * by jq) needs no end line.  Several framed streams may follow each other, as
 * `cat` makes them; framed and unframed ones do not mix.
 *
 * A command frames its output when its input is framed, so that an end line
 * never claims more than the input did.
 */
#ifndef SLUICE_STREAM_H
#define SLUICE_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/lines.h"
#include "core/out.h"
#include "core/rec.h"

enum stream_got {
	STREAM_RECORD,
	STREAM_OPEN,   /* an opening line; rec holds it */
	STREAM_REJECT, /* a line that is no record: err says why, line has it */
	STREAM_END,    /* of all input, whole */
	STREAM_FATAL,
};

struct stream_in {
	char **file; /* names as given, "-" is standard input; borrowed */
	size_t n_files, next_file;
	const char *name; /* of the file being read, for messages */
	int fd;
	struct lines lines;
	struct span line; /* as read; valid until the next call */
	bool open;        /* a file is open */
	bool borrowed;    /* its descriptor is the caller's */
	bool started;     /* a line of this file has been read */
	bool framed;      /* the segment being read has an opening line */
	bool ended;       /* its end line has come */
	bool any_framed, any_unframed; /* segments so far; never both */
	bool allow_filtered;
	bool filtered;      /* the segment that ended last has other records
			       than its end line counts */
	uint64_t records;   /* lines of the segment that are records, rejects
			       among them */
	uint64_t n_read;    /* the same of all input */
	uint64_t n_rejects; /* sum of what the end lines say, of their stage
			       and of the stages before */
};

/*
 * Read the files in order; no file is standard input.  `allow_filtered`
 * accepts an end line whose count differs from the records seen.
 */
void stream_in_init(struct stream_in *in, char **files, size_t n_files,
		    bool allow_filtered);

/*
 * Read the descriptor `fd` from where it stands, and nothing else; it stays
 * the caller's, and `name` is for messages.
 */
void stream_in_init_fd(struct stream_in *in, const char *name, int fd,
		       bool allow_filtered);

/*
 * The next line.  On STREAM_RECORD and STREAM_OPEN, `rec` holds it until the
 * next call; on STREAM_REJECT, `err` says where it is and what is wrong
 * ("FILE:LINE: byte N: ...") and in->line is the raw line (empty where it was
 * too long).  STREAM_FATAL: ERR_DATA for a stream cut short or miscounted,
 * ERR_IO.
 */
enum stream_got stream_next(struct stream_in *in, struct rec *rec,
			    struct err *err);
void stream_in_release(struct stream_in *in);

struct stream_out {
	struct out out; /* append a record to out.buf, then stream_put_end */
	bool framed;
	uint64_t records;
	uint64_t earlier; /* rejects of the stages before */
};

void stream_out_init(struct stream_out *s, int fd, bool unbuffered);

/*
 * Write the opening line; the output is framed from here.  `members` is
 * further members as JSON text without braces ("\"feed\":\"x\""), or empty.
 */
void stream_open(struct stream_out *s, const char *stage, const char *run,
		 struct span members);

/*
 * Write the opening line of this stage, taking over the members of the line
 * the input opened with, `from` (run, feed, columns and whatever it has).
 */
void stream_open_from(struct stream_out *s, const char *stage,
		      struct rec *from);

/* End the record that was appended to s->out.buf: newline and count. */
static inline void stream_put_end(struct stream_out *s)
{
	buf_addc(&s->out.buf, '\n');
	s->records++;
	out_tick(&s->out);
}

/* End line (where framed) and flush. */
int stream_close(struct stream_out *s, uint64_t rejects, struct err *err);
void stream_out_release(struct stream_out *s);

#endif
