#include "read/sql_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "core/mem.h"
#include "core/rec.h"
#include "core/utf8.h"

#define DEPTH_MAX 16 /* of brackets and CASTs around a literal */

void sql_values_init(struct sql_values *v)
{
	v->out_text = v->bytes = (struct buf)BUF_INIT(8 * LINE_CEILING);
}

void sql_values_release(struct sql_values *v)
{
	buf_release(&v->out_text);
	buf_release(&v->bytes);
}

static enum sql_rc bad(struct sql_values *v, const char *code, const char *why)
{
	v->code = code;
	v->why = why;
	return SQL_BAD;
}

/* ---- texts ------------------------------------------------------------- */

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \NNN and \xHH; the bytes behind the backslash that it takes, or 0. */
static size_t numeric(const char *p, size_t len, char *out)
{
	unsigned n = 0;
	size_t i;

	if (*p == 'x') {
		for (i = 1; i < len && i < 3 && hex_of(p[i]) >= 0; i++)
			n = n * 16 + (unsigned)hex_of(p[i]);
		*out = (char)n;
		return i > 1 ? i : 0;
	}
	for (i = 0; i < len && i < 3 && p[i] >= '0' && p[i] <= '7'; i++)
		n = n * 8 + (unsigned)(p[i] - '0');
	*out = (char)n;
	return i;
}

/* \uXXXX, \UXXXXXXXX and (U&) \XXXX, \+XXXXXX: `digits` of them at `p`. */
static size_t unicode(const char *p, size_t len, size_t digits, struct buf *b)
{
	uint32_t n = 0;
	char text[4];
	size_t i;

	if (len < digits)
		return 0;
	for (i = 0; i < digits; i++) {
		if (hex_of(p[i]) < 0)
			return 0;
		n = n * 16 + (uint32_t)hex_of(p[i]);
	}
	if (n > 0x10FFFF || (n >= 0xD800 && n < 0xE000))
		return 0;
	buf_add(b, text, utf8_put(text, n));
	return digits;
}

/* What stands behind a backslash in E'...' and in COPY. */
static size_t escape_postgres(struct buf *b, const char *p, size_t len,
			      bool copy)
{
	static const char name[] = "bfnrtv", is[] = "\b\f\n\r\t\v";
	const char *at = strchr(name, *p);
	size_t n;
	char c;

	if (at && *p) {
		buf_addc(b, is[at - name]);
		return 1;
	}
	if (!copy && (*p == 'u' || *p == 'U')) {
		n = unicode(p + 1, len - 1, *p == 'u' ? 4 : 8, b);
		if (n)
			return n + 1;
	}
	n = numeric(p, len, &c);
	buf_addc(b, n ? c : *p);
	return n ? n : 1;
}

/* What stands behind a backslash in MySQL. */
static size_t escape_mysql(struct buf *b, const char *p)
{
	static const char name[] = "0bnrtZ", is[] = "\0\b\n\r\t\x1A";
	const char *at = memchr(name, *p, sizeof(name) - 1);

	/* For patterns, and a backslash elsewhere, too. */
	if (*p == '%' || *p == '_')
		buf_addc(b, '\\');
	buf_addc(b, at ? is[at - name] : *p);
	return 1;
}

/* The bytes of a string; -1 where U& has a wrong escape. */
static int unquote(struct sql_values *v, const struct sql_token *t,
		   struct buf *b)
{
	const char *p = t->body.p, *end = p + t->body.len;
	char escape = t->backslash || t->prefix == 'U' ? '\\' : 0;

	while (p < end) {
		const char *hit = p;

		while (hit < end && *hit != t->quote &&
		       !(escape && *hit == escape))
			hit++;
		buf_add(b, p, (size_t)(hit - p));
		p = hit + 1;
		if (p >= end)
			break;
		if (*hit == t->quote) {
			/* The first of two. */
			buf_addc(b, t->quote);
			p++;
		} else if (t->prefix == 'U') {
			size_t plus = *p == '+', n;

			if (*p == '\\') {
				buf_addc(b, *p++);
				continue;
			}
			n = unicode(p + plus, (size_t)(end - p) - plus,
				    plus ? 6 : 4, b);
			if (!n)
				return -1;
			p += n + plus;
		} else if (v->rules->dialect == READ_MYSQL) {
			p += escape_mysql(b, p);
		} else {
			p += escape_postgres(b, p, (size_t)(end - p), false);
		}
	}
	return 0;
}

static bool is_plain(const struct sql_token *t)
{
	char quote = t->quote;

	if (quote == '$')
		return true;
	return !memchr(t->body.p, quote, t->body.len) &&
	       (!(t->backslash || t->prefix == 'U') ||
		!memchr(t->body.p, '\\', t->body.len));
}

