#include "read/read_conf.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/profile.h"
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

/* One that there may be. */
struct setting_kind {
	const char *name; /* as an option */
	int (*set)(const struct setting_kind *k, struct read_conf *c,
		   const struct setting *s);
	size_t to; /* where in struct read_conf */
	const char *const
		*word;       /* set_word: what it may be; the index counts */
	const char *formats; /* that have it, a blank around each; NULL all */
};

static int wrong(const struct setting *s, const char *wanted)
{
	if (s->at)
		return yt_err(s->at, s->err, "%s: %s, not '%s'", s->name,
			      wanted, s->value);
	return err_set(s->err, ERR_USAGE, "--%s wants %s, not '%s'", s->name,
		       wanted, s->value);
}

static int set_format(const struct setting_kind *k, struct read_conf *c,
		      const struct setting *s)
{
	const char *near;
	size_t i;

	(void)k;
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

static int set_encoding(const struct setting_kind *k, struct read_conf *c,
			const struct setting *s)
{
	struct err e = ERR_INIT;

	(void)k;
	if (charset_check(s->value, &e) < 0)
		return s->at ? yt_err(s->at, s->err, "%s", e.msg)
			     : err_set(s->err, ERR_USAGE, "%s", e.msg);
	c->encoding = s->value;
	return 0;
}

/* "\t" in two characters is a tab, since a shell makes one hard to type. */
static int set_delimiter(const struct setting_kind *k, struct read_conf *c,
			 const struct setting *s)
{
	size_t len = strlen(s->value);

	(void)k;
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

static int set_character(const struct setting_kind *k, struct read_conf *c,
			 const struct setting *s)
{
	unsigned char ch = (unsigned char)s->value[0];
	int *to = (int *)((char *)c + k->to);

	if (!strcmp(s->value, "none")) {
		*to = READ_NONE;
		return 0;
	}
	if (ch < ' ' || ch > '~' || s->value[1])
		return wrong(s, "one ASCII character or none");
	*to = ch;
	return 0;
}

static int set_header(const struct setting_kind *k, struct read_conf *c,
		      const struct setting *s)
{
	int64_t n;

	(void)k;
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

static int set_count(const struct setting_kind *k, struct read_conf *c,
		     const struct setting *s)
{
	if (num_parse(span_of(s->value), 0, INT32_MAX,
		      (int64_t *)((char *)c + k->to)) < 0)
		return wrong(s, "a number");
	return 0;
}

static int set_text(const struct setting_kind *k, struct read_conf *c,
		    const struct setting *s)
{
	if (!*s->value)
		return wrong(s, "a text that is not empty");
	*(const char **)((char *)c + k->to) = s->value;
	return 0;
}

/* A column; a map is taken by load_by. */
static int set_by(const struct setting_kind *k, struct read_conf *c,
		  const struct setting *s)
{
	c->groups = NULL;
	return set_text(k, c, s);
}

static int set_flag(const struct setting_kind *k, struct read_conf *c,
		    const struct setting *s)
{
	bool *to = (bool *)((char *)c + k->to);

	if (!strcmp(s->value, "true") || !strcmp(s->value, "yes"))
		*to = true;
	else if (!strcmp(s->value, "false") || !strcmp(s->value, "no"))
		*to = false;
	else
		return wrong(s, "true or false");
	return 0;
}

static int set_word(const struct setting_kind *k, struct read_conf *c,
		    const struct setting *s)
{
	struct buf list = BUF_INIT(1024);
	int i, rc;

	for (i = 0; k->word[i]; i++) {
		if (!strcmp(s->value, k->word[i])) {
			*(int *)((char *)c + k->to) = i;
			buf_release(&list);
			return 0;
		}
		buf_addf(&list, "%s%s",
			 !i               ? ""
			 : k->word[i + 1] ? ", "
					  : " or ",
			 k->word[i]);
	}
	rc = wrong(s, buf_str(&list));
	buf_release(&list);
	return rc;
}

static const char *const ragged[] = {"reject", "keep", NULL};
static const char *const framing[] = {"fixed",      "rdw", "rdw-net", "rdw-le",
				      "rdw-net-le", "vb",  "lines",   NULL};
static const char *const occurs[] = {"max", "actual", NULL};
static const char *const floats[] = {"ibm", "ieee", NULL};
static const char *const hidden[] = {"keep", "skip", NULL};
static const char *const dialect[] = {"mysql", "postgresql", "mssql", NULL};
static const char *const invalid[] = {"reject", "null", NULL};

#define TO(member) offsetof(struct read_conf, member)

static const struct setting_kind kinds[] = {
	{"ack", set_text, TO(ack), NULL, " edifact x12 "},
	{"archived", set_flag, TO(archived), NULL, " odoo "},
	{"by", set_by, TO(by), NULL, " historian "},
	{"checksum", set_flag, TO(checksum), NULL, NULL},
	{"copybook", set_text, TO(copybook), NULL, " cobol "},
	{"decimal", set_character, TO(decimal), NULL, " historian "},
	{"delimiter", set_delimiter, 0, NULL, " csv historian "},
	{"detect", set_flag, TO(detect), NULL, " csv historian "},
	{"domain", set_text, TO(domain), NULL, " odoo "},
	{"dialect", set_word, TO(dialect), dialect, " sqldump "},
	{"done", set_text, TO(done), NULL, NULL},
	{"drop-bytes", set_count, TO(drop_bytes), NULL, " cobol "},
	{"encoding", set_encoding, 0, NULL, NULL},
	{"escape", set_character, TO(escape), NULL, " csv historian "},
	{"fields", set_text, TO(fields), NULL, " odoo "},
	{"floats", set_word, TO(floats), floats, " cobol "},
	{"format", set_format, 0, NULL, NULL},
	{"framing", set_word, TO(framing), framing, " cobol "},
	{"good", set_text, TO(good), NULL, " historian "},
	{"header", set_header, 0, NULL, " csv historian ods xls xlsx "},
	{"hidden", set_word, TO(hidden), hidden, " ods xls xlsx "},
	{"invalid", set_word, TO(invalid), invalid, " cobol "},
	{"layout", set_text, TO(layout), NULL, " edifact fixed idoc x12 xml "},
	{"member", set_text, TO(member), NULL, NULL},
	{"model", set_text, TO(model), NULL, " odoo "},
	{"occurs", set_word, TO(occurs), occurs, " cobol "},
	{"quality", set_text, TO(quality), NULL, " historian "},
	{"quote", set_character, TO(quote), NULL, " csv historian "},
	{"ragged", set_word, TO(ragged), ragged, " csv ods xls xlsx "},
	{"record", set_text, TO(record), NULL, " json jsonl sqldump xml "},
	{"sheet", set_text, TO(sheet), NULL, " ods xls xlsx "},
	{"skip", set_count, TO(skip), NULL,
	 " csv fixed historian jsonl ods xls xlsx "},
	{"skip-bytes", set_count, TO(skip_bytes), NULL, " cobol "},
	{"tag", set_text, TO(tag), NULL, " historian "},
	{"target", set_text, TO(target), NULL, " odoo "},
	{"targets", set_text, TO(targets), NULL, " odoo "},
	{"time", set_text, TO(time), NULL, " historian "},
	{"time-format", set_text, TO(time_format), NULL, " historian "},
	{"value", set_text, TO(value), NULL, " historian "},
	{"window", set_text, TO(window), NULL, " historian "},
	{"zone", set_text, TO(zone), NULL, " historian "},
};

#define N_KINDS (sizeof(kinds) / sizeof(*kinds))
_Static_assert(N_KINDS <= READ_SETTINGS_MAX, "room for every setting");

/* Members of a feed that are no plain settings. */
static const char *const sections[] = {"columns", "trailer", "types"};

void read_conf_init(struct read_conf *c)
{
	*c = (struct read_conf){.quote = READ_UNSET,
				.escape = READ_UNSET,
				.header = READ_UNSET,
				.ragged = READ_UNSET,
				.framing = READ_UNSET,
				.occurs = READ_UNSET,
				.floats = READ_UNSET,
				.dialect = READ_UNSET,
				.invalid = READ_UNSET,
				.hidden = READ_UNSET};
}

void read_conf_release(struct read_conf *c)
{
	free(c->column);
	free(c->trailer.sum);
	read_conf_init(c);
}

/* skip_bytes of a feed is skip-bytes of the command line. */
static bool is_name(const char *name, const char *given)
{
	for (; *name && (*name == *given || (*name == '-' && *given == '_'));
	     name++, given++)
		;
	return !*name && !*given;
}

static int find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < N_KINDS; i++)
		if (is_name(kinds[i].name, name))
			return (int)i;
	return -1;
}

static int apply(struct read_conf *c, const struct setting *s)
{
	int i = find_kind(s->name);

	if (i < 0)
		return err_set(s->err, ERR_BUG, "no setting called %s",
			       s->name);
	c->place[i] = (struct read_place){true, s->at, s->value};
	return kinds[i].set(&kinds[i], c, s);
}

/* A misspelt member of `read` suggests the right one. */
static int check_keys(const struct yt_node *read, struct err *err)
{
	char name[N_KINDS][24], *p;
	const char *keys[N_KINDS + sizeof(sections) / sizeof(*sections) + 1];
	size_t i, n = 0;

	for (i = 0; i < N_KINDS; i++) {
		snprintf(name[i], sizeof(name[i]), "%s", kinds[i].name);
		while ((p = strchr(name[i], '-')))
			*p = '_';
		keys[n++] = name[i];
	}
	for (i = 0; i < sizeof(sections) / sizeof(*sections); i++)
		keys[n++] = sections[i];
	keys[n] = NULL;
	return yt_check_keys(read, keys, err);
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

/* A table, or a map, of tags to what windows are taken by. */
static int load_by(struct read_conf *c, const struct yt_node *by,
		   struct err *err)
{
	static const char *const known[] = {"table", "tags", NULL};
	const struct yt_node *table, *tags;

	if (yt_check_keys(by, known, err) < 0)
		return -1;
	table = yt_get(by, "table");
	tags = yt_get(by, "tags");
	if (!table == !tags)
		return yt_err(by, err,
			      "by: a column, or either 'table' or 'tags'");
	if (table && (yt_want(table, YT_SCALAR, "table", err) < 0))
		return -1;
	if (tags && yt_want(tags, YT_MAP, "tags", err) < 0)
		return -1;
	c->groups = table ? table : tags;
	c->place[find_kind("by")] = (struct read_place){true, by, NULL};
	return 0;
}

/* Names of items, each with a condition. */
static int load_types(struct read_conf *c, const struct yt_node *types,
		      struct err *err)
{
	if (yt_want(types, YT_MAP, "types", err) < 0)
		return -1;
	c->types = types;
	return 0;
}

int read_conf_load(struct read_conf *c, const struct yt_node *read,
		   const char *const *formats, struct err *err)
{
	const struct yt_node *n;

	if (!read)
		return 0;
	if (yt_want(read, YT_MAP, "read", err) < 0 || check_keys(read, err) < 0)
		return -1;
	yt_each (read, n) {
		struct setting s = {n->key, n->text, n, formats, err};
		int rc;

		if (!strcmp(n->key, "columns"))
			rc = load_columns(c, n, err);
		else if (!strcmp(n->key, "trailer"))
			rc = load_trailer(c, n, err);
		else if (!strcmp(n->key, "types"))
			rc = load_types(c, n, err);
		else if (!strcmp(n->key, "by") && n->type == YT_MAP)
			rc = load_by(c, n, err);
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

int read_conf_check(const struct read_conf *c, struct err *err)
{
	const char *format = c->format ? c->format : "csv";
	char word[32];
	size_t i;

	if (c->types && strcmp(format, "cobol") != 0)
		return yt_err_key(c->types, err,
				  "types: not a setting of format %s, but of: "
				  "cobol",
				  format);
	snprintf(word, sizeof(word), " %s ", format);
	for (i = 0; i < N_KINDS; i++) {
		const struct setting_kind *k = &kinds[i];

		if (!c->place[i].given || !k->formats ||
		    strstr(k->formats, word))
			continue;
		if (c->place[i].at)
			return yt_err(c->place[i].at, err,
				      "%s: not a setting of format %s, but of:"
				      "%.*s",
				      c->place[i].at->key, format,
				      (int)strlen(k->formats) - 1, k->formats);
		return err_set(err, ERR_USAGE,
			       "--%s is no option of format %s, but of:%.*s",
			       k->name, format, (int)strlen(k->formats) - 1,
			       k->formats);
	}
	return 0;
}

int read_conf_wrong(const struct read_conf *c, const char *name,
		    struct err *err, const char *fmt, ...)
{
	int i = find_kind(name);
	const struct yt_node *at = i < 0 ? NULL : c->place[i].at;
	struct err what = ERR_INIT;
	va_list ap;

	va_start(ap, fmt);
	err_vset(&what, ERR_USAGE, fmt, ap);
	va_end(ap);
	if (at)
		return yt_err(at, err, "%s: %s", at->key, what.msg);
	return err_set(err, ERR_USAGE, "--%s: %s", name, what.msg);
}

void read_conf_put(const struct read_conf *c, struct buf *b)
{
	const char *p;
	size_t i;

	for (i = 0; i < N_KINDS; i++) {
		if (!c->place[i].given || !c->place[i].value ||
		    kinds[i].set == set_format || kinds[i].to == TO(detect))
			continue;
		buf_adds(b, "  ");
		for (p = kinds[i].name; *p; p++)
			buf_addc(b, *p == '-' ? '_' : *p);
		buf_adds(b, ": ");
		yt_put_text(b, span_of(c->place[i].value));
		buf_addc(b, '\n');
	}
}

bool read_conf_given(const struct read_conf *c, const char *name)
{
	int i = find_kind(name);

	return i >= 0 && c->place[i].given;
}

char *read_conf_file(const struct read_conf *c, const char *name,
		     const char *value, const char *folder, struct err *err)
{
	int i = find_kind(name);
	const struct yt_node *at = i < 0 ? NULL : c->place[i].at;
	char *path;

	if (!at && access(value, F_OK) == 0)
		return mem_strdup(value);
	if (folder && !strchr(value, '/')) {
		path = profile_find_optional(c->profiles, folder, value, err);
		if (path || err->code != ERR_NONE)
			return path;
	}
	if (at && c->feed_path) {
		struct err what = ERR_INIT;

		path = profile_file(c->profiles, c->feed_path, value, &what);
		if (!path)
			yt_err(at, err, "%s: %s", at->key, what.msg);
		return path;
	}
	err_set(err, ERR_CONFIG, "--%s: there is no file %s%s%s", name, value,
		folder ? ", and none of this name in the profiles' folder "
		       : "",
		folder ? folder : "");
	return NULL;
}
