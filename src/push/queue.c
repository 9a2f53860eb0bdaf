#include "push/queue.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

#define NOBODY UINT32_MAX

enum row_state { ROW_LEFT, ROW_CHOSEN, ROW_OUT, ROW_ENDED };

struct row {
	size_t bytes;
	uint32_t self, names, n_names; /* numbers of keys; names: in `key` */
	uint32_t lane;
	enum row_state state;
};

struct part {
	struct part *next;
	struct queue_call call;
	bool late;
};

struct lane {
	uint32_t *todo;                       /* rows, in their order */
	size_t n_todo, n_left, n_out, n_late; /* n_late: of those left */
	struct part *part, **tail;            /* given back */
};

struct queue {
	struct row *row;
	size_t n;
	struct lane *lane;
	size_t n_lanes;
	uint32_t *key;   /* what rows name, as numbers */
	uint32_t *owner; /* by number: the row that is it, or NOBODY */
	uint32_t *held;  /* by number: rows out that are or name it */
};

/* ---- keys ---------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* All hashes, sorted, each once. */
static uint64_t *list_hashes(const struct queue_row *row, size_t n,
			     size_t n_names, size_t *n_out)
{
	uint64_t *v = mem_alloc(mem_mul(n + n_names, sizeof(*v)));
	size_t at = 0, i, k;

	for (i = 0; i < n; i++) {
		v[at++] = row[i].self;
		for (k = 0; k < row[i].n_names; k++)
			v[at++] = row[i].names[k];
	}
	if (at)
		qsort(v, at, sizeof(*v), by_value);
	*n_out = 0;
	for (i = 0; i < at; i++)
		if (!*n_out || v[i] != v[*n_out - 1])
			v[(*n_out)++] = v[i];
	return v;
}

static uint32_t number_of(const uint64_t *hash, size_t n, uint64_t wanted)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (hash[mid] < wanted)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (uint32_t)lo;
}

static void number_keys(struct queue *q, const struct queue_row *row,
			size_t n_names)
{
	size_t n_keys, at = 0, i, k;
	uint64_t *hash = list_hashes(row, q->n, n_names, &n_keys);

	q->key = mem_alloc(mem_mul(n_names, sizeof(*q->key)));
	q->owner = mem_alloc(mem_mul(n_keys, sizeof(*q->owner)));
	q->held = mem_zalloc(mem_mul(n_keys, sizeof(*q->held)));
	for (i = 0; i < n_keys; i++)
		q->owner[i] = NOBODY;
	for (i = 0; i < q->n; i++) {
		struct row *r = &q->row[i];

		r->bytes = row[i].bytes;
		r->lane = row[i].lane;
		r->self = number_of(hash, n_keys, row[i].self);
		r->names = (uint32_t)at;
		r->n_names = (uint32_t)row[i].n_names;
		q->owner[r->self] = (uint32_t)i;
		for (k = 0; k < row[i].n_names; k++)
			q->key[at++] = number_of(hash, n_keys, row[i].names[k]);
	}
	free(hash);
}

/* ---- life ------------------------------------------------------------------
 */

struct queue *queue_new(const struct queue_row *row, size_t n, size_t n_lanes)
{
	struct queue *q = mem_zalloc(sizeof(*q));
	size_t n_names = 0, i;

	q->n = n;
	q->n_lanes = n_lanes;
	q->row = mem_zalloc(mem_mul(n, sizeof(*q->row)));
	q->lane = mem_zalloc(mem_mul(n_lanes, sizeof(*q->lane)));
	for (i = 0; i < n; i++) {
		n_names += row[i].n_names;
		q->lane[row[i].lane].n_left++;
	}
	for (i = 0; i < n_lanes; i++) {
		struct lane *l = &q->lane[i];

		l->todo = mem_alloc(mem_mul(l->n_left, sizeof(*l->todo)));
		l->tail = &l->part;
	}
	for (i = 0; i < n; i++) {
		struct lane *l = &q->lane[row[i].lane];

		l->todo[l->n_todo++] = (uint32_t)i;
	}
	number_keys(q, row, n_names);
	return q;
}

void queue_call_release(struct queue_call *c)
{
	free(c->row);
	c->row = NULL;
	c->n = 0;
}

void queue_free(struct queue *q)
{
	size_t i;

	if (!q)
		return;
	for (i = 0; i < q->n_lanes; i++) {
		struct part *p;

		while ((p = q->lane[i].part)) {
			q->lane[i].part = p->next;
			queue_call_release(&p->call);
			free(p);
		}
		free(q->lane[i].todo);
	}
	free(q->lane);
	free(q->row);
	free(q->key);
	free(q->owner);
	free(q->held);
	free(q);
}

/* ---- what may leave ---------------------------------------------------------
 */

/* Nobody who is out is it or names what it names, and whom it names is there
 * or before it in this call. */
