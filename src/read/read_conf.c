#include "read/read_conf.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/num.h"
#include "core/suggest.h"
#include "core/utf8.h"
#include "read/charset.h"

/* A setting as text, from a feed or from the command line. */
struct setting {
	const char *name, *value;
	const struct yt_node *at; /* NULL: the command line */
	const char *const *formats;
	struct err *err;
};

static const char *const keys[] = {"format", "encoding", "delimiter", "quote",
				   "escape", "header",   "columns",   "skip",
				   "ragged", "trailer",  NULL};

static int wrong(const struct setting *s, const char *wanted)
{
	if (s->at)
		return yt_err(s->at, s->err, "%s: %s, not '%s'", s->name,
			      wanted, s->value);
	return err_set(s->err, ERR_USAGE, "--%s wants %s, not '%s'", s->name,
		       wanted, s->value);
}

static int set_format(struct read_conf *c, const struct setting *s)
{
	const char *near;
	size_t i;

	for (i = 0; s->formats[i]; i++) {
		if (!strcmp(s->value, s->formats[i])) {
			c->format = s->value;
			return 0;
		}
	}
	near = suggest(span_of(s->value), s->formats);
	if (s->at)
		return yt_err(s->at, s->err, "unknown format '%s'%s%s%s",
			      s->value, near ? "; did you mean " : "",
			      near ? near : "", near ? "?" : "");
	return err_set(s->err, ERR_USAGE, "unknown format '%s'%s%s%s", s->value,
		       near ? "; did you mean " : "", near ? near : "",
		       near ? "?" : "");
}

static int set_encoding(struct read_conf *c, const struct setting *s)
{
	struct err e = ERR_INIT;

	if (charset_check(s->value, &e) < 0)
		return s->at ? yt_err(s->at, s->err, "%s", e.msg)
			     : err_set(s->err, ERR_USAGE, "%s", e.msg);
	c->encoding = s->value;
	return 0;
}

/* "\t" in two characters is a tab, since a shell makes one hard to type. */
static int set_delimiter(struct read_conf *c, const struct setting *s)
{
	size_t len = strlen(s->value);

	if (!strcmp(s->value, "\\t")) {
		c->delimiter_text[0] = '\t';
		c->delimiter = (struct span){c->delimiter_text, 1};
		return 0;
	}
	if (!len || len > READ_DELIMITER_MAX || strpbrk(s->value, "\r\n") ||
	    utf8_check(s->value, len) != len)
		return wrong(s, "1 to 16 bytes without line ends");
	c->delimiter = (struct span){s->value, len};
	return 0;
}

static int set_character(const struct setting *s, int *to)
{
	unsigned char ch = (unsigned char)s->value[0];

	if (!strcmp(s->value, "none")) {
		*to = READ_NONE;
		return 0;
	}
	if (ch < ' ' || ch > '~' || s->value[1])
		return wrong(s, "one ASCII character or none");
	*to = ch;
	return 0;
}

static int set_quote(struct read_conf *c, const struct setting *s)
{
	return set_character(s, &c->quote);
}

static int set_escape(struct read_conf *c, const struct setting *s)
{
	return set_character(s, &c->escape);
}

static int set_header(struct read_conf *c, const struct setting *s)
{
	int64_t n;

	if (!strcmp(s->value, "yes") || !strcmp(s->value, "true"))
		n = 1;
	else if (!strcmp(s->value, "no") || !strcmp(s->value, "false"))
		n = 0;
	else if (num_parse(span_of(s->value), 0, READ_HEADER_MAX, &n) < 0)
		return wrong(s, s->at ? "true, false or a number of rows"
				      : "yes, no or a number of rows");
	c->header = (int)n;
	return 0;
}

static int set_skip(struct read_conf *c, const struct setting *s)
{
	if (num_parse(span_of(s->value), 0, INT32_MAX, &c->skip) < 0)
		return wrong(s, "a number of lines");
	return 0;
}

static int set_ragged(struct read_conf *c, const struct setting *s)
{
	if (!strcmp(s->value, "keep"))
		c->ragged = 1;
	else if (!strcmp(s->value, "reject"))
		c->ragged = 0;
	else
		return wrong(s, "reject or keep");
	return 0;
}

