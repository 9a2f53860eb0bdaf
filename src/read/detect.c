/*
 * The dialect: every delimiter, quote and escape that the text has is tried
 * on its lines, and the one that makes the best table is taken.
 */
#include "read/detect.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/utf8.h"

#define COUNT_MAX ((size_t)4096) /* cells of a line that are told apart */
#define ENOUGH    0.1            /* of a score, to be no file of one column */
#define TRIED_MAX 12             /* delimiters tried in full */

struct candidate {
	const char *text;
	double weight; /* of those that texts have for reasons of their own */
};

static const struct candidate candidates[] = {
	{",", 1},    {";", 1},        {"\t", 1},       {"|", 1},
	{"^", .95},  {"~", .95},      {"!", .5},       {"#", .6},
	{"*", .6},   {"\xC2\xA7", 1}, {"\xC2\xA6", 1}, {"\xC2\xAC", 1},
	{"\x01", 1}, {"\x1C", 1},     {"\x1D", 1},     {"\x1E", 1},
	{"\x1F", 1}, {"@", .4},       {":", .6},       {"/", .3},
	{" ", .4},   {", ", 1},       {"; ", 1},       {" | ", 1},
	{"| ", .95}, {"||", 1},       {";;", 1},       {"\t\t", 1},
	{"::", 1},   {"~~", 1},       {"^^", 1},       {"##", 1},
	{"$$", 1},   {"@@", 1},       {"%%", 1},       {"**", .9},
	{"|~|", 1},  {"~|~", 1},      {"|^|", 1},      {"^|^", 1},
	{"#|#", 1},  {"$|$", 1},      {"|;|", 1},      {"<>", 1},
	{"<|>", 1},  {"=>", .8},      {"->", .8},      {"|||", 1},
	{"~*~", 1},  {"\\t", .9},
};
#define N_CANDIDATES (sizeof(candidates) / sizeof(*candidates))

/* One dialect over the lines. */
struct trial {
	struct csv_dialect dialect;
	double weight, score;
	size_t columns;     /* cells that most lines have */
	size_t even, lines; /* lines with as many, and all */
	size_t rows, cells;
	size_t stray;  /* quotes inside cells */
	size_t quoted; /* cells in quotes */
	double known;  /* cells that look like something */
};

/* While it runs. */
struct run {
	struct trial *t;
	size_t *lines_of; /* by number of cells */
};

void detect_name(struct span delimiter, char *to, size_t room)
{
	if (!delimiter.len)
		snprintf(to, room, "none");
	else if (span_is(delimiter, "\t"))
		snprintf(to, room, "tab");
	else if (span_is(delimiter, " "))
		snprintf(to, room, "blank");
	else if (delimiter.len == 1 && (unsigned char)*delimiter.p < 0x20)
		snprintf(to, room, "0x%02X", (unsigned)*delimiter.p);
	else
		snprintf(to, room, "'%.*s'", SPAN_FMT(delimiter));
}

/* ---- lines -------------------------------------------------------------- */

static bool is_blank(struct span line)
{
	size_t i;

	for (i = 0; i < line.len; i++)
		if (line.p[i] != '\r' && line.p[i] != '\n')
			return false;
	return true;
}

/* Without a last line that is cut, where the text is only a part. */
static void take_lines(struct detect_lines *l, struct span text, bool whole)
{
	const char *p = text.p, *end = text.len ? text.p + text.len : text.p;

	while (p < end && l->n < DETECT_LINES) {
		const char *from = p;

		while (p < end && *p != '\n' && *p != '\r')
			p++;
		if (p == end && !whole && l->n)
			return;
		if (p < end && *p == '\r' && p + 1 < end && p[1] == '\n')
			p++;
		if (p < end)
			p++;
		l->line = mem_grow(l->line, l->n, &l->cap, sizeof(*l->line));
		l->line[l->n++] = (struct span){from, (size_t)(p - from)};
	}
}

static void pass_cell(void *text, size_t len, void *ctx)
{
	struct detect_sink *sink = ctx;

	sink->cell(sink->ctx, (struct span){text, len}, sink->split.quoted,
		   sink->cells++);
}

static void end_row(struct detect_sink *sink, size_t line, size_t lines)
{
	sink->row(sink->ctx, line, lines, sink->cells);
	sink->cells = 0;
}

