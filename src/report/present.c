#include "report/present.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/xid.h"
#include "odoo/reads.h"
#include "state/xref.h"

/* Without a server: later than any release, so that all codes are there. */
#define NEWEST 1000

void present_init(struct present *p, const struct known *known,
		  const char *profiles)
{
	*p = (struct present){.known = known, .profiles = profiles};
}

void present_release(struct present *p)
{
	while (p->n) {
		struct present_entity *e = &p->entity[--p->n];

		free(e->name);
		binding_free(e->b);
		free(e->code);
	}
	free(p->entity);
}

/* ---- entities ----------------------------------------------------------- */

/* The one field that makes the natural key, if it is the text of a field. */
static const char *natural_field(const struct binding *b)
{
	const struct bind_field *f =
		b->n_adopt == 1 ? binding_field(b, b->adopt[0]) : NULL;

	if (!f || f->kind != BIND_FIELD || f->n_table || f->by || f->holds ||
	    f->as || f->other || f->type != BIND_TYPE_TEXT)
		return NULL;
	return f->name;
}

static int hold_to_server(struct present *p, struct present_entity *e,
			  const struct fit_values *values, struct err *err)
{
	struct session *s = p->known->session;
	const json_t *fields = session_fields(s, e->b->model, err);

	if (!fields) {
		e->no_model = err->code != ERR_AGAIN;
		return e->no_model ? 0 : -1;
	}
	if (binding_learn(e->b, fields, err) < 0 ||
	    fit_binding(e->b, fields, values, err) < 0 ||
	    fit_through(s, e->b, err) < 0 ||
	    fit_required(s, e->b, fields, err) < 0)
		return -1;
	e->by = natural_field(e->b);
	return 0;
}

/* Whether the state has a record of the entity at all. */
static int look_in_state(struct present *p, struct present_entity *e,
			 struct err *err)
{
	char *prefix;
	struct xref_walk w;
	struct span xid;
	int rc;

	if (!p->known->state)
		return 0;
	prefix = mem_printf(XID_MODULE ".%s.", e->name);
	rc = xref_walk(p->known->state, prefix, &w, err);
	if (rc == 0)
		rc = xref_walk_next(&w, &xid, err);
	xref_walk_end(&w);
	free(prefix);
	e->in_state = rc > 0;
	return rc < 0 ? -1 : 0;
}

int present_add(struct present *p, const char *entity,
		const struct fit_values *values, struct err *err)
{
	struct session *s = p->known->session;
	struct present_entity *e;

	p->entity = mem_grow(p->entity, p->n, &p->cap, sizeof(*p->entity));
	e = &p->entity[p->n++];
	*e = (struct present_entity){.name = mem_strdup(entity)};
	e->b = binding_load(p->profiles, entity,
			    s ? session_release(s) : NEWEST, err);
	if (!e->b)
		return err->code == ERR_NONE ? 0 : -1;
	if (s && hold_to_server(p, e, values, err) < 0)
		return -1;
	return look_in_state(p, e, err);
}

int present_fit_xids(const struct present *p, struct err *err)
{
	const struct binding **b =
		mem_alloc(mem_mul(p->n + 1, sizeof(struct binding *)));
	size_t n = 0, i;
	int rc;

	for (i = 0; i < p->n; i++)
		if (p->entity[i].b && !p->entity[i].no_model)
			b[n++] = p->entity[i].b;
	rc = p->known->session ? fit_xids(p->known->session, b, n, err) : 0;
	free(b);
	return rc;
}

/* What has no external id is found by other records, not by a key. */
bool present_knows(const struct present *p, size_t entity)
{
	const struct present_entity *e = &p->entity[entity];

	if (!e->b || e->b->n_identity || e->no_model)
		return false;
	return p->known->session || e->in_state;
}

int present_want_model(const struct present *p, size_t entity, struct err *err)
{
	const struct present_entity *e = &p->entity[entity];

	if (!e->no_model)
		return 0;
	return err_set(err, ERR_CONFIG,
		       "%s: this Odoo has no model %s, which records of '%s' "
		       "need: is its module installed?",
		       e->b->where, e->b->model, e->name);
}

/* ---- records ------------------------------------------------------------ */

