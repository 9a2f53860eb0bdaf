#include "push/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/profile.h"
#include "core/mem.h"
#include "odoo/call.h"
#include "push/binding.h"
#include "push/rights.h"

#define XIDS         "ir.model.data"
#define RELEASE_FROM 14 /* folders of bindings begin here */

/* Odoo sees to the rights on fields even where no record has the id. */
#define NO_RECORD ((int64_t)2147483647)

struct check {
	struct session *s;
	json_t *asked; /* "model right" to whether the user has it */
	json_t *row, *missing;
	long n_missing;
};

/* ---- what is missing ---------------------------------------------------- */

static void miss(struct check *c, json_t *what)
{
	json_array_append_new(c->missing, what);
	c->n_missing++;
}

static void miss_right(struct check *c, const char *model, const char *right)
{
	miss(c, json_pack("{ss ss so}", "right", right, "model", model,
			  "groups", rights_groups(c->s, model, right)));
}

static void miss_field(struct check *c, const char *model, const char *field,
		       const char *why, json_t *groups)
{
	json_t *what = json_pack("{ss ss ss}", "field", field, "model", model,
				 "why", why);

	if (json_array_size(groups))
		json_object_set(what, "groups", groups);
	miss(c, what);
}

static int may(struct check *c, const char *model, const char *right, bool *yes,
	       struct err *err)
{
	char *name = mem_printf("%s %s", model, right);
	const json_t *known = json_object_get(c->asked, name);
	int rc = 0;

	if (known)
		*yes = json_is_true(known);
	else
		rc = rights_ask(c->s, model, right, yes, err);
	if (rc == 0)
		json_object_set_new(c->asked, name, json_boolean(*yes));
	free(name);
	return rc;
}

/* A right of the row's own model. */
static int need(struct check *c, const char *model, const char *right,
		struct err *err)
{
	bool yes = false;

	if (may(c, model, right, &yes, err) < 0)
		return -1;
	json_object_set_new(c->row, right, json_boolean(yes));
	if (!yes)
		miss_right(c, model, right);
	return 0;
}

/* ---- fields ------------------------------------------------------------- */

enum sight { SIGHT_SEEN, SIGHT_HIDDEN, SIGHT_UNKNOWN };

/*
 * Whether Odoo has the field, and keeps it from this user; then `groups` are
 * those it is for, as far as Odoo says.
 */
static int look_at(struct check *c, const char *model, const char *field,
		   enum sight *sight, json_t **groups, struct err *err)
{
	const int64_t id = NO_RECORD;
	struct reply reply = REPLY_INIT;
	struct verdict v;
	json_t *names = json_pack("[s]", field);
	struct call call;
	int rc = 0;

	call_init(&call, model, "read", CALL_READ);
	call_ids(&call, &id, 1);
	call_arg_json(&call, "fields", names);
	session_try(c->s, &call, &reply);
	verdict_reply(&v, &reply);
	if (v.what == ODOO_DONE)
		*sight = SIGHT_SEEN;
	else if (reply.how == REPLY_ERROR && v.code == ERR_PERM)
		*sight = SIGHT_HIDDEN;
	else if (reply.how == REPLY_ERROR && v.what != ODOO_RETRY)
		*sight = SIGHT_UNKNOWN;
	else
		rc = verdict_err(&v, err);
	*groups = rights_in_words(reply.message);
	reply_release(&reply);
	call_release(&call);
	json_decref(names);
	return rc;
}

static bool said_already(const struct check *c, const char *field)
{
	const json_t *m;
	size_t i;

	json_array_foreach (c->missing, i, m) {
		const char *name =
			json_string_value(json_object_get(m, "field"));

		if (name && !strcmp(name, field))
			return true;
	}
	return false;
}

static int need_field(struct check *c, const char *model, const json_t *fields,
		      const char *name, struct err *err)
{
	enum sight sight = SIGHT_SEEN;
	json_t *groups = NULL;
	int rc;

	if (json_object_get(fields, name) || said_already(c, name))
		return 0;
	rc = look_at(c, model, name, &sight, &groups, err);
	if (rc == 0)
		miss_field(c, model, name,
			   sight == SIGHT_UNKNOWN
				   ? "this Odoo has no such field"
				   : "for users of other groups",
			   groups);
	json_decref(groups);
	return rc;
}

/*
 * With invoicing installed, Odoo 19 copies the credit limit from a partner to
 * its contacts, in the name of the user.
 */
