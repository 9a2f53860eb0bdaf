#include "push/fit.h"

#include <string.h>

#include "core/buf.h"
#include "core/log.h"
#include "odoo/call.h"

/* Values of a selection that a sentence lists. */
#define LISTED_CEILING 300

/* ---- selections --------------------------------------------------------- */

struct held_to {
	const struct binding *b;
	const struct bind_field *f;
	const json_t *choices; /* [key, label] each */
	const char *from;      /* who says the value */
};

static bool is_choice(const json_t *choices, struct span value)
{
	const json_t *c;
	size_t i;

	json_array_foreach (choices, i, c) {
		const json_t *key = json_array_get(c, 0);

		if (json_is_string(key) &&
		    span_eq(value, (struct span){json_string_value(key),
						 json_string_length(key)}))
			return true;
	}
	return false;
}

static void put_choices(struct buf *out, const json_t *choices)
{
	const json_t *c;
	size_t i;

	json_array_foreach (choices, i, c) {
		const char *key = json_string_value(json_array_get(c, 0));

		if (!key)
			continue;
		if (out->len + strlen(key) + 8 > LISTED_CEILING) {
			buf_adds(out, ", ...");
			return;
		}
		buf_addf(out, "%s%s", out->len ? ", " : "", key);
	}
}

/* An empty value clears the field. */
static int hold_value(void *to, struct span value, struct err *err)
{
	const struct held_to *h = to;
	struct buf list = BUF_INIT(LISTED_CEILING + 8);

	if (!value.len || is_choice(h->choices, value))
		return 0;
	put_choices(&list, h->choices);
	err_set(err, ERR_CONFIG,
		"%s: the server's %s.%s has no value '%.*s', which %s; it has "
		"%s",
		h->f->where, h->b->model, h->f->name, SPAN_FMT(value), h->from,
		buf_str(&list));
	buf_release(&list);
	return -1;
}

static const char *row_of(const struct bind_field *f, struct span value)
{
	size_t i;

	for (i = 0; i < f->n_table; i++)
		if (span_is(value, f->table[i].from))
			return f->table[i].to;
	return NULL;
}

/* What the contract lets through and the table does not have is a reject. */
static int warn_row(void *to, struct span value, struct err *err)
{
	const struct held_to *h = to;

	(void)err;
	if (!row_of(h->f, value))
		log_warn("%s: %s.%s: the contract lets '%.*s' through, which "
			 "the table does not have: such records will be "
			 "rejected",
			 h->f->where, h->b->model, h->f->name, SPAN_FMT(value));
	return 0;
}

static int hold_table(struct held_to *h, const struct fit_values *values,
		      struct err *err)
{
	const struct bind_field *f = h->f;
	size_t i;

	h->from = "the table names";
	for (i = 0; i < f->n_table; i++)
		if (hold_value(h, span_of(f->table[i].to), err) < 0)
			return -1;
	return values ? values->each(values->context, f->from, warn_row, h, err)
		      : 0;
}

static int hold_selection(struct held_to *h, const struct fit_values *values,
			  struct err *err)
{
	const struct bind_field *f = h->f;

	h->from = "the binding says";
	if ((f->fallback && hold_value(h, span_of(f->fallback), err) < 0) ||
	    (f->as && hold_value(h, span_of(f->as), err) < 0))
		return -1;
	if (f->kind == BIND_CONST)
		return hold_value(h, span_of(f->text), err);
	if (f->kind != BIND_FIELD || f->as || f->holds)
		return 0;
	if (f->n_table)
		return hold_table(h, values, err);
	h->from = "the contract lets through";
	return values ? values->each(values->context, f->from, hold_value, h,
				     err)
		      : 0;
}

/* ---- relations ---------------------------------------------------------- */

/* Records are named by their database ids: of another model it would be
   another record. */
static int hold_relation(const struct binding *b, const struct bind_field *f,
			 struct err *err)
{
	if (f->kind != BIND_REF || f->through || !f->target || !f->relation ||
	    !strcmp(f->relation, f->target->model))
		return 0;
	return err_set(err, ERR_CONFIG,
		       "%s: the server's %s.%s leads to %s, but records of "
		       "'%s' are %s; refer to another entity, or say with "
		       "'through' which field of them is meant",
		       f->where, b->model, f->name, f->relation, f->ref,
		       f->target->model);
}

