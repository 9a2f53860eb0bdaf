#include "contract/same.h"

#include <stdlib.h>

#include "contract/jnum.h"
#include "core/mem.h"
#include "core/sip.h"

/* Up to here all are compared with all: cheaper than to sort them. */
#define FEW 8

/* Members of an object by name; of those with one name the last. */
struct member {
	struct span name;
	const struct rec_node *node;
};

static int by_name(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
	int c = n ? memcmp(x->name.p, y->name.p, n) : 0;

	if (c)
		return c;
	if (x->name.len != y->name.len)
		return x->name.len < y->name.len ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* All members by name and place.  free() it. */
static struct member *sorted(struct rec *r, const struct rec *of,
			     const struct rec_node *o, size_t *n)
{
	struct member *m = mem_alloc(mem_mul(o->count, sizeof(*m)));
	const struct rec_node *x;

	*n = 0;
	rec_each (of, o, x)
		m[(*n)++] = (struct member){rec_key(r, x), x};
	if (*n > 1)
		qsort(m, *n, sizeof(*m), by_name);
	return m;
}

static struct member *members_of(struct rec *r, const struct rec *of,
				 const struct rec_node *o, size_t *n)
{
	size_t all, i;
	struct member *m = sorted(r, of, o, &all);

	*n = 0;
	for (i = 0; i < all; i++)
		if (i + 1 == all || !span_eq(m[i].name, m[i + 1].name))
			m[(*n)++] = m[i];
	return m;
}

size_t same_count(struct rec *r, const struct rec_node *object)
{
	size_t n;

	free(members_of(r, r, object, &n));
	return n;
}

void same_mark_repeated(struct rec *r, const struct rec_node *object,
			unsigned char *mark)
{
	size_t n, i;
	struct member *m = sorted(r, r, object, &n);

	for (i = 1; i < n; i++)
		if (span_eq(m[i - 1].name, m[i].name))
			mark[m[i - 1].node - object] = 1;
	free(m);
}

static bool same_text(struct rec *r, const struct rec_node *a,
		      const struct rec_node *b)
{
	if (!a->esc && !b->esc)
		return a->len == b->len && !memcmp(a->text, b->text, a->len);
	return span_eq(rec_text(r, a), rec_text(r, b));
}

static bool same_array(struct rec *r, const struct rec_node *a,
		       const struct rec *vr, const struct rec_node *b)
{
	const struct rec_node *x, *y = b + 1;

	if (a->count != b->count)
		return false;
	rec_each (r, a, x) {
		if (!same_value(r, x, vr, y))
			return false;
		y = vr->node + y->next;
	}
	return true;
}

static bool same_object(struct rec *r, const struct rec_node *a,
			const struct rec *vr, const struct rec_node *b)
{
	struct member *x, *y;
	size_t n, m, i;
	bool same;

	x = members_of(r, r, a, &n);
	y = members_of(r, vr, b, &m);
	same = n == m;
	for (i = 0; same && i < n; i++)
		same = span_eq(x[i].name, y[i].name) &&
		       same_value(r, x[i].node, vr, y[i].node);
	free(x);
	free(y);
	return same;
}

/* Depth is bounded by REC_DEPTH_MAX, so recursion is too. */
bool same_value(struct rec *r, const struct rec_node *a, const struct rec *vr,
		const struct rec_node *b)
{
	if (a->type != b->type)
		return false;
	switch ((enum rec_type)a->type) {
	case REC_NULL:
	case REC_FALSE:
	case REC_TRUE:
		return true;
	case REC_NUMBER:
		return !jnum_cmp(jnum_of(rec_raw(a)), jnum_of(rec_raw(b)));
	case REC_STRING:
		return same_text(r, a, b);
	case REC_ARRAY:
		return same_array(r, a, vr, b);
	case REC_OBJECT:
		return same_object(r, a, vr, b);
	}
	return false;
}

/* ---- elements that are the same ---------------------------------------- */

/* What is the same has the same digest; the key is that of the process. */
static void add(struct sip *h, struct rec *r, const struct rec_node *n)
{
	const struct rec_node *x;
	struct member *m;
	struct jnum a;
	const char *p;
	size_t k, i;

	sip_add(h, &n->type, 1);
	switch ((enum rec_type)n->type) {
	case REC_NULL:
	case REC_FALSE:
	case REC_TRUE:
		return;
	case REC_NUMBER:
		a = jnum_of(rec_raw(n));
		sip_add(h, &a.n, sizeof(a.n));
		sip_add(h, &a.exp, sizeof(a.exp));
		sip_add(h, &a.negative, sizeof(a.negative));
		for (i = 0, p = a.digit; i < a.n; i++) {
			char digit = (char)jnum_next(&p);

			sip_add(h, &digit, 1);
		}
		return;
	case REC_STRING:
		sip_add_span(h, rec_text(r, n));
		return;
	case REC_ARRAY:
		sip_add(h, &n->count, sizeof(n->count));
		rec_each (r, n, x)
			add(h, r, x);
		return;
	case REC_OBJECT:
		m = members_of(r, r, n, &k);
		sip_add(h, &k, sizeof(k));
		for (i = 0; i < k; i++) {
			sip_add_span(h, m[i].name);
			add(h, r, m[i].node);
		}
		free(m);
		return;
	}
}

struct element {
	struct sip_hash hash;
	const struct rec_node *node;
};

static int by_hash(const void *a, const void *b)
{
	const struct element *x = a, *y = b;

	if (x->hash.hi != y->hash.hi)
		return x->hash.hi < y->hash.hi ? -1 : 1;
	if (x->hash.lo != y->hash.lo)
		return x->hash.lo < y->hash.lo ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

static const struct rec_node *repeated_of_few(struct rec *r,
					      const struct rec_node *array)
{
	const struct rec_node *x, *y;

	rec_each (r, array, x)
		for (y = array + 1; y < x; y = r->node + y->next)
			if (same_value(r, x, r, y))
				return x;
	return NULL;
}

const struct rec_node *same_repeated(struct rec *r,
				     const struct rec_node *array)
{
	const struct rec_node *x, *found = NULL;
	struct element *e;
	size_t n = 0, i;

	if (array->count < 2)
		return NULL;
	if (array->count <= FEW)
		return repeated_of_few(r, array);
	e = mem_alloc(mem_mul(array->count, sizeof(*e)));
	rec_each (r, array, x) {
		struct sip h;

		sip_init(&h);
		add(&h, r, x);
		e[n++] = (struct element){sip_end(&h), x};
	}
	qsort(e, n, sizeof(*e), by_hash);
	/* 128 bits under a secret key: what hashes alike is alike */
	for (i = 1; i < n; i++)
		if (sip_eq(e[i - 1].hash, e[i].hash) &&
		    (!found || e[i].node < found))
			found = e[i].node;
	free(e);
	return found;
}
