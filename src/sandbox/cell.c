/*
 * cell.c - see cell.h
 */
#include "sandbox/cell.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "sandbox/extid.h"
#include "sandbox/orm.h"
#include "sandbox/pyjson.h"
#include "sandbox/value.h"

/* One cell on its way: where it is and what is said about it. */
struct cell {
	struct cell_context *c;
	const struct model *m;
	const struct field *f, *top;
	const char *prefix;
};

/* A message in which %s is the cell and then the label of its field. */
static void complain(struct cell *at, bool error, const char *fmt,
		     const char *value, json_t *more)
{
	char *label = mem_printf("%s%s", at->prefix, at->f->label);
	struct buf b = BUF_INIT((size_t)1 << 20);
	const char *p;
	int n = 0;

	for (p = fmt; *p; p++) {
		if (p[0] == '%' && p[1] == 's') {
			buf_adds(&b, n++ ? label : value);
			p++;
		} else {
			buf_addc(&b, *p);
		}
	}
	at->c->log(at->c->to, error, at->top ? at->top : at->f, buf_str(&b),
		   more);
	buf_release(&b);
	free(label);
}

/* A cell as text, whatever JSON it is. */
static char *cell_text(const json_t *v)
{
	struct buf b = BUF_INIT((size_t)16 << 20);
	char *out;

	if (json_is_string(v))
		return mem_strdup(json_string_value(v));
	pyjson_repr(&b, v);
	out = mem_strdup(buf_str(&b));
	buf_release(&b);
	return out;
}

static int boolean_cell(struct cell *at, const json_t *v, json_t **out)
{
	static const char *const yes[] = {"1", "true", "yes", NULL};
	static const char *const no[] = {"0", "false", "no", "", NULL};
	const char *s = json_string_value(v);
	size_t i;

	if (!s)
		return fail_set(at->c->env->fail, FAIL_OTHER, FAIL_ATTRIBUTE,
				"'%s' object has no attribute 'lower'",
				json_is_boolean(v)   ? "bool"
				: json_is_integer(v) ? "int"
						     : "float");
	for (i = 0; yes[i]; i++)
		if (!strcasecmp(s, yes[i]))
			*out = json_true();
	for (i = 0; no[i]; i++)
		if (!strcasecmp(s, no[i]))
			*out = json_false();
	if (*out)
		return 0;
	if (at->c->env->release == 14) {
		complain(at, false,
			 "Unknown value '%s' for boolean field '%s', assuming "
			 "'yes'",
			 s, json_string("Use '1' for yes and '0' for no"));
		*out = json_true();
		return 0;
	}
	complain(at, true, "Unknown value '%s' for boolean field '%s'", s,
		 json_string("Use '1' for yes and '0' for no"));
	return 0;
}

static int integer_cell(struct cell *at, const json_t *v, json_t **out)
{
	char *text = cell_text(v);
	json_int_t n = 0;

	if (json_is_real(v))
		n = (json_int_t)json_real_value(v);
	else if (json_is_true(v))
		n = 1;
	else if (value_int(text, &n) < 0) {
		complain(at, true,
			 "'%s' does not seem to be an integer for field '%s'",
			 text, NULL);
		free(text);
		return 0;
	}
	*out = json_integer(n);
	free(text);
	return 0;
}

static int float_cell(struct cell *at, const json_t *v, json_t **out)
{
	char *text = cell_text(v);
	double d = 1;

	if (!json_is_true(v) && value_float(text, &d) < 0)
		complain(at, true,
			 "'%s' does not seem to be a number for field '%s'",
			 text, NULL);
	else if (json_is_string(v))
		*out = json_string(text); /* NaN has no other form here */
	else
		*out = json_real(d);
	free(text);
	return 0;
}

static int date_cell(struct cell *at, const json_t *v, json_t **out)
{
	bool time = at->f->type == FT_DATETIME;
	char *text = cell_text(v);

	if (value_is_date(text, time))
		*out = json_string(text);
	else if (time)
		complain(at, true,
			 "'%s' does not seem to be a valid datetime for field "
			 "'%s'",
			 text,
			 json_string("Use the format '2012-12-31 23:59:59'"));
	else
		complain(at, true,
			 "'%s' does not seem to be a valid date for field '%s'",
			 text, json_string("Use the format '2012-12-31'"));
	free(text);
	return 0;
}

static bool is_choice(struct span c, const char *text, bool any_case)
{
	if (!any_case)
		return span_is(c, text);
	return c.len == strlen(text) && !strncasecmp(c.p, text, c.len);
}

static int selection_cell(struct cell *at, const json_t *v, json_t **out)
{
	bool any_case = at->c->env->release != 14;
	char *text = cell_text(v);
	json_t *labels = json_array();
	struct choice c;
	size_t i;

	for (i = 0; field_choice(at->f, i, &c) && !*out; i++) {
		json_array_append_new(labels,
				      json_stringn(c.label.p, c.label.len));
		if (is_choice(c.key, text, any_case) ||
		    is_choice(c.label, text, any_case))
			*out = json_stringn(c.key.p, c.key.len);
	}
	if (!*out)
		complain(at, true,
			 "Value '%s' not found in selection field '%s'", text,
			 json_incref(labels));
	json_decref(labels);
	free(text);
	return 0;
}