int detect_split(const struct detect_lines *l, const struct csv_dialect *d,
		 struct detect_sink *sink, struct err *err)
{
	size_t i, first = 0;
	int step = CSV_ROW;

	sink->cells = sink->open = 0;
	if (csv_split_init(&sink->split, d, true, pass_cell, sink, err) < 0)
		return -1;
	for (i = 0; i < l->n; i++) {
		if (step == CSV_ROW && is_blank(l->line[i]))
			continue;
		if (step == CSV_ROW)
			first = i;
		step = csv_split_feed(&sink->split, l->line[i].p,
				      l->line[i].len, err);
		if (step == CSV_ROW)
			end_row(sink, first, i - first + 1);
	}
	if (step == CSV_MORE) {
		if (csv_split_end(&sink->split, err) == CSV_ROW)
			end_row(sink, first, l->n - first);
		else
			sink->open = l->n - first;
	}
	csv_split_release(&sink->split);
	return 0;
}

/* ---- a trial ------------------------------------------------------------ */

/* Quotes are where they belong: all around cells, next to a delimiter. */
struct quotes {
	size_t n;      /* all, but doubled ones and those at ends of lines */
	size_t beside; /* of these, next to the delimiter */
};

static void count_cell(void *ctx, struct span text, bool quoted, size_t at)
{
	static const double worth[DETECT_IS_KINDS] = {
		[DETECT_IS_EMPTY] = .5, [DETECT_IS_NUMBER] = 1,
		[DETECT_IS_DATE] = 1,   [DETECT_IS_TIME] = 1,
		[DETECT_IS_TEXT] = .6,  [DETECT_IS_ODD] = .3,
	};
	struct run *r = ctx;
	struct trial *t = r->t;

	(void)at;
	t->cells++;
	if (quoted)
		t->quoted++;
	else if (text.len && t->dialect.quote >= 0 &&
		 memchr(text.p, t->dialect.quote, text.len))
		t->stray++;
	t->known += worth[detect_kind_of(text)];
}

static void count_row(void *ctx, size_t line, size_t lines, size_t cells)
{
	struct run *r = ctx;

	(void)line;
	r->t->rows++;
	r->t->lines += lines;
	r->lines_of[cells < COUNT_MAX ? cells : COUNT_MAX - 1] += lines;
}

/* How many quotes stand beside a delimiter, by the bytes alone. */
static struct quotes look_at_quotes(const struct detect_lines *l,
				    const struct csv_dialect *d)
{
	struct quotes q = {0};
	size_t i, j;

	for (i = 0; i < l->n; i++) {
		struct span s = l->line[i];

		while (s.len &&
		       (s.p[s.len - 1] == '\n' || s.p[s.len - 1] == '\r'))
			s.len--;
		for (j = 1; j + 1 < s.len; j++) {
			if (s.p[j] != (char)d->quote ||
			    s.p[j - 1] == (char)d->quote ||
			    s.p[j + 1] == (char)d->quote)
				continue;
			q.n++;
			q.beside += (s.len - j > d->delimiter.len &&
				     !memcmp(s.p + j + 1, d->delimiter.p,
					     d->delimiter.len)) ||
				    (j >= d->delimiter.len &&
				     !memcmp(s.p + j - d->delimiter.len,
					     d->delimiter.p, d->delimiter.len));
		}
	}
	return q;
}

static void rate(struct trial *t, const struct detect_lines *l)
{
	double m = (double)t->columns, share, clean, known;
	struct quotes q = {0};

	if (t->columns < 2 || !t->rows)
		return;
	share = (double)t->even / (double)t->lines;
	clean = 1 / (1 + (double)t->stray / (double)t->rows);
	known = .25 + .75 * t->known / (double)t->cells;
	t->score = t->weight * share * share * (1 - 1 / m) * clean * known;
	if (t->dialect.quote >= 0)
		q = look_at_quotes(l, &t->dialect);
	if (q.n * 2 >= t->rows && q.n >= 4 && q.beside * 5 >= q.n * 4)
		t->score += .3 * (double)q.beside / (double)q.n;
}

static int try_it(struct trial *t, const struct detect_lines *l,
		  struct err *err)
{
	struct run r = {.t = t};
	struct detect_sink sink = {
		.cell = count_cell, .row = count_row, .ctx = &r};
	size_t i;
	int rc;

