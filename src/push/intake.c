#include <stdlib.h>
#include <string.h>

#include "core/xid.h"
#include "push/push.h"
#include "state/xref.h"

static const char *const op_words[] = {"upsert", "create", "update", "archive"};

int push_init(struct push *p, struct job *job, struct stream_out *out,
	      struct session *session, struct state *state,
	      const struct push_options *opt, struct err *err)
{
	int64_t known = 0;

	memset(p, 0, sizeof(*p));
	p->job = job;
	p->out = out;
	p->session = session;
	p->state = state;
	p->opt = *opt;
	p->text.ceiling = 2 * LINE_CEILING;
	p->xid.ceiling = 2 * XID_MAX;
	p->feed.ceiling = LINE_CEILING;
	hash_init(&p->hash);
	progress_begin(&p->progress, "records", job->opt.quiet);
	if (xref_max(state, &known, err) < 0)
		return -1;
	p->seen_bits = (size_t)known + 1;
	p->seen = mem_zalloc(p->seen_bits / 8 + 1);
	p->stale = mem_zalloc(p->seen_bits / 8 + 1);
	p->spool = spool_new(err);
	return p->spool ? push_held_init(p, err) : -1;
}

void push_release(struct push *p)
{
	size_t i;

	for (i = 0; i < p->n_entities; i++) {
		free(p->entity[i].name);
		binding_free(p->entity[i].binding);
	}
	free(p->entity);
	free(p->claimed);
	free(p->seen);
	free(p->stale);
	spool_free(p->spool);
	hash_release(&p->hash);
	buf_release(&p->text);
	buf_release(&p->xid);
	buf_release(&p->let_go);
	buf_release(&p->feed);
	hset_release(&p->sites);
	hset_release(&p->waited);
	progress_end(&p->progress);
}

/* A field is sensitive where one of its ways shows a sensitive one. */
static void mark_sensitive(struct push *p, struct push_entity *e)
{
	const struct push_masks *m = &p->opt.masks;
	size_t k;

	for (k = 0; m->hides && e->binding && k < e->binding->n_fields; k++) {
		struct bind_field *f = &e->binding->field[k], *way;

		for (way = f; way; way = way->other)
			if (way->from && m->hides(m->context, span_of(e->name),
						  span_of(way->from)))
				f->sensitive = true;
		for (way = f; way; way = way->other)
			way->sensitive = f->sensitive;
	}
}

int push_entity_find(struct push *p, struct span name, unsigned *out,
		     struct err *err)
{
	struct push_entity *e;
	int64_t batch;
	size_t i;

	for (i = 0; i < p->n_entities; i++)
		if (span_is(name, p->entity[i].name)) {
			*out = (unsigned)i;
			return 0;
		}
	p->entity = mem_grow(p->entity, p->n_entities, &p->cap_entities,
			     sizeof(*p->entity));
	e = &p->entity[p->n_entities];
	memset(e, 0, sizeof(*e));
	e->name = mem_dup(name.p ? name.p : "", name.len);
	batch = p->opt.batch ? p->opt.batch
			     : session_endpoint(p->session)->batch;
	batch_size_init(&e->create, (size_t)batch);
	batch_size_init(&e->update, (size_t)batch);
	/* A name that is no entity's could leave the profiles folder. */
	if (strspn(e->name, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
		    name.len &&
	    name.len) {
		e->binding = binding_load(p->opt.dir, e->name,
					  session_release(p->session), err);
		if (!e->binding && err->code != ERR_NONE) {
			free(e->name);
			return -1;
		}
	}
	mark_sensitive(p, e);
	*out = (unsigned)p->n_entities++;
	return push_since_check(p, e, err);
}

struct push_entity *push_entity_of(struct push *p, const struct binding *b)
{
	size_t i = 0;

	while (p->entity[i].binding != b)
		i++;
	return &p->entity[i];
}

/* First time in this run?  Records the state knows have a bit. */
static bool see(struct push *p, int64_t n)
{
	size_t at = (size_t)n;
	unsigned char bit = (unsigned char)(1 << at % 8);
	bool seen;

	if (n < 0 || at >= p->seen_bits)
		return true;
	seen = p->seen[at / 8] & bit;
	p->seen[at / 8] |= bit;
	return !seen;
}

bool push_seen(const struct push *p, int64_t n)
{
	size_t at = (size_t)n;

	return n >= 0 && at < p->seen_bits && (p->seen[at / 8] >> at % 8 & 1);
}

/* The record's hash: what it says, and how it would be bound. */
static void make_hash(struct push *p, const struct binding *b, struct rec *r,
		      const struct rec_node *fields, struct span site,
		      struct item *it)
{
	unsigned char whole[HASH_LEN], op = it->op == OP_ARCHIVE;

	hash_add(&p->hash, b->digest, sizeof(b->digest));
	hash_add(&p->hash, &op, 1);
	/* States without identities count as changed, once. */
	if (b->n_identity)
		hash_add(&p->hash, "=", 1);
	hash_add_span(&p->hash, site);
	if (fields && fields->spaced) {
		buf_clear(&p->text);
		rec_put_node(&p->text, r, fields);
		hash_add_span(&p->hash, buf_span(&p->text));
	} else if (fields) {
		hash_add_span(&p->hash, rec_raw(fields));
	}
	hash_end(&p->hash, whole);
	memcpy(it->hash, whole, sizeof(it->hash));
}

static int refuse(struct push *p, struct item *it, const char *code,
		  const char *field, struct span value, struct err *err,
		  const char *why)
{
	return push_reject(p, it, code, field ? span_of(field) : SPAN(""),
			   value, why, err);
}

/* What every record must have.  1 good, 0 rejected, -1 with err. */
static int check_record(struct push *p, struct rec *r,
			const struct rec_node *root, struct item *it,
			struct span *entity, struct err *err)
{
	const struct rec_node *key = rec_get(r, root, "key");
	const struct rec_node *op = rec_get(r, root, "op");
	const struct rec_node *fields = rec_get(r, root, "fields");
	struct span word = rec_text(r, op);
	size_t i;

