#include <string.h>

#include "core/crash.h"
#include "core/xid.h"
#include "push/cell.h"
#include "push/plan.h"
#include "push/preview.h"
#include "push/push.h"
#include "push/words.h"
#include "state/journal.h"

struct span push_item_xid(const struct binding *b, const struct item *it)
{
	const char *known = it->code ? binding_code(b, it->key) : NULL;

	return known ? span_of(known) : it->xid;
}

/* Of absent.c; one that is archived already is no news. */
static bool is_absent(const struct item *it)
{
	return it->released && !it->since.len;
}

static bool is_new(const char *outcome)
{
	return !strcmp(outcome, "created");
}

/* Whether the receipt shows the field: what is made, or what changes. */
static bool shows(const struct bind_field *f, const struct item *it, size_t k,
		  bool made)
{
	const struct item_cell *c = &it->cell[k];

	if (made)
		return f->owner != OWNER_ODOO && (c->set || c->by_default) &&
		       c->want.len;
	return (it->columns >> k & 1) && !plan_same(f, it, c);
}

static void put_change(struct push *p, const struct binding *b,
		       const struct item *it, size_t k, bool made,
		       struct buf *out)
{
	rec_put_key(out, words_field(&b->field[k]));
	rec_put_open(out, '{');
	if (it->cell[k].known && !made) {
		buf_clear(&p->text);
		words_put_had(b, it, k, &p->text);
		rec_add_str(out, "old", buf_span(&p->text));
	}
	buf_clear(&p->text);
	words_put_want(b, it, k, &p->text);
	rec_add_str(out, "new", buf_span(&p->text));
	if (it->overwrites >> k & 1)
		rec_add_str(out, "overwrote", it->cell[k].odoo);
	rec_put_close(out, '}');
}

/* "changes":{"list_price":{"old":"1.5","new":"2"}}, by canonical names. */
static void put_changes(struct push *p, const struct binding *b,
			const struct item *it, bool made, struct buf *out)
{
	size_t i, k;

	rec_put_key(out, SPAN("changes"));
	rec_put_open(out, '{');
	for (i = 0; i < b->n_fields; i++) {
		const struct bind_field *f = &b->field[i];

		if (!shows(f, it, i, made))
			continue;
		/* Two Odoo fields may show one canonical field. */
		for (k = 0; k < i; k++)
			if (shows(&b->field[k], it, k, made) &&
			    span_eq(words_field(&b->field[k]), words_field(f)))
				break;
		if (k == i)
			put_change(p, b, it, i, made, out);
	}
	rec_put_close(out, '}');
}

/* "reason":"owner","fields":["name"]: what differs and stays as it is. */
static void put_left(const struct binding *b, const struct item *it,
		     struct buf *out)
{
	size_t k;

	rec_add_str(out, "reason", span_of(it->why_left));
	rec_put_key(out, SPAN("fields"));
	rec_put_open(out, '[');
	for (k = 0; k < b->n_fields; k++)
		if (it->left >> k & 1)
			rec_put_str(out, words_field(&b->field[k]));
	rec_put_close(out, ']');
}

const char *push_outcome(const struct item *it, bool existed)
{
	if (it->adopted)
		return "adopted";
	if (it->op == OP_ARCHIVE)
		return "archived";
	return existed ? "updated" : "created";
}

const char *push_rest_outcome(const struct item *it)
{
	if (it->adopted)
		return "adopted";
	return it->why_left ? "skipped" : "unchanged";
}

/* The ledger of records has a count "skipped" of its own. */
static const char *count_name(const struct item *it, const char *outcome)
{
	if (strcmp(outcome, "skipped") != 0)
		return outcome;
	return !strcmp(it->why_left, "owner")      ? "skipped_owner"
	       : !strcmp(it->why_left, "conflict") ? "skipped_conflict"
						   : "skipped_exists";
}

