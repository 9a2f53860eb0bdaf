#include "odoo/sched.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/crash.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/sig.h"

#define TICK_MS 200 /* how late sig_stop() may be noticed */

enum item_state { ITEM_WAITING, ITEM_FLYING, ITEM_THROUGH };

struct sched_item {
	struct sched_item *next;
	enum item_state state;
	bool urgent;
	int64_t not_before_ms;
	struct call call;
	struct reply reply;
	void *context;
};

struct sched {
	struct http *http;
	const struct endpoint *ep;
	const struct login *login;
	const struct transport_ops *tp;
	struct sched_item *head, **tail; /* in the order submitted */
	size_t n_pending;                /* but the urgent ones */
	size_t n_flying, window;
	struct gate *gate;     /* NULL: without */
	int64_t next_start_ms; /* requests_per_minute, without a gate */
	int64_t stop_at_ms;    /* 0: not stopping */
	struct sched_counts counts;
};

/*
 * Where there is something to share.  Without the file the limit still holds
 * for this process.
 */
static void open_gate(struct sched *s)
{
	struct err err = ERR_INIT;

	if (!s->ep->gate ||
	    (!s->ep->requests_per_minute && s->ep->priority == GATE_NORMAL))
		return;
	s->gate = gate_open(s->ep->gate, s->ep->priority,
			    s->ep->requests_per_minute, &err);
	if (!s->gate && s->ep->requests_per_minute)
		log_warn("%s: the limit of requests is not shared with other "
			 "processes: %s",
			 s->ep->name, err.msg);
}

struct sched *sched_new(struct http *http, const struct endpoint *ep,
			const struct login *login)
{
	struct sched *s = mem_zalloc(sizeof(*s));

	s->http = http;
	s->ep = ep;
	s->login = login;
	s->window = ep->in_flight ? (size_t)ep->in_flight
				  : (size_t)ENDPOINT_IN_FLIGHT;
	s->tail = &s->head;
	open_gate(s);
	return s;
}

static void free_item(struct sched_item *it)
{
	call_release(&it->call);
	reply_release(&it->reply);
	free(it);
}

void sched_free(struct sched *s)
{
	if (!s)
		return;
	while (s->head) {
		struct sched_item *it = s->head;

		s->head = it->next;
		free_item(it);
	}
	gate_close(s->gate);
	free(s);
}

void sched_transport(struct sched *s, const struct transport_ops *tp)
{
	s->tp = tp;
}

void sched_window(struct sched *s, size_t in_flight)
{
	s->window = in_flight ? in_flight : 1;
}

size_t sched_lines(const struct sched *s)
{
	return s->window;
}

bool sched_has_room(const struct sched *s)
{
	return s->n_pending < s->window;
}

size_t sched_pending(const struct sched *s)
{
	return s->n_pending;
}

const struct sched_counts *sched_counts(const struct sched *s)
{
	return &s->counts;
}

struct sched_item *sched_submit(struct sched *s, struct call *c,
				int64_t wait_ms, bool urgent, void *context)
{
	struct sched_item *it = mem_zalloc(sizeof(*it));

	it->call = *c;
	*c = (struct call){.model = NULL};
	it->reply = (struct reply)REPLY_INIT;
	it->urgent = urgent;
	it->not_before_ms = clock_ms() + wait_ms;
	it->context = context;
	if (urgent) {
		it->next = s->head;
		if (!s->head)
			s->tail = &it->next;
		s->head = it;
	} else {
		*s->tail = it;
		s->tail = &it->next;
		s->n_pending++;
	}
	return it;
}

static void through(struct sched_item *it, enum reply_lost lost,
		    const char *why)
{
	it->state = ITEM_THROUGH;
	it->reply.lost = lost;
	it->reply.message = mem_strdup(why);
}

