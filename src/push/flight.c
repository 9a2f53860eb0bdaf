#include "push/flight.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/sig.h"
#include "core/sip.h"
#include "push/cell.h"
#include "push/queue.h"
#include "state/journal.h"

/* A call of one row that gets no answer so often, while everything else is
 * answered, is the row's fault. */
#define LOST_TRIES 4

struct flights {
	struct push *p;
	struct lane *lane;
	size_t n_lanes;
	size_t *first; /* number of a lane's first row in the queue */
	struct queue *queue;
	size_t n_out;
	bool ending;     /* nothing new leaves; `why` says why */
	struct err *why; /* the first error */
};

/* ---- rows ------------------------------------------------------------------
 */

static uint64_t hash_of(struct span text)
{
	struct sip s;

	sip_init(&s);
	sip_add(&s, text.p, text.len);
	return sip_end(&s).lo;
}

static size_t count_bytes(const struct lane *l, const struct item *it)
{
	size_t bytes = it->xid.len + 8, k;

	for (k = 0; k < l->b->n_fields; k++)
		if (it->columns >> k & 1)
			bytes +=
				it->cell[k].want.len + it->cell[k].data.len + 3;
	return bytes;
}

struct names {
	uint64_t *v;
	size_t n, cap;
};

/* The records an item names that no two calls in flight may share. */
static size_t add_names(const struct lane *l, const struct item *it,
			struct names *names)
{
	size_t was = names->n, k;

	for (k = 0; k < l->b->n_fields; k++) {
		const struct bind_field *f = &l->b->field[k];
		struct span rest = it->cell[k].want, part;

		if (!f->exclusive && !f->target_is_self)
			continue;
		while (cell_next_part(f, &rest, &part)) {
			names->v = mem_grow(names->v, names->n, &names->cap,
					    sizeof(*names->v));
			names->v[names->n++] = hash_of(part);
		}
	}
	return names->n - was;
}

static void fill_queue(struct flights *fs)
{
	struct names names = {NULL, 0, 0};
	struct queue_row *row;
	size_t n = 0, at = 0, i, k;

	for (i = 0; i < fs->n_lanes; i++)
		n += fs->lane[i].n;
	row = mem_zalloc(mem_mul(n, sizeof(*row)));
	for (i = 0; i < fs->n_lanes; i++) {
		struct lane *l = &fs->lane[i];

		fs->first[i] = at;
		for (k = 0; k < l->n; k++, at++) {
			row[at].lane = (unsigned)i;
			row[at].self = hash_of(l->v[k]->xid);
			row[at].bytes = count_bytes(l, l->v[k]);
			row[at].n_names = add_names(l, l->v[k], &names);
		}
	}
	/* The names stay where they are only now. */
	for (i = 0, at = 0; i < n; i++) {
		row[i].names = names.v ? names.v + at : NULL;
		at += row[i].n_names;
	}
	fs->queue = queue_new(row, n, fs->n_lanes);
	free(names.v);
	free(row);
}

/* ---- a call leaves
 * ----------------------------------------------------------- */

static int intend(struct flight *f, struct err *err)
{
	struct push *p = f->lane->p;
	struct buf columns = BUF_INIT(64 * 1024);
	struct journal_head head = {p->job->run,
				    f->lane->b->entity,
				    f->lane->b->model,
				    f->lane->op,
				    {NULL, 0}};
	struct journal_intent *intent =
		mem_alloc(mem_mul(f->n, sizeof(*intent)));
	size_t i;
	int rc;

	f->lane->ops->put_columns(f->lane, &columns);
	head.columns = buf_span(&columns);
	for (i = 0; i < f->n; i++) {
		intent[i].xid = f->lane->v[f->row[i]]->xid;
		intent[i].hash = f->lane->v[f->row[i]]->hash;
	}
	rc = journal_open(p->state, &head, intent, f->n, &f->batch, err);
	free(intent);
	buf_release(&columns);
	return rc;
}

static void build_call(const struct flight *f, struct call *c)
{
	const struct lane *l = f->lane;
	json_t *all = json_pack("{sb}", "active_test", 0);
	struct buf *out;
	size_t i;

	call_init(c, l->b->model, "load", CALL_WRITE);
	out = call_arg_open(c, "fields");
	l->ops->put_columns(l, out);
	call_arg_close(c);
	out = call_arg_open(c, "data");
	buf_addc(out, '[');
	for (i = 0; i < f->n; i++)
		l->ops->put_row(l, l->v[f->row[i]], out);
	rec_put_close(out, ']');
	call_arg_close(c);
	call_context(c, l->b->context);
	if (l->hidden)
		call_context(c, all);
	json_decref(all);
}