struct span sql_name(struct sql_values *v, const struct sql_token *t)
{
	struct sql_token name = *t;

	if (t->kind != SQL_NAME && t->kind != SQL_STRING)
		return t->text;
	name.backslash = false;
	name.quote = t->quote == '[' ? ']' : t->quote;
	buf_clear(&v->bytes);
	unquote(v, &name, &v->bytes);
	return buf_span(&v->bytes);
}

/* `s`, in the script's character set, as a JSON string. */
static enum sql_rc put_text(struct sql_values *v, struct span s,
			    struct buf *out)
{
	size_t wrong = SIZE_MAX;

	if (!v->converted && v->cs->kind != CHARSET_UTF8) {
		buf_clear(&v->out_text);
		charset_convert(v->cs, s, &v->out_text, &wrong);
		s = buf_span(&v->out_text);
	} else if (s.len && utf8_check(s.p, s.len) != s.len) {
		wrong = 0;
	}
	if (wrong != SIZE_MAX)
		return bad(v, "bad-encoding",
			   "a byte that the character set does not define");
	if (s.len && memchr(s.p, 0, s.len))
		return bad(v, "nul-byte", "a NUL, which no text has");
	buf_addc(out, '"');
	rec_put_escaped(out, s);
	buf_addc(out, '"');
	return SQL_OK;
}

static void put_hex(struct span bytes, struct buf *out)
{
	size_t i;

	buf_adds(out, "\"0x");
	for (i = 0; i < bytes.len; i++)
		buf_addf(out, "%02X", (unsigned char)bytes.p[i]);
	buf_addc(out, '"');
}

/* Whether the value ends right here, as it nearly always does. */
static bool ends_here(const struct sql_cursor *c)
{
	return c->p < c->end && (*c->p == ',' || *c->p == ')');
}

/* A string, and those right behind it, which belong to it. */
static enum sql_rc put_string(struct sql_values *v, struct sql_cursor *c,
			      const struct sql_token *first, bool binary,
			      struct buf *out)
{
	struct sql_token t = *first, next = {.kind = SQL_SIGN};
	struct sql_cursor ahead = *c;
	enum sql_rc rc = SQL_OK;

	if (!ends_here(c))
		rc = sql_next(v->rules, &ahead, &next);
	if (rc != SQL_OK)
		return rc == SQL_MORE ? SQL_MORE
				      : bad(v, "bad-row", "a quote stays open");
	if (next.kind != SQL_STRING && !binary && t.prefix != 'X' &&
	    is_plain(&t))
		return put_text(v, t.body, out);
	buf_clear(&v->bytes);
	for (;;) {
		if (unquote(v, &t, &v->bytes) < 0)
			return bad(v, "bad-row", "a wrong escape");
		if (next.kind != SQL_STRING)
			break;
		*c = ahead;
		t = next;
		rc = sql_next(v->rules, &ahead, &next);
		if (rc != SQL_OK)
			return rc == SQL_MORE ? SQL_MORE
					      : bad(v, "bad-row",
						    "a quote stays open");
	}
	if (first->prefix == 'X') {
		size_t i;

		for (i = 0; i < v->bytes.len; i++)
			if (hex_of(v->bytes.data[i]) < 0)
				return bad(v, "bad-row",
					   "no hexadecimal digits");
		buf_adds(out, "\"0x");
		rec_put_escaped(out, buf_span(&v->bytes));
		buf_addc(out, '"');
		return SQL_OK;
	}
	if (binary) {
		put_hex(buf_span(&v->bytes), out);
		return SQL_OK;
	}
	return put_text(v, buf_span(&v->bytes), out);
}

/* ---- values ------------------------------------------------------------ */

static enum sql_rc next(struct sql_values *v, struct sql_cursor *c,
			struct sql_token *t)
{
	enum sql_rc rc = sql_next(v->rules, c, t);

	if (rc == SQL_BAD)
		return bad(v, "bad-row", "a quote or comment stays open");
	if (rc == SQL_OK && t->kind == SQL_END)
		return bad(v, "cut", "the file ends within the row");
	return rc;
}

static enum sql_rc put_value(struct sql_values *v, struct sql_cursor *c,
			     struct buf *out, unsigned depth);

static enum sql_rc not_literal(struct sql_values *v)
{
	return bad(v, "not-literal",
		   "an expression: only literals can be read");
}

/* To the bracket that closes what is open; it is taken. */
static enum sql_rc skip_rest(struct sql_values *v, struct sql_cursor *c)
{
	struct sql_token t;
	size_t depth = 1;

