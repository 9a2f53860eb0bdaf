#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/xid.h"
#include "odoo/reads.h"
#include "push/cell.h"
#include "push/push.h"
#include "state/journal.h"
#include "state/xref.h"

/* ---- claims ------------------------------------------------------------- */

/*
 * The natural key that these cells make, one for each field of b->adopt.
 * False where they make none (see natural_key).
 */
static bool hash_key(const struct binding *b, const struct span *want,
		     uint64_t *out)
{
	struct sip s;
	bool any = false;
	size_t i;

	sip_init(&s);
	for (i = 0; i < b->n_adopt; i++) {
		const struct bind_field *f = binding_field(b, b->adopt[i]);

		if (!bind_is_relation(f) && !want[i].len)
			return false;
		any = any || !bind_is_relation(f);
		sip_add_span(&s, want[i]);
	}
	*out = sip_end(&s).lo;
	return any;
}

static bool hash_item(const struct binding *b, const struct item *it,
		      uint64_t *out)
{
	struct span want[BIND_FIELDS_MAX];
	size_t i;

	for (i = 0; i < b->n_adopt && i < BIND_FIELDS_MAX; i++)
		want[i] = it->cell[binding_index(b, b->adopt[i])].want;
	return hash_key(b, want, out);
}

/* The same of a record in the spool.  False also where a cell cannot be made:
 * the record will be rejected. */
static bool hash_record(struct push *p, const struct binding *b, struct rec *r,
			uint64_t *out)
{
	const struct rec_node *fields = rec_get(r, r->node, "fields");
	struct span site = rec_text(r, rec_get(r, r->node, "site"));
	struct span want[BIND_FIELDS_MAX];
	struct err ignored = ERR_INIT;
	const char *code;
	size_t at[BIND_FIELDS_MAX + 1], i;

	buf_clear(&p->text);
	for (i = 0; i < b->n_adopt && i < BIND_FIELDS_MAX; i++) {
		at[i] = p->text.len;
		if (cell_make(binding_field(b, b->adopt[i]), r, fields, site,
			      &p->text, &code, &ignored) == CELL_BAD)
			return false;
	}
	at[i] = p->text.len;
	for (i = 0; i < b->n_adopt && i < BIND_FIELDS_MAX; i++)
		want[i] =
			(struct span){p->text.data ? p->text.data + at[i] : "",
				      at[i + 1] - at[i]};
	return hash_key(b, want, out);
}

/* Eight bytes a record, of the records of one entity. */
struct claims {
	uint64_t *hash;
	size_t n, cap;
};

/* A record whose place the state knows claims nothing. */
static int note_claim(struct push *p, const struct binding *b, struct rec *r,
		      const struct spool_rec *s, struct claims *c,
		      struct err *err)
{
	struct xref x = {0};
	uint64_t h;
	int rc = xref_find(p->state, s->xid, &x, err);

	if (rc < 0 || (rc > 0 && x.res_id))
		return rc < 0 ? -1 : 0;
	if (rec_parse(r, s->line.p, s->line.len, err) < 0)
		return -1;
	if (!hash_record(p, b, r, &h))
		return 0;
	c->hash = mem_grow(c->hash, c->n, &c->cap, sizeof(*c->hash));
	c->hash[c->n++] = h;
	return 0;
}

