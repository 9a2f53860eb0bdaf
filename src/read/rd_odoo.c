/*
 * rd_odoo.c - records of an Odoo server, over either of its transports
 *
 * Pages follow each other by the last id seen, so that what others write
 * meanwhile neither hides nor doubles a record.  Odoo says false for what is
 * empty, which only fields_get tells from a boolean's: it becomes null.  A
 * many2one is {"id":N,"name":"..."}; a list of records their ids.
 *
 * Spec: Odoo's external API, search_read and fields_get, releases 14 to 19.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "conf/target.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/rec.h"
#include "core/suggest.h"
#include "odoo/reads.h"
#include "read/reader.h"

/* Asked for like a field: MODULE.NAME, the external id. */
#define EXTERNAL_ID "external_id"

struct odoo {
	const struct read_conf *conf;
	struct target *target;
	struct session *session;
	const json_t *about; /* fields_get */
	json_t *fields;      /* names, of Odoo's fields only */
	size_t xid_at;       /* where the external id goes; SIZE_MAX: nowhere */
	struct reads_pages pages;
	json_t *page;
	char **xid; /* of the page's records, or NULL */
	size_t at;  /* in the page */
	uint64_t row;
};

/* ---- what to ask for ----------------------------------------------------- */

static const char *type_of(const struct odoo *o, const char *name)
{
	const char *type = json_string_value(
		json_object_get(json_object_get(o->about, name), "type"));

	return type ? type : "";
}

static int no_field(const struct odoo *o, const char *name, struct err *err)
{
	size_t n = json_object_size(o->about), i = 0;
	const char **known = mem_alloc(mem_mul(n + 2, sizeof(*known))), *near;
	const char *key;
	json_t *ignored;

	/* jansson's iterators take no const. */
	json_object_foreach ((json_t *)(uintptr_t)o->about, key, ignored)
		known[i++] = key;
	known[i++] = EXTERNAL_ID;
	known[i] = NULL;
	near = suggest(span_of(name), known);
	err_set(err, ERR_USAGE, "%s has no field '%s'%s%s%s", o->conf->model,
		name, near ? "; did you mean " : "", near ? near : "",
		near ? "?" : "");
	free(known);
	return -1;
}

/* The names between commas. */
static int take_names(struct odoo *o, struct err *err)
{
	char *list = mem_strdup(o->conf->fields), *save = NULL, *name;
	size_t n = 0;
	int rc = 0;

	for (name = strtok_r(list, ", ", &save); name && rc == 0;
	     name = strtok_r(NULL, ", ", &save), n++) {
		if (!strcmp(name, EXTERNAL_ID) &&
		    !json_object_get(o->about, name))
			o->xid_at = n;
		else if (!json_object_get(o->about, name))
			rc = no_field(o, name, err);
		else
			json_array_append_new(o->fields, json_string(name));
	}
	if (rc == 0 && !n)
		rc = err_set(err, ERR_USAGE, "fields: no names");
	free(list);
	return rc;
}

/* Pictures are large: few records of them make a page. */
#define BINARY_PAGE 10

static size_t page_size(const struct odoo *o)
{
	const json_t *name;
	size_t i;

	json_array_foreach (o->fields, i, name)
		if (!strcmp(type_of(o, json_string_value(name)), "binary"))
			return BINARY_PAGE;
	return READS_CHUNK;
}

/* What is stored in a column: no lists, nothing computed, no pictures. */
static void take_columns(struct odoo *o)
{
	const char *name, *type;
	json_t *field;

	json_object_foreach ((json_t *)(uintptr_t)o->about, name, field) {
		type = type_of(o, name);
		if (json_is_true(json_object_get(field, "store")) &&
		    strcmp(type, "one2many") != 0 &&
		    strcmp(type, "many2many") != 0 &&
		    strcmp(type, "binary") != 0 &&
		    strcmp(type, "properties") != 0)
			json_array_append_new(o->fields, json_string(name));
	}
}