static void start(struct sched *s, struct sched_item *it)
{
	struct buf url = BUF_INIT(LINE_CEILING);
	struct http_request rq = {
		.body = BUF_INIT(CALL_CEILING + LINE_CEILING),
		.timeout_ms = it->call.timeout_ms,
		.once = it->call.kind == CALL_WRITE,
		.context = it,
	};

	if (!rq.timeout_ms)
		rq.timeout_ms = s->ep->timeout_ms;
	if (!rq.timeout_ms)
		rq.timeout_ms = ENDPOINT_TIMEOUT_MS;
	buf_adds(&url, s->ep->url);
	s->tp->path(&url, &it->call);
	s->tp->body(&rq.body, s->login, &it->call);
	if (it->call.text.over || rq.body.over) {
		through(it, LOST_BIG, "the call is too large");
		buf_release(&rq.body);
		buf_release(&url);
		return;
	}
	rq.url = buf_str(&url);
	if (s->tp->key_in_header) {
		rq.bearer = s->login->key;
		rq.database = s->login->database;
	}
	it->state = ITEM_FLYING;
	s->n_flying++;
	s->counts.requests++;
	http_start(s->http, &rq);
	buf_release(&url);
	if (s->ep->requests_per_minute && !s->gate)
		s->next_start_ms =
			clock_ms() + 60000 / s->ep->requests_per_minute;
}

/* While someone of higher priority works, a connection is left to him. */
static size_t window_now(struct sched *s)
{
	bool crowded = s->gate && gate_crowded(s->gate);

	return crowded && s->window > 1 ? s->window - 1 : s->window;
}

/* Start what may start now; the time until the next may, at most TICK_MS. */
static int64_t start_due(struct sched *s)
{
	struct sched_item *it;
	int64_t wait = TICK_MS;
	size_t window = window_now(s);

	for (it = s->head; it; it = it->next) {
		int64_t now = clock_ms(), due;

		if (it->state != ITEM_WAITING)
			continue;
		if (s->n_flying >= window && !it->urgent)
			break;
		due = it->not_before_ms;
		if (due < s->next_start_ms)
			due = s->next_start_ms;
		if (due > now) {
			wait = due - now < wait ? due - now : wait;
			continue;
		}
		due = s->gate ? gate_take(s->gate) : 0;
		if (due) {
			wait = due < wait ? due : wait;
			break;
		}
		start(s, it);
	}
	return wait;
}

void sched_drop_waiting(struct sched *s)
{
	struct sched_item *it;

	for (it = s->head; it; it = it->next)
		if (it->state == ITEM_WAITING)
			through(it, LOST_UNSENT, "not sent: the run ends");
}

/* Once told to stop: nothing new, and an end for what is in flight. */
static void stop_work(struct sched *s, int64_t stop_ms)
{
	int64_t now = clock_ms();

	if (!s->stop_at_ms)
		s->stop_at_ms = now + stop_ms;
	sched_drop_waiting(s);
	if (now >= s->stop_at_ms)
		http_stop(s->http);
}

static void collect(struct sched *s)
{
	struct http_answer a;

	while (http_done(s->http, &a)) {
		struct sched_item *it = a.context;

		if (it->call.kind == CALL_WRITE)
			crash_point("answer there");
		transport_reply(s->tp, &a, &it->reply);
		it->state = ITEM_THROUGH;
		s->n_flying--;
		s->counts.bytes_out += a.sent;
		s->counts.bytes_in += a.body.len;
		http_answer_release(&a);
	}
}

/* Unhook the first item that is through and wanted. */
static struct sched_item *take(struct sched *s, const struct sched_item *only)
{
	struct sched_item **p;

	for (p = &s->head; *p; p = &(*p)->next) {
		struct sched_item *it = *p;

		if (it->state != ITEM_THROUGH ||
		    (only ? it != only : it->urgent))
			continue;
		*p = it->next;
		if (s->tail == &it->next)
			s->tail = p;
		if (!it->urgent)
			s->n_pending--;
		return it;
	}
	return NULL;
}

bool sched_next(struct sched *s, const struct sched_item *only, int64_t stop_ms,
		struct sched_done *done)
{
	for (;;) {
		struct sched_item *it;
		int64_t wait;

		collect(s);
		it = take(s, only);
		if (it) {
			*done = (struct sched_done){it->call, it->reply,
						    it->context};
			free(it);
			return true;
		}
		if (!only && !s->n_pending)
			return false;
		if (sig_stop())
			stop_work(s, stop_ms);
		wait = start_due(s);
		http_move(s->http, wait);
	}
}
