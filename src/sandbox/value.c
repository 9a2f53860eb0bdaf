/*
 * value.c - see value.h
 */
#include "sandbox/value.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/date.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/utf8.h"
#include "sandbox/orm.h"
#include "sandbox/pyjson.h"

/* Python allows white space around a number and "_" between digits. */
static char *number_text(const char *text)
{
	struct span s = span_trim(span_of(text));
	char *out = mem_dup(s.p, s.len);
	size_t i, n = 0;

	for (i = 0; i < s.len; i++) {
		bool between = out[i] == '_' && i && i + 1 < s.len &&
			       isdigit((unsigned char)s.p[i - 1]) &&
			       isdigit((unsigned char)s.p[i + 1]);

		if (!between)
			out[n++] = s.p[i];
	}
	out[n] = '\0';
	return out;
}

int value_float(const char *text, double *out)
{
	char *s = number_text(text), *end = s;
	int rc = -1;

	/* No hexadecimal, which strtod would take. */
	if (*s && !strpbrk(s, "xX")) {
		*out = strtod(s, &end);
		rc = *end ? -1 : 0;
	}
	free(s);
	return rc;
}

int value_int(const char *text, json_int_t *out)
{
	char *s = number_text(text);
	int64_t n = 0;
	int rc = num_parse(span_of(*s == '+' ? s + 1 : s), INT64_MIN, INT64_MAX,
			   &n);

	*out = n;
	free(s);
	return rc;
}

double value_round(double v, int digits)
{
	double factor = 1;
	int i;

	if (!digits || !isfinite(v))
		return v;
	for (i = 0; i < digits; i++)
		factor *= 10;
	/* Half away from zero, with the rounding error of v * factor let go. */
	return copysign(
		       floor(fabs(v) * factor + 0.5 + fabs(v) * factor * 1e-15),
		       v) /
	       factor;
}

bool value_is_date(const char *text, bool time)
{
	static const char shape[] = "dddd-dd-dd dd:dd:dd";
	size_t len = strlen(text), i;
	struct date d;

	if (len != 10 && !(time && len == 19))
		return false;
	for (i = 0; i < len; i++)
		if (shape[i] == 'd' ? !isdigit((unsigned char)text[i])
				    : shape[i] != text[i])
			return false;
	if (date_parse((struct span){text, 10}, &d) < 0)
		return false;
	return len == 10 || (memcmp(text + 11, "24", 2) < 0 && text[14] < '6' &&
			     text[17] < '6');
}

static int raise_value(struct env *env, const char *fmt, const json_t *v)
{
	struct buf b = BUF_INIT(64 * 1024);
	struct buf msg = BUF_INIT(64 * 1024);
	const char *at = strstr(fmt, "%r");

	pyjson_repr(&b, v);
	buf_add(&msg, fmt, (size_t)(at - fmt));
	buf_add_span(&msg, buf_span(&b));
	buf_adds(&msg, at + 2);
	fail_set(env->fail, FAIL_OTHER, FAIL_VALUE, "%s", buf_str(&msg));
	buf_release(&b);
	buf_release(&msg);
	return -1;
}

static json_t *text_column(const struct field *f, const json_t *v)
{
	struct buf b = BUF_INIT((size_t)64 << 20);
	size_t at = 0;
	int left = f->size;
	json_t *out;

	if (json_is_string(v))
		buf_add(&b, json_string_value(v), json_string_length(v));
	else
		pyjson_repr(&b, v);
	if (f->size) {
		while (at < b.len && left--) {
			size_t n = utf8_seq(b.data + at, b.len - at);

			at += n ? n : 1;
		}
		b.len = at;
	}
	out = json_stringn(b.len ? b.data : "", b.len);
	buf_release(&b);
	return out;
}

static int float_column(struct env *env, const struct field *f, const json_t *v,
			json_t **out)
{
	double d = 0;

	if (json_is_number(v))
		d = json_number_value(v);
	else if (json_is_true(v))
		d = 1;
	else if (json_is_string(v)) {
		if (value_float(json_string_value(v), &d) < 0)
			return raise_value(
				env, "could not convert string to float: %r",
				v);
	} else if (json_truth(v)) {
		return fail_set(env->fail, FAIL_OTHER, FAIL_TYPE,
				"float() argument must be a string or a real "
				"number, not 'list'");
	}
	if (!isfinite(d)) {
		if (env->release == 14 && f->digits)
			return raise_value(env, "cannot convert %r to a number",
					   v);
		/* SQLite has no NaN: its text stands for it. */
		*out = json_string(isnan(d) ? "NaN"
				   : d < 0  ? "-Infinity"
					    : "Infinity");
		return 0;
	}
	*out = json_real(value_round(d, f->digits));
	return 0;
}

static int int_column(struct env *env, const json_t *v, json_t **out)
{
	json_int_t n = 0;

	if (json_is_integer(v))
		n = json_integer_value(v);
	else if (json_is_real(v))
		n = (json_int_t)json_real_value(v);
	else if (json_is_true(v))
		n = 1;
	else if (json_is_string(v) && json_string_length(v) &&
		 value_int(json_string_value(v), &n) < 0)
		return raise_value(
			env, "invalid literal for int() with base 10: %r", v);
	*out = json_integer(n);
	return 0;
}

static int date_column(struct env *env, const struct field *f, const json_t *v,
		       json_t **out)
{
	const char *s = json_string_value(v);
	bool time = f->type == FT_DATETIME;
	char text[24];

	if (!s || !value_is_date(s, true))
		return raise_value(
			env,
			s && strlen(s) > 10
				? "time data %r does not match format "
				  "'%Y-%m-%d %H:%M:%S'"
				: "time data %r does not match format "
				  "'%Y-%m-%d'",
			v);
	snprintf(text, sizeof(text), "%.10s%s%s", s, time ? " " : "",
		 !time             ? ""
		 : strlen(s) == 10 ? "00:00:00"
				   : s + 11);
	*out = json_string(text);
	return 0;
}