/* --- references --- */

static json_t *possible_values(const struct env *env, const struct model *rel,
			       const char *sub)
{
	json_t *more =
		json_pack("{ss ss ss ss s[[bs][bs]] s{sb} ss ss}", "name",
			  "Possible Values", "type", "ir.actions.act_window",
			  "target", "new", "view_mode",
			  env->release == 14 ? "tree,form" : "list,form",
			  "views", 0, "list", 0, "form", "context", "create", 0,
			  "help", "See all possible values", "res_model",
			  *sub ? "ir.model.data" : rel->name);

	if (*sub)
		json_object_set_new(more, "domain",
				    json_pack("[[sss]]", "model", "=",
					      rel->name));
	return more;
}

static bool named_in(const struct env *env, const char *key,
		     const struct field *f)
{
	const json_t *list = env_context(env, key), *v;
	size_t i;

	if (json_is_object(list))
		return json_truth(json_object_get(list, f->name));
	for (i = 0; (v = json_array_get(list, i)); i++)
		if (json_is_string(v) && !strcmp(json_string_value(v), f->name))
			return true;
	return false;
}

static int find_by_name(struct cell *at, const struct model *rel,
			const char *value, json_int_t *id)
{
	struct env *env = at->c->env;
	json_t *ids = NULL, *vals;
	int rc;

	if (at->c->flush(at->c->to, NULL, rel) < 0 ||
	    orm_find_name(env, rel, value, "=", 0, &ids) < 0)
		return -1;
	*id = json_integer_value(json_array_get(ids, 0));
	if (json_array_size(ids) > 1) {
		char *fmt = mem_printf("Found multiple matches for value "
				       "\"%%s\" in field \"%%s\" (%zu matches)",
				       json_array_size(ids));

		complain(at, false, fmt, value, NULL);
		free(fmt);
	}
	json_decref(ids);
	if (*id || !env_flag(env, "import_file") ||
	    !named_in(env, "name_create_enabled_fields", at->f))
		return 0;
	vals = json_pack("{ss}", "name", value);
	rc = orm_create(env, rel, vals, id);
	json_decref(vals);
	return rc;
}

static int find_by_id(struct cell *at, const struct model *rel,
		      const char *value, json_int_t *id)
{
	json_int_t n = 0;

	if (value_int(value, &n) == 0) {
		int there = orm_exists(at->c->env, rel, n);

		if (there < 0)
			return -1;
		*id = there ? n : 0;
	}
	return 0;
}

static int find_by_xid(struct cell *at, const struct model *rel,
		       const char *value, json_int_t *id)
{
	const char *module =
		json_string_value(env_context(at->c->env, "module"));
	char *xid = strchr(value, '.')
			    ? mem_strdup(value)
			    : mem_printf("%s.%s",
					 module ? module : "__import__", value);
	int rc = at->c->flush(at->c->to, xid, rel);

	if (rc == 0)
		rc = extid_id(at->c->env, rel, xid, id);
	free(xid);
	return rc;
}

/* *id is 0 where nothing was found and that was said, or is to be empty. */
static int reference(struct cell *at, const char *sub, const char *value,
		     json_int_t *id)
{
	struct env *env = at->c->env;
	const struct model *rel = model_find(env->release, at->f->rel);
	char *fmt;
	int rc;

	*id = 0;
	if (!rel)
		return 0;
	if (!strcmp(sub, ".id"))
		rc = find_by_id(at, rel, value, id);
	else if (!strcmp(sub, "id"))
		rc = find_by_xid(at, rel, value, id);
	else
		rc = find_by_name(at, rel, value, id);
	if (rc < 0 || *id)
		return rc;
	if (env->release != 14 && env_flag(env, "import_file")) {
		if (named_in(env, "import_set_empty_fields", at->f))
			return 0;
		if (named_in(env, "import_skip_records", at->f)) {
			at->c->skip = true;
			return 0;
		}
	}
	fmt = mem_printf("No matching record found for %s '%%s' in field '%%s'",
			 !strcmp(sub, ".id")  ? "database id"
			 : !strcmp(sub, "id") ? "external id"
					      : "name");
	complain(at, true, fmt, value, possible_values(env, rel, sub));
	free(fmt);
	return 0;
}

/* The one way a record is referred to, or NULL: "" is by name. */
static const char *only_sub(struct cell *at, const json_t *record,
			    const json_t **value)
{
	const char *sub =
		json_object_iter_key(json_object_iter(loosen(record)));

	*value = sub ? json_object_get(record, sub) : NULL;
	if (sub && json_object_size(record) == 1 &&
	    (!*sub || !strcmp(sub, "id") || !strcmp(sub, ".id")))
		return sub;
	complain(at, true,
		 "Can not create Many-To-One records indirectly, import the "
		 "field separately",
		 "", NULL);
	return NULL;
}