static void flight_free(struct flight *f)
{
	free(f->row);
	free(f->out);
	free(f);
}

/* The call's rows, as the queue numbers them, are numbered by lane here. */
static struct flight *flight_new(struct flights *fs, const struct queue_call *c)
{
	struct flight *f = mem_zalloc(sizeof(*f));
	size_t i;

	f->lane = &fs->lane[c->lane];
	f->n = c->n;
	f->tries = c->tries;
	f->row = mem_alloc(mem_mul(c->n, sizeof(*f->row)));
	f->out = mem_alloc(mem_mul(c->n, sizeof(*f->out)));
	for (i = 0; i < c->n; i++)
		f->row[i] = c->row[i] - (uint32_t)fs->first[c->lane];
	return f;
}

static int launch(struct flights *fs, const struct queue_call *qc,
		  struct err *err)
{
	struct flight *f = flight_new(fs, qc);
	struct call call;

	if (intend(f, err) < 0) {
		flight_free(f);
		return -1;
	}
	build_call(f, &call);
	session_submit(fs->p->session, &call, qc->wait_ms, f);
	fs->n_out++;
	return 0;
}

/* One call of any lane that may leave: 1, none: 0, -1. */
static int launch_one(struct flights *fs, bool force, struct err *err)
{
	size_t lines = session_lines(fs->p->session), i;

	for (i = 0; i < fs->n_lanes; i++) {
		struct lane *l = &fs->lane[i];
		struct queue_call c;
		size_t rows = batch_size_next(
			l->size, queue_left(fs->queue, (unsigned)i), lines);
		int rc;

		if (!queue_take(fs->queue, (unsigned)i, rows, BATCH_BYTES,
				force, &c))
			continue;
		rc = launch(fs, &c, err);
		queue_call_release(&c);
		return rc < 0 ? -1 : 1;
	}
	return 0;
}

/* ---- an answer -------------------------------------------------------------
 */

/* Numbers of the queue for rows of the lane. */
static uint32_t *queue_rows(struct flights *fs, const struct flight *f,
			    const uint32_t *row, size_t n)
{
	size_t first = fs->first[f->lane - fs->lane], i;
	uint32_t *v = mem_alloc(mem_mul(n, sizeof(*v)));

	for (i = 0; i < n; i++)
		v[i] = row[i] + (uint32_t)first;
	return v;
}

static void give_back(struct flights *fs, const struct flight *f,
		      const struct batch_part *part, unsigned tries,
		      int64_t wait_ms)
{
	uint32_t *v = queue_rows(fs, f, part->row, part->n);

	queue_again(fs->queue, v, part->n, part->late, tries, wait_ms);
	free(v);
}

/* Rows that ended to the queue, the others to be sent again. */
static int divide(struct flights *fs, struct flight *f, struct err *err)
{
	uint32_t *ended = mem_alloc(mem_mul(f->n, sizeof(*ended))), *v;
	struct batch_part part[2];
	size_t n_ended = 0, i;
	int n;

	for (i = 0; i < f->n; i++)
		if (f->out[i] == BATCH_DONE || f->out[i] == BATCH_BAD)
			ended[n_ended++] = f->row[i];
	v = queue_rows(fs, f, ended, n_ended);
	queue_end(fs->queue, v, n_ended);
	free(v);
	free(ended);
	n = batch_divide(f->row, f->n, f->out, part, err);
	for (i = 0; n > 0 && i < (size_t)n; i++) {
		give_back(fs, f, &part[i], 0, 0);
		free(part[i].row);
	}
	return n < 0 ? -1 : 0;
}

static int check_right(struct flight *f, const char *code, struct err *err)
{
	return push_check_right(f->lane->p, f->lane->b, code, f->lane->right,
				err);
}

/*
 * Rights are missing: for all records of this kind, which ends the run, or for
 * some, which halving finds.
 */
static int refuse(struct flight *f, const struct verdict *v, struct err *err)
{
	struct load_row why = {.state = ROW_BAD,
			       .reject = v->reject,
			       .why = (char *)(uintptr_t)v->why};

	if (check_right(f, v->reject, err) < 0)
		return -1;
	if (f->n > 1)
		return 0;
	f->out[0] = BATCH_BAD;
	return f->lane->ops->refused(f->lane, f->lane->v[f->row[0]], &why, err);
}

