/*
 * Parents before children: levels of the records of one entity.
 */
#include <stdlib.h>
#include <string.h>

#include "push/cell.h"
#include "push/order.h"
#include "push/push.h"

struct edges {
	struct order_edge *v;
	size_t n, cap;
};

/* The sequence numbers of an entity are not dense: `seq` lists them. */
static uint32_t index_of(const int64_t *seq, size_t n, int64_t wanted)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (seq[mid] < wanted)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && seq[lo] == wanted ? (uint32_t)lo : UINT32_MAX;
}

static bool refers_to_self(const struct bind_field *f)
{
	for (; f; f = f->other)
		if (f->target_is_self)
			return true;
	return false;
}

/* Edges from the records `r` names within its own entity. */
static int add_edges(struct push *p, const struct binding *b, struct rec *r,
		     const int64_t *seq, size_t n, uint32_t self,
		     struct edges *e, struct err *err)
{
	const struct rec_node *fields = rec_get(r, r->node, "fields");
	struct span site = rec_text(r, rec_get(r, r->node, "site"));
	const char *code;
	struct err ignored = ERR_INIT;
	size_t k;

	for (k = 0; k < b->n_fields; k++) {
		const char *at, *end;

		if (!refers_to_self(&b->field[k]))
			continue;
		buf_clear(&p->text);
		if (cell_make(&b->field[k], r, fields, site, &p->text, &code,
			      &ignored) == CELL_BAD)
			continue;
		if (!p->text.len)
			continue;
		end = p->text.data + p->text.len;
		for (at = p->text.data; at < end;) {
			const char *comma = memchr(at, ',', (size_t)(end - at));
			const char *stop = comma ? comma : end;
			struct span xid = {at, (size_t)(stop - at)};
			int64_t to = 0;
			int rc = spool_find(p->spool, xid, &to, err);
			uint32_t parent;

			if (rc < 0)
				return -1;
			at = comma ? comma + 1 : end;
			parent = rc ? index_of(seq, n, to) : UINT32_MAX;
			if (parent == UINT32_MAX)
				continue;
			e->v = mem_grow(e->v, e->n, &e->cap, sizeof(*e->v));
			e->v[e->n++] = (struct order_edge){parent, self};
		}
	}
	return 0;
}

static int list_seqs(struct push *p, unsigned number, int64_t *seq,
		     struct err *err)
{
	struct spool_rec s;
	size_t n = 0;
	int rc;

	if (spool_first(p->spool, number, err) < 0)
		return -1;
	while ((rc = spool_next(p->spool, &s, err)) > 0)
		seq[n++] = s.seq;
	return rc;
}

static bool is_tree(const struct binding *b)
{
	size_t k;

	for (k = 0; k < b->n_fields; k++)
		if (refers_to_self(&b->field[k]))
			return true;
	return false;
}

static int set_levels(struct push *p, const struct binding *b, unsigned number,
		      struct err *err)
{
	size_t n = (size_t)spool_count(p->spool, number), i;
	int64_t *seq = mem_alloc(mem_mul(n, sizeof(*seq)));
	uint32_t *level = mem_alloc(mem_mul(n, sizeof(*level)));
	struct edges e = {NULL, 0, 0};
	struct rec r = REC_INIT;
	struct spool_rec s;
	int rc = list_seqs(p, number, seq, err);

	if (rc == 0)
		rc = spool_first(p->spool, number, err);
	for (i = 0; rc >= 0 && (rc = spool_next(p->spool, &s, err)) > 0; i++) {
		if (rec_parse(&r, s.line.p, s.line.len, err) < 0 ||
		    add_edges(p, b, &r, seq, n, (uint32_t)i, &e, err) < 0)
			rc = -1;
	}
	if (rc == 0 && e.n)
		order_levels(e.v, e.n, n, level);
	for (i = 0; rc == 0 && e.n && i < n; i++)
		if (level[i])
			rc = spool_level(p->spool, seq[i], level[i], err);
	spool_stop(p->spool);
	rec_release(&r);
	free(e.v);
	free(seq);
	free(level);
	return rc < 0 ? -1 : 0;
}

int push_set_levels(struct push *p, const struct binding *b, unsigned number,
		    struct err *err)
{
	return is_tree(b) ? set_levels(p, b, number, err) : 0;
}
