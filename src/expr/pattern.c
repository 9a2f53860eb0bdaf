/* Regular expressions with limits on what one match may cost. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/utf8.h"
#include "expr/ast.h"

/*
 * Steps of one match; a pattern that explodes hits them in milliseconds.
 * PCRE2 counts them anew at each character where a match could begin, so that
 * there are fewer of them where the text is long.
 */
#define MATCH_LIMIT 200000
#define TOTAL_LIMIT ((size_t)200000000)
#define DEPTH_LIMIT 5000
/* KiB */
#define HEAP_LIMIT 4096

struct pattern {
	pcre2_code *code;
	pcre2_match_context *context;
	pcre2_match_data *match;
};

struct pattern *pattern_new(struct span source, size_t *at, struct err *err)
{
	struct pattern *p = mem_zalloc(sizeof(*p));
	PCRE2_SIZE offset = 0;
	int code = 0;

	p->code = pcre2_compile((PCRE2_SPTR)source.p, source.len,
				PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C,
				&code, &offset, NULL);
	if (!p->code) {
		PCRE2_UCHAR why[256] = "";

		pcre2_get_error_message(code, why, sizeof(why));
		*at = offset;
		err_set(err, ERR_CONFIG, "no regular expression: %s",
			(const char *)why);
		free(p);
		return NULL;
	}
	p->context = pcre2_match_context_create(NULL);
	p->match = pcre2_match_data_create_from_pattern(p->code, NULL);
	if (!p->context || !p->match) {
		pattern_free(p);
		err_set(err, ERR_OS, "out of memory");
		return NULL;
	}
	pcre2_set_depth_limit(p->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(p->context, HEAP_LIMIT);
	return p;
}

void pattern_free(struct pattern *p)
{
	if (!p)
		return;
	pcre2_match_data_free(p->match);
	pcre2_match_context_free(p->context);
	pcre2_code_free(p->code);
	free(p);
}

static void set_limit(const struct pattern *p, size_t len)
{
	size_t limit = TOTAL_LIMIT / (len + 1) + 16;

	pcre2_set_match_limit(p->context,
			      (uint32_t)(limit < MATCH_LIMIT ? limit
							     : MATCH_LIMIT));
}

int pattern_find(const struct pattern *p, struct span text)
{
	int rc;

	set_limit(p, text.len);
	rc = pcre2_match(p->code, (PCRE2_SPTR)(text.len ? text.p : ""),
			 text.len, 0, 0, p->match, p->context);
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	return rc < 0 ? -1 : 1;
}

struct pattern *pattern_keep(struct expr_scope *s, struct span source,
			     size_t *at, struct err *err)
{
	struct pattern *p = pattern_new(source, at, err);

	if (!p)
		return NULL;
	s->pattern = mem_grow(s->pattern, s->n_patterns, &s->cap_patterns,
			      sizeof(struct pattern *));
	s->pattern[s->n_patterns++] = p;
	return p;
}

/* ---- replacing ---------------------------------------------------------- */

static bool is_word(char c, bool first)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (!first && c >= '0' && c <= '9');
}

/* The group that `name` means, a number or a name; -1 where there is none. */
static int group_of(const struct pattern *p, struct span name)
{
	char text[64];
	uint32_t groups = 0;
	int n = 0;
	size_t i;

	if (!name.len || name.len >= sizeof(text))
		return -1;
	if (name.p[0] >= '0' && name.p[0] <= '9') {
		for (i = 0; i < name.len; i++) {
			if (name.p[i] < '0' || name.p[i] > '9' || n > 1000)
				return -1;
			n = n * 10 + (name.p[i] - '0');
		}
		pcre2_pattern_info(p->code, PCRE2_INFO_CAPTURECOUNT, &groups);
		return (uint32_t)n <= groups ? n : -1;
	}
	memcpy(text, name.p, name.len);
	text[name.len] = '\0';
	n = pcre2_substring_number_from_name(p->code, (PCRE2_SPTR)text);
	return n > 0 ? n : -1;
}

/*
 * The next piece of a replacement, taken off its front: a group, or (-1)
 * `text`.  -2 where a $ stands for nothing.
 */
static int next_piece(const struct pattern *p, struct span *rest,
		      struct span *text)
{
	const char *dollar = memchr(rest->p, '$', rest->len);
	size_t n = dollar ? (size_t)(dollar - rest->p) : rest->len;
	struct span name;
	bool braces;
	int group;

