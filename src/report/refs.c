#include "report/refs.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/xid.h"
#include "odoo/reads.h"
#include "push/cell.h"

#define IDS_MAX 1024 /* of one cell */

/* The model that records of `entity` live in, as the field knows it. */
static const char *model_of_entity(const struct binding *b,
				   const struct bind_field *f,
				   struct span entity)
{
	for (; f; f = f->other) {
		if (!f->ref || !span_is(entity, f->ref))
			continue;
		if (f->target_is_self)
			return b->model;
		if (f->target)
			return f->target->model;
	}
	return NULL;
}

/* The model behind ">field" of a record that is Odoo's own. */
static const char *model_through(const struct binding *b,
				 const struct bind_field *f)
{
	for (; f; f = f->other)
		if (f->through && f->target)
			return f->target_is_self ? b->model : f->target->model;
	return NULL;
}

static struct ref take_apart(const struct binding *b,
			     const struct bind_field *f, struct span text)
{
	const char *cut =
		memchr(text.p, text.p[0] == '?' ? '=' : '>', text.len);
	size_t head = cut ? (size_t)(cut - text.p) : text.len;
	struct buf store = BUF_INIT(XID_MAX);
	const char *model = NULL;
	struct ref ref = {.model = NULL};
	struct xid x;

	if (text.p[0] == '?') {
		ref.by = mem_dup(text.p + 1, head - 1);
		ref.value = cut ? mem_dup(cut + 1, text.len - head - 1)
				: mem_strdup("");
	} else {
		ref.xid = mem_dup(text.p, head);
		if (xid_parse((struct span){text.p, head}, &store, &x) == 0)
			model = model_of_entity(b, f, x.entity);
		if (cut) {
			ref.through = mem_dup(cut + 1, text.len - head - 1);
			if (!model)
				model = model_through(b, f);
		}
	}
	if (!model)
		model = f->relation ? f->relation : b->model;
	ref.model = mem_strdup(model);
	buf_release(&store);
	return ref;
}

static struct sip_hash hash_of(const struct bind_field *f, struct span text)
{
	struct sip h;

	sip_init(&h);
	sip_add_span(&h, span_of(f->relation ? f->relation : ""));
	sip_add_span(&h, text);
	return sip_end(&h);
}

void refs_want(struct refs *r, const struct binding *b,
	       const struct bind_field *f, struct span text)
{
	struct span part;
	bool fresh;

	while (cell_next_part(f, &text, &part)) {
		hset_add(&r->index, hash_of(f, part), (uint32_t)r->n, &fresh);
		if (!fresh)
			continue;
		r->ref = mem_grow(r->ref, r->n, &r->cap, sizeof(*r->ref));
		r->ref[r->n++] = take_apart(b, f, part);
	}
}

/* ---- asking ------------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
	return !a == !b && (!a || !strcmp(a, b));
}

static int ask_xids(const struct known *known, struct ref **v, size_t n,
		    struct err *err)
{
	struct span *xid = mem_alloc(mem_mul(n, sizeof(*xid)));
	int64_t *id = mem_zalloc(mem_mul(n, sizeof(*id)));
	size_t i;
	int rc;

	for (i = 0; i < n; i++)
		xid[i] = span_of(v[i]->xid);
	rc = known_ids(known, v[0]->model, xid, id, n, err);
	for (i = 0; i < n; i++)
		v[i]->id = id[i];
	free(xid);
	free(id);
	return rc;
}

static int ask_through(struct session *s, struct ref **v, size_t n,
		       struct err *err)
{
	int64_t *id = mem_alloc(mem_mul(n, sizeof(*id)));
	json_t **row = mem_zalloc(mem_mul(n, sizeof(json_t *)));
	json_t *names = json_pack("[s]", v[0]->through);
	size_t i;
	int rc;

	for (i = 0; i < n; i++)
		id[i] = v[i]->id;
	rc = reads_values(s, v[0]->model, id, n, names, NULL, row, err);
	for (i = 0; i < n; i++) {
		const json_t *value = json_object_get(row[i], v[i]->through);

		v[i]->id = json_integer_value(json_array_get(value, 0));
		json_decref(row[i]);
	}
	json_decref(names);
	free(row);
	free(id);
	return rc;
}

/* Several candidates are none: nobody can say which one is meant. */
static int ask_values(struct session *s, struct ref **v, size_t n,
		      struct err *err)
{
	const char *key[1] = {v[0]->by};
	json_t *values = json_array(), *found = NULL;
	size_t i;
	int rc;

	for (i = 0; i < n; i++)
		json_array_append_new(values, json_pack("[s]", v[i]->value));
	rc = reads_natural(s, v[0]->model, key, 1, values, &found, err);
	for (i = 0; i < n && rc == 0; i++) {
		const json_t *ids = json_array_get(found, i);

		if (json_array_size(ids) == 1)
			v[i]->id = json_integer_value(json_array_get(ids, 0));
	}
	json_decref(found);
	json_decref(values);
	return rc;
}

int refs_ask(struct refs *r, const struct known *known, struct err *err)
{
	struct ref **group = mem_alloc(mem_mul(r->n, sizeof(*group)));
	size_t i, k;
	int rc = 0;

	for (i = 0; i < r->n && rc == 0; i++) {
		const struct ref *a = &r->ref[i];
		size_t n = 0;

		if (a->known)
			continue;
		for (k = i; k < r->n; k++) {
			struct ref *b = &r->ref[k];

			if (!b->known && !strcmp(a->model, b->model) &&
			    !a->xid == !b->xid && same(a->by, b->by) &&
			    same(a->through, b->through))
				group[n++] = b;
		}
		if (a->by)
			rc = ask_values(known->session, group, n, err);
		else
			rc = ask_xids(known, group, n, err);
		if (rc == 0 && a->through)
			rc = ask_through(known->session, group, n, err);
		for (k = 0; k < n; k++)
			group[k]->known = true;
	}
	free(group);
	return rc;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

bool refs_put_ids(const struct refs *r, const struct bind_field *f,
		  struct span text, struct buf *out)
{
	int64_t id[IDS_MAX];
	struct span part;
	size_t n = 0, i;

	while (cell_next_part(f, &text, &part)) {
		const uint32_t *at = hset_find(&r->index, hash_of(f, part));

		if (!at || !r->ref[*at].id || n == IDS_MAX)
			return false;
		id[n++] = r->ref[*at].id;
	}
	if (n)
		qsort(id, n, sizeof(*id), by_number);
	for (i = 0; i < n; i++)
		buf_addf(out, "%s%lld", i ? "," : "", (long long)id[i]);
	return true;
}

void refs_release(struct refs *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		free(r->ref[i].model);
		free(r->ref[i].xid);
		free(r->ref[i].through);
		free(r->ref[i].by);
		free(r->ref[i].value);
	}
	free(r->ref);
	hset_release(&r->index);
	*r = (struct refs)REFS_INIT;
}
