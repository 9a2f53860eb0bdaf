/*
 * Parents before children: levels of the records of one entity.
 */
#include <stdlib.h>
#include <string.h>

#include "core/xid.h"
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

/* Edges from the records field `f` of `r` names within its own entity. */
static int add_field_edges(struct push *p, const struct bind_field *f,
			   struct rec *r, const int64_t *seq, size_t n,
			   uint32_t self, struct edges *e, struct err *err)
{
	const struct rec_node *fields = rec_get(r, r->node, "fields");
	struct span site = rec_text(r, rec_get(r, r->node, "site"));
	struct err ignored = ERR_INIT;
	struct span rest, xid;
	const char *code;

	buf_clear(&p->text);
	if (cell_make(f, r, fields, site, &p->text, &code, &ignored) ==
	    CELL_BAD)
		return 0;
	rest = buf_span(&p->text);
	while (cell_next_part(f, &rest, &xid)) {
		int64_t to = 0;
		int rc = spool_find(p->spool, xid, &to, err);
		uint32_t parent;

		if (rc < 0)
			return -1;
		parent = rc ? index_of(seq, n, to) : UINT32_MAX;
		if (parent == UINT32_MAX)
			continue;
		e->v = mem_grow(e->v, e->n, &e->cap, sizeof(*e->v));
		e->v[e->n++] = (struct order_edge){parent, self};
	}
	return 0;
}

/* Those of deferred fields apart. */
static int add_edges(struct push *p, const struct binding *b, struct rec *r,
		     const int64_t *seq, size_t n, uint32_t self,
		     struct edges *firm, struct edges *deferred,
		     struct err *err)
{
	size_t k;

	for (k = 0; k < b->n_fields; k++) {
		const struct bind_field *f = &b->field[k];

		if (refers_to_self(f) &&
		    add_field_edges(p, f, r, seq, n, self,
				    f->deferred ? deferred : firm, err) < 0)
			return -1;
	}
	return 0;
}

static int list_seqs(struct push *p, unsigned number, int64_t *seq,
		     struct err *err)
{
	struct spool_rec s;
	size_t n = 0;
	int rc;

	if (spool_first(p->spool, number, false, err) < 0)
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

/* ---- circles ------------------------------------------------------------- */

/* So many records of a circle are named. */
#define NAMES_SHOWN 10

static int put_name(struct push *p, int64_t seq, struct buf *out,
		    struct err *err)
{
	struct buf store = BUF_INIT(XID_MAX);
	struct xid x;
	int rc;

	buf_clear(&p->text);
	rc = spool_name(p->spool, seq, &p->text, err);
	if (rc == 0 && xid_parse(buf_span(&p->text), &store, &x) == 0)
		buf_add_span(out, x.key);
	buf_release(&store);
	return rc;
}

/* "the record is its own ancestor: A -> B -> C -> A", the parent behind each.
 */
static int note_circle(struct push *p, const uint32_t *around,
		       const int64_t *seq, uint32_t start, struct err *err)
{
	struct buf note = BUF_INIT((NAMES_SHOWN + 2) * XID_MAX);
	uint32_t shown[NAMES_SHOWN], at = start;
	size_t n = 0, i;
	bool closed = false;
	int rc;

	buf_adds(&note, "the record is its own ancestor: ");
	rc = put_name(p, seq[start], &note, err);
	while (rc == 0 && !closed && n < NAMES_SHOWN) {
		shown[n++] = at;
		at = around[at];
		buf_adds(&note, " -> ");
		rc = put_name(p, seq[at], &note, err);
		for (i = 0; i < n; i++)
			closed = closed || shown[i] == at;
	}
	if (!closed)
		buf_adds(&note, " -> ...");
	if (rc == 0)
		rc = spool_note(p->spool, seq[start], buf_span(&note), err);
	buf_release(&note);
	return rc;
}

/* ---- levels -------------------------------------------------------------- */

/* The levels of `n` records; around[] as order_levels has it. */
static void find_levels(struct edges *firm, const struct edges *deferred,
			size_t n, uint32_t *level, uint32_t *around)
{
	size_t n_all = firm->n + deferred->n;
	struct order_edge *all;

	if (deferred->n) {
		all = mem_alloc(mem_mul(n_all, sizeof(*all)));
		if (firm->n)
			memcpy(all, firm->v, firm->n * sizeof(*all));
		memcpy(all + firm->n, deferred->v, deferred->n * sizeof(*all));
		n_all = order_levels(all, n_all, n, level, around);
		free(all);
		if (!n_all)
			return;
	}
	/* What may follow breaks the circle. */
	order_levels(firm->v, firm->n, n, level, around);
}

static int keep_levels(struct push *p, const int64_t *seq, size_t n,
		       const uint32_t *level, const uint32_t *around,
		       struct err *err)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (level[i] &&
		    spool_level(p->spool, seq[i], level[i], err) < 0)
			return -1;
		if (around[i] != ORDER_NONE &&
		    note_circle(p, around, seq, (uint32_t)i, err) < 0)
			return -1;
	}
	return 0;
}

static int gather_edges(struct push *p, const struct binding *b,
			unsigned number, const int64_t *seq, size_t n,
			struct edges *firm, struct edges *deferred,
			struct err *err)
{
	struct rec r = REC_INIT;
	struct spool_rec s;
	uint32_t i = 0;
	int rc = spool_first(p->spool, number, false, err);

	while (rc >= 0 && (rc = spool_next(p->spool, &s, err)) > 0)
		if (rec_parse(&r, s.line.p, s.line.len, err) < 0 ||
		    add_edges(p, b, &r, seq, n, i++, firm, deferred, err) < 0)
			rc = -1;
	spool_stop(p->spool);
	rec_release(&r);
	return rc;
}

static int set_levels(struct push *p, const struct binding *b, unsigned number,
		      struct err *err)
{
	size_t n = (size_t)spool_count(p->spool, number);
	int64_t *seq = mem_alloc(mem_mul(n, sizeof(*seq)));
	struct edges firm = {NULL, 0, 0}, deferred = {NULL, 0, 0};
	uint32_t *level, *around;
	int rc = list_seqs(p, number, seq, err);

	if (rc == 0)
		rc = gather_edges(p, b, number, seq, n, &firm, &deferred, err);
	if (rc == 0 && firm.n + deferred.n) {
		level = mem_alloc(mem_mul(n, sizeof(*level)));
		around = mem_alloc(mem_mul(n, sizeof(*around)));
		find_levels(&firm, &deferred, n, level, around);
		rc = keep_levels(p, seq, n, level, around, err);
		free(level);
		free(around);
	}
	free(firm.v);
	free(deferred.v);
	free(seq);
	return rc;
}

int push_set_levels(struct push *p, const struct binding *b, unsigned number,
		    struct err *err)
{
	return is_tree(b) ? set_levels(p, b, number, err) : 0;
}
