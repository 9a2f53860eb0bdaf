#include "read/copybook.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "core/buf.h"
#include "core/num.h"
#include "core/suggest.h"

enum usage {
	USAGE_NONE,
	USAGE_DISPLAY,
	USAGE_BINARY,
	USAGE_PACKED,
	USAGE_BARE,
	USAGE_FLOAT,
	USAGE_DOUBLE,
	USAGE_INDEX,
	USAGE_NATIONAL,
};

static const struct {
	const char *word;
	enum usage usage;
} usages[] = {
	{"DISPLAY", USAGE_DISPLAY},
	{"DISPLAY-1", USAGE_NATIONAL},
	{"COMP", USAGE_BINARY},
	{"COMP-0", USAGE_BINARY},
	{"COMP-4", USAGE_BINARY},
	{"COMP-5", USAGE_BINARY},
	{"COMPUTATIONAL", USAGE_BINARY},
	{"COMPUTATIONAL-0", USAGE_BINARY},
	{"COMPUTATIONAL-4", USAGE_BINARY},
	{"COMPUTATIONAL-5", USAGE_BINARY},
	{"BINARY", USAGE_BINARY},
	{"COMP-3", USAGE_PACKED},
	{"COMPUTATIONAL-3", USAGE_PACKED},
	{"PACKED-DECIMAL", USAGE_PACKED},
	{"COMP-6", USAGE_BARE},
	{"COMPUTATIONAL-6", USAGE_BARE},
	{"COMP-1", USAGE_FLOAT},
	{"COMPUTATIONAL-1", USAGE_FLOAT},
	{"COMP-2", USAGE_DOUBLE},
	{"COMPUTATIONAL-2", USAGE_DOUBLE},
	{"INDEX", USAGE_INDEX},
	{"POINTER", USAGE_INDEX},
	{"NATIONAL", USAGE_NATIONAL},
};

#define N_USAGES (sizeof(usages) / sizeof(*usages))

/* Words that begin a clause, and so end a VALUE. */
static const char *const clauses[] = {
	"REDEFINES", "PIC",     "PICTURE",     "USAGE",    "OCCURS",
	"SIGN",      "LEADING", "TRAILING",    "SYNC",     "SYNCHRONIZED",
	"JUST",      "BLANK",   "JUSTIFIED",   "VALUE",    "VALUES",
	"EXTERNAL",  "GLOBAL",  "GROUP-USAGE", "VOLATILE", NULL};

struct parser {
	struct copybook *c;
	const struct copy_token *t, *end; /* the next word, behind the last */
	struct err *err;
};

int copybook_err(const struct copybook_item *it, struct err *err,
		 const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(err, ERR_CONFIG, fmt, ap);
	va_end(ap);
	return err_wrap(err, "%s:%zu", it->file, it->line);
}

bool copybook_same_name(struct span a, struct span b)
{
	return a.len == b.len && !strncasecmp(a.p, b.p, a.len);
}

static int wrong(struct parser *p, const char *wanted)
{
	const struct copy_token *t = p->t;
	struct span word = SPAN("the end");

	if (t == p->end)
		t--;
	else
		word = t->text;
	if (word.len > 60)
		word.len = 60;
	return err_set(p->err, ERR_CONFIG, "%s:%zu: %s, not '%.*s'", t->file,
		       t->line, wanted, SPAN_FMT(word));
}

static bool is(const struct parser *p, const char *word)
{
	return p->t < p->end && copy_is(p->t, word);
}

static bool take(struct parser *p, const char *word)
{
	if (!is(p, word))
		return false;
	p->t++;
	return true;
}

static bool is_word(const struct parser *p)
{
	return p->t < p->end && p->t->kind == COPY_WORD;
}

/* ---- clauses ----------------------------------------------------------- */

static int take_name(struct parser *p, struct span *name)
{
	if (!is_word(p))
		return wrong(p, "a name wanted");
	*name = p->t++->text;
	return 0;
}

static int parse_picture(struct parser *p, struct copybook_item *it)
{
	struct buf text = BUF_INIT(4096);
	const struct copy_token *at;
	struct err e = ERR_INIT;
	int rc;

	take(p, "IS");
	if (!is_word(p))
		return wrong(p, "a picture wanted");
	at = p->t++;
	buf_add_span(&text, at->text);
	/* Blanks before the brackets, which no compiler takes, but people do */
	while (is_word(p) && *p->t->text.p == '(')
		buf_add_span(&text, p->t++->text);
	rc = copybook_picture(buf_span(&text), &it->pic, &e);
	buf_release(&text);
	if (rc < 0)
		return err_set(p->err, ERR_CONFIG, "%s:%zu: %s", at->file,
			       at->line, e.msg);
	it->has_pic = true;
	return 0;
}