static json_t *domain_of(const struct odoo *o, struct err *err)
{
	json_error_t e;
	json_t *d;

	if (!o->conf->domain)
		return json_array();
	d = json_loads(o->conf->domain, 0, &e);
	if (json_is_array(d))
		return d;
	err_set(err, ERR_USAGE, "domain: %s",
		d ? "a list as in [[\"active\", \"=\", true]] is expected"
		  : e.text);
	json_decref(d);
	return NULL;
}

static int log_in(struct odoo *o, struct err *err)
{
	const struct read_conf *conf = o->conf;

	if (!conf->target || !conf->model)
		return err_set(err, ERR_USAGE, "format odoo wants --%s",
			       conf->target ? "model" : "target");
	o->target =
		target_load(conf->profiles, conf->targets, conf->target, err);
	if (!o->target || target_read_key(o->target, err) < 0)
		return -1;
	o->session = session_open(&o->target->endpoint, err);
	if (!o->session)
		return -1;
	o->about = session_fields(o->session, conf->model, err);
	return o->about ? 0 : -1;
}

static int begin(struct odoo *o, struct err *err)
{
	json_t *domain, *context;

	if (log_in(o, err) < 0)
		return -1;
	if (!o->conf->fields)
		take_columns(o);
	else if (take_names(o, err) < 0)
		return -1;
	domain = domain_of(o, err);
	if (!domain)
		return -1;
	/* Pages have archived records as well, unless told otherwise. */
	context = json_pack("{sb}", "active_test", !o->conf->archived);
	reads_pages_init(&o->pages, o->session, o->conf->model, domain,
			 o->fields, context);
	o->pages.size = page_size(o);
	json_decref(domain);
	json_decref(context);
	return 0;
}

/* ---- pages ----------------------------------------------------------------
 */

static void free_xids(struct odoo *o)
{
	size_t i;

	for (i = 0; o->xid && i < json_array_size(o->page); i++)
		free(o->xid[i]);
	free(o->xid);
	o->xid = NULL;
}

static int64_t id_at(const struct odoo *o, size_t i)
{
	return json_integer_value(
		json_object_get(json_array_get(o->page, i), "id"));
}

static int read_xids(struct odoo *o, struct err *err)
{
	size_t n = json_array_size(o->page), i;
	int64_t *ids = mem_alloc(mem_mul(n + 1, sizeof(*ids)));
	int rc;

	o->xid = mem_zalloc(mem_mul(n + 1, sizeof(*o->xid)));
	for (i = 0; i < n; i++)
		ids[i] = id_at(o, i);
	rc = reads_xids(o->session, o->conf->model, ids, n, o->xid, err);
	free(ids);
	return rc;
}

/* The page behind the present one.  1, 0 there is none, -1. */
static int next_page(struct odoo *o, struct err *err)
{
	free_xids(o);
	json_decref(o->page);
	o->at = 0;
	o->page = reads_pages_next(&o->pages, err);
	if (!o->page)
		return -1;
	if (!json_array_size(o->page))
		return 0;
	if (o->xid_at != SIZE_MAX && read_xids(o, err) < 0)
		return -1;
	return 1;
}

/* ---- records ---------------------------------------------------------------
 */

static void put_value(struct buf *b, const json_t *v);

static void put_items(struct buf *b, const json_t *list)
{
	size_t i;

	rec_put_open(b, '[');
	for (i = 0; i < json_array_size(list); i++)
		put_value(b, json_array_get(list, i));
	rec_put_close(b, ']');
}

static void put_members(struct buf *b, const json_t *object)
{
	const char *name;
	json_t *v;

	rec_put_open(b, '{');
	json_object_foreach ((json_t *)(uintptr_t)object, name, v) {
		rec_put_key(b, span_of(name));
		put_value(b, v);
	}
	rec_put_close(b, '}');
}

