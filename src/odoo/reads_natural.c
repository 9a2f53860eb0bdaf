/*
 * reads_natural.c - records by natural key, in bulk
 *
 * One search for a chunk of keys: for each field of the key, "in" all the
 * values of the chunk.  That may find more than was asked for (the first
 * field of one key and the second of another), so rows are matched here.
 */
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "odoo/reads.h"

#define KEY_CHUNK 500

/* A key as one text, to be compared: values with a 0 byte behind each. */
struct key_text {
	char *text;
	size_t len, index;
};

static int by_key(const void *a, const void *b)
{
	const struct key_text *x = a, *y = b;

	return span_cmp((struct span){x->text, x->len},
			(struct span){y->text, y->len});
}

/* A value as text: a many2one is its id, no value is "". */
static void put_value(struct buf *b, const json_t *v)
{
	if (json_is_array(v))
		v = json_array_get(v, 0);
	if (json_is_string(v))
		buf_add(b, json_string_value(v), json_string_length(v));
	else if (json_is_integer(v))
		buf_addf(b, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		buf_addf(b, "%.15g", json_real_value(v));
	else if (json_is_true(v))
		buf_adds(b, "true");
	buf_addc(b, '\0');
}

static struct key_text text_of_key(const json_t *values, size_t index)
{
	struct buf b = BUF_INIT(LINE_CEILING);
	const json_t *v;
	size_t i;

	json_array_foreach (values, i, v) {
		put_value(&b, v);
	}
	return (struct key_text){b.data, b.len, index};
}

static struct key_text text_of_row(const json_t *row, const char *const *key,
				   size_t n_key)
{
	struct buf b = BUF_INIT(LINE_CEILING);
	size_t i;

	for (i = 0; i < n_key; i++)
		put_value(&b, json_object_get(row, key[i]));
	return (struct key_text){b.data, b.len, 0};
}

static json_t *domain_of(const char *const *key, size_t n_key,
			 const json_t *values, size_t from, size_t n)
{
	json_t *domain = json_array();
	size_t k, i;

	for (k = 0; k < n_key; k++) {
		json_t *in = json_array();

		for (i = 0; i < n; i++)
			json_array_append(
				in,
				json_array_get(json_array_get(values, from + i),
					       k));
		json_array_append_new(domain,
				      json_pack("[sso]", key[k], "in", in));
	}
	return domain;
}

static void match(const json_t *rows, const char *const *key, size_t n_key,
		  const struct key_text *texts, size_t n, json_t *out)
{
	const json_t *row;
	size_t i, k;

	json_array_foreach (rows, i, row) {
		struct key_text t = text_of_row(row, key, n_key);
		const struct key_text *at =
			bsearch(&t, texts, n, sizeof(*texts), by_key);

		if (at) {
			k = (size_t)(at - texts);
			while (k && !by_key(&texts[k - 1], &t))
				k--;
			for (; k < n && !by_key(&texts[k], &t); k++)
				json_array_append(
					json_array_get(out, texts[k].index),
					json_object_get(row, "id"));
		}
		free(t.text);
	}
}

static int search_chunk(struct session *s, const char *model,
			const char *const *key, size_t n_key,
			const json_t *values, size_t from, size_t n,
			const json_t *fields, json_t *out, struct err *err)
{
	json_t *domain = domain_of(key, n_key, values, from, n);
	json_t *rows = reads_search(s, model, domain, fields, NULL, err);
	struct key_text texts[KEY_CHUNK];
	size_t i;

	json_decref(domain);
	if (!rows)
		return -1;
	for (i = 0; i < n; i++)
		texts[i] =
			text_of_key(json_array_get(values, from + i), from + i);
	qsort(texts, n, sizeof(*texts), by_key);
	match(rows, key, n_key, texts, n, out);
	for (i = 0; i < n; i++)
		free(texts[i].text);
	json_decref(rows);
	return 0;
}

int reads_natural(struct session *s, const char *model, const char *const *key,
		  size_t n_key, const json_t *values, json_t **out,
		  struct err *err)
{
	size_t n = json_array_size(values), i, len;
	json_t *fields = json_array();
	int rc = 0;

	*out = json_array();
	for (i = 0; i < n_key; i++)
		json_array_append_new(fields, json_string(key[i]));
	for (i = 0; i < n; i++)
		json_array_append_new(*out, json_array());
	for (i = 0; rc == 0 && i < n; i += len) {
		len = n - i < KEY_CHUNK ? n - i : KEY_CHUNK;
		rc = search_chunk(s, model, key, n_key, values, i, len, fields,
				  *out, err);
	}
	json_decref(fields);
	if (rc < 0) {
		json_decref(*out);
		*out = NULL;
	}
	return rc;
}