int push_check_out(struct push *p, struct err *err)
{
	if (p->out->out.failed)
		return out_flush(&p->out->out, err);
	if (p->job->reject_file && p->job->reject_out.failed) {
		out_flush(&p->job->reject_out, err);
		return err_wrap(err, "%s", p->job->opt.rejects);
	}
	return 0;
}

void push_receipt(struct push *p, const struct binding *b, struct item *it,
		  const char *outcome)
{
	struct buf *out = &p->out->out.buf;
	size_t from = out->len;

	if (it->later && !it->waits.len && !it->last_pass) {
		if (!p->broken.code)
			push_defer(p, it, outcome, &p->broken);
		return;
	}
	if (it->outcome.len && !it->waits.len)
		outcome =
			span_is(it->outcome, "created") ? "created" : "adopted";
	push_entity_of(p, b)->n_created += is_new(outcome);
	push_entity_of(p, b)->n_archived += !strcmp(outcome, "archived");
	if (p->rehearsal || (is_absent(it) && !strcmp(outcome, "unchanged"))) {
		it->finished = true;
		return;
	}
	if (is_absent(it))
		job_count(p->job, "absent", 1);
	rec_put_open(out, '{');
	rec_add_str(out, "entity", span_of(b->entity));
	rec_add_str(out, "key", it->key);
	rec_add_str(out, "outcome", span_of(outcome));
	rec_add_str(out, "model", span_of(b->model));
	if (it->res_id)
		rec_add_count(out, "id", (uint64_t)it->res_id);
	rec_add_str(out, "xid", push_item_xid(b, it));
	rec_add_count(out, "ms", (uint64_t)(it->ms > 0 ? it->ms : 0));
	if (is_new(outcome) ? p->opt.dry_run : it->columns != 0)
		put_changes(p, b, it, is_new(outcome), out);
	if (it->why_left)
		put_left(b, it, out);
	if (it->waits.len) {
		if (it->site.len)
			rec_add_raw(out, "site", it->site);
		rec_add_raw(out, "waits_for", it->waits);
	}
	if (it->src.len)
		rec_add_raw(out, "src", it->src);
	rec_put_close(out, '}');
	if (p->opt.plan_text)
		preview_put(out, from, p->opt.colour);
	else
		stream_put_end(p->out);
	p->job->released += it->released;
	it->finished = true;
	p->job->out++;
	p->finished++;
	job_count(p->job, count_name(it, outcome), 1);
	progress_tick(&p->progress, p->finished, p->finished, p->job->in);
	crash_point("receipt");
}

int push_reject(struct push *p, struct item *it, const char *code,
		struct span field, struct span value, const char *why,
		struct err *err)
{
	struct buf masked = BUF_INIT(2 * LINE_CEILING);
	struct reject r = {.code = code,
			   .field = field,
			   .value = value,
			   .why = span_of(why),
			   .record = it->line,
			   .src = it->src,
			   .extra = it->extra};
	int rc;

	it->finished = true;
	p->n_rejected++;
	if (p->rehearsal)
		return it->xid.len && !it->res_id
			       ? spool_failed(p->spool, it->xid, err)
			       : 0;
	p->finished++;
	p->job->released += it->released;
	if (it->since.len) {
		buf_add_span(&p->let_go, it->xid);
		buf_addc(&p->let_go, '\n');
	}
	/* One that is there, if with older values, can be referred to. */
	if (it->xid.len && !it->res_id &&
	    spool_failed(p->spool, it->xid, err) < 0)
		return -1;
	if (p->opt.masks.mask && it->line.len) {
		p->opt.masks.mask(p->opt.masks.context, it->line, &masked);
		r.record = buf_span(&masked);
	}
	rc = job_reject(p->job, &r, err);
	buf_release(&masked);
	return rc;
}

/* A sentence about a sensitive value, which may quote it. */
static const char *mask_why(const char *why, struct span value,
			    struct buf *store)
{
	const char *at;

	if (!value.len)
		return "the value does not fit";
	while ((at = memmem(why, strlen(why), value.p, value.len))) {
		buf_add(store, why, (size_t)(at - why));
		buf_adds(store, WORDS_MASK);
		why = at + value.len;
	}
	buf_adds(store, why);
	return buf_str(store);
}

