/*
 * reads_cells.c - values as cells are made of them, from where they are kept
 *
 * A product's name is kept in its template: read through the product, Odoo
 * fetches it field by field.  Where several fields of a model are kept in the
 * record that one many2one leads to (fields_get says so: "related"), they are
 * read there, which takes two thirds of the time.
 */
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "odoo/reads.h"

/* So many fields are worth a second call. */
#define SPLIT_FROM 3
#define NAME_MAX   256

/* Fields of a model that are kept in another record. */
struct split {
	char way[NAME_MAX];       /* the many2one that leads there */
	const char *model;        /* borrowed */
	json_t *here, *from, *to; /* names: read here; there, and what they are
				     called here */
};

/*
 * Where a field is kept: the many2one to `way`, the name there returned.  NULL:
 * here.  19 says "product_tmpl_id.name", 14 a list of the two.
 */
static const char *kept_at(const json_t *about, char way[NAME_MAX])
{
	const json_t *related = json_object_get(about, "related");
	const char *text = json_string_value(related), *dot;

	if (json_is_true(json_object_get(about, "store")))
		return NULL;
	if (json_array_size(related) == 2) {
		snprintf(way, NAME_MAX, "%s",
			 json_string_value(json_array_get(related, 0)));
		return json_string_value(json_array_get(related, 1));
	}
	dot = text ? strchr(text, '.') : NULL;
	if (!dot || strchr(dot + 1, '.') || dot - text >= NAME_MAX)
		return NULL;
	snprintf(way, NAME_MAX, "%.*s", (int)(dot - text), text);
	return dot + 1;
}

/* The many2one most fields are behind; how many they are. */
static size_t choose_way(const json_t *about, const json_t *fields,
			 char best[NAME_MAX])
{
	size_t most = 0, i, k;
	char way[NAME_MAX], other[NAME_MAX];

	for (i = 0; i < json_array_size(fields); i++) {
		const char *name = json_string_value(json_array_get(fields, i));
		size_t n = 0;

		if (!kept_at(json_object_get(about, name), way))
			continue;
		for (k = 0; k < json_array_size(fields); k++) {
			name = json_string_value(json_array_get(fields, k));
			n += kept_at(json_object_get(about, name), other) &&
			     !strcmp(way, other);
		}
		if (n > most) {
			most = n;
			memcpy(best, way, NAME_MAX);
		}
	}
	return most;
}

/* 1 where it is worth it, 0 where not. */
static int plan_split(const json_t *about, const json_t *fields,
		      struct split *s)
{
	const json_t *leads;
	size_t i;

	if (choose_way(about, fields, s->way) < SPLIT_FROM)
		return 0;
	leads = json_object_get(about, s->way);
	s->model = json_string_value(json_object_get(leads, "relation"));
	if (!s->model || !json_is_true(json_object_get(leads, "store")))
		return 0;
	s->here = json_pack("[s]", s->way);
	s->from = json_array();
	s->to = json_array();
	for (i = 0; i < json_array_size(fields); i++) {
		json_t *name = json_array_get(fields, i);
		char way[NAME_MAX];
		const char *there = kept_at(
			json_object_get(about, json_string_value(name)), way);

		if (there && !strcmp(way, s->way)) {
			json_array_append_new(s->from, json_string(there));
			json_array_append(s->to, name);
		} else {
			json_array_append(s->here, name);
		}
	}
	return 1;
}

static int64_t id_of(const json_t *many2one)
{
	if (json_is_array(many2one))
		many2one = json_array_get(many2one, 0);
	return json_integer_value(many2one);
}

/* Whether all were found there; rights may hide some. */
static bool all_there(const int64_t *id, json_t **there, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (id[i] && !there[i])
			return false;
	return true;
}

static void let_go(json_t **v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		json_decref(v[i]);
		v[i] = NULL;
	}
}

/* Values from there into the rows here. */
static void join(const struct split *s, json_t **here, json_t **there, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; there[i] && k < json_array_size(s->to); k++)
			json_object_set(
				here[i],
				json_string_value(json_array_get(s->to, k)),
				json_object_get(
					there[i],
					json_string_value(
						json_array_get(s->from, k))));
}

static int read_split(struct session *session, const char *model,
		      const struct split *s, const int64_t *ids, size_t n,
		      json_t *context, bool plain, json_t **out, bool *whole,
		      struct err *err)
{
	int64_t *id = mem_zalloc(mem_mul(n, sizeof(*id)));
	json_t **there = mem_zalloc(mem_mul(n, sizeof(json_t *)));
	size_t i;
	int rc = reads_rows(session, model, ids, n, s->here, context, plain,
			    out, err);

	for (i = 0; i < n && rc == 0; i++)
		id[i] = id_of(json_object_get(out[i], s->way));
	if (rc == 0)
		rc = reads_rows(session, s->model, id, n, s->from, context,
				plain, there, err);
	*whole = rc == 0 && all_there(id, there, n);
	if (*whole)
		join(s, out, there, n);
	else
		let_go(out, n);
	let_go(there, n);
	free(there);
	free(id);
	return rc;
}

int reads_cells(struct session *session, const char *model, const int64_t *ids,
		size_t n, const json_t *fields, json_t *context, json_t **out,
		struct err *err)
{
	/* 14 does not take "load". */
	bool plain = session_release(session) >= 19;
	const json_t *about = session_fields(session, model, err);
	struct split s = {.here = NULL};
	bool whole = false;
	int rc = 0;

	if (!about)
		return -1;
	if (plan_split(about, fields, &s))
		rc = read_split(session, model, &s, ids, n, context, plain, out,
				&whole, err);
	if (rc == 0 && !whole)
		rc = reads_rows(session, model, ids, n, fields, context, plain,
				out, err);
	json_decref(s.here);
	json_decref(s.from);
	json_decref(s.to);
	return rc;
}