	r.lines_of = mem_zalloc(COUNT_MAX * sizeof(*r.lines_of));
	rc = detect_split(l, &t->dialect, &sink, err);
	t->lines += sink.open;
	t->stray += sink.split.stray;
	for (i = 1; i < COUNT_MAX; i++) {
		if (r.lines_of[i] >= t->even && r.lines_of[i]) {
			t->even = r.lines_of[i];
			t->columns = i;
		}
	}
	free(r.lines_of);
	if (rc == 0)
		rate(t, l);
	return rc;
}

/* ---- quotes and escapes ------------------------------------------------- */

/* Lines in which `needle` is; all of them in `*all`. */
static size_t lines_with(const struct detect_lines *l, struct span needle,
			 size_t *all)
{
	size_t i, n = 0;

	*all = 0;
	for (i = 0; i < l->n; i++) {
		const char *p = l->line[i].p, *end = p + l->line[i].len;
		size_t before = *all;

		while (p < end && (p = memmem(p, (size_t)(end - p), needle.p,
					      needle.len))) {
			++*all;
			p += needle.len;
		}
		n += *all > before;
	}
	return n;
}

/* Whether cells begin with this quote: it is behind a delimiter or first. */
static bool has_quote(const struct detect_lines *l, struct span delimiter,
		      char quote)
{
	char text[24];
	size_t i, all;

	for (i = 0; i < l->n; i++)
		if (l->line[i].len && *l->line[i].p == quote)
			return true;
	memcpy(text, delimiter.p, delimiter.len);
	text[delimiter.len] = quote;
	return lines_with(l, (struct span){text, delimiter.len + 1}, &all) > 0;
}

/* The better of two; the first where they are alike. */
static bool is_better(const struct trial *a, const struct trial *b)
{
	return b->score > a->score * 1.0001;
}

/* The dialect with another escape, if that is better. */
static int try_escape(struct trial *best, int escape, bool doubled,
		      const struct detect_lines *l, struct err *err)
{
	struct trial t = {.dialect = best->dialect, .weight = best->weight};

	t.dialect.escape = escape;
	t.dialect.doubled = doubled;
	if (try_it(&t, l, err) < 0)
		return -1;
	if (is_better(best, &t))
		*best = t;
	return 0;
}

/* Whether backslashes before quotes escape them. */
static bool has_backslashes(const struct trial *t, const struct detect_lines *l)
{
	char text[3] = {'\\', (char)t->dialect.quote, 0}, twice[2];
	char ended[24];
	size_t n, at_end, pairs;

	lines_with(l, (struct span){text, 2}, &n);
	memcpy(ended, text, 2);
	memcpy(ended + 2, t->dialect.delimiter.p, t->dialect.delimiter.len);
	lines_with(l, (struct span){ended, 2 + t->dialect.delimiter.len},
		   &at_end);
	twice[0] = twice[1] = (char)t->dialect.quote;
	lines_with(l, (struct span){twice, 2}, &pairs);
	/* Before a delimiter it may be the end of a cell: a path, a folder. */
	return n && (n - at_end > pairs / 8 || t->even < t->lines);
}

static int choose_escape(const struct detect *d, struct trial *t,
			 const struct detect_lines *l, struct err *err)
{
	struct trial with = {.dialect = t->dialect, .weight = t->weight};

	if (d->given[DETECT_ESCAPE] || t->dialect.quote < 0)
		return 0;
	if (has_backslashes(t, l)) {
		with.dialect.escape = '\\';
		if (try_it(&with, l, err) < 0)
			return -1;
		if (with.score > t->score ||
		    (with.score == t->score && t->even == t->lines))
			*t = with;
	}
	return t->even < t->lines && t->dialect.escape < 0
		       ? try_escape(t, -1, false, l, err)
		       : 0;
}

/* The best quote and escape for a delimiter. */
static int choose_quote(const struct detect *d, struct trial *best,
			const struct detect_lines *l, struct err *err)
{
	static const int quotes[] = {'"', '\'', -1};
	struct trial first = *best;
	size_t i;

	best->score = -1;
	for (i = 0; i < 3; i++) {
		struct trial t = first;

		t.dialect.quote = quotes[i];
		if (d->given[DETECT_QUOTE])
			t.dialect.quote = d->quote;
		else if (i && t.dialect.quote >= 0 &&
			 !has_quote(l, t.dialect.delimiter, (char)quotes[i]))
			continue;
		if (try_it(&t, l, err) < 0 || choose_escape(d, &t, l, err) < 0)
			return -1;
		if (is_better(best, &t))
			*best = t;
		if (d->given[DETECT_QUOTE])
			break;
	}
	return 0;
}

