/*
 * rules_product.c - templates and their variants
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/orm.h"
#include "sandbox/rules.h"

/* A template made by itself gets its one variant. */
static int template_inserted(struct env *env, const struct model *m,
			     json_int_t id, const json_t *vals)
{
	const struct model *product =
		model_find(env->release, "product.product");
	json_t *variant;
	json_int_t made;
	int rc;

	(void)m;
	if (env->delegating)
		return 0;
	variant = json_pack("{sI}", "product_tmpl_id", id);
	if (json_object_get(vals, "active"))
		json_object_set(variant, "active",
				json_object_get(vals, "active"));
	rc = orm_create(env, product, variant, &made);
	json_decref(variant);
	return rc;
}

static int template_check(struct env *env, const struct model *m, json_int_t id,
			  const json_t *vals, bool created)
{
	const json_t *active = json_object_get(vals, "active");
	json_t *args;
	int rc;

	(void)m;
	if (created || !active)
		return 0;
	args = json_pack("[iI]", json_truth(active) ? 1 : 0, id);
	rc = store_run(env->db,
		       "UPDATE product_product SET active=?1 "
		       "WHERE product_tmpl_id=?2",
		       args, env->fail);
	json_decref(args);
	return rc;
}

static int template_unlinked(struct env *env, const struct model *m,
			     json_int_t id)
{
	json_t *args = json_pack("[I]", id);
	int rc = store_run(env->db,
			   "DELETE FROM product_product "
			   "WHERE product_tmpl_id=?1 AND NOT EXISTS(SELECT 1 "
			   "FROM stock_quant q WHERE "
			   "q.product_id=product_product.id)",
			   args, env->fail);

	(void)m;
	json_decref(args);
	return rc;
}

const struct rules rules_template = {
	.after_insert = template_inserted,
	.check = template_check,
	.before_unlink = template_unlinked,
};

static char *name_of(struct env *env, const struct model *m,
		     const char *barcode)
{
	json_t *args = json_pack("[s]", barcode);
	char *out = NULL;

	(void)m;
	store_text(
		env->db,
		"SELECT group_concat(name,' and ') FROM (SELECT t.name "
		"FROM product_product p JOIN product_template t "
		"ON t.id=p.product_tmpl_id WHERE p.barcode=?1 ORDER BY p.id)",
		args, &out, env->fail);
	json_decref(args);
	return out ? out : mem_strdup("");
}

static int barcode_taken(struct env *env, const struct model *m,
			 const char *barcode)
{
	char *names;

	if (env->release == 14) {
		fail_set(env->fail, FAIL_DB, FAIL_VALIDATION,
			 "duplicate key value violates unique constraint "
			 "\"product_product_barcode_uniq\"\n"
			 "DETAIL:  Key (barcode)=(%s) already exists.\n",
			 barcode);
		return fail_rpc(env->fail, "product_product_barcode_uniq");
	}
	names = name_of(env, m, barcode);
	fail_set(env->fail, FAIL_USER, FAIL_VALIDATION,
		 "Barcode(s) already assigned:\n\n"
		 "- Barcode \"%s\" already assigned to product(s): %s\n\n"
		 "Note: products that you don't have access to will not be "
		 "shown above.",
		 barcode, names);
	free(names);
	return -1;
}

static int product_check(struct env *env, const struct model *m, json_int_t id,
			 const json_t *vals, bool created)
{
	json_t *barcode = json_object_get(vals, "barcode");
	json_int_t n = 0;

	(void)created;
	if (!json_truth(barcode))
		return 0;
	if (rules_others(env, m, id, "barcode", &n) < 0)
		return -1;
	if (!n)
		return 0;
	return barcode_taken(env, m, json_string_value(barcode));
}

/* The last variant takes its template along. */
static int product_unlinked(struct env *env, const struct model *m,
			    json_int_t id)
{
	json_t *args = json_pack("[I]", id);
	int rc = store_run(env->db,
			   "DELETE FROM product_template WHERE id=(SELECT "
			   "product_tmpl_id FROM product_product WHERE id=?1) "
			   "AND (SELECT count(*) FROM product_product WHERE "
			   "product_tmpl_id=product_template.id)=1",
			   args, env->fail);

	(void)m;
	json_decref(args);
	return rc;
}

const struct rules rules_product = {
	.check = product_check,
	.before_unlink = product_unlinked,
};
