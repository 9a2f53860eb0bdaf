#include <stdlib.h>
#include <string.h>

#include "core/num.h"
#include "core/xid.h"
#include "odoo/reads.h"
#include "push/cell.h"
#include "push/push.h"
#include "state/xref.h"

/*
 * References of a handful of items, each once.  A reference is what cell_make
 * writes: an external id, one with ">field" behind it, or "?field=value".
 */
struct ref {
	struct span text; /* of a cell */
	const struct bind_field *f;
	const char *model; /* of the record named, or looked for */
	int64_t id;        /* 0: not there */
	bool known, by_id;
	bool pending; /* dry run: it would be made in this run */
	bool failed;  /* a record of this run that was rejected */
};

struct refs {
	struct ref *v;
	size_t n, cap;
};

static const char *model_of(const struct bind_field *way, struct span text)
{
	if (!cell_is_lookup(text) && way->kind == BIND_REF && way->target)
		return way->target->model;
	return way->relation;
}

static int compare(const struct ref *r, const char *model, struct span text)
{
	int c = strcmp(r->model, model);

	return c ? c : span_cmp(r->text, text);
}

/* The place of a reference, or where it would go. */
static size_t place(const struct refs *refs, const char *model,
		    struct span text, bool *there)
{
	size_t lo = 0, hi = refs->n;

	*there = false;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = compare(&refs->v[mid], model, text);

		if (c == 0) {
			*there = true;
			return mid;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void add_ref(struct refs *refs, const struct bind_field *f,
		    struct span text)
{
	const struct bind_field *way = cell_way(f, text);
	const char *model = model_of(way, text);
	bool there;
	size_t at = place(refs, model, text, &there);

	if (there)
		return;
	refs->v = mem_grow(refs->v, refs->n, &refs->cap, sizeof(*refs->v));
	memmove(&refs->v[at + 1], &refs->v[at],
		(refs->n - at) * sizeof(*refs->v));
	refs->v[at] = (struct ref){.text = text, .f = way, .model = model};
	refs->n++;
}

/* Whether this cell's database ids matter. */
static bool wants(const struct bind_field *f, const struct item *it,
		  const struct item_cell *c, bool full)
{
	if (!bind_is_relation(f) || it->finished || it->code || c->resolved ||
	    !c->want.len || f->owner == OWNER_ODOO)
		return false;
	if (!it->res_id)
		return c->set || c->by_default;
	if (!c->set || f->owner == OWNER_FIRST)
		return false;
	return it->read || full || !c->known || !span_eq(c->want, c->had);
}

static void gather(struct push *p, const struct binding *b, struct item **v,
		   size_t n, struct refs *refs)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < b->n_fields; k++) {
			const struct item_cell *c = &v[i]->cell[k];
			struct span rest = c->want, part;

			if (!wants(&b->field[k], v[i], c, p->opt.full))
				continue;
			while (cell_next_part(&b->field[k], &rest, &part))
				add_ref(refs, &b->field[k], part);
		}
}

/* ---- answers ----------------------------------------------------------- */

/* The name under which an answer is remembered for the run. */
static struct span cache_key(struct push *p, const struct ref *r)
{
	buf_clear(&p->text);
	if (cell_is_lookup(r->text))
		buf_adds(&p->text, r->model);
	buf_add_span(&p->text, r->text);
	return buf_span(&p->text);
}

/* What this run or the state knows.  0, or -1. */
static int ask_here(struct push *p, struct ref *r, struct err *err)
{
	struct span field, base = cell_base(r->text, &field);
	struct xref x = {0};
	int64_t id = 0;
	int rc;

	if (!cell_is_lookup(r->text) && !field.len) {
		rc = xref_find(p->state, base, &x, err);
		if (rc < 0)
			return -1;
		if (rc > 0 && x.res_id && x.clean) {
			r->id = x.res_id;
			r->by_id = x.by_id;
			r->known = true;
			return 0;
		}
	}
	switch (spool_ref(p->spool, cache_key(p, r), &id, err)) {
	case SPOOL_REF_ERROR:
		return -1;
	case SPOOL_REF_UNKNOWN:
		break;
	case SPOOL_REF_FOUND:
		r->id = id;
		r->known = true;
		break;
	case SPOOL_REF_FAILED:
		r->failed = true;
		r->known = true;
		break;
	case SPOOL_REF_MISSING:
		r->known = true;
		break;
	}
	return 0;
}