static int selection_column(struct env *env, const struct model *m,
			    const struct field *f, const json_t *v,
			    json_t **out)
{
	struct choice c;
	size_t i;

	for (i = 0; json_is_string(v) && field_choice(f, i, &c); i++)
		if (span_is(c.key, json_string_value(v))) {
			*out = json_incref(loosen(v));
			return 0;
		}
	{
		char *fmt = mem_printf("Wrong value for %s.%s: %%r", m->name,
				       f->name);

		raise_value(env, fmt, v);
		free(fmt);
	}
	return -1;
}

/* The record must be there; what is said of it differs by release. */
static int many2one_column(struct env *env, const struct model *m,
			   const struct field *f, const json_t *v, json_t **out)
{
	const struct model *rel = model_find(env->release, f->rel);
	json_int_t id = json_integer_value(v);
	struct buf t = BUF_INIT(256);

	if (json_is_array(v)) /* [id, name], as read gives it */
		id = json_integer_value(json_array_get(v, 0));
	if (json_is_string(v) && env->release == 14)
		return fail_set(env->fail, FAIL_OTHER,
				"psycopg2.errors.InvalidTextRepresentation",
				"invalid input syntax for type integer: "
				"\"%s\"\n",
				json_string_value(v));
	*out = NULL;
	if (!id || !rel) {
		*out = json_null();
		return 0;
	}
	if (orm_exists(env, rel, id) > 0) {
		*out = json_integer(id);
		return 0;
	}
	if (env->fail->kind != FAIL_NONE)
		return -1;
	if (env->release != 14)
		return fail_set(env->fail, FAIL_USER, FAIL_MISSING,
				"Record does not exist or has been deleted.\n"
				"(Record: %s(%lld,), User: %lld)",
				rel->name, id, env->uid);
	model_table(&t, m);
	fail_set(env->fail, FAIL_DB, FAIL_VALIDATION,
		 "insert or update on table \"%s\" violates foreign key "
		 "constraint \"%s_%s_fkey\"\n",
		 buf_str(&t), buf_str(&t), f->name);
	fail_rpc(env->fail,
		 "The operation cannot be completed: another model requires "
		 "the record being deleted. If possible, archive it instead."
		 "\n\nModel: %s (%s), Constraint: %s_%s_fkey",
		 model_label(m, 14), m->name, buf_str(&t), f->name);
	buf_release(&t);
	return -1;
}

int value_to_column(struct env *env, const struct model *m,
		    const struct field *f, const json_t *v, json_t **out)
{
	bool empty = !v || json_is_false(v) || json_is_null(v) ||
		     (json_is_string(v) && !json_string_length(v) &&
		      !field_is_number(f) && !field_is_text(f));

	if (f->type == FT_BOOLEAN) {
		*out = json_integer(json_truth(v) ? 1 : 0);
		return 0;
	}
	if (empty && field_is_number(f)) {
		*out = f->type == FT_FLOAT || f->type == FT_MONETARY
			       ? json_real(0)
			       : json_integer(0);
		return 0;
	}
	if (empty) {
		*out = json_null();
		return 0;
	}
	switch (f->type) {
	case FT_CHAR:
	case FT_TEXT:
	case FT_HTML:
	case FT_BINARY:
		*out = text_column(f, v);
		return 0;
	case FT_FLOAT:
	case FT_MONETARY:
		return float_column(env, f, v, out);
	case FT_INTEGER:
	case FT_REFERENCE:
		return int_column(env, v, out);
	case FT_DATE:
	case FT_DATETIME:
		return date_column(env, f, v, out);
	case FT_SELECTION:
		return selection_column(env, m, f, v, out);
	case FT_MANY2ONE:
		return many2one_column(env, m, f, v, out);
	case FT_BOOLEAN:
	case FT_ONE2MANY:
	case FT_MANY2MANY:
		break;
	}
	*out = json_null();
	return 0;
}

json_t *value_of_column(const struct field *f, sqlite3_stmt *st, int column)
{
	const char *text;
	char special[16];
	int len;

	switch (f->type) {
	case FT_BOOLEAN:
		return json_boolean(sqlite3_column_int(st, column));
	case FT_INTEGER:
	case FT_REFERENCE:
		return json_integer(sqlite3_column_int64(st, column));
	case FT_FLOAT:
	case FT_MONETARY:
		if (sqlite3_column_type(st, column) == SQLITE_TEXT) {
			snprintf(special, sizeof(special), "%c%s",
				 PYJSON_SPECIAL,
				 (const char *)sqlite3_column_text(st, column));
			return json_string(special);
		}
		return json_real(value_round(sqlite3_column_double(st, column),
					     f->digits));
	case FT_MANY2ONE:
		if (sqlite3_column_type(st, column) == SQLITE_NULL)
			return json_false();
		return json_integer(sqlite3_column_int64(st, column));
	case FT_CHAR:
	case FT_TEXT:
	case FT_HTML:
	case FT_BINARY:
	case FT_SELECTION:
	case FT_DATE:
	case FT_DATETIME:
	case FT_ONE2MANY:
	case FT_MANY2MANY:
		break;
	}
	text = (const char *)sqlite3_column_text(st, column);
	len = sqlite3_column_bytes(st, column);
	if (!text)
		return json_false();
	if (f->type == FT_DATETIME && len > 19)
		len = 19;
	return json_stringn(text, (size_t)len);
}