static int need_credit_limit(struct check *c, const struct binding *b,
			     const json_t *fields, struct err *err)
{
	static const char name[] = "credit_limit";
	enum sight sight = SIGHT_SEEN;
	json_t *groups = NULL;
	int rc;

	if (strcmp(b->model, "res.partner") != 0 ||
	    !binding_field(b, "parent_id") || session_release(c->s) < 19 ||
	    json_object_get(fields, name))
		return 0;
	rc = look_at(c, b->model, name, &sight, &groups, err);
	if (rc == 0 && sight == SIGHT_HIDDEN)
		miss_field(c, b->model, name,
			   "Odoo copies it to contacts of a partner", groups);
	json_decref(groups);
	return rc;
}

/* Records that a field names are looked for in their own model. */
static int need_target(struct check *c, const json_t *fields,
		       const struct bind_field *f, struct err *err)
{
	const json_t *about = json_object_get(fields, f->name);
	const char *relation =
		json_string_value(json_object_get(about, "relation"));
	const char *model = f->target ? f->target->model : relation;
	bool yes = false;

	if (f->other && need_target(c, fields, f->other, err) < 0)
		return -1;
	if (!relation || (f->kind != BIND_REF && !f->by) || f->target_is_self)
		return 0;
	if (may(c, model, "read", &yes, err) < 0)
		return err->code == ERR_AGAIN ? -1 : 0;
	if (!yes)
		miss_right(c, model, "read");
	return 0;
}

static int need_names(struct check *c, const struct binding *b,
		      const json_t *fields, char *const *name, size_t n,
		      struct err *err)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (need_field(c, b->model, fields, name[i], err) < 0)
			return -1;
	return 0;
}

static int need_fields(struct check *c, const struct binding *b,
		       const json_t *fields, struct err *err)
{
	size_t i;

	for (i = 0; i < b->n_fields; i++) {
		const struct bind_field *f = &b->field[i];

		if (need_field(c, b->model, fields, f->name, err) < 0 ||
		    need_field(c, b->model, fields, f->read, err) < 0 ||
		    need_target(c, fields, f, err) < 0)
			return -1;
	}
	if (need_credit_limit(c, b, fields, err) < 0 ||
	    need_names(c, b, fields, b->adopt, b->n_adopt, err) < 0 ||
	    need_names(c, b, fields, b->identity, b->n_identity, err) < 0)
		return -1;
	return need_names(c, b, fields, b->empty, b->n_empty, err);
}

/* ---- rows --------------------------------------------------------------- */

static void open_row(struct check *c, const char *entity, const char *model)
{
	c->row = json_object();
	if (entity)
		json_object_set_new(c->row, "entity", json_string(entity));
	json_object_set_new(c->row, "model", json_string(model));
	c->missing = json_array();
}

static void close_row(struct check *c, json_t *report, const char *hint)
{
	if (json_array_size(c->missing) && hint)
		json_object_set_new(c->row, "hint", json_string(hint));
	json_object_set_new(c->row, "missing", c->missing);
	json_array_append_new(report, c->row);
	c->row = c->missing = NULL;
}

/* In inventory mode Odoo asks for the quantity's groups, not for rights. */
static bool counts(const struct binding *b)
{
	return json_is_true(json_object_get(b->context, "inventory_mode"));
}

static int check_entity(struct check *c, const struct binding *b, bool asked,
			json_t *report, struct err *err)
{
	struct err why = ERR_INIT;
	const json_t *fields = session_fields(c->s, b->model, &why);
	int rc = 0;

	if (!fields && why.code == ERR_AGAIN) {
		*err = why;
		return -1;
	}
	if (!fields && !asked)
		return 0;
	open_row(c, b->entity, b->model);
	if (!fields) {
		miss(c, json_pack("{ss ss}", "model", b->model, "why",
				  "this Odoo has no such model: is its module "
				  "installed?"));
	} else {
		rc = need(c, b->model, "read", err);
		if (rc == 0 && !counts(b))
			rc = need(c, b->model, "create", err);
		if (rc == 0 && !counts(b))
			rc = need(c, b->model, "write", err);
		if (rc == 0)
			rc = need_fields(c, b, fields, err);
	}
	close_row(c, report, NULL);
	return rc;
}

