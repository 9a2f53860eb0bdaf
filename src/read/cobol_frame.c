#include "read/cobol_frame.h"

#define WORD 4 /* bytes of a descriptor word */

static uint64_t here(const struct cobol_frame *f)
{
	return f->in->offset + f->in->at;
}

static enum cobol_got fail_at(const struct cobol_frame *f, uint64_t at,
			      struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* "file:row: what, byte N" */
static enum cobol_got fail_at(const struct cobol_frame *f, uint64_t at,
			      struct err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(err, ERR_DATA, fmt, ap);
	va_end(ap);
	err_wrap(err, "%s:%llu: byte %llu", f->in->path,
		 (unsigned long long)f->row, (unsigned long long)at);
	return COBOL_FAIL;
}

/* At least `n` bytes of records, or all there are. */
static int ahead(struct cobol_frame *f, size_t n, struct span *s,
		 struct err *err)
{
	if (input_peek(f->in, n + f->drop, s, err) < 0)
		return -1;
	s->len -= s->len < f->drop ? s->len : f->drop;
	return 0;
}

static int skip(struct cobol_frame *f, size_t n, struct err *err)
{
	size_t left = n;

	while (left) {
		struct span s;

		if (input_peek(f->in, 1, &s, err) < 0)
			return -1;
		if (!s.len)
			return err_set(err, ERR_DATA,
				       "%s: ends within the %zu bytes that are "
				       "to be passed over",
				       f->in->path, n);
		if (s.len > left)
			s.len = left;
		input_skip(f->in, s.len);
		left -= s.len;
	}
	return 0;
}

/* EBCDIC has two line ends, NL and LF: the one that comes first. */
static int choose_line_end(struct cobol_frame *f, struct err *err)
{
	struct span s;
	const char *nl, *lf;

	f->in->lf_only = true;
	if (f->blank == ' ')
		return 0;
	if (input_peek(f->in, 65536, &s, err) < 0)
		return -1;
	nl = s.len ? memchr(s.p, 0x15, s.len) : NULL;
	lf = s.len ? memchr(s.p, 0x25, s.len) : NULL;
	f->in->lf = lf && (!nl || lf < nl) ? 0x25 : 0x15;
	return 0;
}

int cobol_frame_begin(struct cobol_frame *f, size_t n, struct err *err)
{
	struct span s;

	if (skip(f, n, err) < 0)
		return -1;
	if (f->framing == READ_LINES)
		return choose_line_end(f, err);
	if (input_peek(f->in, f->drop, &s, err) < 0)
		return -1;
	if (s.len < f->drop)
		return err_set(err, ERR_DATA,
			       "%s: has fewer than the %zu bytes that are to "
			       "be dropped at its end",
			       f->in->path, f->drop);
	return 0;
}

/* ---- lines ------------------------------------------------------------- */

static struct span trim_line(const struct cobol_frame *f, struct span s)
{
	if (s.len && s.p[s.len - 1] == (char)f->in->lf)
		s.len--;
	if (s.len && s.p[s.len - 1] == '\r')
		s.len--;
	return s;
}

/* As if the blanks at its end had not been cut off. */
static struct span pad(struct cobol_frame *f, struct span s)
{
	char *to;

	if (s.len >= f->size)
		return s;
	buf_clear(&f->line);
	buf_add_span(&f->line, s);
	to = buf_reserve(&f->line, f->size - s.len);
	if (!to)
		return s;
	memset(to, f->blank, f->size - s.len);
	f->line.len = f->size;
	return buf_span(&f->line);
}

/* A line that is too long: its beginning stays, the rest is passed over. */
static enum cobol_got pass_over(struct cobol_frame *f, struct span *record,
				struct err *err)
{
	struct span line;

	buf_clear(&f->line);
	buf_add(&f->line, record->p, f->size < 65536 ? f->size : 65536);
	while (!f->in->line_taken) {
		enum input_got got;

		input_mark(f->in);
		got = input_line(f->in, &line, err);
		if (got == INPUT_FAIL)
			return COBOL_FAIL;
		if (got == INPUT_END)
			break;
	}
	*record = buf_span(&f->line);
	return COBOL_LONG;
}

static enum cobol_got next_line(struct cobol_frame *f, struct span *record,
				struct err *err)
{
	for (;;) {
		enum input_got got;
		struct span s;

		input_mark(f->in);
		f->offset = here(f);
		got = input_line(f->in, &s, err);
		if (got == INPUT_FAIL)
			return COBOL_FAIL;
		if (got == INPUT_END)
			return COBOL_END;
		f->row++;
		if (got == INPUT_PIECE) {
			*record = s;
			return pass_over(f, record, err);
		}
		s = trim_line(f, s);
		/* Nothing, or the end of file of DOS. */
		if (!s.len || (s.len == 1 && *s.p == 0x1A && f->in->unended))
			continue;
		*record = pad(f, s);
		return COBOL_GOT;
	}
}

/* ---- descriptor words -------------------------------------------------- */

static size_t pair(const unsigned char *p, bool little)
{
	return little ? (size_t)p[1] << 8 | p[0] : (size_t)p[0] << 8 | p[1];
}

static enum cobol_got wild(const struct cobol_frame *f, const char *what,
			   const unsigned char *p, const char *why,
			   struct err *err)
{
	return fail_at(f, here(f), err,
		       "a %s descriptor word %02X %02X %02X %02X, %s", what,
		       p[0], p[1], p[2], p[3], why);
}

/* The 4 bytes of a word, all of which must be there. */
static enum cobol_got word(struct cobol_frame *f, const char *what,
			   unsigned char p[WORD], struct err *err)
{
	struct span s;

	if (ahead(f, WORD, &s, err) < 0)
		return COBOL_FAIL;
	if (!s.len)
		return COBOL_END;
	if (s.len < WORD)
		return fail_at(f, here(f), err,
			       "the file ends within a %s descriptor word",
			       what);
	memcpy(p, s.p, WORD);
	return COBOL_GOT;
}

/* Begin the next block. */
static enum cobol_got next_block(struct cobol_frame *f, struct err *err)
{
	unsigned char p[WORD];
	enum cobol_got got = word(f, "block", p, err);

	if (got != COBOL_GOT)
		return got;
	if (p[0] & 0x80)
		f->block = (uint64_t)(p[0] & 0x7F) << 24 |
			   (uint64_t)p[1] << 16 | pair(p + 2, false);
	else if (p[2] || p[3])
		return wild(f, "block", p, "whose last two bytes are not 0",
			    err);
	else
		f->block = pair(p, false);
	if (f->block < 2 * WORD)
		return wild(f, "block", p, "which is too short for a record",
			    err);
	f->block -= WORD;
	input_skip(f->in, WORD);
	return COBOL_GOT;
}

/* The length that a record's word says, without the word. */
static enum cobol_got record_size(const struct cobol_frame *f,
				  const unsigned char *p, size_t *size,
				  struct err *err)
{
	bool little =
		f->framing == READ_RDW_LE || f->framing == READ_RDW_NET_LE;
	bool net = f->framing == READ_RDW_NET || f->framing == READ_RDW_NET_LE;
	/* Little endian words have the length in front or at the end. */
	bool behind = little && !p[0] && !p[1];
	const unsigned char *rest = behind ? p : p + 2;

	if (f->framing == READ_VB && (p[2] & 3))
		return wild(f, "record", p,
			    "of a spanned record, which is not read", err);
	if (rest[0] || rest[1])
		return wild(f, "record", p, "two bytes of which should be 0",
			    err);
	*size = pair(behind ? p + 2 : p, little);
	if (*size < (net ? 1 : WORD + 1))
		return wild(f, "record", p, "which says there is no record",
			    err);
	*size -= net ? 0 : WORD;
	return COBOL_GOT;
}

static enum cobol_got next_worded(struct cobol_frame *f, struct span *record,
				  struct err *err)
{
	unsigned char p[WORD];
	enum cobol_got got;
	struct span s;
	size_t size = 0;

	f->row++;
	if (f->framing == READ_VB && !f->block) {
		got = next_block(f, err);
		if (got != COBOL_GOT)
			return got;
	}
	got = word(f, "record", p, err);
	if (got == COBOL_END && f->block)
		return fail_at(f, here(f), err,
			       "the file ends %llu bytes before its last block "
			       "does",
			       (unsigned long long)f->block);
	if (got != COBOL_GOT)
		return got;
	got = record_size(f, p, &size, err);
	if (got != COBOL_GOT)
		return got;
	if (f->framing == READ_VB) {
		if (size + WORD > f->block)
			return wild(f, "record", p,
				    "which leads out of its block", err);
		f->block -= size + WORD;
	}
	if (ahead(f, WORD + size, &s, err) < 0)
		return COBOL_FAIL;
	if (s.len < WORD + size)
		return fail_at(f, here(f), err,
			       "the file is cut: %zu bytes of a record of %zu",
			       s.len - WORD, size);
	f->offset = here(f) + WORD;
	*record = (struct span){s.p + WORD, size};
	input_skip(f->in, WORD + size);
	return COBOL_GOT;
}

/* ---- fixed ------------------------------------------------------------- */

static enum cobol_got next_fixed(struct cobol_frame *f, struct span *record,
				 struct err *err)
{
	struct span s;

	if (ahead(f, f->size, &s, err) < 0)
		return COBOL_FAIL;
	if (!s.len)
		return COBOL_END;
	f->row++;
	f->offset = here(f);
	if (s.len > f->size)
		s.len = f->size;
	*record = s;
	if (f->actual)
		return COBOL_GOT;
	return cobol_frame_take(f, record, f->size, err) < 0 ? COBOL_FAIL
							     : COBOL_GOT;
}

int cobol_frame_take(struct cobol_frame *f, struct span *record, size_t n,
		     struct err *err)
{
	if (record->len < n) {
		fail_at(f, f->offset, err,
			"the file is cut: %zu bytes of a record of %zu",
			record->len, n);
		return -1;
	}
	record->len = n;
	input_skip(f->in, n);
	return 0;
}

enum cobol_got cobol_frame_next(struct cobol_frame *f, struct span *record,
				struct err *err)
{
	switch (f->framing) {
	case READ_FIXED:
		return next_fixed(f, record, err);
	case READ_LINES:
		return next_line(f, record, err);
	case READ_RDW:
	case READ_RDW_NET:
	case READ_RDW_LE:
	case READ_RDW_NET_LE:
	case READ_VB:
		break;
	}
	return next_worded(f, record, err);
}

void cobol_frame_release(struct cobol_frame *f)
{
	buf_release(&f->line);
}