int push_reject_ref(struct push *p, const struct bind_field *f, struct item *it,
		    const char *code, struct span text, const char *why,
		    struct err *err)
{
	const struct bind_field *way = cell_way(f, text);
	struct buf store = BUF_INIT(XID_MAX), masked = BUF_INIT(LINE_CEILING);
	struct span value =
		bind_is_relation(f) ? words_ref(way, text, &store) : text;
	int rc;

	if (f->sensitive) {
		why = mask_why(why, value, &masked);
		value = value.len ? SPAN(WORDS_MASK) : value;
	}
	rc = push_reject(p, it, code, words_field(way), value, why, err);
	buf_release(&store);
	buf_release(&masked);
	return rc;
}

int push_reject_field(struct push *p, const struct binding *b, struct item *it,
		      const char *code, int i, const char *why, struct err *err)
{
	if (i < 0)
		return push_reject(p, it, code, SPAN(""), SPAN(""), why, err);
	return push_reject_ref(p, &b->field[i], it, code, it->cell[i].want, why,
			       err);
}

/* The cells to be remembered, as a JSON object. */
static void put_cells(const struct binding *b, const struct item *it,
		      struct buf *out)
{
	bool made = !it->in_state && !it->read;
	size_t i;

	rec_put_open(out, '{');
	if (it->identity.len) {
		rec_put_key(out, SPAN("="));
		rec_put_str(out, it->identity);
	}
	for (i = 0; i < b->n_fields; i++) {
		const struct bind_field *f = &b->field[i];
		const struct item_cell *c = &it->cell[i];
		/* A conflict that Odoo won is settled: it was said. */
		bool sent = (it->columns | it->kept) >> i & 1;
		bool ours = f->owner == OWNER_LEGACY || c->known || made;

		if (it->later >> i & 1)
			continue;

		/* What was held back is not what Odoo accepted. */
		if (sent || (c->set && !it->code && ours &&
			     (!c->known || plan_same(f, it, c)))) {
			rec_put_key(out, span_of(f->name));
			rec_put_str(out, c->want);
		} else if (c->known &&
			   (!it->read || (c->set && !bind_is_relation(f) &&
					  f->owner != OWNER_LEGACY))) {
			rec_put_key(out, span_of(f->name));
			rec_put_str(out, c->had);
		}
	}
	rec_put_close(out, '}');
}

int push_commit(struct push *p, const struct binding *b, int64_t batch,
		struct item *const *v, size_t n, struct err *err)
{
	struct xref_put *put = mem_zalloc(mem_mul(n, sizeof(*put)));
	size_t *at = mem_alloc(mem_mul(n, sizeof(*at)));
	struct buf cells = BUF_INIT((size_t)1 << 30);
	size_t i;
	int rc;

	for (i = 0; i < n; i++) {
		/* Right behind another object rec_put_open puts a comma. */
		buf_addc(&cells, '\n');
		at[i] = cells.len;
		put_cells(b, v[i], &cells);
		put[i].cells.len = cells.len - at[i];
	}
	for (i = 0; i < n; i++) {
		put[i].cells.p = cells.data + at[i];
		put[i].xid = v[i]->xid;
		put[i].model = span_of(b->model);
		put[i].res_id = v[i]->res_id;
		put[i].by_id = v[i]->by_id;
		put[i].identity = v[i]->identity;
		/* One with a reference to come is not done. */
		put[i].held = v[i]->since.len && !v[i]->later;
		if (v[i]->untouched)
			put[i].cells.p = NULL;
		else if (!v[i]->later)
			put[i].hash = v[i]->hash;
	}
	rc = journal_close(p->state, batch, put, n, err);
	for (i = 0; i < n && rc == 0; i++)
		if (v[i]->later)
			rc = spool_ref_put(p->spool, v[i]->xid, v[i]->res_id,
					   err);
	free(put);
	free(at);
	buf_release(&cells);
	return rc;
}
