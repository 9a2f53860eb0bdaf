/*
 * kw_string.c - keywords about text: lengths, pattern, format
 *
 * Lengths count code points.  Patterns are PCRE2's as far as they mean the
 * same as ECMA-262's: `$` is the very end, \d and \w are ASCII.  A pattern has
 * a limited number of steps for each value; passing it breaks the rule.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "contract/schema.h"
#include "core/mem.h"
#include "core/suggest.h"
#include "core/utf8.h"

/* Steps of one match; a hard but honest pattern takes some thousands. */
#define MATCH_STEPS 200000
#define MATCH_DEPTH 2000
#define HEAP_KIB    20000

struct pattern {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *limits;
};

static int compile_pattern(struct schema *s, struct kw_use *u,
			   const struct yt_node *n, struct schema_load *l,
			   struct err *err)
{
	unsigned char what[200];
	struct pattern *p;
	size_t at = 0;
	int why = 0;

	(void)s;
	if (yt_want(n, YT_SCALAR, "pattern", err) < 0)
		return -1;
	if (l->about && !u->about)
		u->about = mem_strdup(l->about);
	u->data = p = mem_zalloc(sizeof(*p));
	p->code = pcre2_compile(
		(PCRE2_SPTR)n->text, n->len,
		PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX |
			PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C,
		&why, &at, NULL);
	if (!p->code) {
		pcre2_get_error_message(why, what, sizeof(what));
		return yt_err(n, err, "pattern, character %zu: %s", at + 1,
			      (char *)what);
	}
	/* where the system forbids it, the interpreter does the work */
	pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);
	p->match = pcre2_match_data_create(1, NULL);
	p->limits = pcre2_match_context_create(NULL);
	if (!p->match || !p->limits)
		return err_set(err, ERR_OS, "out of memory");
	pcre2_set_match_limit(p->limits, MATCH_STEPS);
	pcre2_set_depth_limit(p->limits, MATCH_DEPTH);
	pcre2_set_heap_limit(p->limits, HEAP_KIB);
	return 0;
}

static bool check_pattern(const struct kw_use *u, struct check *c,
			  const struct rec_node *n)
{
	const struct pattern *p = u->data;
	struct span s = rec_text(c->rec, n);
	int rc = pcre2_match(p->code, (PCRE2_SPTR)s.p, s.len, 0,
			     PCRE2_NO_UTF_CHECK, p->match, p->limits);

	if (rc >= 0)
		return true;
	if (rc == PCRE2_ERROR_NOMATCH && u->about)
		return check_fail(c, "pattern", "bad-pattern", n,
				  "does not have the form that is wanted: %s",
				  u->about);
	if (rc == PCRE2_ERROR_NOMATCH)
		return check_fail(c, "pattern", "bad-pattern", n,
				  "does not have the form %s", u->text);
	return check_fail(c, "pattern", "pattern-limit", n,
			  "the pattern %s takes too long on this value",
			  u->text);
}

static void release_pattern(struct kw_use *u)
{
	struct pattern *p = u->data;

	if (!p)
		return;
	pcre2_match_context_free(p->limits);
	pcre2_match_data_free(p->match);
	pcre2_code_free(p->code);
	free(p);
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
	if (!l->assert_formats)
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