static const struct {
	const char *name;
	int (*set)(struct read_conf *c, const struct setting *s);
} settings[] = {
	{"format", set_format},       {"encoding", set_encoding},
	{"delimiter", set_delimiter}, {"quote", set_quote},
	{"escape", set_escape},       {"header", set_header},
	{"skip", set_skip},           {"ragged", set_ragged},
};

#define N_SETTINGS (sizeof(settings) / sizeof(*settings))

void read_conf_init(struct read_conf *c)
{
	*c = (struct read_conf){.quote = READ_UNSET,
				.escape = READ_UNSET,
				.header = READ_UNSET,
				.ragged = READ_UNSET};
}

void read_conf_release(struct read_conf *c)
{
	free(c->column);
	free(c->trailer.sum);
	read_conf_init(c);
}

static int apply(struct read_conf *c, const struct setting *s)
{
	size_t i;

	for (i = 0; i < N_SETTINGS; i++)
		if (!strcmp(settings[i].name, s->name))
			return settings[i].set(c, s);
	return err_set(s->err, ERR_BUG, "no setting called %s", s->name);
}

static int load_columns(struct read_conf *c, const struct yt_node *list,
			struct err *err)
{
	const struct yt_node *n;
	size_t cap = 0;

	if (yt_want(list, YT_LIST, "columns", err) < 0)
		return -1;
	yt_each (list, n) {
		if (yt_want(n, YT_SCALAR, "a column's name", err) < 0)
			return -1;
		if (!n->len)
			return yt_err(n, err, "a column without a name");
		c->column = mem_grow(c->column, c->n_columns, &cap,
				     sizeof(*c->column));
		c->column[c->n_columns++] = n->text;
	}
	if (!c->n_columns)
		return yt_err(list, err, "columns: no names");
	return 0;
}

static int load_trailer(struct read_conf *c, const struct yt_node *t,
			struct err *err)
{
	static const char *const known[] = {"when", "count", "sum", NULL};
	const struct yt_node *sum, *n;
	size_t cap = 0;

	if (yt_want(t, YT_MAP, "trailer", err) < 0 ||
	    yt_check_keys(t, known, err) < 0 ||
	    yt_text(t, "count", &c->trailer.count, err) < 0)
		return -1;
	c->trailer.when = yt_get(t, "when");
	if (!c->trailer.when)
		return yt_err(t, err,
			      "trailer: 'when' is missing, the condition that "
			      "tells the trailer row");
	if (yt_want(c->trailer.when, YT_SCALAR, "when", err) < 0)
		return -1;
	sum = yt_get(t, "sum");
	if (!sum)
		return 0;
	if (yt_want(sum, YT_MAP, "sum", err) < 0)
		return -1;
	yt_each (sum, n) {
		if (yt_want(n, YT_SCALAR, "a column of the trailer", err) < 0)
			return -1;
		c->trailer.sum = mem_grow(c->trailer.sum, c->trailer.n_sums,
					  &cap, sizeof(*c->trailer.sum));
		c->trailer.sum[c->trailer.n_sums++] =
			(struct read_trailer_sum){n->key, n->text, n};
	}
	return 0;
}

int read_conf_load(struct read_conf *c, const struct yt_node *read,
		   const char *const *formats, struct err *err)
{
	const struct yt_node *n;

	if (!read)
		return 0;
	if (yt_want(read, YT_MAP, "read", err) < 0 ||
	    yt_check_keys(read, keys, err) < 0)
		return -1;
	yt_each (read, n) {
		struct setting s = {n->key, n->text, n, formats, err};
		int rc;

		if (!strcmp(n->key, "columns"))
			rc = load_columns(c, n, err);
		else if (!strcmp(n->key, "trailer"))
			rc = load_trailer(c, n, err);
		else if (yt_want(n, YT_SCALAR, n->key, err) < 0)
			rc = -1;
		else
			rc = apply(c, &s);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int read_conf_option(struct read_conf *c, const char *name, const char *value,
		     const char *const *formats, struct err *err)
{
	struct setting s = {name, value, NULL, formats, err};

	return value ? apply(c, &s) : 0;
}
