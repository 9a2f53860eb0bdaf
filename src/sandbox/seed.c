/*
 * seed.c - see seed.h
 */
#include "sandbox/seed.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/extid.h"
#include "sandbox/load.h"
#include "sandbox/orm.h"

/* Bring in rows of one model; what fails is a bug in the data. */
static int bring_in(struct env *env, const char *model, const json_t *columns,
		    const json_t *rows, struct err *err)
{
	const struct model *m = model_find(env->release, model);
	json_t *result = NULL;
	char *text;
	int rc = load_rows(env, m, columns, rows, &result);

	if (rc < 0)
		rc = err_set(err, ERR_BUG, "the first records: %s: %s", model,
			     env->fail->message);
	else if (json_is_false(json_object_get(result, "ids"))) {
		text = json_dumps(json_object_get(result, "messages"),
				  JSON_COMPACT);
		rc = err_set(err, ERR_BUG, "the first records: %s: %s", model,
			     text ? text : "");
		free(text);
	}
	json_decref(result);
	return rc;
}

static int seed_row(struct env *env, const struct seed_row *r, struct err *err)
{
	json_t *columns = json_pack("[s]", "id"),
	       *cells = json_pack("[s]", r->xid);
	json_t *rows = json_pack("[O]", cells);
	const char *p = r->cells;
	int rc;

	while (*p) {
		const char *eq = strchr(p, '='), *bar = strchrnul(eq, '|');

		json_array_append_new(columns,
				      json_stringn(p, (size_t)(eq - p)));
		json_array_append_new(
			cells, json_stringn(eq + 1, (size_t)(bar - eq - 1)));
		p = *bar ? bar + 1 : bar;
	}
	rc = bring_in(env, r->model, columns, rows, err);
	json_decref(columns);
	json_decref(cells);
	json_decref(rows);
	return rc;
}

static int seed_table(struct env *env, const struct seed_row *r,
		      struct err *err)
{
	for (; r->xid; r++)
		if ((!r->only || r->only == env->release) &&
		    seed_row(env, r, err) < 0)
			return -1;
	return 0;
}

/* "US United States": base.us, but base.uk. */
static int seed_all_countries(struct env *env, struct err *err)
{
	json_t *columns = json_pack("[sss]", "id", "code", "name");
	json_t *rows = json_array();
	char xid[8];
	size_t i;
	int rc;

	for (i = 0; seed_countries[i]; i++) {
		const char *c = seed_countries[i];

		snprintf(xid, sizeof(xid), "base.%c%c",
			 tolower((unsigned char)c[0]),
			 tolower((unsigned char)c[1]));
		if (!strcmp(xid, "base.gb"))
			xid[5] = 'u', xid[6] = 'k';
		json_array_append_new(rows, json_pack("[ss%s]", xid, c,
						      (size_t)2, c + 3));
	}
	rc = bring_in(env, "res.country", columns, rows, err);
	json_decref(columns);
	json_decref(rows);
	return rc;
}

static int seed_all_states(struct env *env, struct err *err)
{
	json_t *columns =
		json_pack("[ssss]", "id", "country_id/id", "code", "name");
	json_t *rows = json_array();
	size_t i;
	int rc;

	for (i = 0; seed_states[i]; i++) {
		const char *s = seed_states[i], *code = strchr(s, ' ') + 1;
		const char *name = strchr(code, ' ') + 1;

		json_array_append_new(
			rows,
			json_pack("[ooss]",
				  json_sprintf("base.state_%.*s",
					       (int)(code - 1 - s), s),
				  json_sprintf("base.%.2s", s), "", name));
		json_array_set_new(json_array_get(rows, i), 2,
				   json_stringn(code,
						(size_t)(name - 1 - code)));
	}
	rc = bring_in(env, "res.country.state", columns, rows, err);
	json_decref(columns);
	json_decref(rows);
	return rc;
}

/* The locations that the first warehouse made have names, too. */
static int name_locations(struct env *env)
{
	static const struct {
		const char *field, *xid;
	} parts[] = {
		{"lot_stock_id", "stock.stock_location_stock"},
		{"wh_input_stock_loc_id", "stock.stock_location_company"},
		{"wh_output_stock_loc_id", "stock.stock_location_output"},
		{"wh_pack_stock_loc_id", "stock.location_pack_zone"},
	};
	const struct model *w = model_find(env->release, "stock.warehouse");
	const struct model *l = model_find(env->release, "stock.location");
	json_int_t id = 0;
	size_t i;

	if (extid_id(env, w, "stock.warehouse0", &id) < 0)
		return -1;
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (extid_set(env, parts[i].xid, l,
			      orm_id(env, w, id, parts[i].field), true) < 0)
			return -1;
	return 0;
}

int seed_records(struct service *s, struct err *err)
{
	struct fail f = FAIL_INIT;
	json_t *context = json_pack("{sb}", "noupdate", 1);
	struct env env = {.db = &s->store,
			  .release = s->release,
			  .uid = 1,
			  .role = ROLE_SYSTEM,
			  .context = context,
			  .fail = &f};
	int rc = -1;

	env_set_now(&env);
	if (store_run(&s->store, "BEGIN IMMEDIATE", NULL, &f) == 0 &&
	    seed_table(&env, seed_first, err) == 0 &&
	    seed_all_countries(&env, err) == 0 &&
	    seed_all_states(&env, err) == 0 &&
	    seed_table(&env, seed_last, err) == 0 &&
	    name_locations(&env) == 0 &&
	    store_run(&s->store, "COMMIT", NULL, &f) == 0)
		rc = 0;
	if (rc < 0 && err->code == ERR_NONE)
		err_set(err, ERR_IO, "the first records: %s",
			f.message ? f.message : "");
	fail_clear(&f);
	json_decref(context);
	return rc;
}