static int many2one_cell(struct cell *at, const json_t *list, json_t **out)
{
	const json_t *value;
	const char *sub = only_sub(at, json_array_get(list, 0), &value);
	char *text;
	json_int_t id = 0;
	int rc;

	if (!sub)
		return 0;
	text = cell_text(value);
	rc = reference(at, sub, text, &id);
	free(text);
	if (rc == 0 && id)
		*out = json_integer(id);
	return rc;
}

static int many2many_cell(struct cell *at, const json_t *list, json_t **out)
{
	const json_t *value;
	const char *sub = only_sub(at, json_array_get(list, 0), &value);
	char *text, *part, *rest;
	json_t *ids;
	json_int_t id = 0;
	int rc = 0;

	if (!sub)
		return 0;
	text = rest = cell_text(value);
	ids = json_array();
	while (rc == 0 && (part = strsep(&rest, ","))) {
		rc = reference(at, sub, part, &id);
		if (!id)
			break; /* one is reported, as Odoo does */
		json_array_append_new(ids, json_integer(id));
	}
	free(text);
	if (rc == 0)
		*out = json_pack("[[iiO]]", 6, 0, ids);
	json_decref(ids);
	return rc;
}

/* A line that is there already is changed, else it is made. */
static int one2many_line(struct cell *at, const json_t *record, json_t *list)
{
	struct env *env = at->c->env;
	const struct model *rel = model_find(env->release, at->f->rel);
	const char *xid = json_string_value(json_object_get(record, "id"));
	char *prefix = mem_printf("%s%s/", at->prefix, at->f->label);
	char *full = NULL;
	json_int_t id = 0;
	json_t *vals = cell_values(at->c, rel, record,
				   at->top ? at->top : at->f, prefix);
	int rc = vals ? 0 : -1;

	free(prefix);
	if (rc == 0 && xid && *xid) {
		full = strchr(xid, '.') ? mem_strdup(xid)
					: mem_printf("__import__.%s", xid);
		rc = extid_id(env, rel, full, &id);
	}
	if (rc == 0 && !id && json_truth(json_object_get(record, ".id"))) {
		char *text = cell_text(json_object_get(record, ".id"));

		rc = find_by_id(at, rel, text, &id);
		free(text);
	}
	if (rc == 0 && id) {
		json_array_append_new(list,
				      json_pack("[iIo]", 4, id, json_object()));
		json_array_append_new(list, json_pack("[iIO]", 1, id, vals));
	} else if (rc == 0) {
		if (full)
			json_object_set_new(vals, ".xid", json_string(full));
		json_array_append_new(list, json_pack("[iiO]", 0, 0, vals));
	}
	free(full);
	json_decref(vals);
	return rc;
}

static int one2many_cell(struct cell *at, const json_t *records, json_t **out)
{
	json_t *list = json_array(), *v;
	size_t i;
	int rc = 0;

	json_array_foreach (records, i, v) {
		if (rc == 0)
			rc = one2many_line(at, v, list);
	}
	if (rc == 0)
		*out = list;
	else
		json_decref(list);
	return rc;
}

static int convert(struct cell *at, const json_t *v, json_t **out)
{
	switch (at->f->type) {
	case FT_BOOLEAN:
		return boolean_cell(at, v, out);
	case FT_INTEGER:
	case FT_REFERENCE:
		return integer_cell(at, v, out);
	case FT_FLOAT:
	case FT_MONETARY:
		return float_cell(at, v, out);
	case FT_DATE:
	case FT_DATETIME:
		return date_cell(at, v, out);
	case FT_SELECTION:
		return selection_cell(at, v, out);
	case FT_MANY2ONE:
		return many2one_cell(at, v, out);
	case FT_MANY2MANY:
		return many2many_cell(at, v, out);
	case FT_ONE2MANY:
		return one2many_cell(at, v, out);
	case FT_CHAR:
	case FT_TEXT:
	case FT_HTML:
	case FT_BINARY:
		*out = json_incref(loosen(v));
		return 0;
	}
	return 0;
}

json_t *cell_values(struct cell_context *c, const struct model *m,
		    const json_t *record, const struct field *top,
		    const char *prefix)
{
	json_t *vals = json_object(), *v;
	const char *name;

	json_object_foreach (loosen(record), name, v) {
		struct cell at = {c, m, field_find(m, c->env->release, name),
				  top, prefix};
		json_t *out = NULL;

		if (!strcmp(name, "id") || !strcmp(name, ".id") || !at.f)
			continue;
		if (!json_truth(v)) {
			if (at.f->type != FT_ONE2MANY)
				json_object_set_new(vals, name, json_false());
			continue;
		}
		if (convert(&at, v, &out) < 0) {
			json_decref(vals);
			return NULL;
		}
		if (out)
			json_object_set_new(vals, name, out);
	}
	return vals;
}
