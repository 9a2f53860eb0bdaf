#include <stdlib.h>

#include "core/xid.h"
#include "odoo/reads.h"
#include "report/odoo_side.h"

/* Records of Odoo that the stream may lack, as they are found. */
struct found {
	struct odoo_side *o;
	struct odoo_entity *e;
	struct arena arena;
	struct odoo_item *item;
	int64_t *id;
	size_t n, cap, cap_ids;
	bool has_active;
};

static bool is_in(const struct hset *set, struct span s)
{
	struct sip h;

	sip_init(&h);
	sip_add_span(&h, s);
	return hset_find(set, sip_end(&h)) != NULL;
}

/* Those that are archived are gone as far as anybody is concerned. */
static int report_found(struct found *f, struct err *err)
{
	json_t **row = mem_zalloc(mem_mul(f->n, sizeof(json_t *)));
	json_t *names = json_pack("[s]", f->has_active ? "active" : "id");
	size_t i;
	int rc = 0;

	if (f->n)
		rc = reads_values(f->o->session, f->e->b->model, f->id, f->n,
				  names, NULL, row, err);
	for (i = 0; i < f->n; i++) {
		struct difference d = odoo_base(f->e, &f->item[i], DIFF_EXTRA);

		if (rc == 0 && row[i] &&
		    !(f->has_active &&
		      json_is_false(json_object_get(row[i], "active"))))
			report_put(f->o->report, &d);
		json_decref(row[i]);
	}
	f->n = 0;
	arena_clear(&f->arena);
	json_decref(names);
	free(row);
	return rc;
}

/* A record with this external id; of an entity and site the stream carries? */
static int take_xid(struct found *f, struct span xid, int64_t id,
		    struct err *err)
{
	struct buf store = BUF_INIT(XID_MAX);
	struct xid x;
	int rc = 0;

	if (xid_parse(xid, &store, &x) == 0 && span_is(x.entity, f->e->name) &&
	    !is_in(&f->e->seen, xid) &&
	    (!f->e->b->per_site || is_in(&f->e->sites, x.site))) {
		struct odoo_item it = {.id = id};

		it.key.p = arena_dup(&f->arena, x.key.p, x.key.len);
		it.key.len = x.key.len;
		it.site.p = arena_dup(&f->arena, x.site.p ? x.site.p : "",
				      x.site.len);
		it.site.len = x.site.len;
		f->item = mem_grow(f->item, f->n, &f->cap, sizeof(*f->item));
		f->id = mem_grow(f->id, f->n, &f->cap_ids, sizeof(*f->id));
		f->item[f->n] = it;
		f->id[f->n++] = id;
		if (f->n == READS_CHUNK)
			rc = report_found(f, err);
	}
	buf_release(&store);
	return rc;
}

/* One page of ir.model.data. */
static int take_names(struct found *f, const json_t *page, struct err *err)
{
	const json_t *row;
	size_t i;
	int rc = 0;

	json_array_foreach (page, i, row) {
		const char *name =
			json_string_value(json_object_get(row, "name"));
		char *xid;

		if (!name)
			continue;
		xid = mem_printf(XID_MODULE ".%s", name);
		rc = take_xid(
			f, span_of(xid),
			json_integer_value(json_object_get(row, "res_id")),
			err);
		free(xid);
		if (rc < 0)
			break;
	}
	return rc;
}

/* One page of the model's own records. */
static int take_records(struct found *f, const json_t *page, struct err *err)
{
	size_t n = json_array_size(page), i;
	int64_t *id = mem_alloc(mem_mul(n, sizeof(*id)));
	char **xid = mem_zalloc(mem_mul(n, sizeof(char *)));
	int rc;

	for (i = 0; i < n; i++)
		id[i] = json_integer_value(
			json_object_get(json_array_get(page, i), "id"));
	rc = reads_xids(f->o->session, f->e->b->model, id, n, xid, err);
	for (i = 0; i < n; i++) {
		if (rc == 0 && xid[i])
			rc = take_xid(f, span_of(xid[i]), id[i], err);
		free(xid[i]);
	}
	free(xid);
	free(id);
	return rc;
}

static int walk(struct found *f, const char *model, const json_t *domain,
		const char *first, const char *second,
		int (*on)(struct found *, const json_t *, struct err *),
		struct err *err)
{
	json_t *names = json_pack("[ss]", first, second);
	struct reads_pages pages;
	bool more = true;
	int rc = 0;

	reads_pages_init(&pages, f->o->session, model, domain, names, NULL);
	while (rc == 0 && more) {
		json_t *page = reads_pages_next(&pages, err);

		more = json_array_size(page) > 0;
		rc = page ? on(f, page, err) : -1;
		json_decref(page);
	}
	reads_pages_release(&pages);
	json_decref(names);
	return rc;
}

int odoo_report_extra(struct odoo_side *o, struct odoo_entity *e,
		      struct err *err)
{
	struct found f = {.o = o, .e = e, .arena = ARENA_INIT};
	const json_t *fields = session_fields(o->session, e->b->model, err);
	json_t *domain, *all = json_array();
	char *pattern = mem_printf("%s.%%", e->name);
	int rc;

	f.has_active = json_object_get(fields, "active") != NULL;
	domain = json_pack("[[sss],[sss],[sss]]", "module", "=", XID_MODULE,
			   "model", "=", e->b->model, "name", "=like", pattern);
	rc = walk(&f, "ir.model.data", domain, "name", "res_id", take_names,
		  err);
	/* from 19 on not everybody may read those: ask the records then */
	if (rc < 0 && (err->code == ERR_PERM || err->code == ERR_REFUSED))
		rc = walk(&f, e->b->model, all, "id", "id", take_records, err);
	if (rc == 0)
		rc = report_found(&f, err);
	json_decref(domain);
	json_decref(all);
	free(pattern);
	free(f.item);
	free(f.id);
	arena_release(&f.arena);
	return rc;
}
