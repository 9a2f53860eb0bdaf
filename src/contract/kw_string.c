/*
 * kw_string.c - keywords about text: lengths, pattern, format
 *
 * Lengths count code points.  A pattern has a limited number of steps for each
 * value; passing it breaks the rule.
 */
#include <stdlib.h>

#include "contract/ecma.h"
#include "contract/schema_docs.h"
#include "core/mem.h"
#include "core/suggest.h"
#include "core/utf8.h"

static int compile_pattern(struct schema *s, struct kw_use *u,
			   const struct yt_node *n, struct schema_load *l,
			   struct err *err)
{
	struct err why = ERR_INIT;

	(void)s;
	if (yt_want(n, YT_SCALAR, "pattern", err) < 0)
		return -1;
	if (l->about && !u->about)
		u->about = mem_strdup(l->about);
	u->data = ecma_new((struct span){n->text, n->len}, &why);
	return u->data ? 0 : yt_err(n, err, "pattern, %s", why.msg);
}

static bool check_pattern(const struct kw_use *u, struct check *c,
			  const struct rec_node *n)
{
	switch (ecma_match(u->data, rec_text(c->rec, n))) {
	case ECMA_YES:
		return true;
	case ECMA_NO:
		break;
	case ECMA_LIMIT:
		return check_limit(c, "pattern", "pattern-limit", n,
				   "the pattern %s takes too long on this "
				   "value",
				   u->text);
	}
	if (u->about)
		return check_fail(c, "pattern", "bad-pattern", n,
				  "does not have the form that is wanted: %s",
				  u->about);
	return check_fail(c, "pattern", "bad-pattern", n,
			  "does not have the form %s", u->text);
}

static void release_pattern(struct kw_use *u)
{
	ecma_free(u->data);
}

/* A character has one to four bytes, so most lengths need no counting. */
static bool check_min_length(const struct kw_use *u, struct check *c,
			     const struct rec_node *n)
{
	struct span s = rec_text(c->rec, n);
	size_t chars;

	if (s.len / 4 >= u->count)
		return true;
	chars = utf8_chars(s.p, s.len);
	if (chars >= u->count)
		return true;
	if (!chars)
		return check_fail(c, "minLength", "too-short", n, "is empty");
	return check_fail(c, "minLength", "too-short", n,
			  "has %zu character%s; at least %llu are wanted",
			  chars, chars == 1 ? "" : "s",
			  (unsigned long long)u->count);
}

static bool check_max_length(const struct kw_use *u, struct check *c,
			     const struct rec_node *n)
{
	struct span s = rec_text(c->rec, n);
	size_t chars;

	if (s.len <= u->count)
		return true;
	chars = utf8_chars(s.p, s.len);
	return chars <= u->count ||
	       check_fail(c, "maxLength", "too-long", n,
			  "has %zu character%s; at most %llu are allowed",
			  chars, chars == 1 ? "" : "s",
			  (unsigned long long)u->count);
}

static int compile_format(struct schema *s, struct kw_use *u,
			  const struct yt_node *n, struct schema_load *l,
			  struct err *err)
{
	const char *near;

	(void)s;
	if (yt_want(n, YT_SCALAR, "format", err) < 0)
		return -1;
	u->types = 0;
	if (!l->assert_formats && !(l->res->vocab & VOCAB_ASSERT))
		return 0;
	u->format = format_find(n->text);
	if (!u->format) {
		near = suggest(span_of(n->text), format_names());
		return near ? yt_err(n, err,
				     "format '%s' is not supported; did you "
				     "mean '%s'?",
				     n->text, near)
			    : yt_err(n, err, "format '%s' is not supported",
				     n->text);
	}
	u->types = u->kw->types;
	return 0;
}

static bool check_format(const struct kw_use *u, struct check *c,
			 const struct rec_node *n)
{
	const struct format *f = u->format;

	return f->is(rec_text(c->rec, n)) ||
	       check_fail(c, "format", f->code, n, "is not %s", f->want);
}

#define STRING KW_BIT(REC_STRING)

const struct kw kw_string[] = {
	{"minLength", STRING, kw_compile_count, check_min_length, NULL},
	{"maxLength", STRING, kw_compile_count, check_max_length, NULL},
	{"pattern", STRING, compile_pattern, check_pattern, release_pattern},
	{"format", STRING, compile_format, check_format, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
