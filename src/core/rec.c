#include "core/rec.h"

#include <stdlib.h>

#include "core/plain.h"
#include "core/utf8.h"

/* The state of one scan. */
struct scan {
	struct rec *r;
	const char *start, *p, *end;
	struct err *err;
};

static int bad(struct scan *s, const char *at, const char *what)
{
	return err_set(s->err, ERR_DATA, "byte %zu: %s",
		       (size_t)(at - s->start) + 1, what);
}

static int hex4(const char *p, uint32_t *out)
{
	uint32_t v = 0;
	int i;

	for (i = 0; i < 4; i++) {
		char c = p[i];

		v <<= 4;
		if (c >= '0' && c <= '9')
			v |= (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v |= (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	*out = v;
	return 0;
}

/* Check the escape at s->p (a backslash) and step over it. */
static int scan_escape(struct scan *s)
{
	const char *at = s->p;
	uint32_t cp, low;

	if (s->end - at < 2)
		return bad(s, at, "the line ends inside an escape");
	if (at[1] != 'u') {
		if (!at[1] || !strchr("\"\\/bfnrt", at[1]))
			return bad(s, at, "unknown escape");
		s->p += 2;
		return 0;
	}
	if (s->end - at < 6 || hex4(at + 2, &cp) < 0)
		return bad(s, at, "\\u wants four hexadecimal digits");
	if (!cp)
		return bad(s, at, "U+0000 is not allowed");
	s->p += 6;
	if (cp < 0xD800 || cp > 0xDFFF)
		return 0;
	if (cp > 0xDBFF || s->end - s->p < 6 || s->p[0] != '\\' ||
	    s->p[1] != 'u' || hex4(s->p + 2, &low) < 0 || low < 0xDC00 ||
	    low > 0xDFFF)
		return bad(s, at, "half of a surrogate pair");
	s->p += 6;
	return 0;
}

/* The rest of a string with more in it than plain text up to its end. */
static __attribute__((noinline)) int scan_string_on(struct scan *s, bool *esc)
{
	const char *begin = s->p;

	for (;;) {
		size_t n;

		s->p = plain_end(s->p, s->end, true);
		if (s->p == s->end)
			return bad(s, begin - 1, "a string without its end");
		if (*s->p == '"')
			return 0;
		if (*s->p == '\\') {
			*esc = true;
			if (scan_escape(s) < 0)
				return -1;
		} else if ((unsigned char)*s->p < 0x20) {
			return bad(s, s->p, "a control character in a string");
		} else {
			n = utf8_seq(s->p, (size_t)(s->end - s->p));
			if (!n)
				return bad(s, s->p, "not UTF-8");
			s->p += n;
		}
	}
}

/* s->p is behind the opening quote; leaves it behind the closing one. */
static inline int scan_string(struct scan *s, const char **text, uint32_t *len,
			      bool *esc)
{
	const char *begin = s->p, *stop = plain_end(begin, s->end, true);

	*esc = false;
	if (stop == s->end || *stop != '"') {
		if (scan_string_on(s, esc) < 0)
			return -1;
		stop = s->p;
	}
	*text = begin;
	*len = (uint32_t)(stop - begin);
	s->p = stop + 1;
	return 0;
}

static bool is_digit(const struct scan *s)
{
	return s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

static int scan_digits(struct scan *s)
{
	if (!is_digit(s))
		return bad(s, s->p, "a digit is missing");
	while (is_digit(s))
		s->p++;
	return 0;
}

static int scan_number(struct scan *s)
{
	if (*s->p == '-')
		s->p++;
	if (s->p < s->end && *s->p == '0') {
		s->p++;
		if (is_digit(s))
			return bad(s, s->p, "a number with a leading zero");
	} else if (scan_digits(s) < 0) {
		return -1;
	}
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (scan_digits(s) < 0)
			return -1;
	}
	if (s->p < s->end && (*s->p | 0x20) == 'e') {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (scan_digits(s) < 0)
			return -1;
	}
	return 0;
}

static int scan_word(struct scan *s, const char *word, size_t len)
{
	if ((size_t)(s->end - s->p) < len || memcmp(s->p, word, len) != 0)
		return bad(s, s->p, "not a JSON value");
	s->p += len;
	return 0;
}

/* Step over white space; true where there was some. */
static inline bool skip_space(struct scan *s)
{
	const char *from = s->p;

	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' ||
				 *s->p == '\r' || *s->p == '\n'))
		s->p++;
	return s->p != from;
}

static inline struct rec_node *push_node(struct rec *r)
{
	struct rec_node *n;

	if (r->n == r->cap)
		r->node = mem_grow(r->node, r->n, &r->cap, sizeof(*r->node));
	n = &r->node[r->n++];
	n->key = NULL;
	n->key_len = n->count = 0;
	n->key_esc = n->esc = n->spaced = false;
	n->next = (uint32_t)r->n;
	return n;
}

/*
 * Scan a scalar, or the opening of a container (whose `next` and `len` are
 * filled in when it closes).
 */
static int scan_value(struct scan *s, struct rec_node *n)
{
	const char *begin = s->p;

	n->text = begin;
	if (s->p == s->end)
		return bad(s, s->p, "a value is missing");
	switch (*s->p) {
	case '"':
		n->type = REC_STRING;
		s->p++;
		return scan_string(s, &n->text, &n->len, &n->esc);
	case '{':
		n->type = REC_OBJECT;
		s->p++;
		return 0;
	case '[':
		n->type = REC_ARRAY;
		s->p++;
		return 0;
	case 't':
		n->type = REC_TRUE;
		if (scan_word(s, "true", 4) < 0)
			return -1;
		break;
	case 'f':
		n->type = REC_FALSE;
		if (scan_word(s, "false", 5) < 0)
			return -1;
		break;
	case 'n':
		n->type = REC_NULL;
		if (scan_word(s, "null", 4) < 0)
			return -1;
		break;
	default:
		if (*s->p != '-' && !is_digit(s))
			return bad(s, s->p, "not a JSON value");
		n->type = REC_NUMBER;
		if (scan_number(s) < 0)
			return -1;
	}
	n->len = (uint32_t)(s->p - begin);
	return 0;
}

static int scan_key(struct scan *s, struct rec_node *n, bool *spaced)
{
	if (s->p == s->end || *s->p != '"')
		return bad(s, s->p, "a name in quotes is missing");
	s->p++;
	if (scan_string(s, &n->key, &n->key_len, &n->key_esc) < 0)
		return -1;
	*spaced |= skip_space(s);
	if (s->p == s->end || *s->p != ':')
		return bad(s, s->p, "a colon is missing");
	s->p++;
	*spaced |= skip_space(s);
	return 0;
}

/* The containers that are open, outermost first, by node index. */
struct open_set {
	uint32_t at[REC_DEPTH_MAX];
	size_t n;
};

/*
 * After a value: close what closes here, and find whether another value
 * follows.  1 there is one, 0 the whole value is done, -1 error.
 */
static int scan_after(struct scan *s, struct open_set *open)
{
	while (open->n) {
		struct rec_node *c = &s->r->node[open->at[open->n - 1]];
		char close = c->type == REC_OBJECT ? '}' : ']';

		c->spaced |= skip_space(s);
		if (s->p == s->end)
			return bad(s, s->p, "the line ends too early");
		if (*s->p == ',') {
			s->p++;
			c->spaced |= skip_space(s);
			return 1;
		}
		if (*s->p != close)
			return bad(s, s->p, "a comma or a bracket is missing");
		s->p++;
		c->len = (uint32_t)(s->p - c->text);
		c->next = (uint32_t)s->r->n;
		open->n--;
		if (open->n)
			s->r->node[open->at[open->n - 1]].spaced |= c->spaced;
	}
	return 0;
}

static int scan_line(struct scan *s)
{
	struct open_set open; /* but for n it is not worth a clearing */
	int more = 1;

	open.n = 0;
	skip_space(s);
	while (more > 0) {
		struct rec_node *n = push_node(s->r);

		if (open.n) {
			struct rec_node *up = &s->r->node[open.at[open.n - 1]];

			up->count++;
			if (up->type == REC_OBJECT &&
			    scan_key(s, n, &up->spaced) < 0)
				return -1;
		}
		if (scan_value(s, n) < 0)
			return -1;
		if (n->type >= REC_ARRAY) {
			if (open.n == REC_DEPTH_MAX)
				return bad(s, n->text, "nested too deep");
			open.at[open.n++] = (uint32_t)(s->r->n - 1);
			n->spaced = skip_space(s);
			if (s->p < s->end && *s->p != '}' && *s->p != ']')
				continue;
		}
		more = scan_after(s, &open);
	}
	if (more < 0)
		return -1;
	skip_space(s);
	if (s->p != s->end)
		return bad(s, s->p, "text behind the value");
	return 0;
}

int rec_parse(struct rec *r, const char *line, size_t len, struct err *err)
{
	struct scan s = {r, line, line, line + len, err};

	r->n = 0;
	arena_clear(&r->arena);
	if (len > LINE_CEILING)
		return err_set(err, ERR_DATA, "a line of more than %zu bytes",
			       LINE_CEILING);
	return scan_line(&s);
}

void rec_release(struct rec *r)
{
	free(r->node);
	r->node = NULL;
	r->n = r->cap = 0;
	arena_release(&r->arena);
}

size_t rec_depth(const struct rec *r)
{
	uint32_t end[REC_DEPTH_MAX];
	size_t depth = 0, most = 0, i;

	for (i = 0; i < r->n; i++) {
		while (depth && i >= end[depth - 1])
			depth--;
		if (r->node[i].type < REC_ARRAY)
			continue;
		end[depth++] = r->node[i].next;
		most = depth > most ? depth : most;
	}
	return most;
}

/* Decode checked string text that has escapes. */
static struct span unescape(struct arena *a, const char *p, size_t len)
{
	char *out = arena_alloc(a, len), *to = out;
	const char *end = p + len;

	while (p < end) {
		uint32_t cp = 0, low = 0;

		if (*p != '\\') {
			*to++ = *p++;
			continue;
		}
		p += 2;
		switch (p[-1]) {
		case 'b':
			*to++ = '\b';
			break;
		case 'f':
			*to++ = '\f';
			break;
		case 'n':
			*to++ = '\n';
			break;
		case 'r':
			*to++ = '\r';
			break;
		case 't':
			*to++ = '\t';
			break;
		case 'u':
			hex4(p, &cp);
			p += 4;
			if (cp >= 0xD800 && cp <= 0xDBFF) {
				hex4(p + 2, &low);
				p += 6;
				cp = 0x10000 + ((cp - 0xD800) << 10) +
				     (low - 0xDC00);
			}
			to += utf8_put(to, cp);
			break;
		default:
			*to++ = p[-1];
		}
	}
	return (struct span){out, (size_t)(to - out)};
}

struct span rec_text(struct rec *r, const struct rec_node *n)
{
	if (!n)
		return (struct span){"", 0};
	if (n->esc)
		return unescape(&r->arena, n->text, n->len);
	return (struct span){n->text, n->len};
}

struct span rec_key(struct rec *r, const struct rec_node *n)
{
	if (n->key_esc)
		return unescape(&r->arena, n->key, n->key_len);
	return (struct span){n->key, n->key_len};
}

struct span rec_raw(const struct rec_node *n)
{
	if (n->type == REC_STRING)
		return (struct span){n->text - 1, (size_t)n->len + 2};
	return (struct span){n->text, n->len};
}

const struct rec_node *rec_find(struct rec *r, const struct rec_node *c,
				struct span name)
{
	const struct rec_node *m, *found = NULL;

	if (!rec_is(c, REC_OBJECT))
		return NULL;
	rec_each (r, c, m) {
		if (m->key_esc) {
			if (span_eq(rec_key(r, m), name))
				found = m;
		} else if (m->key_len == name.len &&
			   !memcmp(m->key, name.p, name.len)) {
			found = m;
		}
	}
	return found;
}

const struct rec_node *rec_at(const struct rec *r, const struct rec_node *c,
			      size_t i)
{
	const struct rec_node *m;

	if (!rec_is(c, REC_ARRAY) || i >= c->count)
		return NULL;
	rec_each (r, c, m)
		if (!i--)
			return m;
	return NULL;
}
