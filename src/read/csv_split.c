#include "read/csv_split.h"

#include "core/mem.h"

#define BLOCK_SIZE ((size_t)64 * 1024)

/* States of struct csv_parser, which its header does not name. */
enum { LIB_FIELD_BEGUN = 2, LIB_MIGHT_HAVE_ENDED = 3 };

/* ---- libcsv ------------------------------------------------------------ */

static int never_a_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void lib_cell(void *text, size_t len, void *data)
{
	struct csv_split *s = data;

	s->cell(text, len, s->ctx);
}

static void lib_row(int end, void *data)
{
	struct csv_split *s = data;

	(void)end;
	s->row = true;
}

static bool lib_can(const struct csv_dialect *d)
{
	return d->delimiter.len == 1 && d->quote >= 0 && d->doubled &&
	       !d->one_line && (d->escape < 0 || d->escape == d->quote);
}

static int lib_fail(struct csv_split *s, struct err *err)
{
	return err_set(err, ERR_OS, "libcsv: %s",
		       csv_strerror(csv_error(&s->parser)));
}

static int lib_init(struct csv_split *s, struct err *err)
{
	if (csv_init(&s->parser, 0) != 0)
		return err_set(err, ERR_OS, "libcsv cannot begin");
	csv_set_delim(&s->parser, (unsigned char)s->dialect.delimiter.p[0]);
	csv_set_quote(&s->parser, (unsigned char)s->dialect.quote);
	csv_set_space_func(&s->parser, never_a_space);
	csv_set_blk_size(&s->parser, BLOCK_SIZE);
	return 0;
}

static int lib_feed(struct csv_split *s, const char *p, size_t len,
		    struct err *err)
{
	s->row = false;
	if (csv_parse(&s->parser, p, len, lib_cell, lib_row, s) != len)
		return lib_fail(s, err);
	return s->row ? CSV_ROW : CSV_MORE;
}

static int lib_end(struct csv_split *s, struct err *err)
{
	int rc;

	s->row = false;
	/* Only now: strict while reading would refuse quotes in the middle. */
	csv_set_opts(&s->parser, CSV_STRICT | CSV_STRICT_FINI);
	rc = csv_fini(&s->parser, lib_cell, lib_row, s);
	csv_set_opts(&s->parser, 0);
	if (rc != 0)
		return csv_error(&s->parser) == CSV_EPARSE ? CSV_OPEN
							   : lib_fail(s, err);
	return s->row ? CSV_ROW : CSV_MORE;
}

/* ---- our own ----------------------------------------------------------- */

static inline bool is_delimiter(const struct csv_split *s, const char *p,
				const char *end)
{
	struct span d = s->dialect.delimiter;

	return *p == d.p[0] && (size_t)(end - p) >= d.len &&
	       !memcmp(p, d.p, d.len);
}

static inline bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static inline bool is_quote(const struct csv_split *s, char c)
{
	return s->dialect.quote >= 0 && c == (char)s->dialect.quote;
}

static void add_text(struct csv_split *s, const char *p, size_t len)
{
	if (!s->discard)
		buf_add(&s->text, p, len);
}

static void end_cell(struct csv_split *s)
{
	if (!s->discard)
		s->cell(s->text.data, s->text.len, s->ctx);
	buf_clear(&s->text);
	s->state = CSV_BEGIN;
	s->quoted = false;
}

static enum csv_step end_row(struct csv_split *s)
{
	end_cell(s);
	s->pending = false;
	s->discard = false;
	return CSV_ROW;
}

/*
 * How many bytes at `p`, an escape character, are one escaped byte or line
 * end; 0 where it stands for itself.
 */
static size_t escaped(const struct csv_split *s, const char *p, const char *end)
{
	const char *next = p + 1;

	if (s->dialect.escape < 0 || *p != (char)s->dialect.escape ||
	    s->dialect.escape == s->dialect.quote || next == end)
		return 0;
	if (is_delimiter(s, next, end))
		return 1 + s->dialect.delimiter.len;
	if (*next == '\r' && end - next > 1 && next[1] == '\n')
		return 3;
	if (is_line_end(*next) || is_quote(s, *next) || *next == *p)
		return 2;
	return 0;
}