	while (depth) {
		enum sql_rc rc = next(v, c, &t);

		if (rc != SQL_OK)
			return rc;
		depth += sql_is_sign(&t, '(');
		depth -= sql_is_sign(&t, ')');
	}
	return SQL_OK;
}

/* Behind CAST or CONVERT: CAST(x AS type), CONVERT(type, x), CONVERT(x, type)
 */
static enum sql_rc put_cast(struct sql_values *v, struct sql_cursor *c,
			    struct buf *out, unsigned depth)
{
	struct sql_token t;
	struct sql_cursor inner;
	size_t mark = out->len;
	enum sql_rc rc = next(v, c, &t);

	if (rc != SQL_OK)
		return rc;
	if (!sql_is_sign(&t, '('))
		return not_literal(v);
	inner = *c;
	rc = put_value(v, &inner, out, depth + 1);
	if (rc == SQL_BAD && v->rules->dialect == READ_MSSQL) {
		/* The type is in front, perhaps with a size. */
		size_t open = 0;

		out->len = mark;
		do {
			rc = next(v, c, &t);
			if (rc != SQL_OK)
				return rc;
			open += sql_is_sign(&t, '(');
			if (sql_is_sign(&t, ')') && !open--)
				return not_literal(v);
		} while (open || !sql_is_sign(&t, ','));
		inner = *c;
		rc = put_value(v, &inner, out, depth + 1);
	}
	if (rc != SQL_OK)
		return rc;
	*c = inner;
	return skip_rest(v, c);
}

/* Words that say the type of the string behind them. */
static bool is_type(const struct sql_token *t)
{
	return sql_is(t, "DATE") || sql_is(t, "TIME") ||
	       sql_is(t, "TIMESTAMP") || sql_is(t, "INTERVAL") ||
	       sql_is(t, "DATETIME") || *t->text.p == '_';
}

static enum sql_rc put_word(struct sql_values *v, struct sql_cursor *c,
			    const struct sql_token *t, struct buf *out,
			    unsigned depth)
{
	struct sql_token string;
	enum sql_rc rc;

	if (sql_is(t, "NULL")) {
		buf_adds(out, "null");
		return SQL_OK;
	}
	if (sql_is(t, "TRUE") || sql_is(t, "FALSE")) {
		buf_adds(out, sql_is(t, "TRUE") ? "\"true\"" : "\"false\"");
		return SQL_OK;
	}
	if (sql_is(t, "CAST") || sql_is(t, "CONVERT") ||
	    sql_is(t, "TRY_CONVERT"))
		return put_cast(v, c, out, depth);
	if (!is_type(t))
		return not_literal(v);
	rc = next(v, c, &string);
	if (rc != SQL_OK)
		return rc;
	if (string.kind == SQL_NUMBER && *t->text.p == '_') {
		rec_put_str(out, string.text);
		return SQL_OK;
	}
	if (string.kind != SQL_STRING)
		return not_literal(v);
	return put_string(v, c, &string, sql_is(t, "_BINARY"), out);
}

/* ::type, also with a size, array brackets and words (double precision). */
static enum sql_rc skip_type(struct sql_values *v, struct sql_cursor *c)
{
	struct sql_token t;
	struct sql_cursor ahead = *c;
	enum sql_rc rc;

	for (;;) {
		rc = next(v, &ahead, &t);
		if (rc != SQL_OK)
			return rc;
		if (sql_is_sign(&t, ',') || sql_is_sign(&t, ')') ||
		    sql_is(&t, "AS"))
			return SQL_OK;
		if (sql_is_sign(&t, '(')) {
			rc = skip_rest(v, &ahead);
			if (rc != SQL_OK)
				return rc;
		} else if (t.kind == SQL_SIGN && !strchr(":[].", *t.text.p)) {
			return not_literal(v);
		}
		*c = ahead;
	}
}

/* Nothing but the end of the value, or ::type, may come behind a literal. */
static enum sql_rc end_value(struct sql_values *v, struct sql_cursor *c)
{
	struct sql_token t;
	struct sql_cursor ahead = *c;
	enum sql_rc rc;

	if (ends_here(c))
		return SQL_OK;
	rc = next(v, &ahead, &t);
	if (rc != SQL_OK)
		return rc;
	if (sql_is_sign(&t, ',') || sql_is_sign(&t, ')') || sql_is(&t, "AS"))
		return SQL_OK;
	if (sql_is_sign(&t, ':'))
		return skip_type(v, c);
	return not_literal(v);
}

