#include "odoo/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/sig.h"
#include "odoo/backoff.h"
#include "odoo/http.h"
#include "odoo/sched.h"
#include "odoo/session_open.h"
#include "odoo/transport.h"

struct session {
	const struct endpoint *ep;
	struct http *http;
	struct sched *sched;
	struct login login;
	const struct transport_ops *tp;
	struct backoff backoff;
	int release;
	int64_t company;
	json_t *context; /* members of every call's context */
	json_t *fields;  /* model to its fields_get */
	struct session_counts counts;
	enum session_may may_read_xids;
};

static void seed_backoff(struct session *s)
{
	backoff_init(&s->backoff,
		     (uint64_t)clock_ms() * 2654435761U + (uint64_t)getpid());
	backoff_limit(&s->backoff, s->ep->tries, s->ep->give_up_after_ms);
}

struct session *session_open(const struct endpoint *ep, struct err *err)
{
	struct session *s = mem_zalloc(sizeof(*s));

	s->ep = ep;
	s->login = (struct login){
		.database = ep->database,
		.user = ep->login,
		.key = ep->key.text ? ep->key.text : "",
	};
	s->context = json_object();
	s->fields = json_object();
	seed_backoff(s);
	s->http = http_new(ep->ca_bundle, err);
	if (!s->http)
		goto fail;
	s->sched = sched_new(s->http, ep, &s->login);
	if (session_greet(s, err) < 0)
		goto fail;
	return s;
fail:
	session_close(s);
	return NULL;
}

void session_close(struct session *s)
{
	if (!s)
		return;
	http_free(s->http);
	sched_free(s->sched);
	json_decref(s->context);
	json_decref(s->fields);
	free(s);
}

/* ---- for session_open.c ------------------------------------------------- */

void session_use(struct session *s, const struct transport_ops *tp)
{
	s->tp = tp;
	sched_transport(s->sched, tp);
}

void session_knows(struct session *s, int release, int64_t uid)
{
	s->release = release;
	s->login.uid = uid;
}

void session_in_company(struct session *s, int64_t company)
{
	s->company = company;
	json_object_set_new(s->context, "allowed_company_ids",
			    json_pack("[I]", (json_int_t)company));
}

void session_speaks(struct session *s, const char *language)
{
	json_object_set_new(s->context, "lang", json_string(language));
}

const struct login *session_login(const struct session *s)
{
	return &s->login;
}

enum session_may *session_may_read_xids(struct session *s)
{
	return &s->may_read_xids;
}

/* ---- what is known ------------------------------------------------------ */

int session_release(const struct session *s)
{
	return s->release;
}

const char *session_transport(const struct session *s)
{
	return s->tp->name;
}

int64_t session_uid(const struct session *s)
{
	return s->login.uid;
}

int64_t session_company(const struct session *s)
{
	return s->company;
}

const struct endpoint *session_endpoint(const struct session *s)
{
	return s->ep;
}

const struct session_counts *session_counts(struct session *s)
{
	const struct sched_counts *c = sched_counts(s->sched);

	s->counts.requests = c->requests;
	s->counts.bytes_out = c->bytes_out;
	s->counts.bytes_in = c->bytes_in;
	return &s->counts;
}

/* ---- calls -------------------------------------------------------------- */

/* The members that every context has, where the call says nothing else. */
static void complete(const struct session *s, struct call *c)
{
	if (!json_object_size(s->context) || !strcmp(c->model, CALL_COMMON))
		return;
	if (!c->context)
		c->context = json_object();
	json_object_update_missing(c->context, s->context);
}

/* A server that answers, whatever it says, is not away. */
static void learn(struct session *s, const struct reply *r)
{
	if (r->how == REPLY_RESULT || r->how == REPLY_ERROR)
		backoff_good(&s->backoff);
	else if (r->lost != LOST_STOPPED && r->lost != LOST_BIG)
		backoff_bad(&s->backoff, clock_ms() - r->took_ms, clock_ms());
}

void session_try(struct session *s, struct call *c, struct reply *reply)
{
	struct sched_item *it;
	struct sched_done done;

	complete(s, c);
	it = sched_submit(s->sched, c, 0, true, NULL);
	sched_next(s->sched, it, SESSION_STOP_MS, &done);
	*c = done.call;
	*reply = done.reply;
	learn(s, reply);
}

static int give_up(const struct session *s, const struct verdict *v,
		   const char *how, struct err *err)
{
	enum err_code code = v->code ? v->code : ERR_AGAIN;

	return err_set(err, code, "%s at %s: %s%s", s->ep->name, s->ep->url,
		       v->why, how);
}

int64_t session_backoff(struct session *s, unsigned tries,
			const struct verdict *v, struct err *err)
{
	int64_t wait;

	if (sig_stop())
		return give_up(s, v, " (stopped by a signal)", err);
	if (backoff_open(&s->backoff, clock_ms()))
		return give_up(s, v, " (the server stays away)", err);
	wait = backoff_wait(&s->backoff, tries, v->retry_after_ms, clock_ms());
	if (wait < 0)
		return give_up(s, v, " (tried often enough)", err);
	s->counts.retries++;
	log_debug("%s: %s; again in %lld ms", s->ep->name, v->why,
		  (long long)wait);
	return wait;
}

