/*
 * reads.c - values and pages; reads_ids.c has external ids, reads_natural.c
 * natural keys
 */
#include "odoo/reads.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "odoo/session_open.h"

/* The context that shows archived records too, with `more` in it. */
static json_t *all_records(json_t *more)
{
	json_t *context = json_pack("{sb}", "active_test", 0);

	if (more)
		json_object_update(context, more);
	return context;
}

static void build_search_read(struct call *c, const char *model,
			      const json_t *domain, const json_t *fields,
			      json_t *context, size_t limit)
{
	json_t *all = all_records(context);
	struct buf number = BUF_INIT(32);

	call_init(c, model, "search_read", CALL_READ);
	call_arg_json(c, "domain", domain);
	call_arg_json(c, "fields", fields);
	if (limit) {
		buf_addf(&number, "%zu", limit);
		call_arg_raw(c, "limit", buf_span(&number));
		call_by_name(c);
	}
	call_arg_str(c, "order", SPAN("id"));
	call_by_name(c);
	call_context(c, all);
	buf_release(&number);
	json_decref(all);
}

static int want_list(const char *model, const json_t *rows, struct err *err)
{
	return json_is_array(rows)
		       ? 0
		       : err_set(err, ERR_REFUSED,
				 "%s.search_read gave no list", model);
}

/* search_read; an array or NULL with err. */
static json_t *search_read(struct session *s, const char *model,
			   const json_t *domain, const json_t *fields,
			   json_t *context, size_t limit, struct err *err)
{
	struct call c;
	json_t *rows;

	build_search_read(&c, model, domain, fields, context, limit);
	rows = session_call(s, &c, err);
	if (rows && want_list(model, rows, err) < 0) {
		json_decref(rows);
		rows = NULL;
	}
	call_release(&c);
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

/* The chunks of a read: place[from[i]] to place[from[i + 1]]. */
struct chunks {
	const char *model;
	const struct place *place;
	size_t *from, n;
	json_t **out;
};

static int take_chunk(void *to, size_t number, const json_t *rows,
		      struct err *err)
{
	const struct chunks *c = to;
	const struct place *place = c->place + c->from[number];
	size_t n = c->from[number + 1] - c->from[number], i, k;
	json_t *row;

	if (want_list(c->model, rows, err) < 0)
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
			c->out[place[k].index] = json_incref(row);
	}
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

static void build_chunk(struct call *call, const struct chunks *c,
			size_t number, const json_t *fields, json_t *context,
			bool plain)
{
	json_t *list = json_array(), *domain;
	size_t i;

	for (i = c->from[number]; i < c->from[number + 1]; i++)
		json_array_append_new(list, json_integer(c->place[i].id));
	domain = json_pack("[[sso]]", "id", "in", list);
	build_search_read(call, c->model, domain, fields, context, 0);
	if (plain) {
		call_arg_str(call, "load", SPAN(""));
		call_by_name(call);
	}
	json_decref(domain);
}

int reads_rows(struct session *s, const char *model, const int64_t *ids,
	       size_t n, const json_t *fields, json_t *context, bool plain,
	       json_t **out, struct err *err)
{
	struct place *place = mem_alloc(mem_mul(n + 1, sizeof(*place)));
	struct chunks c = {.model = model, .place = place, .out = out};
	struct call *call;
	size_t i, n_places = 0;
	int rc;

	c.from = mem_zalloc(mem_mul(n / READS_CHUNK + 2, sizeof(*c.from)));
	call = mem_zalloc(mem_mul(n / READS_CHUNK + 1, sizeof(*call)));
	for (i = 0; i < n; i++) {
		out[i] = NULL;
		if (ids[i] > 0)
			place[n_places++] = (struct place){ids[i], i};
	}
	if (n_places)
		qsort(place, n_places, sizeof(*place), by_id);
	while (c.from[c.n] < n_places) {
		c.from[c.n + 1] = chunk_end(place, c.from[c.n], n_places);
		build_chunk(&call[c.n], &c, c.n, fields, context, plain);
		c.n++;
	}
	rc = session_call_each(s, call, c.n, take_chunk, &c, err);
	for (i = 0; rc < 0 && i < n; i++) {
		json_decref(out[i]);
		out[i] = NULL;
	}
	free(call);
	free(c.from);
	free(place);
	return rc;
}

int reads_values(struct session *s, const char *model, const int64_t *ids,
		 size_t n, const json_t *fields, json_t *context, json_t **out,
		 struct err *err)
{
	return reads_rows(s, model, ids, n, fields, context, false, out, err);
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

/* ---- is there any ------------------------------------------------------- */

/* `domain` is taken over. */
static int any_record(struct session *s, const char *model, json_t *domain,
		      struct err *err)
{
	json_t *fields = json_pack("[s]", "id");
	json_t *rows = search_read(s, model, domain, fields, NULL, 1, err);
	int rc = rows ? json_array_size(rows) > 0 : -1;

	json_decref(rows);
	json_decref(fields);
	json_decref(domain);
	return rc;
}

int reads_any_xid(struct session *s, const char *model, struct err *err)
{
	enum session_may *may = session_may_read_xids(s);
	int rc;

	if (*may == MAY_NOT)
		return 1;
	rc = any_record(s, "ir.model.data",
			json_pack("[[sss][sss]]", "module", "=", "sluice",
				  "model", "=", model),
			err);
	if (rc < 0 && err->code == ERR_PERM && *may == MAY_ASK) {
		*err = (struct err)ERR_INIT;
		*may = MAY_NOT;
		return 1;
	}
	if (rc >= 0)
		*may = MAY_YES;
	return rc;
}

int reads_any_with(struct session *s, const char *model,
		   const char *const *field, size_t n, struct err *err)
{
	json_t *domain = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(domain,
				      json_pack("[ssb]", field[i], "!=", 0));
	return any_record(s, model, domain, err);
}