/* The text of a cell up to what may end it; `*p` is moved behind. */
static void take_text(struct csv_split *s, const char **p, const char *end)
{
	const char *from = *p, *at = from;
	bool quoted = s->state == CSV_QUOTED;
	size_t n;

	while (at < end) {
		n = escaped(s, at, end);
		if (n) {
			add_text(s, from, (size_t)(at - from));
			add_text(s, at + 1, n - 1);
			at += n;
			from = at;
			continue;
		}
		if (quoted ? is_quote(s, *at)
			   : is_line_end(*at) || is_delimiter(s, at, end))
			break;
		at++;
	}
	add_text(s, from, (size_t)(at - from));
	*p = at;
}

static int own_feed(struct csv_split *s, const char *p, size_t len)
{
	const char *end = p + len, *begin = p;

	s->pending = true;
	while (p < end) {
		switch (s->state) {
		case CSV_BEGIN:
			begin = p;
			s->quoted = is_quote(s, *p);
			s->state = s->quoted ? CSV_QUOTED : CSV_PLAIN;
			p += s->quoted;
			break;
		case CSV_QUOTED:
			take_text(s, &p, end);
			if (p < end) {
				s->state = CSV_QUOTE_SEEN;
				p++;
			} else if (s->dialect.one_line) {
				/* Once more from its quote on, as text. */
				buf_clear(&s->text);
				s->state = CSV_PLAIN;
				s->quoted = false;
				s->stray++;
				p = begin;
			}
			break;
		case CSV_QUOTE_SEEN:
			if (is_line_end(*p) || is_delimiter(s, p, end)) {
				s->state = CSV_PLAIN;
				break;
			}
			add_text(s, &(char){(char)s->dialect.quote}, 1);
			s->state = CSV_QUOTED;
			if (s->dialect.doubled && is_quote(s, *p))
				p++;
			else
				s->stray++;
			break;
		case CSV_PLAIN:
			take_text(s, &p, end);
			if (p == end)
				break;
			if (is_line_end(*p))
				return (int)end_row(s);
			p += s->dialect.delimiter.len;
			end_cell(s);
			break;
		}
	}
	return CSV_MORE;
}

static int own_end(struct csv_split *s)
{
	if (!s->pending)
		return CSV_MORE;
	if (s->state == CSV_QUOTED)
		return CSV_OPEN;
	return (int)end_row(s);
}

/* ---- both -------------------------------------------------------------- */

int csv_split_init(struct csv_split *s, const struct csv_dialect *d, bool own,
		   csv_cell_fn *cell, void *ctx, struct err *err)
{
	*s = (struct csv_split){.dialect = *d,
				.lib = !own && lib_can(d),
				.cell = cell,
				.ctx = ctx,
				.text = BUF_INIT(2 * LINE_CEILING)};
	return s->lib ? lib_init(s, err) : 0;
}

void csv_split_release(struct csv_split *s)
{
	if (s->lib)
		csv_free(&s->parser);
	s->lib = false;
	buf_release(&s->text);
}

int csv_split_feed(struct csv_split *s, const char *p, size_t len,
		   struct err *err)
{
	return s->lib && !s->discard ? lib_feed(s, p, len, err)
				     : own_feed(s, p, len);
}

int csv_split_end(struct csv_split *s, struct err *err)
{
	return s->lib && !s->discard ? lib_end(s, err) : own_end(s);
}

static void ignore_cell(void *text, size_t len, void *ctx)
{
	(void)text;
	(void)len;
	(void)ctx;
}

static void ignore_row(int end, void *ctx)
{
	(void)end;
	(void)ctx;
}

void csv_split_discard(struct csv_split *s)
{
	if (s->discard)
		return;
	s->discard = s->pending = true;
	buf_clear(&s->text);
	if (!s->lib)
		return;
	s->state = CSV_BEGIN;
	if (s->parser.pstate == LIB_FIELD_BEGUN)
		s->state = s->parser.quoted ? CSV_QUOTED : CSV_PLAIN;
	else if (s->parser.pstate == LIB_MIGHT_HAVE_ENDED)
		s->state = CSV_QUOTE_SEEN;
	/* So that it begins afresh with the next row. */
	csv_fini(&s->parser, ignore_cell, ignore_row, NULL);
	s->parser.pstate = 0;
	s->parser.entry_pos = 0;
	s->parser.spaces = 0;
	s->parser.quoted = 0;
}