/* Which codes stand for records that Odoo has. */
static int ask_codes(struct present *p, struct present_entity *e,
		     struct err *err)
{
	const struct binding *b = e->b;
	struct span *xid = mem_alloc(mem_mul(b->n_codes, sizeof(*xid)));
	size_t i;
	int rc;

	e->code = mem_zalloc(mem_mul(b->n_codes, sizeof(*e->code)));
	for (i = 0; i < b->n_codes; i++)
		xid[i] = span_of(b->code[i].to);
	rc = known_ids(p->known, b->model, xid, e->code, b->n_codes, err);
	free(xid);
	return rc;
}

static int look_at_code(struct present *p, struct present_entity *e, size_t i,
			struct err *err)
{
	if (!p->known->session)
		return 1;
	if (!e->code && ask_codes(p, e, err) < 0)
		return -1;
	return e->code[i] != 0;
}

/* Empty where the key makes no external id. */
static struct span xid_of(const struct present_entity *e, struct span site,
			  struct span key, struct buf *out)
{
	struct xid x = {span_of(e->name),
			e->b->per_site ? site : (struct span){"", 0}, key};
	struct err ignored = ERR_INIT;
	size_t from = out->len;

	if (xid_put(out, &x, &ignored) < 0 || out->over)
		return (struct span){"", 0};
	return (struct span){out->data + from, out->len - from};
}

int present_here(struct present *p, size_t entity, struct span site,
		 struct span key, struct err *err)
{
	struct present_entity *e = &p->entity[entity];
	struct buf xid = BUF_INIT(XID_MAX);
	struct xref x = {.res_id = 0};
	size_t i;
	int rc = 0;

	if (!present_knows(p, entity))
		return 0;
	for (i = 0; i < e->b->n_codes; i++)
		if (span_is(key, e->b->code[i].from))
			return look_at_code(p, e, i, err);
	if (!p->known->state || !e->in_state)
		return 0;
	xid_of(e, site, key, &xid);
	if (xid.len)
		rc = xref_find(p->known->state, buf_span(&xid), &x, err);
	buf_release(&xid);
	return rc > 0 ? x.res_id != 0 : rc;
}

static int ask_natural(struct present *p, struct present_entity *e,
		       struct present_key *v, size_t n, struct err *err)
{
	json_t *values = json_array(), *found = NULL;
	size_t *at = mem_alloc(mem_mul(n, sizeof(*at)));
	size_t n_asked = 0, i;
	int rc = 0;

	for (i = 0; i < n; i++) {
		if (v[i].there)
			continue;
		at[n_asked++] = i;
		json_array_append_new(
			values, json_pack("[o]", json_stringn(v[i].key.p,
							      v[i].key.len)));
	}
	if (n_asked)
		rc = reads_natural(p->known->session, e->b->model, &e->by, 1,
				   values, &found, err);
	for (i = 0; i < n_asked && rc == 0; i++)
		v[at[i]].there = json_array_size(json_array_get(found, i)) != 0;
	json_decref(found);
	json_decref(values);
	free(at);
	return rc;
}

int present_ask(struct present *p, size_t entity, struct present_key *v,
		size_t n, struct err *err)
{
	struct present_entity *e = &p->entity[entity];
	struct buf text = BUF_INIT(mem_mul(n, XID_MAX));
	struct span *xid = mem_alloc(mem_mul(n, sizeof(*xid)));
	int64_t *id = mem_zalloc(mem_mul(n, sizeof(*id)));
	size_t *at = mem_alloc(mem_mul(n, sizeof(*at)));
	size_t n_asked = 0, i;
	int rc = 0;

	/* room for all at once, so that nothing moves */
	buf_reserve(&text, text.ceiling);
	for (i = 0; i < n; i++) {
		v[i].there = false;
		xid[n_asked] = xid_of(e, v[i].site, v[i].key, &text);
		if (xid[n_asked].len)
			at[n_asked++] = i;
	}
	if (n_asked)
		rc = known_ids(p->known, e->b->model, xid, id, n_asked, err);
	for (i = 0; i < n_asked && rc == 0; i++)
		v[at[i]].there = id[i] != 0;
	if (rc == 0 && e->by)
		rc = ask_natural(p, e, v, n, err);
	free(at);
	free(id);
	free(xid);
	buf_release(&text);
	return rc;
}