/* A dry run: what is not there would be made in this run. */
static int find_pending(struct push *p, struct ref *r, struct err *err)
{
	struct span field, base = cell_base(r->text, &field);
	int64_t seq;
	int rc;

	if (r->id || r->failed || cell_is_lookup(r->text))
		return 0;
	rc = spool_find(p->spool, base, &seq, err);
	r->pending = rc > 0;
	return rc < 0 ? -1 : 0;
}

/*
 * Ask for external ids of one model, refs v[0..n): Odoo, unless the state
 * knows (records behind ">field", and those Odoo has under no external id).
 */
static int ask_xids(struct push *p, struct ref **v, size_t n, struct err *err)
{
	struct span *xid = mem_alloc(mem_mul(n, sizeof(*xid)));
	struct ref **open = mem_alloc(mem_mul(n, sizeof(struct ref *)));
	int64_t *id = mem_zalloc(mem_mul(n, sizeof(*id)));
	size_t n_open = 0, i;
	int rc = 0;

	for (i = 0; i < n && rc >= 0; i++) {
		struct span field, base = cell_base(v[i]->text, &field);
		struct xref x = {0};

		rc = xref_find(p->state, base, &x, err);
		if (rc > 0 && x.clean) {
			v[i]->id = x.res_id;
			continue;
		}
		id[n_open] = rc > 0 ? x.res_id : 0;
		xid[n_open] = base;
		open[n_open++] = v[i];
	}
	if (rc >= 0 && n_open)
		rc = reads_ids(p->session, v[0]->model, xid, id, n_open, err);
	for (i = 0; i < n_open && rc >= 0; i++)
		open[i]->id = id[i];
	free(xid);
	free(open);
	free(id);
	return rc < 0 ? -1 : 0;
}

/* From the records named to what a field of them holds. */
static int ask_through(struct push *p, struct ref **v, size_t n,
		       struct err *err)
{
	int64_t *id = mem_alloc(mem_mul(n, sizeof(*id)));
	json_t **row = mem_zalloc(mem_mul(n, sizeof(json_t *)));
	json_t *names = json_pack("[s]", v[0]->f->through);
	size_t i;
	int rc;

	for (i = 0; i < n; i++)
		id[i] = v[i]->id;
	rc = reads_values(p->session, v[0]->model, id, n, names, NULL, row,
			  err);
	for (i = 0; i < n; i++) {
		const json_t *value = json_object_get(row[i], v[i]->f->through);

		v[i]->id = json_integer_value(json_array_get(value, 0));
		json_decref(row[i]);
	}
	json_decref(names);
	free(row);
	free(id);
	return rc;
}

static int ask_natural(struct push *p, struct ref **v, size_t n,
		       struct err *err)
{
	const char *key[1] = {v[0]->f->by};
	size_t skip = strlen(key[0]) + 2, i; /* "?by=" */
	json_t *values = json_array(), *found = NULL;
	int rc;

	for (i = 0; i < n; i++)
		json_array_append_new(
			values,
			json_pack("[o]", json_stringn(v[i]->text.p + skip,
						      v[i]->text.len - skip)));
	rc = reads_natural(p->session, v[0]->model, key, 1, values, &found,
			   err);
	if (rc < 0)
		binding_blame(NULL, v[0]->f, err);
	for (i = 0; i < n && rc == 0; i++) {
		const json_t *ids = json_array_get(found, i);

		if (json_array_size(ids) == 1)
			v[i]->id = json_integer_value(json_array_get(ids, 0));
	}
	json_decref(found);
	json_decref(values);
	return rc;
}