static bool may_leave(const struct queue *q, const struct row *r)
{
	uint32_t k;

	if (q->held[r->self])
		return false;
	for (k = r->names; k < r->names + r->n_names; k++) {
		uint32_t owner = q->owner[q->key[k]];

		if (q->held[q->key[k]])
			return false;
		if (owner != NOBODY && &q->row[owner] != r &&
		    q->row[owner].state != ROW_ENDED &&
		    q->row[owner].state != ROW_CHOSEN)
			return false;
	}
	return true;
}

static void hold(struct queue *q, const struct row *r, bool out)
{
	uint32_t k;

	q->held[r->self] += out ? 1U : -1U;
	for (k = r->names; k < r->names + r->n_names; k++)
		q->held[q->key[k]] += out ? 1U : -1U;
}

static void send_out(struct queue *q, struct lane *l,
		     const struct queue_call *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		q->row[c->row[i]].state = ROW_OUT;
		hold(q, &q->row[c->row[i]], true);
	}
	l->n_left -= c->n;
	l->n_out += c->n;
}

/* Whether a part may leave as a whole; marks its rows while it looks. */
static bool part_may_leave(struct queue *q, const struct lane *l,
			   const struct part *p)
{
	bool may = !p->late || (!l->n_out && l->n_left == l->n_late);
	size_t i;

	for (i = 0; i < p->call.n && may; i++) {
		may = may_leave(q, &q->row[p->call.row[i]]);
		q->row[p->call.row[i]].state = ROW_CHOSEN;
	}
	for (i = 0; i < p->call.n; i++)
		q->row[p->call.row[i]].state = ROW_LEFT;
	return may;
}

static bool take_part(struct queue *q, struct lane *l, bool force,
		      struct queue_call *out)
{
	struct part **at, *p;

	for (at = &l->part; *at; at = &(*at)->next)
		if (force || part_may_leave(q, l, *at))
			break;
	p = *at;
	if (!p)
		return false;
	*at = p->next;
	if (l->tail == &p->next)
		l->tail = at;
	*out = p->call;
	if (p->late)
		l->n_late -= p->call.n;
	free(p);
	return true;
}

static bool take_rows(struct queue *q, struct lane *l, size_t rows,
		      size_t bytes, bool force, struct queue_call *out)
{
	size_t kept = 0, size = 0, i;

	out->row = mem_alloc(mem_mul(rows < l->n_todo ? rows : l->n_todo,
				     sizeof(*out->row)));
	for (i = 0; i < l->n_todo; i++) {
		struct row *r = &q->row[l->todo[i]];
		bool fits =
			out->n < rows && (!out->n || size + r->bytes <= bytes);

		if (fits && (force || may_leave(q, r))) {
			r->state = ROW_CHOSEN;
			size += r->bytes;
			out->row[out->n++] = l->todo[i];
		} else {
			l->todo[kept++] = l->todo[i];
		}
	}
	l->n_todo = kept;
	if (!out->n)
		queue_call_release(out);
	return out->n > 0;
}

bool queue_take(struct queue *q, unsigned lane, size_t rows, size_t bytes,
		bool force, struct queue_call *out)
{
	struct lane *l = &q->lane[lane];

	*out = (struct queue_call){.lane = lane};
	if (!take_part(q, l, force, out) &&
	    (!l->n_todo || !rows || !take_rows(q, l, rows, bytes, force, out)))
		return false;
	send_out(q, l, out);
	return true;
}

/* ---- what became of it ------------------------------------------------------
 */

void queue_end(struct queue *q, const uint32_t *row, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct row *r = &q->row[row[i]];

		if (r->state == ROW_OUT) {
			hold(q, r, false);
			q->lane[r->lane].n_out--;
		}
		r->state = ROW_ENDED;
	}
}

void queue_again(struct queue *q, const uint32_t *row, size_t n, bool late,
		 unsigned tries, int64_t wait_ms)
{
	unsigned lane = q->row[row[0]].lane;
	struct lane *l = &q->lane[lane];
	struct part *p = mem_zalloc(sizeof(*p));
	size_t i;

	p->late = late;
	p->call = (struct queue_call){
		.lane = lane,
		.row = mem_alloc(mem_mul(n, sizeof(*row))),
		.n = n,
		.tries = tries,
		.wait_ms = wait_ms,
	};
	memcpy(p->call.row, row, n * sizeof(*row));
	for (i = 0; i < n; i++) {
		hold(q, &q->row[row[i]], false);
		q->row[row[i]].state = ROW_LEFT;
	}
	l->n_left += n;
	l->n_out -= n;
	if (late)
		l->n_late += n;
	*l->tail = p;
	l->tail = &p->next;
}

size_t queue_left(const struct queue *q, unsigned lane)
{
	return q->lane[lane].n_left;
}

size_t queue_left_all(const struct queue *q)
{
	size_t left = 0, i;

	for (i = 0; i < q->n_lanes; i++)
		left += q->lane[i].n_left;
	return left;
}