static int check_xids(struct check *c, json_t *report, struct err *err)
{
	static const char hint[] =
		"pushing works: records that are taken over are known by their "
		"database ids, in the state file alone, and external ids are "
		"found through the records, which takes longer";
	int rc;

	open_row(c, NULL, XIDS);
	rc = need(c, XIDS, "read", err);
	if (rc == 0)
		rc = need(c, XIDS, "create", err);
	close_row(c, report, hint);
	return rc;
}

/* ---- all ---------------------------------------------------------------- */

static void add_names(json_t *all, const char *dir, const char *folder)
{
	char **names = profile_names(dir, folder);
	size_t i;

	for (i = 0; names[i]; i++)
		json_object_set_new(all, names[i], json_true());
	profile_names_free(names);
}

/* Entities with a binding, of the base or of a release up to this one. */
static json_t *all_entities(const char *dir, int release)
{
	json_t *all = json_object();
	int r;

	add_names(all, dir, "odoo/base");
	for (r = RELEASE_FROM; r <= release; r++) {
		char folder[32];

		snprintf(folder, sizeof(folder), "odoo/%d", r);
		add_names(all, dir, folder);
	}
	return all;
}

static int check_named(struct check *c, const char *dir, const char *entity,
		       bool asked, json_t *report, struct err *err)
{
	struct binding *b =
		binding_load(dir, entity, session_release(c->s), err);
	int rc;

	if (!b && err->code != ERR_NONE)
		return -1;
	if (!b && asked)
		return err_set(err, ERR_CONFIG,
			       "there is no binding of '%s' for Odoo %d",
			       entity, session_release(c->s));
	if (!b)
		return 0;
	rc = check_entity(c, b, asked, report, err);
	binding_free(b);
	return rc;
}

long access_check(struct session *s, const char *dir, char *const *entity,
		  size_t n, json_t **report, struct err *err)
{
	struct check c = {.s = s, .asked = json_object()};
	json_t *all = n ? json_object() : all_entities(dir, session_release(s));
	json_t *rows = json_array(), *value;
	const char *name;
	size_t i;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++)
		rc = check_named(&c, dir, entity[i], true, rows, err);
	json_object_foreach (all, name, value) {
		if (rc == 0)
			rc = check_named(&c, dir, name, false, rows, err);
	}
	if (rc == 0)
		rc = check_xids(&c, rows, err);
	json_decref(all);
	json_decref(c.asked);
	*report = rows;
	return rc < 0 ? -1 : c.n_missing;
}

/* ---- for readers -------------------------------------------------------- */

static const char *text_of(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s ? s : "";
}

static const char *yes_no(const json_t *row, const char *right)
{
	const json_t *j = json_object_get(row, right);

	if (!j)
		return "-";
	return json_is_true(j) ? "yes" : "no";
}

/* "create: one of Products/Create" */
static void put_missing(struct buf *out, const char *model, const json_t *m)
{
	const json_t *groups = json_object_get(m, "groups"), *g;
	const char *of = text_of(m, "model");
	size_t i;

	buf_addf(out, "    %s",
		 json_object_get(m, "right") ? text_of(m, "right") : "field ");
	buf_adds(out, text_of(m, "field"));
	if (strcmp(of, model) != 0)
		buf_addf(out, " %s", of);
	if (*text_of(m, "why"))
		buf_addf(out, ": %s", text_of(m, "why"));
	json_array_foreach (groups, i, g)
		buf_addf(out, "%s%s", i ? ", or " : ": needs ",
			 json_string_value(g));
	buf_addc(out, '\n');
}

void access_table(struct buf *out, const json_t *report)
{
	static const char line[] = "%-16s %-22s %-6s %-6s %-6s\n";
	const json_t *row, *m;
	size_t i, k;

	buf_addf(out, line, "entity", "model", "read", "create", "write");
	json_array_foreach (report, i, row) {
		const char *entity = text_of(row, "entity");

		buf_addf(out, line, *entity ? entity : "(external ids)",
			 text_of(row, "model"), yes_no(row, "read"),
			 yes_no(row, "create"), yes_no(row, "write"));
		json_array_foreach (json_object_get(row, "missing"), k, m)
			put_missing(out, text_of(row, "model"), m);
		if (json_object_get(row, "hint"))
			buf_addf(out, "    %s\n", text_of(row, "hint"));
	}
}

void access_lines(struct buf *out, const json_t *report)
{
	const json_t *row;
	size_t i;

	json_array_foreach (report, i, row) {
		call_put_json(out, row);
		buf_addc(out, '\n');
	}
}
