/*
 * rules_stock.c - warehouses make locations, lots are unique, counts apply
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/extid.h"
#include "sandbox/orm.h"
#include "sandbox/rules.h"
#include "sandbox/stock.h"
#include "sandbox/value.h"

/* --- locations --- */

static int location_check(struct env *env, const struct model *m, json_int_t id,
			  const json_t *vals, bool created)
{
	json_int_t n = 0;

	if (json_object_get(vals, "location_id") &&
	    rules_no_loop(env, m, id, FAIL_USER_ERROR, "Recursion Detected.") <
		    0)
		return -1;
	if (json_truth(json_object_get(vals, "barcode"))) {
		if (rules_others(env, m, id, "barcode", &n) < 0)
			return -1;
		if (n)
			return rules_constraint(
				env, "stock_location_barcode_company_uniq",
				"The barcode for a location must be unique per "
				"company!");
	}
	if (created || json_object_get(vals, "location_id") ||
	    json_object_get(vals, "name") || json_object_get(vals, "usage"))
		return rules_tree_names(env, m, id, "/");
	return 0;
}

const struct rules rules_location = {.check = location_check};

/* --- warehouses --- */

static const struct {
	const char *field, *name;
	bool active;
} warehouse_parts[] = {
	{"lot_stock_id", "Stock", true},
	{"wh_input_stock_loc_id", "Input", false},
	{"wh_qc_stock_loc_id", "Quality Control", false},
	{"wh_output_stock_loc_id", "Output", false},
	{"wh_pack_stock_loc_id", "Packing Zone", false},
};

static int make_location(struct env *env, const char *name, const char *usage,
			 json_int_t parent, bool active, const json_t *company,
			 json_int_t *id)
{
	json_t *vals = json_pack("{ss ss sb}", "name", name, "usage", usage,
				 "active", active);
	int rc;

	if (parent)
		json_object_set_new(vals, "location_id", json_integer(parent));
	if (company)
		json_object_set(vals, "company_id", loosen(company));
	rc = orm_create(env, model_find(env->release, "stock.location"), vals,
			id);
	json_decref(vals);
	return rc;
}

static int warehouse_before(struct env *env, const struct model *m,
			    json_t *vals, json_int_t *made)
{
	const char *code = json_string_value(json_object_get(vals, "code"));
	const json_t *company = json_object_get(vals, "company_id");
	json_int_t view = 0, id = 0;
	json_t *short_code = NULL;
	json_int_t above = 0;
	size_t i;

	(void)made;
	if (json_object_get(vals, "view_location_id") || !code ||
	    !json_truth(json_object_get(vals, "name")))
		return 0;
	if (value_to_column(env, m, field_find(m, env->release, "code"),
			    json_object_get(vals, "code"), &short_code) < 0)
		return -1;
	if (env->release == 14)
		extid_id(env, model_find(14, "stock.location"),
			 "stock.stock_location_locations", &above);
	if (make_location(env, json_string_value(short_code), "view", above,
			  true, company, &view) < 0)
		goto fail;
	json_object_set_new(vals, "view_location_id", json_integer(view));
	for (i = 0; i < sizeof(warehouse_parts) / sizeof(*warehouse_parts);
	     i++) {
		if (make_location(env, warehouse_parts[i].name, "internal",
				  view, warehouse_parts[i].active, company,
				  &id) < 0)
			goto fail;
		json_object_set_new(vals, warehouse_parts[i].field,
				    json_integer(id));
	}
	json_decref(short_code);
	return 0;
fail:
	json_decref(short_code);
	return -1;
}

static int warehouse_check(struct env *env, const struct model *m,
			   json_int_t id, const json_t *vals, bool created)
{
	json_int_t n = 0;
	json_t *code;
	int rc = 0;

	if (rules_others(env, m, id, "name", &n) < 0)
		return -1;
	if (n)
		return rules_constraint(
			env, "stock_warehouse_warehouse_name_uniq",
			"The name of the warehouse must be unique per "
			"company!");
	if (rules_others(env, m, id, "code", &n) < 0)
		return -1;
	if (n)
		return rules_constraint(
			env, "stock_warehouse_warehouse_code_uniq",
			"The short name of the warehouse must be unique per "
			"company!");
	/* A new short name renames the view location. */
	if (!created && json_object_get(vals, "code")) {
		json_t *change;

		orm_value(env, m, id, "code", &code);
		change = json_pack("{so}", "name", code);
		rc = orm_write(env, model_find(env->release, "stock.location"),
			       orm_id(env, m, id, "view_location_id"), change);
		json_decref(change);
	}
	return rc;
}

const struct rules rules_warehouse = {
	.before_create = warehouse_before,
	.check = warehouse_check,
};

/* --- lots --- */