/* ---- delimiters --------------------------------------------------------- */

/*
 * Whether `b`, of several characters, is what `a` of one of them only seems to
 * be: `a` is hardly ever there but in `b`.
 */
static bool explains(const struct trial *a, const struct trial *b,
		     const struct detect_lines *l)
{
	struct span short_one = a->dialect.delimiter;
	struct span long_one = b->dialect.delimiter;
	struct span whole = {long_one.p, long_one.len};
	struct detect_lines one = {&whole, 1, 1};
	size_t in_long, n_short, n_long;
	char padded[24];

	if (!short_one.len || long_one.len <= short_one.len)
		return false;
	/* Blanks that fill columns up are no part of it. */
	if (long_one.p[long_one.len - 1] == ' ') {
		memcpy(padded, long_one.p, long_one.len);
		padded[long_one.len] = ' ';
		lines_with(l, (struct span){padded, long_one.len + 1},
			   &n_short);
		lines_with(l, long_one, &n_long);
		if (n_short * 10 > n_long)
			return false;
	}
	lines_with(&one, short_one, &in_long);
	lines_with(l, short_one, &n_short);
	lines_with(l, long_one, &n_long);
	return in_long && n_long * in_long * 100 >= n_short * 95 &&
	       b->score > 0 && b->even * 100 >= a->even * 99;
}

/* "1,5" in every line, and a first line without a comma: one column. */
static bool is_decimals(const struct trial *t, const struct detect_lines *l)
{
	size_t i, n = 0;

	if (t->columns != 2 || !span_is(t->dialect.delimiter, ",") ||
	    memchr(l->line[0].p, ',', l->line[0].len))
		return false;
	for (i = 1; i < l->n; i++)
		n += detect_kind_of(l->line[i]) == DETECT_IS_NUMBER ||
		     is_blank(l->line[i]);
	return n + 1 >= l->n;
}

static int choose_delimiter(struct detect *d, struct trial *best,
			    const struct detect_lines *l, struct err *err)
{
	size_t i, tried = 0, all;

	for (i = 0; i < N_CANDIDATES && tried < TRIED_MAX; i++) {
		struct trial t = {.weight = candidates[i].weight};
		struct span text = span_of(candidates[i].text);

		if (lines_with(l, text, &all) * 3 < l->n)
			continue;
		t.dialect.delimiter = text;
		t.dialect.escape = -1;
		t.dialect.doubled = true;
		if (d->given[DETECT_ESCAPE]) {
			t.dialect.escape = d->escape;
			t.dialect.doubled = d->doubled;
		}
		if (choose_quote(d, &t, l, err) < 0)
			return -1;
		tried++;
		if (is_decimals(&t, l))
			continue;
		if (explains(best, &t, l) || is_better(best, &t))
			*best = t;
	}
	return 0;
}

/* A file of one column: a delimiter that no line has. */
static void one_column(struct detect *d, struct trial *t,
		       const struct detect_lines *l)
{
	size_t i, all;

	*t = (struct trial){.columns = 1, .even = l->n, .lines = l->n};
	t->dialect = (struct csv_dialect){
		.delimiter = SPAN(","), .quote = '"', .escape = -1};
	t->dialect.doubled = true;
	if (d->given[DETECT_QUOTE])
		t->dialect.quote = d->quote;
	if (d->given[DETECT_ESCAPE]) {
		t->dialect.escape = d->escape;
		t->dialect.doubled = d->doubled;
	}
	for (i = 0; i < N_CANDIDATES; i++) {
		struct span text = span_of(candidates[i].text);

		if (text.len == 1 && !lines_with(l, text, &all)) {
			t->dialect.delimiter = text;
			return;
		}
	}
}

/* ---- what is said of it ------------------------------------------------- */

