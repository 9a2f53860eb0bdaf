/*
 * reads.c - values and pages; reads_ids.c has external ids, reads_natural.c
 * natural keys
 */
#include "odoo/reads.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* The context that shows archived records too, with `more` in it. */
static json_t *all_records(json_t *more)
{
	json_t *context = json_pack("{sb}", "active_test", 0);

	if (more)
		json_object_update(context, more);
	return context;
}

/* search_read; an array or NULL with err. */
static json_t *search_read(struct session *s, const char *model,
			   const json_t *domain, const json_t *fields,
			   json_t *context, size_t limit, struct err *err)
{
	json_t *all = all_records(context);
	struct buf number = BUF_INIT(32);
	struct call c;
	json_t *rows;

	call_init(&c, model, "search_read", CALL_READ);
	call_arg_json(&c, "domain", domain);
	call_arg_json(&c, "fields", fields);
	if (limit) {
		buf_addf(&number, "%zu", limit);
		call_arg_raw(&c, "limit", buf_span(&number));
		call_by_name(&c);
	}
	call_arg_str(&c, "order", SPAN("id"));
	call_by_name(&c);
	call_context(&c, all);
	rows = session_call(s, &c, err);
	if (rows && !json_is_array(rows)) {
		err_set(err, ERR_REFUSED, "%s.search_read gave no list", model);
		json_decref(rows);
		rows = NULL;
	}
	call_release(&c);
	buf_release(&number);
	json_decref(all);
	return rows;
}

/* ---- values ------------------------------------------------------------- */

struct place {
	int64_t id;
	size_t index;
};

static int by_id(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int read_chunk(struct session *s, const char *model,
		      const struct place *place, size_t n, const json_t *fields,
		      json_t *context, json_t **out, struct err *err)
{
	json_t *list = json_array(), *domain, *rows, *row;
	size_t i, k;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_integer(place[i].id));
	domain = json_pack("[[sso]]", "id", "in", list);
	rows = search_read(s, model, domain, fields, context, 0, err);
	json_decref(domain);
	if (!rows)
		return -1;
	json_array_foreach (rows, i, row) {
		struct place key = {
			.id = json_integer_value(json_object_get(row, "id")),
		};
		const struct place *at =
			bsearch(&key, place, n, sizeof(*place), by_id);

		if (!at)
			continue;
		k = (size_t)(at - place);
		while (k && place[k - 1].id == key.id)
			k--;
		for (; k < n && place[k].id == key.id; k++)
			out[place[k].index] = json_incref(row);
	}
	json_decref(rows);
	return 0;
}

/* A chunk ends between different ids. */
static size_t chunk_end(const struct place *place, size_t from, size_t n)
{
	size_t end = from + READS_CHUNK < n ? from + READS_CHUNK : n;

	while (end < n && place[end].id == place[end - 1].id)
		end++;
	return end;
}

int reads_values(struct session *s, const char *model, const int64_t *ids,
		 size_t n, const json_t *fields, json_t *context, json_t **out,
		 struct err *err)
{
	struct place *place = mem_alloc(mem_mul(n + 1, sizeof(*place)));
	size_t i, n_places = 0, end;
	int rc = 0;

	for (i = 0; i < n; i++) {
		out[i] = NULL;
		if (ids[i] > 0)
			place[n_places++] = (struct place){ids[i], i};
	}
	if (n_places)
		qsort(place, n_places, sizeof(*place), by_id);
	for (i = 0; rc == 0 && i < n_places; i = end) {
		end = chunk_end(place, i, n_places);
		rc = read_chunk(s, model, place + i, end - i, fields, context,
				out, err);
	}
	for (i = 0; rc < 0 && i < n; i++) {
		json_decref(out[i]);
		out[i] = NULL;
	}
	free(place);
	return rc;
}

/* ---- pages -------------------------------------------------------------- */

void reads_pages_init(struct reads_pages *p, struct session *s,
		      const char *model, const json_t *domain,
		      const json_t *fields, json_t *context)
{
	*p = (struct reads_pages){
		.session = s,
		.model = mem_strdup(model),
		.domain = domain ? json_deep_copy(domain) : json_array(),
		.fields = json_deep_copy(fields),
		.context = context ? json_deep_copy(context) : NULL,
		.size = READS_CHUNK,
	};
}

/* The domain, and beyond the last id: ["&", ["id", ">", N]] in front. */
static json_t *domain_after(const struct reads_pages *p)
{
	json_t *d = json_pack("[[ssI]]", "id", ">", (json_int_t)p->last);

	/* terms without an operator are joined by "&" */
	json_array_extend(d, p->domain);
	return d;
}

json_t *reads_pages_next(struct reads_pages *p, struct err *err)
{
	json_t *domain, *rows, *last;
	size_t n;

	if (p->end)
		return json_array();
	domain = domain_after(p);
	rows = search_read(p->session, p->model, domain, p->fields, p->context,
			   p->size, err);
	json_decref(domain);
	if (!rows)
		return NULL;
	n = json_array_size(rows);
	last = n ? json_object_get(json_array_get(rows, n - 1), "id") : NULL;
	if (json_integer_value(last) > p->last)
		p->last = json_integer_value(last);
	else
		p->end = true;
	p->end = p->end || n < p->size;
	return rows;
}

void reads_pages_release(struct reads_pages *p)
{
	free(p->model);
	json_decref(p->domain);
	json_decref(p->fields);
	json_decref(p->context);
	*p = (struct reads_pages){.end = true};
}

json_t *reads_search(struct session *s, const char *model, const json_t *domain,
		     const json_t *fields, json_t *context, struct err *err)
{
	struct reads_pages p;
	json_t *all = json_array(), *page;

	reads_pages_init(&p, s, model, domain, fields, context);
	while (!p.end) {
		page = reads_pages_next(&p, err);
		if (!page) {
			json_decref(all);
			all = NULL;
			break;
		}
		json_array_extend(all, page);
		json_decref(page);
	}
	reads_pages_release(&p);
	return all;
}
