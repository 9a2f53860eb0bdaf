/*
 * extract.c - see extract.h
 */
#include "sandbox/extract.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

#define COLUMNS_MAX 4096

void extract_columns_free(struct extract_column *c, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (c[i].n)
			free(c[i].part[0]);
		free(c[i].part);
	}
	free(c);
}

/* "a/b:id" and "a/b.id" are "a/b/id" and "a/b/.id". */
static void split_column(const char *text, struct extract_column *c)
{
	size_t len = strlen(text), cap = 0;
	char *path, *p, *rest;

	if (len > 3 && !strcmp(text + len - 3, ":id"))
		path = mem_printf("%.*s/id", (int)len - 3, text);
	else if (len > 3 && !strcmp(text + len - 3, ".id") &&
		 text[len - 4] != '/')
		path = mem_printf("%.*s/.id", (int)len - 3, text);
	else
		path = mem_strdup(text);
	rest = path;
	while ((p = strsep(&rest, "/"))) {
		c->part = mem_grow(c->part, c->n, &cap, sizeof(*c->part));
		c->part[c->n++] = p;
	}
}

static int check_column(struct env *env, const struct model *m,
			const struct extract_column *c)
{
	const struct field *f = NULL;
	size_t i;

	for (i = 0; i < c->n; i++) {
		const char *name = c->part[i];

		if (!strcmp(name, "id") || !strcmp(name, ".id"))
			continue;
		f = m ? field_find(m, env->release, name) : NULL;
		if (!f)
			return fail_set(
				env->fail, FAIL_OTHER,
				env->release == 14 ? FAIL_KEY : FAIL_VALUE,
				env->release == 14 ? "%s"
						   : "Invalid field name '%s'",
				name);
		m = f->rel ? model_find(env->release, f->rel) : NULL;
	}
	return 0;
}

int extract_columns(struct env *env, const struct model *m,
		    const json_t *fields, struct extract_column **out,
		    size_t *n)
{
	size_t i, size = json_array_size(fields);

	*n = size < COLUMNS_MAX ? size : COLUMNS_MAX;
	*out = mem_zalloc(mem_mul(*n + 1, sizeof(**out)));
	for (i = 0; i < *n; i++) {
		const char *text = json_string_value(json_array_get(fields, i));

		split_column(text ? text : "", &(*out)[i]);
		(*out)[i].at = i;
		if (check_column(env, m, &(*out)[i]) < 0) {
			extract_columns_free(*out, *n);
			*out = NULL;
			return -1;
		}
	}
	return 0;
}

/* Whatever Python would iterate over: text by letters, an object's keys. */
static json_t *as_row(const json_t *row)
{
	json_t *out, *v;
	const char *key, *p;

	if (json_is_array(row))
		return json_incref(loosen(row));
	out = json_array();
	json_object_foreach (loosen(row), key, v) {
		json_array_append_new(out, json_string(key));
	}
	for (p = json_string_value(row); p && *p; p++)
		json_array_append_new(out, json_stringn(p, 1));
	return out;
}

json_t *extract_rows(const json_t *rows)
{
	json_t *outer = as_row(rows), *out = json_array(), *v;
	size_t i;

	json_array_foreach (outer, i, v) {
		json_array_append_new(out, as_row(v));
	}
	json_decref(outer);
	return out;
}

static enum field_type kind_of(const struct env *env, const struct model *m,
			       const struct extract_column *c)
{
	const struct field *f = field_find(m, env->release, c->part[0]);

	if (!strcmp(c->part[0], "id") || !strcmp(c->part[0], ".id") || !f)
		return FT_CHAR;
	return f->type;
}

static bool is_relation(enum field_type t)
{
	return t == FT_MANY2ONE || t == FT_ONE2MANY || t == FT_MANY2MANY;
}

/* A further line of the record above: lines of one2manys and nothing else. */
static bool continues(const struct env *env, const struct model *m,
		      const struct extract_column *c, size_t n,
		      const json_t *row)
{
	bool line = false;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!json_truth(json_array_get(row, c[i].at)))
			continue;
		if (kind_of(env, m, &c[i]) != FT_ONE2MANY)
			return false;
		line = true;
	}
	return line;
}

/* The records over there: columns that begin with the same field. */
static json_t *extract_there(const struct env *env, const struct model *m,
			     const struct extract_column *c, size_t n,
			     size_t first, const json_t *rows, size_t from,
			     size_t span)
{
	const struct field *f = field_find(m, env->release, c[first].part[0]);
	const struct model *rel = model_find(env->release, f->rel);
	static char by_name[] = "";
	static char *name_part[] = {by_name};
	struct extract_column *sub = mem_alloc(mem_mul(n, sizeof(*sub)));
	json_t *some = json_array(), *out = json_array();
	size_t n_sub = 0, i, k, step;

	for (i = first; i < n; i++) {
		if (strcmp(c[i].part[0], c[first].part[0]) != 0)
			continue;
		sub[n_sub] = c[i];
		sub[n_sub].part = c[i].n > 1 ? c[i].part + 1 : name_part;
		sub[n_sub].n = c[i].n > 1 ? c[i].n - 1 : 1;
		n_sub++;
	}
	for (k = from; k < from + span; k++) {
		json_t *row = json_array_get(rows, k);

		for (i = 0; i < n_sub; i++)
			if (json_truth(json_array_get(row, sub[i].at)))
				break;
		if (i < n_sub)
			json_array_append(some, row);
	}
	for (k = 0; rel && k < json_array_size(some); k += step)
		json_array_append_new(out, extract_record(env, rel, sub, n_sub,
							  some, k, &step));
	json_decref(some);
	free(sub);
	return out;
}

json_t *extract_record(const struct env *env, const struct model *m,
		       const struct extract_column *c, size_t n,
		       const json_t *rows, size_t from, size_t *span)
{
	json_t *record = json_object(), *row = json_array_get(rows, from), *v;
	bool lines = false;
	size_t i;

	*span = 1;
	for (i = 0; i < n; i++)
		lines = lines || kind_of(env, m, &c[i]) == FT_ONE2MANY;
	while (lines && from + *span < json_array_size(rows) &&
	       continues(env, m, c, n, json_array_get(rows, from + *span)))
		(*span)++;
	for (i = 0; i < n; i++) {
		const char *name = c[i].part[0];

		if (!is_relation(kind_of(env, m, &c[i]))) {
			v = json_array_get(row, c[i].at);
			if (v)
				json_object_set(record, name, v);
		} else if (!json_object_get(record, name) &&
			   c[i].at < json_array_size(row)) {
			json_object_set_new(record, name,
					    extract_there(env, m, c, n, i, rows,
							  from, *span));
		}
	}
	return record;
}
