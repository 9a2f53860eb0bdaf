/*
 * reads_models.c - of which model records are, by external id
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "odoo/reads.h"
#include "odoo/session_open.h"

static struct span module_of(struct span xid)
{
	const char *dot = memchr(xid.p, '.', xid.len);

	return (struct span){xid.p, dot ? (size_t)(dot - xid.p) : 0};
}

static struct span name_of(struct span xid)
{
	size_t skip = module_of(xid).len + 1;

	return (struct span){xid.p + skip, xid.len - skip};
}

static json_t *text_of(struct span s)
{
	return json_stringn(s.p, s.len);
}

static bool text_is(const json_t *v, struct span s)
{
	return json_is_string(v) &&
	       span_eq(s, (struct span){json_string_value(v),
					json_string_length(v)});
}

static void take_row(const json_t *row, const struct span *xid, size_t n,
		     char **model)
{
	const json_t *module = json_object_get(row, "module");
	const json_t *name = json_object_get(row, "name");
	const char *of = json_string_value(json_object_get(row, "model"));
	size_t i;

	for (i = 0; of && i < n; i++)
		if (!model[i] && text_is(module, module_of(xid[i])) &&
		    text_is(name, name_of(xid[i])))
			model[i] = mem_strdup(of);
}

/* 1: the user may not read ir.model.data. */
static int from_data(struct session *s, const struct span *xid, size_t n,
		     char **model, struct err *err)
{
	json_t *modules = json_array(), *names = json_array(), *rows, *row,
	       *domain;
	struct call c;
	size_t i;

	for (i = 0; i < n; i++) {
		json_array_append_new(modules, text_of(module_of(xid[i])));
		json_array_append_new(names, text_of(name_of(xid[i])));
	}
	domain = json_pack("[[sso][sso]]", "module", "in", modules, "name",
			   "in", names);
	call_init(&c, "ir.model.data", "search_read", CALL_READ);
	call_arg_json(&c, "domain", domain);
	call_arg_raw(&c, "fields", SPAN("[\"module\",\"name\",\"model\"]"));
	call_by_name(&c);
	json_decref(domain);
	rows = session_call(s, &c, err);
	call_release(&c);
	if (!rows) {
		if (err->code != ERR_PERM)
			return -1;
		*session_may_read_xids(s) = MAY_NOT;
		return 1;
	}
	json_array_foreach (rows, i, row) {
		take_row(row, xid, n, model);
	}
	json_decref(rows);
	return 0;
}

static int from_name(struct session *s, struct span xid, char **model,
		     struct err *err)
{
	json_t *pair = NULL;
	struct call c;
	struct reply r;
	struct verdict v;
	int rc = 0;

	call_init(&c, "ir.model.data", "check_object_reference", CALL_READ);
	call_arg_str(&c, "module", module_of(xid));
	call_arg_str(&c, "xml_id", name_of(xid));
	session_try(s, &c, &r);
	verdict_reply(&v, &r);
	if (v.what == ODOO_DONE) {
		pair = json_incref(r.result);
	} else if (v.what != ODOO_REJECT) { /* that is: not found */
		pair = session_call(s, &c, err);
		rc = pair ? 0 : -1;
	}
	if (json_is_string(json_array_get(pair, 0)))
		*model = mem_strdup(json_string_value(json_array_get(pair, 0)));
	json_decref(pair);
	reply_release(&r);
	call_release(&c);
	return rc;
}

int reads_models(struct session *s, const struct span *xid, size_t n,
		 char **model, struct err *err)
{
	size_t i;
	int rc = 1;

	for (i = 0; i < n; i++)
		model[i] = NULL;
	if (*session_may_read_xids(s) != MAY_NOT)
		rc = from_data(s, xid, n, model, err);
	if (rc <= 0)
		return rc;
	*err = (struct err)ERR_INIT;
	for (i = 0, rc = 0; i < n && rc == 0; i++)
		rc = from_name(s, xid[i], &model[i], err);
	return rc;
}