/* Sleep in pieces, since a signal may come just before. */
static void pause_ms(int64_t ms)
{
	int64_t until = clock_ms() + ms;

	while (!sig_stop() && clock_ms() < until) {
		int64_t left = until - clock_ms();

		clock_sleep_ms(left < 200 ? left : 200);
	}
}

/*
 * The value of a read or write that is through (`r` is released).  1: it is to
 * be sent again, the wait is over; -1 with err.
 */
static int take_value(struct session *s, const struct call *c, struct reply *r,
		      unsigned *tries, json_t **value, struct err *err)
{
	struct verdict v;
	int64_t wait;

	verdict_reply(&v, r);
	*value = v.what == ODOO_DONE ? json_incref(r->result) : NULL;
	reply_release(r);
	if (v.what == ODOO_DONE)
		return 0;
	if (c->kind != CALL_READ ||
	    (v.what != ODOO_RETRY && v.what != ODOO_UNKNOWN)) {
		verdict_err(&v, err);
		err_wrap(err, "%s: %s.%s", s->ep->name, c->model, c->method);
		return -1;
	}
	wait = session_backoff(s, ++*tries, &v, err);
	if (wait < 0)
		return -1;
	pause_ms(wait);
	return 1;
}

json_t *session_call(struct session *s, struct call *c, struct err *err)
{
	json_t *value = NULL;
	unsigned tries = 0;
	int rc;

	do {
		struct reply r;

		session_try(s, c, &r);
		rc = take_value(s, c, &r, &tries, &value, err);
	} while (rc > 0);
	return value;
}

/* Wait for a call that was sent; it comes back into *c. */
static void wait_for(struct session *s, struct sched_item *it, struct call *c,
		     struct reply *r)
{
	struct sched_done done;

	sched_next(s->sched, it, SESSION_STOP_MS, &done);
	*c = done.call;
	*r = done.reply;
	learn(s, r);
}

static int value_of(struct session *s, struct sched_item *it, struct call *c,
		    json_t **value, struct err *err)
{
	unsigned tries = 0;
	struct reply r;
	int rc;

	wait_for(s, it, c, &r);
	rc = take_value(s, c, &r, &tries, value, err);
	if (rc > 0)
		*value = session_call(s, c, err);
	return *value ? 0 : -1;
}

int session_call_each(struct session *s, struct call *c, size_t n,
		      session_on_value *on, void *to, struct err *err)
{
	struct sched_item **it = mem_zalloc(mem_mul(n, sizeof(*it)));
	size_t sent = 0, i;
	int rc = 0;

	for (i = 0; i < n; i++) {
		json_t *value = NULL;
		struct reply r;

		for (; rc == 0 && sent < n && sent - i < sched_lines(s->sched);
		     sent++) {
			complete(s, &c[sent]);
			it[sent] =
				sched_submit(s->sched, &c[sent], 0, true, NULL);
		}
		if (rc == 0) {
			rc = value_of(s, it[i], &c[i], &value, err);
			if (rc == 0)
				rc = on(to, i, value, err);
			json_decref(value);
		} else if (i < sent) {
			/* What was sent is still waited for. */
			wait_for(s, it[i], &c[i], &r);
			reply_release(&r);
		}
		call_release(&c[i]);
	}
	free(it);
	return rc;
}

bool session_has_room(const struct session *s)
{
	return sched_has_room(s->sched);
}

size_t session_pending(const struct session *s)
{
	return sched_pending(s->sched);
}

size_t session_lines(const struct session *s)
{
	return sched_lines(s->sched);
}

void session_drop_waiting(struct session *s)
{
	sched_drop_waiting(s->sched);
}

void session_window(struct session *s, size_t in_flight)
{
	sched_window(s->sched, in_flight);
}

void session_submit(struct session *s, struct call *c, int64_t wait_ms,
		    void *context)
{
	complete(s, c);
	sched_submit(s->sched, c, wait_ms, false, context);
}

int session_next(struct session *s, struct session_done *done)
{
	struct sched_done d;

	if (!sched_next(s->sched, NULL, SESSION_STOP_MS, &d))
		return 0;
	*done = (struct session_done){d.call, d.reply, d.context};
	learn(s, &done->reply);
	return 1;
}

void session_done_release(struct session_done *done)
{
	call_release(&done->call);
	reply_release(&done->reply);
}

const json_t *session_fields(struct session *s, const char *model,
			     struct err *err)
{
	static const char attributes[] =
		"[\"type\",\"relation\",\"required\",\"readonly\",\"store\","
		"\"digits\",\"selection\",\"string\",\"related\"]";
	json_t *known = json_object_get(s->fields, model);
	struct call c;

	if (known)
		return known;
	call_init(&c, model, "fields_get", CALL_READ);
	call_arg_raw(&c, "allfields", SPAN("[]"));
	call_arg_raw(&c, "attributes", SPAN(attributes));
	known = session_call(s, &c, err);
	call_release(&c);
	if (known && !json_is_object(known)) {
		err_set(err, ERR_REFUSED, "%s.fields_get has no answer", model);
		json_decref(known);
		return NULL;
	}
	if (known)
		json_object_set_new(s->fields, model, known);
	return known;
}