/* Replies are as deep as http.h lets them be. */
static void put_value(struct buf *b, const json_t *v)
{
	struct buf number = BUF_INIT(64);

	switch (json_typeof(v)) {
	case JSON_STRING:
		rec_put_str(b, (struct span){json_string_value(v),
					     json_string_length(v)});
		break;
	case JSON_INTEGER:
		buf_addf(&number, "%lld", (long long)json_integer_value(v));
		rec_put_raw(b, buf_span(&number));
		break;
	case JSON_REAL:
		num_put_real(&number, json_real_value(v));
		rec_put_raw(b, buf_span(&number));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		rec_put_raw(b, json_is_true(v) ? SPAN("true") : SPAN("false"));
		break;
	case JSON_NULL:
		rec_put_raw(b, SPAN("null"));
		break;
	case JSON_ARRAY:
		put_items(b, v);
		break;
	case JSON_OBJECT:
		put_members(b, v);
		break;
	}
	buf_release(&number);
}

static void put_field(struct odoo *o, struct buf *b, const char *name,
		      const json_t *v)
{
	const char *type = type_of(o, name);

	rec_put_key(b, span_of(name));
	if (json_is_false(v) && strcmp(type, "boolean") != 0) {
		rec_put_raw(b, SPAN("null"));
	} else if (!strcmp(type, "many2one") && json_array_size(v) == 2) {
		rec_put_open(b, '{');
		rec_put_key(b, SPAN("id"));
		put_value(b, json_array_get(v, 0));
		rec_put_key(b, SPAN("name"));
		put_value(b, json_array_get(v, 1));
		rec_put_close(b, '}');
	} else {
		put_value(b, v);
	}
}

static void put_xid(const struct odoo *o, struct buf *b)
{
	rec_put_key(b, SPAN(EXTERNAL_ID));
	if (o->xid[o->at])
		rec_put_str(b, span_of(o->xid[o->at]));
	else
		rec_put_raw(b, SPAN("null"));
}

static void put_row(struct odoo *o, struct buf *b)
{
	const json_t *row = json_array_get(o->page, o->at), *name, *v;
	size_t i;

	rec_put_open(b, '{');
	for (i = 0; i < json_array_size(o->fields); i++) {
		if (i == o->xid_at)
			put_xid(o, b);
		name = json_array_get(o->fields, i);
		v = json_object_get(row, json_string_value(name));
		if (v)
			put_field(o, b, json_string_value(name), v);
	}
	if (o->xid_at == i)
		put_xid(o, b);
	rec_put_close(b, '}');
}

static enum rd_status odoo_next(void *state, struct rd_record *r,
				struct err *err)
{
	struct odoo *o = state;
	int more;

	if (o->at >= json_array_size(o->page)) {
		more = next_page(o, err);
		if (more <= 0)
			return more < 0 ? RD_FATAL : RD_END;
	}
	buf_clear(&r->place);
	rec_add_str(&r->place, "model", span_of(o->conf->model));
	rec_add_count(&r->place, "id", (uint64_t)id_at(o, o->at));
	rd_begin(r, ++o->row);
	put_row(o, r->out);
	o->at++;
	if (rd_end(r))
		return RD_RECORD;
	rd_reject(r, "too-long", (struct span){NULL, 0}, NULL);
	buf_addf(&r->why, "a record of more than %zu bytes", LINE_CEILING);
	return RD_REJECT;
}

static void odoo_close(void *state)
{
	struct odoo *o = state;

	if (!o)
		return;
	free_xids(o);
	json_decref(o->page);
	json_decref(o->fields);
	reads_pages_release(&o->pages);
	session_close(o->session);
	target_free(o->target);
	free(o);
}

static void *odoo_open(struct input *in, const struct read_conf *conf,
		       struct err *err)
{
	struct odoo *o = mem_zalloc(sizeof(*o));

	(void)in;
	o->conf = conf;
	o->xid_at = SIZE_MAX;
	o->fields = json_array();
	if (begin(o, err) == 0)
		return o;
	odoo_close(o);
	return NULL;
}

const struct reader_ops rd_odoo = {
	.name = "odoo",
	.open = odoo_open,
	.next = odoo_next,
	.close = odoo_close,
	.no_file = true,
};
