/*
 * A binding held to what the server says about its fields.
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "push/binding.h"

static const struct {
	const char *name;
	enum bind_type type;
} types[] = {
	{"char", BIND_TYPE_TEXT},         {"text", BIND_TYPE_TEXT},
	{"html", BIND_TYPE_HTML},         {"boolean", BIND_TYPE_BOOLEAN},
	{"integer", BIND_TYPE_INTEGER},   {"float", BIND_TYPE_FLOAT},
	{"monetary", BIND_TYPE_FLOAT},    {"date", BIND_TYPE_DATE},
	{"datetime", BIND_TYPE_DATETIME}, {"selection", BIND_TYPE_SELECTION},
	{"many2one", BIND_TYPE_MANY2ONE}, {"many2many", BIND_TYPE_MANY2MANY},
	{"binary", BIND_TYPE_BINARY},     {"image", BIND_TYPE_BINARY},
};

json_t *binding_field_names(const struct binding *b)
{
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < b->n_fields; i++) {
		json_array_append_new(names, json_string(b->field[i].name));
		if (strcmp(b->field[i].read, b->field[i].name) != 0)
			json_array_append_new(names,
					      json_string(b->field[i].read));
	}
	json_array_append_new(names, json_string("active"));
	return names;
}

/* Whether the way the value is made fits the type. */
static int check_way(const struct binding *b, const struct bind_field *f,
		     const char *type, struct err *err)
{
	bool names_record = f->kind == BIND_REF || f->kind == BIND_XID ||
			    f->by || f->n_table;
	bool relation = bind_is_relation(f);

	if (relation && !names_record)
		return err_set(err, ERR_CONFIG,
			       "%s: %s.%s is a %s: it needs a ref, an xid, a "
			       "table of external ids, or 'by'",
			       f->where, b->model, f->name, type);
	if (!relation && names_record && !f->n_table)
		return err_set(err, ERR_CONFIG,
			       "%s: %s.%s is a %s and names no record",
			       f->where, b->model, f->name, type);
	if (f->kind == BIND_REF && f->many != (f->type == BIND_TYPE_MANY2MANY))
		return err_set(err, ERR_CONFIG,
			       "%s: %s.%s is a %s: 'many' does not fit",
			       f->where, b->model, f->name, type);
	if (f->type == BIND_TYPE_BINARY &&
	    (f->kind != BIND_FIELD || f->n_table || f->holds || f->as ||
	     f->fallback || f->other))
		return err_set(err, ERR_CONFIG,
			       "%s: %s.%s is a %s: it takes the value of a "
			       "field as it is, and nothing else",
			       f->where, b->model, f->name, type);
	return 0;
}

static int learn_field(const struct binding *b, struct bind_field *f,
		       const json_t *about, struct err *err)
{
	const char *type = json_string_value(json_object_get(about, "type"));
	const char *relation =
		json_string_value(json_object_get(about, "relation"));
	const json_t *digits = json_object_get(about, "digits");
	size_t i;

	f->type = BIND_TYPE_NONE;
	for (i = 0; type && i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].name, type))
			f->type = types[i].type;
	if (!f->type)
		return err_set(err, ERR_CONFIG,
			       "%s: %s.%s is a %s, which cannot be bound",
			       f->where, b->model, f->name, type ? type : "?");
	if (check_way(b, f, type, err) < 0)
		return -1;
	f->required = json_is_true(json_object_get(about, "required"));
	if (f->required && f->deferred)
		return err_set(err, ERR_CONFIG,
			       "%s: %s.%s is required: it cannot be deferred",
			       f->where, b->model, f->name);
	if (json_is_array(digits) && json_array_size(digits) == 2)
		f->digits = (int)json_integer_value(json_array_get(digits, 1));
	free(f->relation);
	f->relation = relation ? mem_strdup(relation) : NULL;
	return f->other ? learn_field(b, f->other, about, err) : 0;
}

void binding_blame(const struct binding *b, const struct bind_field *f,
		   struct err *err)
{
	if (err->code == ERR_REFUSED || err->code == ERR_CONFIG)
		err_wrap(err, "%s: %s", f ? f->where : b->where,
			 f ? f->name : b->model);
}

/* Every canonical record may say `active`. */
static void add_active(struct binding *b)
{
	struct bind_field *f;

	b->field = mem_realloc(b->field,
			       mem_mul(b->n_fields + 1, sizeof(*b->field)));
	f = &b->field[b->n_fields++];
	memset(f, 0, sizeof(*f));
	f->name = mem_strdup("active");
	f->read = mem_strdup("active");
	f->from = mem_strdup("active");
	f->where = mem_strdup(b->entity);
	f->digits = -1;
	f->type = BIND_TYPE_BOOLEAN;
}

int binding_learn(struct binding *b, const json_t *fields, struct err *err)
{
	size_t i;

	for (i = 0; i < b->n_fields; i++) {
		struct bind_field *f = &b->field[i];
		const json_t *about = json_object_get(fields, f->name);

		if (!about || !json_object_get(fields, f->read))
			return err_set(err, ERR_CONFIG,
				       "%s: the server's %s has no field %s",
				       f->where, b->model,
				       about ? f->read : f->name);
		if (learn_field(b, f, about, err) < 0)
			return -1;
	}
	if (json_object_get(fields, "active") && binding_index(b, "active") < 0)
		add_active(b);
	return 0;
}