static int hold_through(struct session *s, const struct binding *b,
			const struct bind_field *f, struct err *err)
{
	const json_t *fields, *about;
	const char *relation;

	if (f->kind != BIND_REF || !f->through || !f->target ||
	    f->owner == OWNER_ODOO || !f->relation)
		return f->other ? hold_through(s, b, f->other, err) : 0;
	fields = session_fields(s, f->target->model, err);
	if (!fields) /* what is not there is missed by its own records */
		return err->code == ERR_AGAIN ? -1 : 0;
	about = json_object_get(fields, f->through);
	if (!about)
		return err_set(err, ERR_CONFIG,
			       "%s: %s.%s goes through a field %s, which the "
			       "server's %s does not have",
			       f->where, b->model, f->name, f->through,
			       f->target->model);
	relation = json_string_value(json_object_get(about, "relation"));
	if (!relation || strcmp(relation, f->relation) != 0)
		return err_set(err, ERR_CONFIG,
			       "%s: the server's %s.%s leads to %s, but "
			       "%s.%s, through which it goes, leads to %s",
			       f->where, b->model, f->name, f->relation,
			       f->target->model, f->through,
			       relation ? relation : "no record");
	return f->other ? hold_through(s, b, f->other, err) : 0;
}

int fit_through(struct session *s, const struct binding *b, struct err *err)
{
	size_t i;

	for (i = 0; i < b->n_fields; i++)
		if (hold_through(s, b, &b->field[i], err) < 0)
			return -1;
	return 0;
}

/* ---- fields ------------------------------------------------------------- */

static int fit_field(const struct binding *b, const struct bind_field *f,
		     const json_t *about, const struct fit_values *values,
		     struct err *err)
{
	struct held_to h = {b, f, json_object_get(about, "selection"), NULL};

	if (f->owner == OWNER_ODOO)
		return 0;
	if (json_is_true(json_object_get(about, "readonly")) && !f->writable)
		return err_set(
			err, ERR_CONFIG,
			"%s: the server's %s.%s is read-only; where it "
			"takes values all the same, say 'writable: true'",
			f->where, b->model, f->name);
	if (f->type == BIND_TYPE_SELECTION && json_is_array(h.choices) &&
	    hold_selection(&h, values, err) < 0)
		return -1;
	if (hold_relation(b, f, err) < 0 ||
	    fit_contract(b, f, about, values, err) < 0)
		return -1;
	return f->other ? fit_field(b, f->other, about, values, err) : 0;
}

int fit_binding(const struct binding *b, const json_t *fields,
		const struct fit_values *values, struct err *err)
{
	size_t i;

	for (i = 0; i < b->n_fields; i++)
		if (fit_field(b, &b->field[i],
			      json_object_get(fields, b->field[i].name), values,
			      err) < 0)
			return -1;
	return 0;
}

/* ---- what is required --------------------------------------------------- */

/* Relations are left out: models make what they inherit from themselves. */
static bool may_be_missed(const struct binding *b, const char *name,
			  const json_t *about)
{
	return json_is_true(json_object_get(about, "required")) &&
	       json_is_true(json_object_get(about, "store")) &&
	       !json_is_true(json_object_get(about, "readonly")) &&
	       !json_object_get(about, "relation") && !binding_field(b, name);
}

int fit_required(struct session *s, const struct binding *b,
		 const json_t *fields, struct err *err)
{
	json_t *names = json_array(), *had = NULL, *about, *name;
	const char *key;
	struct call c;
	size_t i;
	int rc = 0;

	json_object_foreach ((json_t *)(uintptr_t)fields, key, about) {
		if (may_be_missed(b, key, about))
			json_array_append_new(names, json_string(key));
	}
	if (json_array_size(names)) {
		call_init(&c, b->model, "default_get", CALL_READ);
		call_arg_json(&c, "fields", names);
		had = session_call(s, &c, err);
		call_release(&c);
		/* it is only for a warning */
		if (!had && err->code == ERR_AGAIN)
			rc = -1;
	}
	json_array_foreach (names, i, name) {
		if (had && !json_object_get(had, json_string_value(name)))
			log_warn("%s: %s.%s is required, has no default, and "
				 "the binding does not set it",
				 b->where, b->model, json_string_value(name));
	}
	json_decref(had);
	json_decref(names);
	return rc;
}