static void explain(struct detect *d, const struct trial *t,
		    const struct detect_lines *l)
{
	char name[32], *why = d->why[DETECT_DELIMITER];
	const int quote = t->dialect.quote;
	char text[3] = {'\\', (char)quote, 0};
	size_t all;

	detect_name(t->dialect.delimiter, name, sizeof(name));
	if (!d->given[DETECT_DELIMITER] && t->columns < 2)
		snprintf(why, DETECT_WHY_MAX,
			 "no line has it, and none splits them evenly: one "
			 "column");
	else if (!d->given[DETECT_DELIMITER])
		snprintf(why, DETECT_WHY_MAX, "%zu cells in %zu of %zu lines",
			 t->columns, t->even, t->lines);
	why = d->why[DETECT_QUOTE];
	if (!d->given[DETECT_QUOTE] && quote < 0)
		snprintf(why, DETECT_WHY_MAX, "lines split better without one");
	else if (!d->given[DETECT_QUOTE] && !t->quoted)
		snprintf(why, DETECT_WHY_MAX, "no cell has one; the usual one");
	else if (!d->given[DETECT_QUOTE])
		snprintf(why, DETECT_WHY_MAX, "%zu of %zu cells have it%s",
			 t->quoted, t->cells,
			 t->dialect.one_line
				 ? "; one still open at the end of its line "
				   "is text"
				 : "");
	why = d->why[DETECT_ESCAPE];
	if (d->given[DETECT_ESCAPE] || quote < 0)
		return;
	lines_with(l, (struct span){text, 2}, &all);
	if (t->dialect.escape >= 0)
		snprintf(why, DETECT_WHY_MAX, "before %zu quotes", all);
	else if (!t->dialect.doubled)
		snprintf(why, DETECT_WHY_MAX,
			 "lines split better where a doubled quote is two");
}

static void take(struct detect *d, const struct trial *t)
{
	snprintf(d->delimiter, sizeof(d->delimiter), "%.*s",
		 SPAN_FMT(t->dialect.delimiter));
	d->quote = t->dialect.quote;
	d->escape = t->dialect.escape;
	d->doubled = t->dialect.doubled;
	d->one_line = t->dialect.one_line;
	d->columns = t->columns;
}

/* With the delimiter that is given, the rest. */
static int with_given(struct detect *d, struct trial *best,
		      const struct detect_lines *l, struct err *err)
{
	*best = (struct trial){.weight = 1};
	best->dialect.delimiter = span_of(d->delimiter);
	best->dialect.escape = -1;
	best->dialect.doubled = true;
	if (d->given[DETECT_ESCAPE]) {
		best->dialect.escape = d->escape;
		best->dialect.doubled = d->doubled;
	}
	return choose_quote(d, best, l, err);
}

/* Where a quote takes lines together that are rows of their own. */
static int try_one_line(struct trial *best, const struct detect_lines *l,
			struct err *err)
{
	struct trial t = {.dialect = best->dialect, .weight = best->weight};

	if (best->dialect.quote < 0 || best->even == best->lines ||
	    best->columns < 2)
		return 0;
	t.dialect.one_line = true;
	if (try_it(&t, l, err) < 0)
		return -1;
	if (t.columns == best->columns && t.even > best->even)
		*best = t;
	return 0;
}

int detect_dialect(struct detect *d, struct span text, bool whole,
		   struct err *err)
{
	struct detect_lines l = {.line = NULL};
	struct trial best = {.score = 0};
	char delimiter[sizeof(d->delimiter)];
	int rc;

	if (text.len > DETECT_TEXT) {
		text.len = DETECT_TEXT;
		whole = false;
	}
	take_lines(&l, text, whole);
	if (d->given[DETECT_DELIMITER])
		rc = with_given(d, &best, &l, err);
	else
		rc = choose_delimiter(d, &best, &l, err);
	if (rc == 0)
		rc = try_one_line(&best, &l, err);
	if (!d->given[DETECT_DELIMITER] && best.score < ENOUGH)
		one_column(d, &best, &l);
	if (rc == 0) {
		explain(d, &best, &l);
		snprintf(delimiter, sizeof(delimiter), "%.*s",
			 SPAN_FMT(best.dialect.delimiter));
		best.dialect.delimiter = span_of(delimiter);
		take(d, &best);
		rc = detect_table(d, &l, &best.dialect, err);
	}
	free(l.line);
	return rc;
}