static bool take_usage(struct parser *p, struct copybook_item *it)
{
	size_t i;

	for (i = 0; i < N_USAGES; i++) {
		if (take(p, usages[i].word)) {
			it->usage = (int)usages[i].usage;
			return true;
		}
	}
	return false;
}

static int take_count(struct parser *p, size_t *out)
{
	int64_t n;

	if (!is_word(p) || num_parse(p->t->text, 0, LINE_CEILING, &n) < 0)
		return wrong(p, "OCCURS: a number wanted");
	p->t++;
	*out = (size_t)n;
	return 0;
}

/* Names until something else comes: keys and indices of a table. */
static void skip_names(struct parser *p)
{
	size_t i;

	while (is_word(p)) {
		for (i = 0; clauses[i]; i++)
			if (is(p, clauses[i]))
				return;
		for (i = 0; i < N_USAGES; i++)
			if (is(p, usages[i].word))
				return;
		if (is(p, "ASCENDING") || is(p, "DESCENDING") ||
		    is(p, "INDEXED") || is(p, "DEPENDING"))
			return;
		p->t++;
	}
}

static int parse_occurs(struct parser *p, struct copybook_item *it)
{
	it->occurs = true;
	if (take_count(p, &it->max) < 0)
		return -1;
	if (take(p, "TO") && take_count(p, &it->max) < 0)
		return -1;
	take(p, "TIMES");
	if (!it->max)
		return wrong(p, "OCCURS: once at least");
	for (;;) {
		if (take(p, "DEPENDING")) {
			take(p, "ON");
			if (take_name(p, &it->depends_name) < 0)
				return -1;
			while (take(p, "OF") || take(p, "IN"))
				if (take_name(p, &it->depends_of) < 0)
					return -1;
		} else if (take(p, "ASCENDING") || take(p, "DESCENDING")) {
			take(p, "KEY");
			take(p, "IS");
			skip_names(p);
		} else if (take(p, "INDEXED")) {
			take(p, "BY");
			skip_names(p);
		} else {
			return 0;
		}
	}
}

/* LEADING or TRAILING, perhaps SEPARATE; false where neither is there. */
static bool take_sign(struct parser *p, struct copybook_item *it)
{
	bool leading = is(p, "LEADING");

	if (!take(p, "LEADING") && !take(p, "TRAILING"))
		return false;
	it->sign_given = true;
	it->sign_leading = leading;
	it->sign_separate = take(p, "SEPARATE");
	take(p, "CHARACTER");
	return true;
}

static void skip_value(struct parser *p)
{
	size_t i;

	while (p->t < p->end) {
		for (i = 0; clauses[i]; i++)
			if (is(p, clauses[i]))
				return;
		for (i = 0; i < N_USAGES; i++)
			if (is(p, usages[i].word))
				return;
		p->t++;
	}
}

static int parse_blank(struct parser *p, struct copybook_item *it)
{
	take(p, "WHEN");
	if (!take(p, "ZERO") && !take(p, "ZEROS") && !take(p, "ZEROES"))
		return wrong(p, "BLANK WHEN ZERO wanted");
	it->blank_zero = true;
	return 0;
}

static int parse_clause(struct parser *p, struct copybook_item *it)
{
	if (take(p, "REDEFINES"))
		return take_name(p, &it->redefines_name);
	if (take(p, "PIC") || take(p, "PICTURE"))
		return parse_picture(p, it);
	if (take(p, "USAGE") || take(p, "GROUP-USAGE")) {
		take(p, "IS");
		return take_usage(p, it) ? 0 : wrong(p, "a usage wanted");
	}
	if (take(p, "OCCURS"))
		return parse_occurs(p, it);
	if (take(p, "SIGN")) {
		take(p, "IS");
		return take_sign(p, it)
			       ? 0
			       : wrong(p, "LEADING or TRAILING wanted");
	}
	if (take(p, "SYNC") || take(p, "SYNCHRONIZED")) {
		it->sync = true;
		if (!take(p, "LEFT"))
			take(p, "RIGHT");
		return 0;
	}
	if (take(p, "JUST") || take(p, "JUSTIFIED")) {
		it->justified = true;
		take(p, "RIGHT");
		return 0;
	}
	if (take(p, "BLANK"))
		return parse_blank(p, it);
	if (take(p, "VALUE") || take(p, "VALUES")) {
		skip_value(p);
		return 0;
	}
	if (take(p, "EXTERNAL") || take(p, "GLOBAL") || take(p, "VOLATILE"))
		return 0;
	if (take_sign(p, it) || take_usage(p, it))
		return 0;
	return wrong(p, "a clause of a data description wanted");
}

