/*
 * stock.c - see stock.h
 */
#include "sandbox/stock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/orm.h"
#include "sandbox/value.h"

static const struct model *quants(const struct env *env)
{
	return model_find(env->release, "stock.quant");
}

static char *text_of(struct env *env, const char *model, json_int_t id,
		     const char *field)
{
	json_t *v = NULL;
	char *out;

	orm_value(env, model_find(env->release, model), id, field, &v);
	out = mem_strdup(json_is_string(v) ? json_string_value(v)
			 : json_is_true(v) ? "true"
					   : "");
	json_decref(v);
	return out;
}

int stock_quant_allowed(struct env *env, json_int_t product,
			json_int_t location)
{
	bool old = env->release == 14;
	char *kept = text_of(env, "product.product", product,
			     old ? "type" : "is_storable");
	char *usage = text_of(env, "stock.location", location, "usage");
	char *name;
	int rc = 0;

	if (strcmp(kept, old ? "product" : "true") != 0) {
		rc = fail_set(env->fail, FAIL_USER, FAIL_VALIDATION,
			      "Quants cannot be created for consumables or "
			      "services.");
	} else if (!strcmp(usage, "view")) {
		name = orm_display(env,
				   model_find(env->release, "stock.location"),
				   location);
		rc = fail_set(env->fail, FAIL_USER, FAIL_VALIDATION,
			      "You cannot take products from or deliver "
			      "products to a location of type \"view\" (%s).",
			      name);
		free(name);
	}
	free(kept);
	free(usage);
	return rc;
}

static int make_quant(struct env *env, json_int_t product, json_int_t location,
		      json_int_t lot, json_int_t *id)
{
	json_t *args = json_pack("[IIosI]", product, location,
				 lot ? json_integer(lot) : json_null(),
				 env->now, env->uid);
	int rc = store_run(
		env->db,
		"INSERT INTO stock_quant(product_id,location_id,lot_id,"
		"quantity,reserved_quantity,in_date,create_date,create_uid,"
		"write_date,write_uid) "
		"VALUES(?1,?2,?3,0,0,?4,?4,?5,?4,?5)",
		args, env->fail);

	*id = sqlite3_last_insert_rowid(env->db->db);
	json_decref(args);
	return rc;
}

int stock_quant(struct env *env, json_int_t product, json_int_t location,
		json_int_t lot, bool make, json_int_t *id)
{
	json_t *args = json_pack("[IIo]", product, location,
				 lot ? json_integer(lot) : json_null());
	int rc = store_int(env->db,
			   "SELECT id FROM stock_quant WHERE product_id=?1 AND "
			   "location_id=?2 AND lot_id IS ?3 AND "
			   "owner_id IS NULL ORDER BY id LIMIT 1",
			   args, 0, id, env->fail);
	const struct model *product_model =
		model_find(env->release, "product.product");
	const struct model *location_model =
		model_find(env->release, "stock.location");

	json_decref(args);
	if (rc < 0 || *id || !make)
		return rc;
	if (orm_must_exist(env, product_model, product) < 0 ||
	    orm_must_exist(env, location_model, location) < 0 ||
	    stock_quant_allowed(env, product, location) < 0)
		return -1;
	return make_quant(env, product, location, lot, id);
}

static double number_of(struct env *env, json_int_t id, const char *field)
{
	json_t *v = NULL;
	double out;

	orm_value(env, quants(env), id, field, &v);
	out = json_number_value(v);
	json_decref(v);
	return out;
}

static int add(struct env *env, json_int_t id, double by)
{
	json_t *args = json_pack("[fIsI]", by, id, env->now, env->uid);
	int rc = store_run(env->db,
			   "UPDATE stock_quant SET "
			   "quantity=round(coalesce(quantity,0)+?1,6),"
			   "write_date=?3,write_uid=?4 WHERE id=?2",
			   args, env->fail);

	json_decref(args);
	return rc;
}

/* The difference comes from, or goes to, the place of adjustments. */
static int move(struct env *env, json_int_t id, double by)
{
	const struct model *m = quants(env);
	json_int_t place = 0, other = 0;

	if (store_int(env->db,
		      "SELECT id FROM stock_location WHERE usage='inventory' "
		      "ORDER BY id LIMIT 1",
		      NULL, 0, &place, env->fail) < 0)
		return -1;
	if (fabs(by) < 1e-9)
		return 0;
	if (stock_quant(env, orm_id(env, m, id, "product_id"), place,
			orm_id(env, m, id, "lot_id"), true, &other) < 0)
		return -1;
	return add(env, id, by) < 0 ? -1 : add(env, other, -by);
}

int stock_count(struct env *env, json_int_t id, const json_t *change)
{
	const struct model *m = quants(env);
	const struct field *f =
		field_find(m, env->release, "inventory_quantity");
	double on_hand = number_of(env, id, "quantity"), counted;
	json_t *column = NULL, *args;
	int rc;

	if (value_to_column(env, m, f,
			    json_object_get(change, "inventory_quantity"),
			    &column) < 0)
		return -1;
	counted = json_number_value(column);
	json_decref(column);
	if (env->release == 14)
		return move(env, id, value_round(counted - on_hand, 6));
	args = json_pack("[ffIs%sI]", counted, counted - on_hand, id, env->now,
			 (size_t)10, env->now, env->uid);
	rc = store_run(env->db,
		       "UPDATE stock_quant SET inventory_quantity=?1,"
		       "inventory_diff_quantity=?2,inventory_quantity_set=1,"
		       "inventory_date=?4,user_id=?6,write_date=?5,"
		       "write_uid=?6 WHERE id=?3",
		       args, env->fail);
	json_decref(args);
	return rc;
}

int stock_apply(struct env *env, json_int_t id)
{
	double counted = number_of(env, id, "inventory_quantity");
	double on_hand = number_of(env, id, "quantity");
	char year_end[11];
	json_t *args;
	int rc;

	if (move(env, id, value_round(counted - on_hand, 6)) < 0)
		return -1;
	snprintf(year_end, sizeof(year_end), "%.4s-12-31", env->now);
	args = json_pack("[Is]", id, year_end);
	rc = store_run(env->db,
		       "UPDATE stock_quant SET inventory_quantity=0,"
		       "inventory_diff_quantity=0,inventory_quantity_set=0,"
		       "user_id=NULL,inventory_date=?2 WHERE id=?1",
		       args, env->fail);
	json_decref(args);
	return rc;
}