static bool same_question(const struct ref *a, const struct ref *b)
{
	if (strcmp(a->model, b->model) != 0 ||
	    cell_is_lookup(a->text) != cell_is_lookup(b->text))
		return false;
	if (cell_is_lookup(a->text))
		return !strcmp(a->f->by, b->f->by);
	if (!a->f->through != !b->f->through)
		return false;
	return !a->f->through || !strcmp(a->f->through, b->f->through);
}

static int ask_group(struct push *p, struct ref **v, size_t n, struct err *err)
{
	size_t i;
	int rc;

	if (cell_is_lookup(v[0]->text)) {
		rc = ask_natural(p, v, n, err);
	} else {
		rc = ask_xids(p, v, n, err);
		if (rc == 0 && v[0]->f->through)
			rc = ask_through(p, v, n, err);
	}
	for (i = 0; i < n && rc == 0; i++) {
		v[i]->known = true;
		rc = spool_ref_put(p->spool, cache_key(p, v[i]), v[i]->id, err);
	}
	return rc;
}

static int answer(struct push *p, struct refs *refs, struct err *err)
{
	struct ref **group = mem_alloc(mem_mul(refs->n, sizeof(*group)));
	size_t i, k;
	int rc = 0;

	for (i = 0; i < refs->n && rc == 0; i++)
		rc = ask_here(p, &refs->v[i], err);
	for (i = 0; i < refs->n && rc == 0; i++) {
		size_t n = 0;

		if (refs->v[i].known)
			continue;
		for (k = i; k < refs->n; k++)
			if (!refs->v[k].known &&
			    same_question(&refs->v[i], &refs->v[k]))
				group[n++] = &refs->v[k];
		rc = ask_group(p, group, n, err);
	}
	for (i = 0; i < refs->n && rc == 0 && p->opt.dry_run; i++)
		rc = find_pending(p, &refs->v[i], err);
	free(group);
	return rc;
}

/* ---- back to the cells ------------------------------------------------- */

/* Records that wait, gathered over a call of push_resolve. */
struct waits {
	struct push_wait *v;
	size_t n, cap;
};

/* Nothing that could still come: a code, or what Odoo alone can have. */
static int reject_missing(struct push *p, const struct bind_field *f,
			  struct item *it, const struct ref *r, struct err *err)
{
	struct buf why = BUF_INIT(4 * XID_MAX);
	int rc;

	if (cell_is_lookup(r->text))
		buf_addf(&why, "Odoo has no %s with %.*s, or several", r->model,
			 (int)r->text.len - 1, r->text.p + 1);
	else
		buf_addf(&why, "Odoo has no record %.*s (%s)",
			 SPAN_FMT(r->text), r->model);
	rc = push_reject_ref(p, f, it, "missing-reference", r->text,
			     buf_str(&why), err);
	buf_release(&why);
	return rc;
}

static char *why_missing(const struct ref *r, const struct xid *x)
{
	struct buf why = BUF_INIT(4 * XID_MAX);
	struct span field;
	char *text;

	cell_base(r->text, &field);
	if (r->failed)
		buf_addf(&why, "%.*s '%.*s' was rejected or held in this run",
			 SPAN_FMT(x->entity), SPAN_FMT(x->key));
	else if (field.len)
		buf_addf(&why, "%.*s '%.*s' is not in Odoo, or has no %.*s",
			 SPAN_FMT(x->entity), SPAN_FMT(x->key),
			 SPAN_FMT(field));
	else
		buf_addf(&why,
			 "%.*s '%.*s' is not in Odoo and not in this "
			 "stream",
			 SPAN_FMT(x->entity), SPAN_FMT(x->key));
	text = mem_strdup(buf_str(&why));
	buf_release(&why);
	return text;
}

static void put_wait(struct buf *out, const struct xid *x)
{
	rec_put_open(out, '{');
	rec_add_str(out, "entity", x->entity);
	if (x->site.len)
		rec_add_str(out, "site", x->site);
	rec_add_str(out, "key", x->key);
	rec_put_close(out, '}');
}