static int by_hash(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Those that are there more than once, each once. */
static void keep_repeated(struct claims *c)
{
	size_t left = 0, i;

	if (c->n)
		qsort(c->hash, c->n, sizeof(*c->hash), by_hash);
	for (i = 1; i < c->n; i++)
		if (c->hash[i] == c->hash[i - 1] &&
		    (!left || c->hash[left - 1] != c->hash[i]))
			c->hash[left++] = c->hash[i];
	c->n = left;
}

int push_adopt_prepare(struct push *p, const struct binding *b, unsigned number,
		       struct err *err)
{
	struct claims c = {NULL, 0, 0};
	struct rec r = REC_INIT;
	struct spool_rec s;
	int rc;

	free(p->claimed);
	p->claimed = NULL;
	p->n_claimed = 0;
	if (!b->n_adopt || spool_count(p->spool, number) < 2)
		return 0;
	rc = spool_first(p->spool, number, false, err);
	while (rc == 0 && (rc = spool_next(p->spool, &s, err)) > 0)
		rc = note_claim(p, b, &r, &s, &c, err);
	spool_stop(p->spool);
	rec_release(&r);
	keep_repeated(&c);
	p->n_claimed = c.n;
	if (c.n)
		p->claimed = mem_realloc(c.hash, mem_mul(c.n, sizeof(*c.hash)));
	else
		free(c.hash);
	return rc;
}

static bool is_claimed_again(const struct push *p, const struct binding *b,
			     const struct item *it)
{
	uint64_t h;

	return p->n_claimed && hash_item(b, it, &h) &&
	       bsearch(&h, p->claimed, p->n_claimed, sizeof(h), by_hash);
}

/* ---- candidates --------------------------------------------------------- */

/* The natural key of an item as JSON; NULL where it has none. */
static json_t *natural_key(const struct binding *b, const struct item *it)
{
	json_t *key = json_array();
	bool any = false;
	size_t i;

	for (i = 0; i < b->n_adopt; i++) {
		int at = binding_index(b, b->adopt[i]);
		const struct item_cell *c = &it->cell[at];
		json_t *v = json_false();

		if (bind_is_relation(&b->field[at]) && c->want.len) {
			if (!c->resolved || span_is(c->ids, "0"))
				goto none;
			v = json_loadb(c->ids.p, c->ids.len, JSON_DECODE_ANY,
				       NULL);
		} else if (c->want.len) {
			v = json_stringn(c->want.p, c->want.len);
			any = true;
		} else if (!bind_is_relation(&b->field[at])) {
			goto none;
		}
		json_array_append_new(key, v ? v : json_false());
	}
	if (any)
		return key;
none:
	json_decref(key);
	return NULL;
}

/* Whether the state has this record under another external id. */
static int is_taken(struct push *p, const struct binding *b,
		    const struct item *it, int64_t id, struct err *err)
{
	int rc;

	buf_clear(&p->text);
	rc = xref_by_id(p->state, span_of(b->model), id, &p->text, err);
	if (rc <= 0)
		return rc;
	return !span_eq(buf_span(&p->text), it->xid);
}

/* Candidates of one item, without those that are other records of ours. */
struct found {
	struct item *it;
	int64_t *id;
	size_t n;
};

static int take_candidates(struct push *p, const struct binding *b,
			   struct found *f, const json_t *ids, struct err *err)
{
	size_t i;

	f->id = mem_alloc(mem_mul(json_array_size(ids), sizeof(*f->id)));
	for (i = 0; i < json_array_size(ids); i++) {
		int64_t id = json_integer_value(json_array_get(ids, i));
		int rc = is_taken(p, b, f->it, id, err);

		if (rc < 0)
			return -1;
		if (!rc)
			f->id[f->n++] = id;
	}
	return 0;
}

/* The same by what Odoo says: external ids of ours on the candidates. */
static int drop_ours(struct push *p, const struct binding *b, struct found *f,
		     size_t n, struct err *err)
{
	size_t total = 0, at = 0, i, k;
	int64_t *id;
	char **xid;
	int rc = 0;

	for (i = 0; i < n; i++)
		total += f[i].n;
	id = mem_alloc(mem_mul(total, sizeof(*id)));
	xid = mem_zalloc(mem_mul(total, sizeof(*xid)));
	for (i = 0; i < n; i++)
		for (k = 0; k < f[i].n; k++)
			id[at++] = f[i].id[k];
	if (total)
		rc = reads_xids(p->session, b->model, id, total, xid, err);
	for (i = 0, at = 0; i < n && rc == 0; i++) {
		size_t left = 0, had = f[i].n;

		for (k = 0; k < had; k++, at++)
			if (!xid[at] ||
			    strncmp(xid[at], XID_MODULE ".",
				    sizeof(XID_MODULE)) != 0 ||
			    span_is(f[i].it->xid, xid[at]))
				f[i].id[left++] = f[i].id[k];
		f[i].n = left;
	}
	for (i = 0; i < total; i++)
		free(xid[i]);
	free(xid);
	free(id);
	return rc;
}

static int find_candidates(struct push *p, const struct binding *b,
			   struct found *f, size_t n, json_t *keys,
			   struct err *err)
{
	json_t *ids = NULL;
	size_t i;
	int rc = reads_natural(p->session, b->model,
			       (const char *const *)b->adopt, b->n_adopt, keys,
			       &ids, err);

	for (i = 0; i < n && rc == 0; i++)
		rc = take_candidates(p, b, &f[i], json_array_get(ids, i), err);
	if (rc == 0)
		rc = drop_ours(p, b, f, n, err);
	json_decref(ids);
	return rc;
}

static int reject_ambiguous(struct push *p, const struct binding *b,
			    const struct found *f, struct err *err)
{
	struct buf why = BUF_INIT(ERR_MSG_MAX);
	size_t i;
	int rc;

	buf_adds(&why, "several records in Odoo could be this one, by");
	for (i = 0; i < b->n_adopt; i++)
		buf_addf(&why, "%s %s", i ? "," : "", b->adopt[i]);
	buf_addf(&why, ": %s", b->model);
	for (i = 0; i < f->n && i < 20; i++)
		buf_addf(&why, "%s %lld", i ? "," : "", (long long)f->id[i]);
	rc = push_reject_field(p, b, f->it, "ambiguous",
			       binding_index(b, b->adopt[0]), buf_str(&why),
			       err);
	buf_release(&why);
	return rc;
}

/* Another record of this stream could be the same one: a guess. */
static int reject_claimed(struct push *p, const struct binding *b,
			  const struct found *f, const struct found *other,
			  struct err *err)
{
	struct buf why = BUF_INIT(ERR_MSG_MAX);
	int rc;

	buf_addf(&why, "%s %lld in Odoo could be this one, or ", b->model,
		 (long long)f->id[0]);
	if (other)
		buf_addf(&why, "'%.*s'", SPAN_FMT(other->it->key));
	else
		buf_adds(&why, "another one");
	buf_addf(&why, " of this stream, by %s", b->adopt[0]);
	rc = push_reject_field(p, b, f->it, "ambiguous",
			       binding_index(b, b->adopt[0]), buf_str(&why),
			       err);
	buf_release(&why);
	return rc;
}

/* One candidate that nobody else wants: it is the item's. */
static int decide(struct push *p, const struct binding *b, struct found *f,
		  size_t n, size_t i, struct err *err)
{
	size_t k;

	if (f[i].n > 1)
		return reject_ambiguous(p, b, &f[i], err);
	if (!f[i].n)
		return 0;
	for (k = 0; k < n; k++)
		if (k != i && f[k].n == 1 && f[k].id[0] == f[i].id[0])
			return reject_claimed(p, b, &f[i], &f[k], err);
	if (is_claimed_again(p, b, f[i].it))
		return reject_claimed(p, b, &f[i], NULL, err);
	f[i].it->adopted = true;
	f[i].it->res_id = f[i].id[0];
	return 0;
}

/* ---- the external id ----------------------------------------------------- */

static void build_call(struct call *c, const struct binding *b, struct item **v,
		       size_t n)
{
	json_t *rows = json_array();
	size_t i;

	for (i = 0; i < n; i++) {
		size_t skip = sizeof(XID_MODULE); /* and the dot */

		json_array_append_new(
			rows,
			json_pack("{sssosssI}", "module", XID_MODULE, "name",
				  json_stringn(v[i]->xid.p + skip,
					       v[i]->xid.len - skip),
				  "model", b->model, "res_id",
				  (json_int_t)v[i]->res_id));
	}
	call_init(c, "ir.model.data", "create", CALL_WRITE);
	call_arg_json(c, "vals_list", rows);
	json_decref(rows);
}

/* Those of the items whose external id is not in Odoo yet, to the front. */
static int not_named(struct push *p, const struct binding *b, struct item **v,
		     size_t *n, struct err *err)
{
	struct span *xid = mem_alloc(mem_mul(*n, sizeof(*xid)));
	int64_t *id = mem_alloc(mem_mul(*n, sizeof(*id)));
	size_t left = 0, i;
	int rc;

	for (i = 0; i < *n; i++) {
		xid[i] = v[i]->xid;
		id[i] = v[i]->res_id;
	}
	rc = reads_ids(p->session, b->model, xid, id, *n, err);
	for (i = 0; i < *n && rc == 0; i++)
		if (!id[i])
			v[left++] = v[i];
	if (rc == 0)
		*n = left;
	free(xid);
	free(id);
	return rc;
}

/* This user may not: the state remembers the database ids instead. */
static void name_by_id(struct push *p, struct item **v, size_t n)
{
	size_t i;

	if (!p->no_xids)
		log_warn("this user may not give external ids to existing "
			 "records (Access Rights are needed): they are known "
			 "by their database ids in the state file alone");
	p->no_xids = true;
	for (i = 0; i < n; i++)
		v[i]->by_id = true;
}

/* Send until every item has its external id, or is known by its id. */
static int send_names(struct push *p, const struct binding *b, struct item **v,
		      size_t n, struct err *err)
{
	unsigned tries = 0;

	while (n) {
		struct reply reply = REPLY_INIT;
		struct verdict verdict;
		struct call call;
		size_t had = n;
		int64_t wait;

		build_call(&call, b, v, n);
		session_try(p->session, &call, &reply);
		call_release(&call);
		verdict_reply(&verdict, &reply);
		reply_release(&reply);
		switch (verdict.what) {
		case ODOO_DONE:
			return 0;
		case ODOO_REJECT:
		case ODOO_DIVIDE:
			/* A call of a run that broke off may come in late. */
			if (not_named(p, b, v, &n, err) < 0)
				return -1;
			if (n < had)
				continue;
			name_by_id(p, v, n);
			return 0;
		case ODOO_STOP:
			if (!verdict.reject ||
			    strcmp(verdict.reject, "odoo-access") != 0)
				return verdict_err(&verdict, err);
			name_by_id(p, v, n);
			return 0;
		case ODOO_RETRY:
		case ODOO_UNKNOWN:
			break;
		}
		wait = session_backoff(p->session, ++tries, &verdict, err);
		if (wait < 0)
			return -1;
		clock_sleep_ms(wait);
		if (verdict.what == ODOO_UNKNOWN &&
		    not_named(p, b, v, &n, err) < 0)
			return -1;
	}
	return 0;
}

static int give_names(struct push *p, const struct binding *b, struct item **v,
		      size_t n, struct err *err)
{
	struct journal_head head = {p->job->run, b->entity, b->model, "adopt",
				    SPAN("[\"id\"]")};
	struct journal_intent *intent;
	int64_t batch = 0;
	size_t i;
	int rc;

	if (p->no_xids) {
		name_by_id(p, v, n);
		return 0;
	}
	intent = mem_alloc(mem_mul(n, sizeof(*intent)));
	for (i = 0; i < n; i++) {
		intent[i].xid = v[i]->xid;
		intent[i].hash = v[i]->hash;
	}
	rc = journal_open(p->state, &head, intent, n, &batch, err);
	if (rc == 0)
		rc = send_names(p, b, v, n, err);
	/* What is to be remembered follows once the fields are settled. */
	if (rc == 0)
		rc = journal_close(p->state, batch, NULL, 0, err);
	free(intent);
	return rc;
}

int push_adopt(struct push *p, const struct binding *b, struct arena *arena,
	       struct item **v, size_t n, struct err *err)
{
	struct found *f = mem_zalloc(mem_mul(n, sizeof(*f)));
	struct item **taken = mem_alloc(mem_mul(n, sizeof(struct item *)));
	json_t *keys = json_array();
	size_t n_found = 0, n_taken = 0, i;
	int rc = 0;

	for (i = 0; i < n && !push_entity_of(p, b)->no_keys; i++) {
		json_t *key = natural_key(b, v[i]);

		if (!key)
			continue;
		json_array_append_new(keys, key);
		f[n_found++].it = v[i];
	}
	if (n_found)
		rc = find_candidates(p, b, f, n_found, keys, err);
	for (i = 0; i < n_found && rc == 0; i++)
		rc = decide(p, b, f, n_found, i, err);
	for (i = 0; i < n_found; i++)
		if (f[i].it->adopted && !f[i].it->finished)
			taken[n_taken++] = f[i].it;
	if (rc == 0 && n_taken)
		rc = push_read(p, b, arena, taken, n_taken, err);
	if (rc == 0 && n_taken && !p->opt.dry_run)
		rc = give_names(p, b, taken, n_taken, err);
	for (i = 0; i < n_found; i++)
		free(f[i].id);
	free(f);
	free(taken);
	json_decref(keys);
	return rc;
}