static int sort_rows(struct flight *f, const struct load_verdict *verdict,
		     struct err *err)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		const struct load_row *r = &verdict->row[i];

		switch (r->state) {
		case ROW_LOADED:
		case ROW_AGAIN:
			break;
		case ROW_SUSPECT:
			f->out[i] = BATCH_SUSPECT;
			break;
		case ROW_BAD:
			f->out[i] = BATCH_BAD;
			if (check_right(f, r->reject, err) < 0 ||
			    f->lane->ops->refused(
				    f->lane, f->lane->v[f->row[i]], r, err) < 0)
				return -1;
			break;
		}
	}
	return 0;
}

/* Nothing was kept: close the intent. */
static int close_intent(struct flight *f, struct err *err)
{
	int64_t batch = f->batch;

	f->batch = 0;
	return journal_close(f->lane->p->state, batch, NULL, 0, err);
}

/* How a flight goes on. */
enum next {
	NEXT_ERROR = -1,
	NEXT_DIVIDE, /* its rows say what became of them */
	NEXT_AGAIN,  /* the same call, after a wait */
	NEXT_HALVES, /* it may be too much for the server: in halves */
	NEXT_LEAVE,  /* the run ends: the intent stays open */
};

/* Tries of the run that are not this flight's own. */
static int64_t other_tries(const struct flight *f)
{
	return (int64_t)session_counts(f->lane->p->session)->retries -
	       (int64_t)f->alone;
}

/*
 * Ask something that costs nothing, one time more with each loss, so that a
 * way that loses every third request does not always lose this one.
 */
static int prove_way(const struct flight *f, struct err *err)
{
	unsigned i;

	for (i = 1; i < f->alone; i++) {
		struct call c;
		json_t *answer;

		call_init(&c, "res.users", "context_get", CALL_READ);
		answer = session_call(f->lane->p->session, &c, err);
		call_release(&c);
		json_decref(answer);
		if (!answer)
			return -1;
	}
	return 0;
}

/* The answer is lost, and Odoo has none of the rows. */
static enum next lost(struct flight *f, const struct verdict *v,
		      struct err *err)
{
	struct verdict why = *v;

	if (f->n > 1)
		return close_intent(f, err) < 0 ? NEXT_ERROR : NEXT_HALVES;
	if (!f->alone++) {
		f->others = other_tries(f);
		f->tries = 0; /* those were about halves */
	}
	if (prove_way(f, err) < 0)
		return NEXT_ERROR;
	/* Answers to others get lost, too: it is the way that is bad. */
	if (f->alone <= LOST_TRIES || other_tries(f) > f->others)
		return NEXT_AGAIN;
	/* Odoo was just asked, so it is there. */
	why.reject = "odoo-lost";
	f->out[0] = BATCH_BAD;
	return close_intent(f, err) < 0 || refuse(f, &why, err) < 0
		       ? NEXT_ERROR
		       : NEXT_DIVIDE;
}

static enum next settle_unknown(struct flight *f, const struct verdict *v,
				struct err *err)
{
	size_t n_done = 0;

	if (sig_stop())
		return NEXT_LEAVE;
	batch_size_pressure(f->lane->size);
	if (f->lane->ops->ask(f, &n_done, err) < 0)
		return NEXT_ERROR;
	return n_done ? NEXT_DIVIDE : lost(f, v, err);
}

static enum next judge(struct flight *f, const struct load_verdict *verdict,
		       struct err *err)
{
	const struct verdict *v = &verdict->whole;
	int rc = 0;

	switch (v->what) {
	case ODOO_DONE:
		batch_size_took(f->lane->size, f->n, f->ms);
		rc = f->lane->ops->kept(f, verdict, err);
		return rc < 0 ? NEXT_ERROR : NEXT_DIVIDE;
	case ODOO_UNKNOWN:
		return settle_unknown(f, v, err);
	case ODOO_RETRY:
		batch_size_pressure(f->lane->size);
		return sig_stop() ? NEXT_LEAVE : NEXT_AGAIN;
	case ODOO_STOP:
		rc = close_intent(f, err);
		if (rc == 0 && v->reject && !strcmp(v->reject, "odoo-access"))
			rc = refuse(f, v, err);
		else if (rc == 0)
			rc = verdict_err(v, err);
		break;
	case ODOO_DIVIDE:
		rc = close_intent(f, err);
		if (rc == 0)
			rc = f->n == 1 ? refuse(f, v, err)
				       : sort_rows(f, verdict, err);
		break;
	case ODOO_REJECT:
		rc = close_intent(f, err);
		if (rc == 0)
			rc = sort_rows(f, verdict, err);
		break;
	}
	return rc < 0 ? NEXT_ERROR : NEXT_DIVIDE;
}

