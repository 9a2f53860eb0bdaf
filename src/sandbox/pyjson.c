/*
 * pyjson.c - see pyjson.h
 */
#include "sandbox/pyjson.h"

#include <math.h>
#include <stdint.h>

#include "core/num.h"
#include "core/utf8.h"

static void put_real(struct buf *b, double v)
{
	if (isnan(v) || isinf(v))
		buf_adds(b, isnan(v) ? "NaN"
			    : v < 0  ? "-Infinity"
				     : "Infinity");
	else
		num_put_real(b, v);
}

static void put_string(struct buf *b, const char *p, size_t len)
{
	size_t i = 0, n;
	uint32_t cp;

	buf_addc(b, '"');
	while (i < len) {
		n = utf8_seq(p + i, len - i);
		cp = n ? utf8_get(p + i, n) : 0xfffd;
		if (cp == '"' || cp == '\\')
			buf_addf(b, "\\%c", (int)cp);
		else if (cp == '\n')
			buf_adds(b, "\\n");
		else if (cp == '\r')
			buf_adds(b, "\\r");
		else if (cp == '\t')
			buf_adds(b, "\\t");
		else if (cp >= 0x20 && cp < 0x7f)
			buf_addc(b, (char)cp);
		else if (cp < 0x10000)
			buf_addf(b, "\\u%04x", (unsigned)cp);
		else
			buf_addf(b, "\\u%04x\\u%04x",
				 (unsigned)(0xd800 + ((cp - 0x10000) >> 10)),
				 (unsigned)(0xdc00 + ((cp - 0x10000) & 0x3ff)));
		i += n ? n : 1;
	}
	buf_addc(b, '"');
}

static void put_object(struct buf *b, const json_t *v)
{
	const char *key, *sep = "";
	json_t *item;

	buf_addc(b, '{');
	/* jansson's iterators take no const. */
	json_object_foreach ((json_t *)(uintptr_t)v, key, item) {
		buf_adds(b, sep);
		put_string(b, key, strlen(key));
		buf_adds(b, ": ");
		pyjson_put(b, item);
		sep = ", ";
	}
	buf_addc(b, '}');
}

void pyjson_put(struct buf *b, const json_t *v)
{
	const char *text;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_STRING:
		text = json_string_value(v);
		if (*text == PYJSON_SPECIAL)
			buf_adds(b, text + 1);
		else
			put_string(b, text, json_string_length(v));
		return;
	case JSON_INTEGER:
		buf_addf(b, "%lld", (long long)json_integer_value(v));
		return;
	case JSON_REAL:
		put_real(b, json_real_value(v));
		return;
	case JSON_TRUE:
		buf_adds(b, "true");
		return;
	case JSON_FALSE:
		buf_adds(b, "false");
		return;
	case JSON_NULL:
		buf_adds(b, "null");
		return;
	case JSON_ARRAY:
		buf_addc(b, '[');
		for (i = 0; i < json_array_size(v); i++) {
			if (i)
				buf_adds(b, ", ");
			pyjson_put(b, json_array_get(v, i));
		}
		buf_addc(b, ']');
		return;
	case JSON_OBJECT:
		put_object(b, v);
		return;
	}
}

void pyjson_repr(struct buf *b, const json_t *v)
{
	size_t i, n;

	switch (json_typeof(v)) {
	case JSON_STRING:
		buf_addf(b,
			 strchr(json_string_value(v), '\'') ? "\"%s\"" : "'%s'",
			 json_string_value(v));
		return;
	case JSON_TRUE:
		buf_adds(b, "True");
		return;
	case JSON_FALSE:
		buf_adds(b, "False");
		return;
	case JSON_NULL:
		buf_adds(b, "None");
		return;
	case JSON_ARRAY:
		n = json_array_size(v);
		buf_addc(b, '[');
		for (i = 0; i < n; i++) {
			if (i)
				buf_adds(b, ", ");
			pyjson_repr(b, json_array_get(v, i));
		}
		buf_addc(b, ']');
		return;
	case JSON_INTEGER:
	case JSON_REAL:
	case JSON_OBJECT:
		pyjson_put(b, v);
		return;
	}
}