/*
 * A reference that is not there: the item waits for it, as the last of `w`,
 * unless it never can come.
 */
static int add_wait(struct push *p, const struct bind_field *f, struct item *it,
		    const struct ref *r, struct arena *arena, struct waits *w,
		    struct err *err)
{
	struct span field, base = cell_base(r->text, &field);
	struct buf store = BUF_INIT(XID_MAX);
	struct xid x;

	if (cell_is_lookup(r->text) || xid_parse(base, &store, &x) < 0) {
		buf_release(&store);
		return reject_missing(p, f, it, r, err);
	}
	buf_clear(&p->text);
	if (it->waits.len) {
		buf_add(&p->text, it->waits.p, it->waits.len - 1);
	} else {
		buf_addc(&p->text, '[');
		w->v = mem_grow(w->v, w->n, &w->cap, sizeof(*w->v));
		w->v[w->n++] =
			(struct push_wait){it, f, r->text, why_missing(r, &x)};
	}
	put_wait(&p->text, &x);
	buf_addc(&p->text, ']');
	it->waits.p = arena_dup(arena, p->text.data, p->text.len);
	it->waits.len = p->text.len;
	buf_release(&store);
	return 0;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* What is not there yet may be at the end of the run. */
static bool may_follow(const struct bind_field *f, const struct item *it,
		       const struct ref *r)
{
	return f->deferred && !it->last_pass && !cell_is_lookup(r->text);
}

/* The ids of one cell.  0 also where the item was rejected, or waits. */
static int fill_cell(struct push *p, const struct binding *b, struct item *it,
		     size_t k, struct refs *refs, struct arena *arena,
		     struct waits *w, struct err *err)
{
	const struct bind_field *f = &b->field[k];
	struct item_cell *c = &it->cell[k];
	struct span rest = c->want, part;
	int64_t *id = NULL;
	size_t n = 0, cap = 0, i;
	int rc = 0;

	it->later &= ~((uint64_t)1 << k);
	while (cell_next_part(f, &rest, &part)) {
		const struct bind_field *way = cell_way(f, part);
		bool there;
		const struct ref *r = &refs->v[place(refs, model_of(way, part),
						     part, &there)];

		if (!r->id && !r->pending && may_follow(f, it, r)) {
			it->later |= (uint64_t)1 << k;
			goto out;
		}
		if (!r->id && !r->pending) {
			rc = add_wait(p, f, it, r, arena, w, err);
			if (rc < 0 || it->finished)
				goto out;
			continue;
		}
		c->send_ids = c->send_ids || r->by_id || way->through ||
			      cell_is_lookup(part);
		id = mem_grow(id, n, &cap, sizeof(*id));
		id[n++] = r->id;
	}
	if (n)
		qsort(id, n, sizeof(*id), by_number);
	buf_clear(&p->text);
	for (i = 0; i < n; i++)
		buf_addf(&p->text, "%s%lld", i ? "," : "", (long long)id[i]);
	c->ids.p = arena_dup(arena, p->text.data, p->text.len);
	c->ids.len = p->text.len;
	c->resolved = true;
out:
	free(id);
	return rc;
}

int push_resolve(struct push *p, const struct binding *b, struct arena *arena,
		 struct item **v, size_t n, struct err *err)
{
	struct refs refs = {NULL, 0, 0};
	struct waits w = {NULL, 0, 0};
	size_t i, k;
	int rc = 0;

	gather(p, b, v, n, &refs);
	if (refs.n)
		rc = answer(p, &refs, err);
	for (i = 0; i < n && rc == 0; i++)
		for (k = 0; k < b->n_fields && rc == 0 && !v[i]->finished; k++)
			if (wants(&b->field[k], v[i], &v[i]->cell[k],
				  p->opt.full))
				rc = fill_cell(p, b, v[i], k, &refs, arena, &w,
					       err);
	if (rc == 0 && w.n)
		rc = push_hold(p, b, w.v, w.n, err);
	for (i = 0; i < w.n; i++)
		free(w.v[i].why);
	free(w.v);
	free(refs.v);
	return rc;
}
