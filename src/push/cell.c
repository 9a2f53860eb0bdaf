#include "push/cell.h"

#include <stdlib.h>
#include <string.h>

#include "core/dec.h"
#include "core/xid.h"
#include "push/binary.h"

#define TEXT_CEILING LINE_CEILING

/* ---- numbers ----------------------------------------------------------- */

static void put_dec(struct dec d, struct buf *out)
{
	char text[DEC_TEXT_MAX];

	buf_add(out, text, dec_text(dec_strip(d), text));
}

static int put_number(struct span s, bool whole, struct buf *out,
		      const char **code, struct err *err)
{
	struct dec d;

	*code = "bad-number";
	if (dec_parse(s, &d) < 0)
		return err_set(err, ERR_DATA, "'%.*s' is not a number",
			       SPAN_FMT(s));
	if (whole && dec_strip(d).scale > 0)
		return err_set(err, ERR_DATA, "'%.*s' is not a whole number",
			       SPAN_FMT(s));
	put_dec(d, out);
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- dates ------------------------------------------------------------- */

static bool matches(struct span s, const char *shape)
{
	size_t i;

	if (s.len != strlen(shape))
		return false;
	for (i = 0; i < s.len; i++)
		if (shape[i] == '0' ? !is_digit(s.p[i]) : s.p[i] != shape[i])
			return false;
	return true;
}

static int two(const char *p)
{
	return (p[0] - '0') * 10 + p[1] - '0';
}

static bool is_day(const char *p)
{
	static const int days[] = {31, 29, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	int year = two(p) * 100 + two(p + 2), month = two(p + 5);
	int day = two(p + 8);
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return false;
	return month != 2 || day < 29 || leap;
}

static int put_date(struct span s, bool with_time, struct buf *out,
		    const char **code, struct err *err)
{
	bool instant = matches(s, "0000-00-00T00:00:00Z");

	*code = "bad-date";
	if ((!instant && !matches(s, "0000-00-00")) || !is_day(s.p) ||
	    (instant &&
	     (two(s.p + 11) > 23 || two(s.p + 14) > 59 || two(s.p + 17) > 59)))
		return err_set(err, ERR_DATA,
			       "'%.*s' is no date such as 2024-01-31",
			       SPAN_FMT(s));
	buf_add(out, s.p, 10);
	if (!with_time)
		return 0;
	buf_addc(out, ' ');
	buf_add(out, instant ? s.p + 11 : "00:00:00", 8);
	return 0;
}

/* ---- canonical to cell ------------------------------------------------- */

static int put_boolean(struct span s, struct buf *out, const char **code,
		       struct err *err)
{
	*code = "bad-value";
	if (span_is(s, "true") || span_is(s, "1"))
		buf_addc(out, '1');
	else if (span_is(s, "false") || span_is(s, "0"))
		buf_addc(out, '0');
	else
		return err_set(err, ERR_DATA, "'%.*s' is not true or false",
			       SPAN_FMT(s));
	return 0;
}

static int put_binary(struct span s, struct buf *out, const char **code,
		      struct err *err)
{
	*code = "bad-value";
	if (!binary_is_base64(s))
		return err_set(err, ERR_DATA,
			       "the value is no base64 (RFC 4648, one line)");
	binary_put_digest(s, out);
	return 0;
}

/* Append text as a cell of the field's type. */
static int put_typed(const struct bind_field *f, struct span s, struct buf *out,
		     const char **code, struct err *err)
{
	if (!s.len)
		return 0;
	switch (f->type) {
	case BIND_TYPE_BOOLEAN:
		return put_boolean(s, out, code, err);
	case BIND_TYPE_INTEGER:
		return put_number(s, true, out, code, err);
	case BIND_TYPE_FLOAT:
		return put_number(s, false, out, code, err);
	case BIND_TYPE_DATE:
		return put_date(s, false, out, code, err);
	case BIND_TYPE_DATETIME:
		return put_date(s, true, out, code, err);
	case BIND_TYPE_BINARY:
		return put_binary(s, out, code, err);
	case BIND_TYPE_NONE:
	case BIND_TYPE_TEXT:
	case BIND_TYPE_HTML:
	case BIND_TYPE_SELECTION:
	case BIND_TYPE_MANY2ONE:
	case BIND_TYPE_MANY2MANY:
		break;
	}
	buf_add_span(out, s);
	return 0;
}

bool cell_takes(const struct bind_field *f, struct span value)
{
	struct buf cell = BUF_INIT(TEXT_CEILING);
	struct err ignored = ERR_INIT;
	const char *code;
	bool takes = put_typed(f, value, &cell, &code, &ignored) == 0;

	buf_release(&cell);
	return takes;
}

static int put_from_table(const struct bind_field *f, struct span s,
			  struct buf *out, const char **code, struct err *err)
{
	struct buf known = BUF_INIT(256);
	size_t i;

	for (i = 0; i < f->n_table; i++)
		if (span_is(s, f->table[i].from))
			return put_typed(f, span_of(f->table[i].to), out, code,
					 err);
	for (i = 0; i < f->n_table; i++)
		buf_addf(&known, "%s%s", i ? ", " : "", f->table[i].from);
	*code = "bad-code";
	err_set(err, ERR_DATA, "'%.*s' is none of %s", SPAN_FMT(s),
		buf_str(&known));
	buf_release(&known);
	return -1;
}

/* The external id of the record a key names, or the one its code stands for. */
static int put_ref(const struct bind_field *f, struct span site,
		   struct span key, struct buf *out, const char **code,
		   struct err *err)
{
	const char *known = f->target ? binding_code(f->target, key) : NULL;
	struct xid parts = {span_of(f->ref), {NULL, 0}, key};

	if (known) {
		buf_adds(out, known);
	} else {
		if (f->target && f->target->per_site)
			parts.site = site;
		*code = "bad-value";
		if (xid_put(out, &parts, err) < 0)
			return -1;
	}
	if (f->through)
		buf_addf(out, ">%s", f->through);
	return 0;
}

static int put_refs(const struct bind_field *f, struct rec *r,
		    const struct rec_node *list, struct span site,
		    struct buf *out, const char **code, struct err *err)
{
	const struct rec_node *e;
	bool first = true;

	rec_each (r, list, e) {
		if (e->type != REC_STRING && e->type != REC_NUMBER) {
			*code = "bad-value";
			return err_set(err, ERR_DATA,
				       "a list of keys is expected");
		}
		if (!first)
			buf_addc(out, ',');
		first = false;
		if (put_ref(f, site, rec_text(r, e), out, code, err) < 0)
			return -1;
	}
	return 0;
}

/* 1 where the list, or the single value, holds the word. */
static void put_holds(const struct bind_field *f, struct rec *r,
		      const struct rec_node *v, struct buf *out)
{
	const struct rec_node *e;
	bool found = false;

	if (v->type == REC_ARRAY) {
		rec_each (r, v, e) {
			if (span_is(rec_text(r, e), f->holds))
				found = true;
		}
	} else {
		found = span_is(rec_text(r, v), f->holds);
	}
	buf_addc(out, found ? '1' : '0');
}

static int put_value(const struct bind_field *f, struct rec *r,
		     const struct rec_node *v, struct span site,
		     struct buf *out, const char **code, struct err *err)
{
	struct span s = rec_text(r, v);

	if (f->holds) {
		put_holds(f, r, v, out);
		return 0;
	}
	if (f->as)
		return s.len || v->type == REC_ARRAY
			       ? put_typed(f, span_of(f->as), out, code, err)
			       : 0;
	*code = "bad-value";
	if (v->type == REC_OBJECT || (v->type == REC_ARRAY && !f->many))
		return err_set(err, ERR_DATA, "a single value is expected");
	if (v->type == REC_ARRAY)
		return put_refs(f, r, v, site, out, code, err);
	if (!s.len)
		return 0;
	if (f->kind == BIND_REF)
		return put_ref(f, site, s, out, code, err);
	if (f->by) {
		buf_addf(out, "?%s=", f->by);
		buf_add_span(out, s);
		return 0;
	}
	if (f->n_table)
		return put_from_table(f, s, out, code, err);
	return put_typed(f, s, out, code, err);
}

static bool says_nothing(struct rec *r, const struct rec_node *v)
{
	return !v || v->type == REC_NULL ||
	       (v->type == REC_STRING && !rec_text(r, v).len);
}

enum cell_got cell_make(const struct bind_field *f, struct rec *r,
			const struct rec_node *fields, struct span site,
			struct buf *out, const char **code, struct err *err)
{
	const struct rec_node *v = NULL;
	const char *fixed = f->text;

	if (f->from) {
		v = !strcmp(f->from, BIND_KEY) ? rec_get(r, r->node, "key")
		    : fields                   ? rec_get(r, fields, f->from)
					       : NULL;
		fixed = f->fallback;
	}
	if (f->other && says_nothing(r, v)) {
		size_t len = out->len;
		enum cell_got got =
			cell_make(f->other, r, fields, site, out, code, err);

		if (got == CELL_BAD || out->len > len)
			return got;
	}
	if (v && v->type != REC_NULL)
		return put_value(f, r, v, site, out, code, err) < 0 ? CELL_BAD
								    : CELL_SET;
	if (!v && !fixed)
		return CELL_ABSENT;
	if (fixed && put_typed(f, span_of(fixed), out, code, err) < 0)
		return CELL_BAD;
	return v || !f->from ? CELL_SET : CELL_DEFAULT;
}

/* ---- which record a cell names ----------------------------------------- */

bool cell_is_lookup(struct span text)
{
	return text.len && text.p[0] == '?';
}

struct span cell_base(struct span text, struct span *field)
{
	const char *cut = text.len ? memchr(text.p, '>', text.len) : NULL;
	struct span base = text;

	*field = (struct span){NULL, 0};
	if (cut && !cell_is_lookup(text)) {
		base.len = (size_t)(cut - text.p);
		field->p = cut + 1;
		field->len = text.len - base.len - 1;
	}
	return base;
}

/* Whether the text is an external id of a record of this entity. */
static bool is_of(struct span text, const char *entity)
{
	size_t skip = sizeof(XID_MODULE), len = strlen(entity);

	return text.len > skip + len && !memcmp(text.p, XID_MODULE ".", skip) &&
	       !memcmp(text.p + skip, entity, len) && text.p[skip + len] == '.';
}

const struct bind_field *cell_way(const struct bind_field *f, struct span text)
{
	struct span field;

	cell_base(text, &field);
	for (; f->other; f = f->other) {
		if (cell_is_lookup(text) ? f->by != NULL
					 : f->kind == BIND_REF &&
						   !f->through == !field.len &&
						   is_of(text, f->ref))
			return f;
	}
	return f;
}

/* ---- what Odoo says ---------------------------------------------------- */

static void put_id(const json_t *v, struct buf *out)
{
	if (json_is_array(v))
		v = json_array_get(v, 0);
	if (json_is_integer(v))
		buf_addf(out, "%lld", (long long)json_integer_value(v));
}

static int by_value(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

static void put_ids(const json_t *list, struct buf *out)
{
	size_t n = json_array_size(list), i;
	long long *id = mem_alloc(mem_mul(n, sizeof(*id)));

	for (i = 0; i < n; i++)
		id[i] = json_integer_value(json_array_get(list, i));
	if (n)
		qsort(id, n, sizeof(*id), by_value);
	for (i = 0; i < n; i++)
		buf_addf(out, "%s%lld", i ? "," : "", id[i]);
	free(id);
}

/* 15 digits: what a double holds of what somebody typed. */
static void put_real(const json_t *v, struct buf *out)
{
	char text[64];
	struct dec d;

	snprintf(text, sizeof(text), "%.15g", json_number_value(v));
	if (dec_parse(span_of(text), &d) == 0)
		put_dec(d, out);
	else
		buf_adds(out, text);
}

void cell_of_odoo(const struct bind_field *f, const json_t *v, struct buf *out)
{
	switch (f->type) {
	case BIND_TYPE_BOOLEAN:
		buf_addc(out, json_is_true(v) ? '1' : '0');
		return;
	case BIND_TYPE_MANY2ONE:
		put_id(v, out);
		return;
	case BIND_TYPE_MANY2MANY:
		put_ids(v, out);
		return;
	case BIND_TYPE_BINARY:
		if (json_is_string(v))
			binary_put_digest((struct span){json_string_value(v),
							json_string_length(v)},
					  out);
		return;
	case BIND_TYPE_NONE:
	case BIND_TYPE_TEXT:
	case BIND_TYPE_HTML:
	case BIND_TYPE_INTEGER:
	case BIND_TYPE_FLOAT:
	case BIND_TYPE_DATE:
	case BIND_TYPE_DATETIME:
	case BIND_TYPE_SELECTION:
		break;
	}
	if (json_is_string(v))
		buf_add(out, json_string_value(v), json_string_length(v));
	else if (json_is_integer(v))
		buf_addf(out, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		put_real(v, out);
	else if (json_is_true(v))
		buf_addc(out, '1');
}

/* ---- comparing --------------------------------------------------------- */

/* Odoo keeps a double, rounded to the field's digits. */
static bool same_number(const struct bind_field *f, struct span a,
			struct span b)
{
	struct dec x, y;

	if (dec_parse(a.len ? a : SPAN("0"), &x) < 0 ||
	    dec_parse(b.len ? b : SPAN("0"), &y) < 0)
		return false;
	if (f->digits >= 0 &&
	    (dec_round(x, (unsigned)f->digits, DEC_HALF_UP, &x) < 0 ||
	     dec_round(y, (unsigned)f->digits, DEC_HALF_UP, &y) < 0))
		return false;
	return dec_cmp(x, y) == 0;
}

static const struct {
	struct span name;
	char c;
} entities[] = {
	{{"&amp;", 5}, '&'},  {{"&lt;", 4}, '<'},    {{"&gt;", 4}, '>'},
	{{"&quot;", 6}, '"'}, {{"&#34;", 5}, '"'},   {{"&#39;", 5}, '\''},
	{{"&nbsp;", 6}, ' '}, {{"&apos;", 6}, '\''},
};

/* The text of html: no tags, entities decoded, white space squeezed. */
static void put_html_text(struct span s, struct buf *out)
{
	bool gap = false;
	size_t i = 0, e;

	while (i < s.len) {
		char c = s.p[i];
		size_t used = 1;

		if (c == '<') {
			const char *end = memchr(s.p + i, '>', s.len - i);

			if (end) {
				gap = gap || c == '<';
				i = (size_t)(end - s.p) + 1;
				continue;
			}
		}
		for (e = 0;
		     c == '&' && e < sizeof(entities) / sizeof(*entities); e++)
			if (s.len - i >= entities[e].name.len &&
			    !memcmp(s.p + i, entities[e].name.p,
				    entities[e].name.len)) {
				c = entities[e].c;
				used = entities[e].name.len;
				break;
			}
		i += used;
		if (span_is_space(c)) {
			gap = true;
			continue;
		}
		if (gap && out->len)
			buf_addc(out, ' ');
		gap = false;
		buf_addc(out, c);
	}
}

static bool same_html(struct span a, struct span b)
{
	struct buf x = BUF_INIT(TEXT_CEILING), y = BUF_INIT(TEXT_CEILING);
	bool same;

	put_html_text(a, &x);
	put_html_text(b, &y);
	same = span_eq(buf_span(&x), buf_span(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

bool cell_equal(const struct bind_field *f, struct span a, struct span b)
{
	if (span_eq(a, b))
		return true;
	switch (f->type) {
	case BIND_TYPE_FLOAT:
	case BIND_TYPE_INTEGER:
		return same_number(f, a, b);
	case BIND_TYPE_BOOLEAN:
		return (a.len && a.p[0] == '1') == (b.len && b.p[0] == '1');
	case BIND_TYPE_HTML:
		return same_html(a, b);
	case BIND_TYPE_BINARY:
	case BIND_TYPE_NONE:
	case BIND_TYPE_TEXT:
	case BIND_TYPE_DATE:
	case BIND_TYPE_DATETIME:
	case BIND_TYPE_SELECTION:
	case BIND_TYPE_MANY2ONE:
	case BIND_TYPE_MANY2MANY:
		break;
	}
	return false;
}

bool cell_next_part(const struct bind_field *f, struct span *rest,
		    struct span *part)
{
	const char *comma;

	if (!rest->len)
		return false;
	comma = f->many ? memchr(rest->p, ',', rest->len) : NULL;
	*part = *rest;
	if (!comma) {
		rest->len = 0;
		return true;
	}
	part->len = (size_t)(comma - rest->p);
	rest->p += part->len + 1;
	rest->len -= part->len + 1;
	return true;
}
