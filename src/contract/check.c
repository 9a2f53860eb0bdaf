#include "contract/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "contract/schema.h"
#include "core/mem.h"
#include "core/utf8.h"

/* Bytes of a value that are told; the whole record stands in the reject. */
#define VALUE_MAX 256
#define WHY_MAX   512

void check_init(struct check *c)
{
	*c = (struct check){.text = BUF_INIT((size_t)1 << 20)};
}

void check_begin(struct check *c, struct rec *rec)
{
	c->rec = rec;
	c->n_pending = c->n_failed = c->n_told = c->n_steps = c->n_slots = 0;
	c->sensitive = c->quiet = c->depth = 0;
	c->repeated = c->spent = c->has_first = false;
	c->root = NULL;
	c->scope = NULL;
	c->marks.of = NULL;
	c->n_marks = 0;
	buf_clear(&c->text);
}

void check_release(struct check *c)
{
	buf_release(&c->text);
	free(c->slot);
	c->slot = NULL;
	free(c->mark);
	c->mark = NULL;
}

static void put_path(struct check *c)
{
	size_t i;

	for (i = 0; i < c->n_steps; i++) {
		const struct check_step *s = &c->step[i];

		if (!s->name.p) {
			buf_addf(&c->text, "[%zu]", s->index);
			continue;
		}
		if (i)
			buf_addc(&c->text, '.');
		buf_add_span(&c->text, s->name);
	}
}

static void put_value(struct check *c, const struct rec_node *value)
{
	struct buf masked = BUF_INIT(LINE_CEILING * 2);
	struct span s;

	if (c->sensitive && !c->show_sensitive) {
		buf_adds(&c->text, CHECK_MASK);
		return;
	}
	if (c->root && c->root->masks && !c->show_sensitive) {
		schema_put_masked_at(c->root, c, value, &masked);
		s = buf_span(&masked);
		if (value->type == REC_STRING && span_eq(s, rec_raw(value)))
			s = rec_text(c->rec, value);
		else if (span_is(s, "\"" CHECK_MASK "\""))
			s = SPAN(CHECK_MASK);
	} else {
		s = rec_text(c->rec, value);
	}
	if (s.len > VALUE_MAX) {
		s.len = VALUE_MAX;
		while (s.len && ((unsigned char)s.p[s.len] & 0xC0) == 0x80)
			s.len--;
	}
	buf_add_span(&c->text, s);
	buf_release(&masked);
}

static void tell(struct check *c, const char *rule, const char *code,
		 const struct rec_node *value, const char *fmt, va_list ap)
	__attribute__((format(printf, 5, 0)));

static void tell(struct check *c, const char *rule, const char *code,
		 const struct rec_node *value, const char *fmt, va_list ap)
{
	struct violation *v = &c->violation[c->n_told];
	char why[WHY_MAX];
	int n;

	c->n_failed++;
	if (c->n_told == CHECK_VIOLATIONS_MAX)
		return;
	v->rule = rule;
	v->code = code;
	v->field = c->text.len;
	put_path(c);
	v->value = c->text.len;
	if (value)
		put_value(c, value);
	v->why = c->text.len;
	n = vsnprintf(why, sizeof(why), fmt, ap);
	if (n >= (int)sizeof(why))
		n = (int)utf8_check(why, sizeof(why) - 1);
	if (n > 0)
		buf_add(&c->text, why, (size_t)n);
	if (c->text.over)
		return;
	v->field_len = v->value - v->field;
	v->value_len = v->why - v->value;
	v->why_len = c->text.len - v->why;
	c->n_told++;
}

bool check_fail(struct check *c, const char *rule, const char *code,
		const struct rec_node *value, const char *fmt, ...)
{
	va_list ap;

	if (c->quiet)
		return false;
	va_start(ap, fmt);
	tell(c, rule, code, value, fmt, ap);
	va_end(ap);
	return false;
}

bool check_limit(struct check *c, const char *rule, const char *code,
		 const struct rec_node *value, const char *fmt, ...)
{
	va_list ap;

	if (c->spent)
		return false;
	c->spent = true;
	va_start(ap, fmt);
	tell(c, rule, code, value, fmt, ap);
	va_end(ap);
	return false;
}

void check_put_json(const struct check *c, struct buf *out)
{
	size_t i;

	rec_put_open(out, '[');
	for (i = 0; i < c->n_told; i++) {
		const struct violation *v = &c->violation[i];

		rec_put_open(out, '{');
		if (v->field_len)
			rec_add_str(out, "field",
				    check_text(c, v->field, v->field_len));
		if (v->value_len)
			rec_add_str(out, "value",
				    check_text(c, v->value, v->value_len));
		rec_add_str(out, "rule", span_of(v->rule));
		rec_add_str(out, "code", span_of(v->code));
		rec_add_str(out, "why", check_text(c, v->why, v->why_len));
		rec_put_close(out, '}');
	}
	rec_put_close(out, ']');
}
