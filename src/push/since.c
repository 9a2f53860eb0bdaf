/*
 * What this user wrote in Odoo after the state was last told: a state that was
 * restored from a copy believes in records as they were.  Odoo keeps who wrote
 * a record last, and when; a question a model finds those the state cannot
 * vouch for.
 */
#include <stdlib.h>

#include "core/clock.h"
#include "core/log.h"
#include "odoo/reads.h"
#include "push/push.h"
#include "state/mark.h"
#include "state/xref.h"

/* How often a long run notes how far it is. */
#define NOTE_EVERY_MS ((int64_t)60 * 1000)

static json_t *by_me(struct push *p)
{
	return json_pack("[ssI]", "write_uid", "=",
			 (json_int_t)session_uid(p->session));
}

static void make_stale(struct push *p, int64_t n)
{
	if (n >= 0 && (size_t)n < p->seen_bits)
		p->stale[n / 8] |= (unsigned char)(1 << n % 8);
}

bool push_stale(const struct push *p, int64_t n)
{
	return n >= 0 && (size_t)n < p->seen_bits &&
	       (p->stale[n / 8] >> n % 8 & 1);
}

/* A record written since: the state's word for it does not count. */
static int doubt(struct push *p, const char *model, int64_t id, struct err *err)
{
	struct xref x = {0};
	int rc;

	buf_clear(&p->text);
	rc = xref_by_id(p->state, span_of(model), id, &p->text, err);
	if (rc > 0)
		rc = xref_find(p->state, buf_span(&p->text), &x, err);
	if (rc > 0)
		make_stale(p, x.n);
	return rc < 0 ? -1 : 0;
}

static int doubt_since(struct push *p, const char *model, const char *mark,
		       struct err *err)
{
	json_t *domain =
		json_pack("[o[sss]]", by_me(p), "write_date", ">=", mark);
	/* With no name at all Odoo would read every field. */
	json_t *names = json_pack("[s]", "id"), *rows, *row;
	struct reads_pages pages;
	size_t i, n = 0;
	int rc = 0;

	reads_pages_init(&pages, p->session, model, domain, names, NULL);
	while (rc == 0) {
		rows = reads_pages_next(&pages, err);
		if (!rows || !json_array_size(rows)) {
			rc = rows ? 0 : -1;
			json_decref(rows);
			break;
		}
		json_array_foreach (rows, i, row)
			if (rc == 0)
				rc = doubt(p, model,
					   json_integer_value(
						   json_object_get(row, "id")),
					   err);
		n += json_array_size(rows);
		json_decref(rows);
	}
	reads_pages_release(&pages);
	json_decref(domain);
	json_decref(names);
	log_debug("%s: %zu records were written since %s", model, n, mark);
	return rc;
}

/* Without an answer there is nothing to go by: only a server that is away
 * ends the run. */
static int forgive(const char *model, const struct err *why, struct err *err)
{
	if (why->code == ERR_AGAIN || why->code == ERR_IO) {
		*err = *why;
		return -1;
	}
	log_warn("%s: whether the state is older than Odoo is not known: %s",
		 model, why->msg);
	return 0;
}

int push_since_check(struct push *p, struct push_entity *e, struct err *err)
{
	const struct binding *b = e->binding;
	struct buf mark = BUF_INIT(64);
	struct err why = ERR_INIT;
	int rc;

	/* All are looked up anyway; stock changes by other ways, too. */
	if (!b || b->n_identity || p->opt.verify || p->opt.full)
		return 0;
	rc = mark_find(p->state, b->model, &mark, err);
	if (rc > 0) {
		e->marked = true;
		rc = doubt_since(p, b->model, buf_str(&mark), &why);
		if (rc < 0)
			rc = forgive(b->model, &why, err);
	}
	buf_release(&mark);
	return rc < 0 ? -1 : 0;
}

/* The write date of the last record this user wrote; a new reference. */
static json_t *ask_last(struct push *p, const char *model, struct err *err)
{
	json_t *domain = json_pack("[o]", by_me(p));
	json_t *context = json_pack("{sb}", "active_test", 0);
	json_t *rows, *last;
	struct call c;

	call_init(&c, model, "search_read", CALL_READ);
	call_arg_json(&c, "domain", domain);
	call_arg_raw(&c, "fields", SPAN("[\"write_date\"]"));
	call_arg_raw(&c, "limit", SPAN("1"));
	call_by_name(&c);
	call_arg_str(&c, "order", SPAN("write_date desc, id desc"));
	call_by_name(&c);
	call_context(&c, context);
	rows = session_call(p->session, &c, err);
	call_release(&c);
	json_decref(context);
	json_decref(domain);
	last = json_incref(
		json_object_get(json_array_get(rows, 0), "write_date"));
	json_decref(rows);
	return last;
}

int push_since_note(struct push *p, struct push_entity *e, bool end,
		    struct err *err)
{
	const struct binding *b = e->binding;
	struct err why = ERR_INIT;
	json_t *last;
	int rc = 0;

	if (p->opt.dry_run || b->n_identity || (e->marked && !e->wrote))
		return 0;
	if (!end && clock_ms() - e->noted_ms < NOTE_EVERY_MS)
		return 0;
	e->noted_ms = clock_ms();
	last = ask_last(p, b->model, &why);
	if (json_is_string(last))
		rc = mark_put(p->state, b->model,
			      span_of(json_string_value(last)), err);
	else if (!last && why.code)
		rc = forgive(b->model, &why, err);
	json_decref(last);
	e->marked = true;
	e->wrote = false;
	return rc;
}