	*entity = rec_text(r, rec_get(r, root, "entity"));
	it->key = rec_text(r, key);
	if (!entity->len)
		return refuse(p, it, "bad-record", "entity", *entity, err,
			      "the record does not say what entity it is");
	if ((!rec_is(key, REC_STRING) && !rec_is(key, REC_NUMBER)) ||
	    !it->key.len)
		return refuse(p, it, "bad-key", "key", it->key, err,
			      "the record has no key");
	if (fields && !rec_is(fields, REC_OBJECT))
		return refuse(p, it, "bad-record", "fields", rec_raw(fields),
			      err, "'fields' is no object");
	it->op = OP_UPSERT;
	if (!op)
		return 1;
	for (i = 0; i < sizeof(op_words) / sizeof(*op_words); i++)
		if (span_is(word, op_words[i])) {
			it->op = (enum item_op)i;
			return 1;
		}
	if (span_is(word, "cancel"))
		return refuse(p, it, "unsupported-op", "op", word, err,
			      "this entity cannot be cancelled");
	return refuse(p, it, "bad-op", "op", word, err,
		      "op is upsert, create, update, archive or cancel");
}

/* Known and as it was?  1 yes, 0 not, 2 a duplicate, -1. */
static int check_known(struct push *p, struct item *it, struct err *err)
{
	struct xref x = {0};
	int rc = xref_find(p->state, it->xid, &x, err);

	if (rc <= 0)
		return rc;
	if (!see(p, x.n))
		return 2;
	if (!x.clean || push_stale(p, x.n) || p->opt.full || p->opt.verify ||
	    memcmp(x.hash, it->hash, sizeof(x.hash)) != 0)
		return 0;
	it->res_id = x.res_id;
	return 1;
}

static int take_bound(struct push *p, struct item *it, unsigned number,
		      struct err *err)
{
	const struct binding *b = p->entity[number].binding;
	int rc = check_known(p, it, err);

	if (rc < 0)
		return -1;
	if (rc == 1)
		goto unchanged;
	if (rc == 0) {
		rc = spool_put(p->spool, number, it->xid, it->line, err);
		if (rc)
			return rc < 0 ? -1 : 0;
	}
	/* The first one counts; its dependants are none of this one's. */
	it->xid.len = 0;
	return refuse(p, it, "duplicate", "key", it->key, err,
		      "there was a record with this key in the stream "
		      "already");
unchanged:
	if (p->waited.n && push_held_outdated(p, it->xid, err) < 0)
		return -1;
	push_receipt(p, b, it, "unchanged");
	return 0;
}

void push_item_fill(struct push *p, const struct binding *b, struct rec *r,
		    struct span line, struct item *it)
{
	const struct rec_node *src = rec_get(r, r->node, "src");
	struct span site = rec_text(r, rec_get(r, r->node, "site"));

	it->line = line;
	it->src = src ? rec_raw(src) : SPAN("");
	it->code = binding_code(b, it->key) != NULL;
	if (rec_get(r, r->node, "site"))
		it->site = rec_raw(rec_get(r, r->node, "site"));
	make_hash(p, b, r, rec_get(r, r->node, "fields"), site, it);
}

/* The external id of the record; 1, 0 rejected, -1 with err. */
static int make_xid(struct push *p, const struct binding *b, struct rec *r,
		    struct item *it, struct buf *xid, struct err *err)
{
	struct xid parts = {span_of(b->entity), {NULL, 0}, it->key};
	struct err why = ERR_INIT;

	if (b->per_site)
		parts.site = rec_text(r, rec_get(r, r->node, "site"));
	if (xid_put(xid, &parts, &why) < 0)
		return refuse(p, it, "bad-key", "key", it->key, err, why.msg);
	it->xid = buf_span(xid);
	return 1;
}

int push_take(struct push *p, struct rec *r, struct span line, struct err *err)
{
	struct item it = {.line = line};
	const struct rec_node *src;
	struct span entity;
	const struct binding *b;
	unsigned number = 0;
	int rc;

	if (push_check_out(p, err) < 0)
		return -1;
	p->job->in++;
	if (!rec_is(r->node, REC_OBJECT))
		return refuse(p, &it, "bad-record", NULL, SPAN(""), err,
			      "the line is no object");
	src = rec_get(r, r->node, "src");
	it.src = src ? rec_raw(src) : SPAN("");
	rc = check_record(p, r, r->node, &it, &entity, err);
	if (rc <= 0)
		return rc;
	if (push_entity_find(p, entity, &number, err) < 0)
		return -1;
	b = p->entity[number].binding;
	if (!b)
		return refuse(p, &it, "no-binding", "entity", entity, err,
			      "there is no binding for this entity");
	buf_clear(&p->xid);
	rc = make_xid(p, b, r, &it, &p->xid, err);
	if (rc <= 0)
		return rc;
	push_item_fill(p, b, r, line, &it);
	p->entity[number].in_stream = true;
	push_absent_site(p, b, rec_text(r, rec_get(r, r->node, "site")));
	return take_bound(p, &it, number, err);
}