	if (n) {
		*text = (struct span){rest->p, n};
		rest->p += n;
		rest->len -= n;
		return -1;
	}
	if (rest->len < 2)
		return -2;
	if (rest->p[1] == '$') {
		*text = (struct span){rest->p, 1};
		rest->p += 2;
		rest->len -= 2;
		return -1;
	}
	braces = rest->p[1] == '{';
	name = (struct span){rest->p + 1 + braces, 0};
	n = rest->len - 1 - braces;
	if (n && name.p[0] >= '0' && name.p[0] <= '9')
		while (name.len < n && name.p[name.len] >= '0' &&
		       name.p[name.len] <= '9')
			name.len++;
	else
		while (name.len < n && is_word(name.p[name.len], !name.len))
			name.len++;
	if (braces && (name.len == n || name.p[name.len] != '}'))
		return -2;
	group = group_of(p, name);
	if (group < 0)
		return -2;
	n = 1 + name.len + (braces ? 2 : 0);
	rest->p += n;
	rest->len -= n;
	return group;
}

int pattern_check_replacement(const struct pattern *p, struct span text,
			      size_t *at, struct err *err)
{
	struct span rest = text, piece;

	while (rest.len) {
		*at = text.len - rest.len;
		if (next_piece(p, &rest, &piece) == -2)
			return err_set(err, ERR_CONFIG,
				       "no such group in the regular "
				       "expression; $$ stands for one $");
	}
	return 0;
}

/* Text that grows in an arena. */
struct grown {
	struct arena *arena;
	char *p;
	size_t n, cap;
};

static int grow(struct grown *g, const char *p, size_t len)
{
	if (g->n + len > LINE_CEILING)
		return -1;
	if (g->n + len > g->cap) {
		char *more;

		g->cap = mem_mul(mem_add(g->n, len), 2);
		more = arena_alloc(g->arena, g->cap);
		if (g->n)
			memcpy(more, g->p, g->n);
		g->p = more;
	}
	if (len)
		memcpy(g->p + g->n, p, len);
	g->n += len;
	return 0;
}

static int put_replacement(const struct pattern *p, struct grown *g,
			   struct span s, struct span by)
{
	const PCRE2_SIZE *o = pcre2_get_ovector_pointer(p->match);

	while (by.len) {
		struct span piece = {NULL, 0};
		int group = next_piece(p, &by, &piece);

		if (group >= 0 && o[2 * group] != PCRE2_UNSET)
			piece = (struct span){s.p + o[2 * group],
					      o[2 * group + 1] - o[2 * group]};
		if (grow(g, piece.p, piece.len) < 0)
			return -1;
	}
	return 0;
}

/* Bytes of the character at `at`; 1 at the end. */
static size_t char_len(struct span s, size_t at)
{
	size_t n = at < s.len ? utf8_seq(s.p + at, s.len - at) : 0;

	return n ? n : 1;
}

int pattern_replace(const struct pattern *p, struct span s, struct span by,
		    struct arena *a, struct span *out)
{
	const PCRE2_SIZE *o = pcre2_get_ovector_pointer(p->match);
	struct grown g = {.arena = a};
	size_t from = 0, at = 0;
	uint32_t option = 0, checked = 0;
	int count = 0, rc;

	*out = s;
	set_limit(p, s.len);
	while (at <= s.len) {
		rc = pcre2_match(p->code, (PCRE2_SPTR)(s.len ? s.p : ""), s.len,
				 at, option | checked, p->match, p->context);
		/* to be looked through once, not at each match */
		checked = PCRE2_NO_UTF_CHECK;
		if (rc == PCRE2_ERROR_NOMATCH && option) {
			/* Only an empty match was left here: go on behind. */
			at += char_len(s, at);
			option = 0;
			continue;
		}
		if (rc == PCRE2_ERROR_NOMATCH)
			break;
		if (rc < 0 || o[0] < from || o[1] < o[0])
			return -1;
		if (grow(&g, s.p + from, o[0] - from) < 0 ||
		    put_replacement(p, &g, s, by) < 0)
			return -2;
		count++;
		from = at = o[1];
		option = o[0] == o[1] ? PCRE2_NOTEMPTY_ATSTART | PCRE2_ANCHORED
				      : 0;
	}
	if (!count)
		return 0;
	if (grow(&g, s.p + from, s.len - from) < 0)
		return -2;
	*out = (struct span){g.p ? g.p : "", g.n};
	return count;
}