static int lot_check(struct env *env, const struct model *m, json_int_t id,
		     const json_t *vals, bool created)
{
	struct buf b = BUF_INIT(4096);
	json_t *args = json_pack("[I]", id), *name = NULL;
	json_int_t n = 0;
	char *product;
	int rc;

	(void)vals;
	(void)created;
	buf_adds(&b, "SELECT count(*) FROM ");
	model_table(&b, m);
	buf_adds(&b, " o,");
	model_table(&b, m);
	buf_adds(&b, " t WHERE t.id=?1 AND o.id<>t.id AND o.name=t.name "
		     "AND o.product_id=t.product_id AND "
		     "(o.company_id IS t.company_id OR o.company_id IS NULL OR "
		     "t.company_id IS NULL)");
	rc = store_int(env->db, buf_str(&b), args, 0, &n, env->fail);
	buf_release(&b);
	json_decref(args);
	if (rc < 0 || !n)
		return rc;
	product = orm_display(env, model_find(env->release, "product.product"),
			      orm_id(env, m, id, "product_id"));
	orm_value(env, m, id, "name", &name);
	if (env->release == 14)
		fail_set(env->fail, FAIL_USER, FAIL_VALIDATION,
			 "The combination of serial number and product must be "
			 "unique across a company.\n"
			 "Following combination contains duplicates:\n"
			 " - Product: %s, Serial Number: %s",
			 product, json_string_value(name));
	else
		fail_set(env->fail, FAIL_USER, FAIL_VALIDATION,
			 "The combination of lot/serial number and product "
			 "must be unique within a company including when no "
			 "company is defined.\n"
			 "The following combinations contain duplicates:\n"
			 " - Product: %s, Lot/Serial Number: %s",
			 product, json_string_value(name));
	json_decref(name);
	free(product);
	return -1;
}

const struct rules rules_lot = {.check = lot_check};

/* --- quants --- */

static bool counts(const json_t *vals)
{
	return json_object_get(vals, "inventory_quantity") ||
	       json_object_get(vals, "inventory_quantity_auto_apply");
}

/*
 * Count what `vals` says.  inventory_quantity waits to be applied (in 19);
 * inventory_quantity_auto_apply is applied in the same breath.
 */
static int count_and_apply(struct env *env, json_int_t id, const json_t *vals)
{
	json_t *waits = json_object_get(vals, "inventory_quantity");
	json_t *at_once =
		json_object_get(vals, "inventory_quantity_auto_apply");
	json_t *change = json_pack("{sO}", "inventory_quantity",
				   waits ? waits : at_once);
	int rc = stock_count(env, id, change);

	json_decref(change);
	if (rc == 0 && !waits && env->release != 14)
		rc = stock_apply(env, id);
	return rc;
}

static json_int_t id_in(const json_t *vals, const char *name)
{
	return json_integer_value(json_object_get(vals, name));
}

/* Counting writes counts and little else. */
static int may_count(struct env *env, const json_t *vals, bool creating)
{
	static const char *const allowed[] = {
		"product_id",      "location_id",
		"lot_id",          "package_id",
		"owner_id",        "inventory_quantity",
		"inventory_date",  "inventory_quantity_auto_apply",
		"user_id",         "inventory_quantity_set",
		"accounting_date",
	};
	/* What a change may have is the tail of the list. */
	size_t first = creating ? 0 : 5, i;
	const char *name;
	json_t *v;

	json_object_foreach (loosen(vals), name, v) {
		for (i = first; i < sizeof(allowed) / sizeof(*allowed); i++)
			if (!strcmp(allowed[i], name))
				break;
		if (i == sizeof(allowed) / sizeof(*allowed))
			return fail_set(
				env->fail, FAIL_USER, FAIL_USER_ERROR,
				creating ? "Quant's creation is restricted, "
					   "you can't do this operation."
					 : "Quant's editing is restricted, "
					   "you can't do this operation.");
	}
	return 0;
}

/* In 14 only counting may touch quants; in 19 managers may without. */
static int quant_access(struct env *env, const struct model *m,
			const json_t *vals, enum orm_access a)
{
	if (env->role == ROLE_SYSTEM || env->release != 14)
		return 0;
	if (env_flag(env, "inventory_mode") && counts(vals))
		return 0;
	return orm_check(env, m, a);
}

static int quant_before_create(struct env *env, const struct model *m,
			       json_t *vals, json_int_t *id)
{
	bool mode = env_flag(env, "inventory_mode") && counts(vals);

	if (quant_access(env, m, vals, ORM_CREATE) < 0)
		return -1;
	if (json_object_get(vals, "quantity") && !mode)
		return 0;
	if (!counts(vals) || (!mode && env->release == 14))
		return 0;
	if (mode && may_count(env, vals, true) < 0)
		return -1;
	if (!id_in(vals, "product_id") || !id_in(vals, "location_id"))
		return 0;
	if (stock_quant(env, id_in(vals, "product_id"),
			id_in(vals, "location_id"), id_in(vals, "lot_id"), true,
			id) < 0)
		return -1;
	return count_and_apply(env, *id, vals);
}

static int quant_before_write(struct env *env, const struct model *m,
			      json_int_t id, json_t *vals)
{
	int rc;

	if (quant_access(env, m, vals, ORM_WRITE) < 0)
		return -1;
	if (!counts(vals))
		return 0;
	if (env_flag(env, "inventory_mode") && may_count(env, vals, false) < 0)
		return -1;
	rc = count_and_apply(env, id, vals);
	json_object_del(vals, "inventory_quantity");
	json_object_del(vals, "inventory_quantity_auto_apply");
	return rc;
}

static int quant_check(struct env *env, const struct model *m, json_int_t id,
		       const json_t *vals, bool created)
{
	(void)vals;
	if (!created)
		return 0;
	return stock_quant_allowed(env, orm_id(env, m, id, "product_id"),
				   orm_id(env, m, id, "location_id"));
}

const struct rules rules_quant = {
	.before_create = quant_before_create,
	.before_write = quant_before_write,
	.check = quant_check,
};
