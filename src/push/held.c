/*
 * Records that wait for others: kept in the state, taken up by every later
 * run, let go when they are accepted or rejected.
 */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/date.h"
#include "core/log.h"
#include "core/xid.h"
#include "push/cell.h"
#include "push/push.h"
#include "state/held.h"
#include "state/xref.h"

#define DAY_S 86400

static struct sip_hash hash_of(struct span xid)
{
	struct sip s;

	sip_init(&s);
	sip_add_span(&s, xid);
	return sip_end(&s);
}

int push_held_init(struct push *p, struct err *err)
{
	struct held h;
	bool fresh;
	int rc;

	p->let_go.ceiling = (size_t)1 << 30;
	if (held_first(p->state, err) < 0)
		return -1;
	while ((rc = held_next(p->state, &h, err)) > 0)
		hset_add(&p->waited, hash_of(h.xid), 0, &fresh);
	return rc;
}

int push_held_outdated(struct push *p, struct span xid, struct err *err)
{
	if (!hset_find(&p->waited, hash_of(xid)) || p->opt.dry_run)
		return 0;
	return held_drop(p->state, &xid, 1, err);
}

/* ---- into the run -------------------------------------------------------- */

/* A record of an entity there is no binding of any more. */
static int reject_unbound(struct push *p, const struct held *h, struct err *err)
{
	struct item it = {.line = h->line,
			  .xid = h->xid,
			  .since = h->since,
			  .released = true};

	return push_reject(p, &it, "no-binding", SPAN("entity"), h->entity,
			   "there is no binding for this entity", err);
}

/* One held record into the spool, unless the stream has a newer one. */
static int join(struct push *p, const struct held *h, struct err *err)
{
	struct xref x = {0};
	unsigned number = 0;
	int64_t seq;
	int rc = spool_find(p->spool, h->xid, &seq, err);

	if (rc > 0)
		return spool_waited(p->spool, h->xid, h->since, false, err);
	if (rc == 0)
		rc = xref_find(p->state, h->xid, &x, err);
	if (rc < 0 || (rc > 0 && push_seen(p, x.n)))
		return rc < 0 ? -1 : 0;
	if (push_entity_find(p, h->entity, &number, err) < 0)
		return -1;
	if (!p->entity[number].binding)
		return reject_unbound(p, h, err);
	rc = spool_put(p->spool, number, h->xid, h->line, err);
	if (rc < 0)
		return -1;
	return spool_waited(p->spool, h->xid, h->since, true, err);
}

int push_held_join(struct push *p, struct err *err)
{
	struct held h;
	int rc;

	if (!p->waited.n || p->joined)
		return 0;
	p->joined = true;
	if (held_first(p->state, err) < 0)
		return -1;
	while ((rc = held_next(p->state, &h, err)) > 0)
		if (join(p, &h, err) < 0) {
			held_stop(p->state);
			return -1;
		}
	return rc;
}

/* ---- out of the state ---------------------------------------------------- */

int push_held_settle(struct push *p, struct err *err)
{
	const char *at = p->let_go.data, *end;
	struct span *xid = NULL;
	size_t n = 0, cap = 0;
	int rc = 0;

	if (!p->let_go.len)
		return 0;
	end = at + p->let_go.len;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		xid = mem_grow(xid, n, &cap, sizeof(*xid));
		xid[n++] = (struct span){at, (size_t)(stop - at)};
		at = stop + 1;
	}
	/* Nobody delivers these again: the reject comes first. */
	if (!p->opt.dry_run) {
		if (p->job->reject_file)
			rc = out_flush(&p->job->reject_out, err);
		if (rc == 0)
			rc = held_drop(p->state, xid, n, err);
	}
	buf_clear(&p->let_go);
	free(xid);
	return rc;
}

/* ---- holding --------------------------------------------------------------
 */

static bool waited_too_long(const struct binding *b, const struct item *it,
			    const char *now)
{
	int64_t then, at;

	if (!b->hold_days)
		return true;
	return it->since.len && instant_parse(it->since, &then) == 0 &&
	       instant_parse(span_of(now), &at) == 0 &&
	       at - then >= b->hold_days * DAY_S;
}

static int reject_waited(struct push *p, struct push_wait *w, struct err *err)
{
	struct buf why = BUF_INIT(8 * XID_MAX);
	int rc;

	buf_adds(&why, w->why);
	if (w->it->since.len)
		buf_addf(&why, "; the record waits since %.*s",
			 SPAN_FMT(w->it->since));
	rc = push_reject_ref(p, w->f, w->it, "missing-reference", w->text,
			     buf_str(&why), err);
	buf_release(&why);
	return rc;
}

/* Say of a record of the stream that it waits; one that did is silent. */
static int report(struct push *p, const struct binding *b, struct item *it,
		  struct err *err)
{
	if (!it->res_id && spool_failed(p->spool, it->xid, err) < 0)
		return -1;
	if (p->rehearsal) {
		it->finished = true;
		return 0;
	}
	if (it->released) {
		p->n_waiting++;
		it->finished = true;
		return 0;
	}
	p->n_held++;
	push_receipt(p, b, it, "held");
	return 0;
}

int push_hold(struct push *p, const struct binding *b, struct push_wait *v,
	      size_t n, struct err *err)
{
	struct held *held = mem_alloc(mem_mul(n, sizeof(*held)));
	char now[CLOCK_TEXT_MAX];
	size_t n_held = 0, i;
	int rc = 0;

	clock_now(now);
	for (i = 0; i < n && rc == 0; i++) {
		struct item *it = v[i].it;

		if (it->finished)
			continue;
		if (waited_too_long(b, it, now)) {
			rc = reject_waited(p, &v[i], err);
			continue;
		}
		held[n_held++] = (struct held){
			.xid = it->xid,
			.entity = span_of(b->entity),
			.key = it->key,
			.line = it->line,
			.since = it->since.len ? it->since : span_of(now),
			.waits_for = it->waits};
	}
	if (rc == 0 && n_held && !p->opt.dry_run)
		rc = held_put(p->state, held, n_held, err);
	for (i = 0; i < n && rc == 0; i++)
		if (!v[i].it->finished)
			rc = report(p, b, v[i].it, err);
	free(held);
	return rc;
}

/* ---- listing ---------------------------------------------------------------
 */

static void put_held(struct buf *b, const struct held *h)
{
	struct rec r = REC_INIT;
	struct err ignored = ERR_INIT;
	const struct rec_node *src;

	rec_put_open(b, '{');
	rec_add_str(b, "entity", h->entity);
	rec_add_str(b, "key", h->key);
	rec_add_str(b, "xid", h->xid);
	rec_add_str(b, "since", h->since);
	rec_add_count(b, "tries", (uint64_t)h->tries);
	rec_add_raw(b, "waits_for", h->waits_for);
	if (rec_parse(&r, h->line.p, h->line.len, &ignored) == 0) {
		src = rec_get(&r, r.node, "src");
		if (src)
			rec_add_raw(b, "src", rec_raw(src));
	}
	rec_put_close(b, '}');
	rec_release(&r);
}

int push_held_list(struct state *state, struct stream_out *out, struct err *err)
{
	struct held h;
	int rc;

	if (held_first(state, err) < 0)
		return -1;
	while ((rc = held_next(state, &h, err)) > 0) {
		put_held(&out->out.buf, &h);
		stream_put_end(out);
	}
	return rc < 0 ? -1 : stream_close(out, 0, err);
}