/* ---- entries ----------------------------------------------------------- */

static bool is_clause_word(const struct parser *p)
{
	size_t i;

	for (i = 0; clauses[i]; i++)
		if (is(p, clauses[i]))
			return true;
	for (i = 0; i < N_USAGES; i++)
		if (is(p, usages[i].word))
			return true;
	return false;
}

static struct copybook_item *new_item(struct copybook *c)
{
	struct copybook_item *it;

	c->item = mem_grow(c->item, c->n, &c->cap, sizeof(*c->item));
	it = &c->item[c->n++];
	*it = (struct copybook_item){.max = 1,
				     .align = 1,
				     .stride = 1,
				     .depends = COPYBOOK_NONE,
				     .redefines = COPYBOOK_NONE,
				     .parent = COPYBOOK_NONE,
				     .child = COPYBOOK_NONE,
				     .next = COPYBOOK_NONE,
				     .last = COPYBOOK_NONE,
				     .set_last = COPYBOOK_NONE};
	return it;
}

/* Hang item `i` below the nearest item of a lower level before it. */
static void attach(struct copybook *c, size_t i)
{
	struct copybook_item *it = &c->item[i];
	size_t at = i - 1;

	while (at && (c->item[at].level >= it->level || it->level == 77))
		at = c->item[at].parent;
	it->parent = at;
	if (c->item[at].last == COPYBOOK_NONE) {
		c->item[at].child = i;
	} else {
		/* A lower level than its sibling's is one, too. */
		c->item[c->item[at].last].next = i;
	}
	c->item[at].last = i;
}

static int parse_name(struct parser *p, struct copybook_item *it)
{
	size_t i;

	if (p->t == p->end || take(p, "FILLER") || is_clause_word(p))
		return 0;
	if (take_name(p, &it->name) < 0)
		return -1;
	for (i = 0; i < it->name.len; i++) {
		char c = it->name.p[i];

		if ((c | 32) >= 'a' && (c | 32) <= 'z')
			continue;
		if (!strchr("0123456789-_#@$", c) || !c) {
			p->t--;
			return wrong(p, "the name of an item wanted");
		}
	}
	return 0;
}

/* Statements around record descriptions: FD, sections, divisions. */
static bool is_other(const struct parser *p)
{
	const struct copy_token *second = p->t + 1;

	if (is(p, "FD") || is(p, "SD"))
		return true;
	return second < p->end &&
	       (copy_is(second, "SECTION") || copy_is(second, "DIVISION"));
}

static int parse_entry(struct parser *p)
{
	struct copybook *c = p->c;
	struct copybook_item *it;
	int64_t level;

	if (is_other(p))
		return 0;
	if (!is_word(p) || num_parse(p->t->text, 0, 99, &level) < 0)
		return wrong(p, "a level number wanted");
	/* Names for ranges and values: no bytes of their own. */
	if (level == 66 || level == 88 || level == 78)
		return 0;
	if (level < 1 || (level > 49 && level != 77))
		return wrong(p, "a level from 01 to 49, 66, 77 or 88 wanted");
	if (c->n > COPYBOOK_ITEMS_MAX)
		return wrong(p, "20000 items at most");
	it = new_item(c);
	it->file = p->t->file;
	it->line = p->t->line;
	it->level = (unsigned)level;
	p->t++;
	if (parse_name(p, it) < 0)
		return -1;
	while (p->t < p->end)
		if (parse_clause(p, it) < 0)
			return -1;
	attach(c, c->n - 1);
	return 0;
}

static int parse(struct copybook *c, const char *path, struct err *err)
{
	const struct copy_token *t = c->text.token,
				*end = t ? t + c->text.n : t;
	struct parser p = {.c = c, .err = err};
	struct copybook_item *root = new_item(c);

	root->file = arena_dup(&c->arena, path, strlen(path));
	root->line = 1;
	while (t < end) {
		p.t = t;
		while (t < end && t->kind != COPY_PERIOD)
			t++;
		p.end = t;
		if (p.t < p.end && parse_entry(&p) < 0)
			return -1;
		if (t < end)
			t++;
	}
	if (c->n == 1)
		return err_set(err, ERR_CONFIG,
			       "%s: there is no data description in it", path);
	return 0;
}