static enum sql_rc put_literal(struct sql_values *v, struct sql_cursor *c,
			       const struct sql_token *t, struct buf *out,
			       unsigned depth)
{
	struct sql_token digits;
	enum sql_rc rc;

	if (t->kind == SQL_STRING)
		return put_string(v, c, t, false, out);
	if (t->kind == SQL_NUMBER) {
		rec_put_str(out, t->text);
		return SQL_OK;
	}
	if (t->kind == SQL_WORD)
		return put_word(v, c, t, out, depth);
	if (sql_is_sign(t, '-') || sql_is_sign(t, '+')) {
		rc = next(v, c, &digits);
		if (rc != SQL_OK)
			return rc;
		if (digits.kind != SQL_NUMBER)
			return not_literal(v);
		buf_adds(out, sql_is_sign(t, '-') ? "\"-" : "\"");
		buf_add_span(out, digits.text);
		buf_addc(out, '"');
		return SQL_OK;
	}
	if (!sql_is_sign(t, '(') || depth > DEPTH_MAX)
		return not_literal(v);
	rc = put_value(v, c, out, depth + 1);
	if (rc == SQL_OK)
		rc = next(v, c, &digits);
	if (rc == SQL_OK && !sql_is_sign(&digits, ')'))
		return not_literal(v);
	return rc;
}

static enum sql_rc put_value(struct sql_values *v, struct sql_cursor *c,
			     struct buf *out, unsigned depth)
{
	struct sql_token t;
	enum sql_rc rc = next(v, c, &t);

	if (rc != SQL_OK)
		return rc;
	if (depth > DEPTH_MAX)
		return not_literal(v);
	rc = put_literal(v, c, &t, out, depth);
	return rc == SQL_OK ? end_value(v, c) : rc;
}

/* DEFAULT: what it is, the script does not say.  True where it was there. */
static bool take_default(struct sql_values *v, struct sql_cursor *c)
{
	struct sql_token t;
	struct sql_cursor ahead = *c;

	if (c->p < c->end && (*c->p == '\'' || (*c->p >= '0' && *c->p <= '9')))
		return false;
	if (sql_next(v->rules, &ahead, &t) != SQL_OK || !sql_is(&t, "DEFAULT"))
		return false;
	*c = ahead;
	return true;
}

enum sql_rc sql_row(struct sql_values *v, struct sql_cursor *c,
		    const struct sql_columns *cols, struct buf *out, size_t *n)
{
	const char *start = c->p;
	struct sql_token t;
	enum sql_rc rc;

	buf_addc(out, '{');
	c->p++; /* the bracket */
	for (*n = 0;; ++*n) {
		v->column = *n;
		sql_put_key(cols, *n, out);
		v->at = (size_t)(c->p - start);
		if (take_default(v, c))
			rc = bad(v, "not-literal",
				 "DEFAULT: the file does not say what it is");
		else
			rc = put_value(v, c, out, 0);
		if (rc == SQL_OK && ends_here(c)) {
			if (*c->p++ == ')')
				break;
			continue;
		}
		if (rc == SQL_OK)
			rc = next(v, c, &t);
		if (rc != SQL_OK)
			return rc;
		if (sql_is_sign(&t, ')'))
			break;
		if (!sql_is_sign(&t, ','))
			return not_literal(v);
	}
	++*n;
	return SQL_OK;
}

/* ---- COPY -------------------------------------------------------------- */

static enum sql_rc put_field(struct sql_values *v, struct span s,
			     struct buf *out)
{
	const char *p = s.p, *end = s.p + s.len;

	if (s.len == 2 && !memcmp(s.p, "\\N", 2)) {
		buf_adds(out, "null");
		return SQL_OK;
	}
	if (!s.len || !memchr(s.p, '\\', s.len))
		return put_text(v, s, out);
	buf_clear(&v->bytes);
	while (p < end) {
		const char *hit = memchr(p, '\\', (size_t)(end - p));

		if (!hit || hit + 1 == end) {
			buf_add(&v->bytes, p, (size_t)(end - p));
			break;
		}
		buf_add(&v->bytes, p, (size_t)(hit - p));
		p = hit + 1;
		p += escape_postgres(&v->bytes, p, (size_t)(end - p), true);
	}
	return put_text(v, buf_span(&v->bytes), out);
}

enum sql_rc sql_copy_row(struct sql_values *v, struct span line,
			 const struct sql_columns *cols, struct buf *out,
			 size_t *n)
{
	const char *p = line.p, *end = line.p + line.len;

	buf_addc(out, '{');
	for (*n = 0;;) {
		const char *tab =
			p < end ? memchr(p, '\t', (size_t)(end - p)) : NULL;
		struct span s = {p, (size_t)((tab ? tab : end) - p)};
		enum sql_rc rc;

		v->column = *n;
		v->at = (size_t)(p - line.p);
		sql_put_key(cols, (*n)++, out);
		rc = put_field(v, s, out);
		if (rc != SQL_OK || !tab)
			return rc;
		p = tab + 1;
	}
}