static int halve(struct flights *fs, struct flight *f, int64_t wait_ms)
{
	struct batch_part half[2] = {{.row = f->row, .n = f->n / 2},
				     {.row = f->row + f->n / 2,
				      .n = f->n - f->n / 2}};
	size_t i;

	for (i = 0; i < 2; i++)
		give_back(fs, f, &half[i], f->tries, wait_ms);
	return 0;
}

/* 1: the flight goes on with the same call. */
static int go_on(struct flights *fs, struct flight *f, enum next next,
		 const struct verdict *v, struct call *call, struct err *err)
{
	int64_t wait;

	switch (next) {
	case NEXT_ERROR:
		return -1;
	case NEXT_LEAVE:
		return 0;
	case NEXT_DIVIDE:
		return divide(fs, f, err);
	case NEXT_AGAIN:
	case NEXT_HALVES:
		break;
	}
	if (fs->ending)
		return 0;
	wait = session_backoff(fs->p->session, ++f->tries, v, err);
	if (wait < 0)
		return -1;
	if (next == NEXT_HALVES)
		return halve(fs, f, wait);
	session_submit(fs->p->session, call, wait, f);
	return 1;
}

static void note(struct flights *fs, const struct err *err)
{
	if (!fs->ending)
		*fs->why = *err;
	fs->ending = true;
	session_drop_waiting(fs->p->session);
}

static void take_answer(struct flights *fs, struct session_done *done)
{
	struct flight *f = done->context;
	struct span *xid = mem_alloc(mem_mul(f->n, sizeof(*xid)));
	struct load_verdict verdict;
	struct err err = ERR_INIT;
	enum next next;
	size_t i;
	int rc;

	for (i = 0; i < f->n; i++) {
		xid[i] = f->lane->v[f->row[i]]->xid;
		f->out[i] = BATCH_AGAIN;
	}
	f->ms = done->reply.took_ms;
	verdict_load(&verdict, &done->reply, f->lane->by_xid ? xid : NULL,
		     f->n);
	/* Once the run ends, only what was kept is of interest. */
	next = fs->ending && verdict.whole.what != ODOO_DONE
		       ? NEXT_LEAVE
		       : judge(f, &verdict, &err);
	rc = go_on(fs, f, next, &verdict.whole, &done->call, &err);
	if (rc < 0)
		note(fs, &err);
	if (rc <= 0) {
		fs->n_out--;
		flight_free(f);
	}
	load_verdict_release(&verdict);
	session_done_release(done);
	free(xid);
}

/* ---- all ---------------------------------------------------------------- */

/* Start as many calls as may be; -1 where the run is to end. */
static int launch_all(struct flights *fs, struct err *err)
{
	int rc = 1;

	if (push_check_out(fs->p, err) < 0)
		return -1;
	while (rc > 0 && !sig_stop() && session_has_room(fs->p->session))
		rc = launch_one(fs, false, err);
	if (rc == 0 && !fs->n_out && queue_left_all(fs->queue))
		rc = launch_one(fs, true, err);
	return rc < 0 ? -1 : 0;
}

int flights_run(struct push *p, struct lane *lane, size_t n_lanes,
		struct err *err)
{
	struct flights fs = {
		.p = p, .lane = lane, .n_lanes = n_lanes, .why = err};
	struct session_done done;

	fs.first = mem_zalloc(mem_mul(n_lanes, sizeof(*fs.first)));
	fill_queue(&fs);
	for (;;) {
		struct err now = ERR_INIT;

		if (!fs.ending && launch_all(&fs, &now) < 0)
			note(&fs, &now);
		if (!fs.n_out || !session_next(p->session, &done))
			break;
		take_answer(&fs, &done);
	}
	if (!fs.ending && sig_stop()) {
		fs.ending = true;
		err_set(err, ERR_AGAIN, "stopped by a signal");
	}
	queue_free(fs.queue);
	free(fs.first);
	return fs.ending ? -1 : 0;
}