/* ---- usage ------------------------------------------------------------- */

static size_t binary_size(unsigned digits)
{
	static const uint8_t beyond[] = {9,  9,  9,  10, 10, 11, 11,
					 11, 12, 12, 13, 13, 13, 14,
					 14, 15, 15, 16, 16, 16};

	if (digits <= 4)
		return 2;
	if (digits <= 9)
		return 4;
	return digits <= 18 ? 8 : beyond[digits - 19];
}

static int number(struct copybook_item *it, enum copybook_kind kind,
		  struct err *err)
{
	if (it->pic.kind != COBOL_ZONED)
		return copybook_err(it, err,
				    "a computational item wants a picture of "
				    "9, S, V and P");
	it->kind = kind;
	if (kind == COBOL_BINARY)
		it->size = binary_size(it->pic.digits);
	else if (kind == COBOL_PACKED)
		it->size = it->pic.digits / 2 + 1;
	else
		it->size = (it->pic.digits + 1) / 2;
	return 0;
}

static int display(struct copybook_item *it, bool national, struct err *err)
{
	it->kind = it->pic.kind;
	it->size = it->pic.size;
	if (national && it->kind != COBOL_NATIONAL) {
		if (it->kind != COBOL_TEXT)
			return copybook_err(it, err,
					    "national digits are not read");
		it->kind = COBOL_NATIONAL;
		it->size *= 2;
	}
	if (it->kind == COBOL_ZONED || it->kind == COBOL_EDITED)
		it->size += it->sign_separate;
	return 0;
}

static int elementary(struct copybook_item *it, struct err *err)
{
	enum usage u = (enum usage)it->usage;

	if (u == USAGE_FLOAT || u == USAGE_DOUBLE || u == USAGE_INDEX) {
		it->kind = u == USAGE_FLOAT    ? COBOL_FLOAT
			   : u == USAGE_DOUBLE ? COBOL_DOUBLE
					       : COBOL_BINARY;
		it->size = u == USAGE_DOUBLE ? 8 : 4;
		it->pic = (struct copybook_picture){.digits = 10};
		return 0;
	}
	if (!it->has_pic)
		return copybook_err(it, err,
				    "%.*s has neither a picture nor items "
				    "below it",
				    SPAN_FMT(it->name));
	switch (u) {
	case USAGE_BINARY:
		return number(it, COBOL_BINARY, err);
	case USAGE_PACKED:
		return number(it, COBOL_PACKED, err);
	case USAGE_BARE:
		return number(it, COBOL_PACKED_BARE, err);
	case USAGE_NONE:
	case USAGE_DISPLAY:
	case USAGE_NATIONAL:
	case USAGE_FLOAT:
	case USAGE_DOUBLE:
	case USAGE_INDEX:
		break;
	}
	return display(it, u == USAGE_NATIONAL, err);
}

/* What a group says holds for the items below it, which may say otherwise. */
static int settle(struct copybook *c, struct err *err)
{
	size_t i;

	for (i = 1; i < c->n; i++) {
		struct copybook_item *it = &c->item[i];
		const struct copybook_item *up = &c->item[it->parent];

		if (it->usage == USAGE_NONE)
			it->usage = up->usage;
		if (!it->sign_given && up->sign_given &&
		    (it->child != COPYBOOK_NONE || it->pic.is_signed)) {
			it->sign_given = true;
			it->sign_leading = up->sign_leading;
			it->sign_separate = up->sign_separate;
		}
		it->sync |= up->sync;
		if (it->child == COPYBOOK_NONE) {
			if (elementary(it, err) < 0)
				return -1;
		} else if (it->has_pic) {
			return copybook_err(it, err,
					    "%.*s has a picture and items "
					    "below it",
					    SPAN_FMT(it->name));
		}
	}
	return 0;
}

int copybook_load(struct copybook *c, const char *path, struct err *err)
{
	*c = (struct copybook){.arena = ARENA_INIT};
	if (copy_text_load(&c->text, path, err) < 0 ||
	    parse(c, path, err) < 0 || settle(c, err) < 0)
		return -1;
	return copybook_layout(c, err);
}

void copybook_release(struct copybook *c)
{
	copy_text_release(&c->text);
	arena_release(&c->arena);
	free(c->item);
	*c = (struct copybook){.arena = ARENA_INIT};
}
