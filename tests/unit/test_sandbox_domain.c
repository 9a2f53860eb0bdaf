/* Search domains against a store in memory, and load's conversions. */
#include "sandbox/domain.h"
#include "sandbox/load.h"
#include "sandbox/orm.h"
#include "sandbox/service.h"

#include "unit.h"

static struct service service;
static struct fail failure = FAIL_INIT;
static struct env env;

static void start(int release)
{
	struct err err = ERR_INIT;

	ck_assert_msg(service_open(&service, NULL, release, &err) == 0, "%s",
		      err.msg);
	env = (struct env){.db = &service.store,
			   .release = release,
			   .uid = 1,
			   .role = ROLE_SYSTEM,
			   .fail = &failure};
	env_set_now(&env);
}

static void stop(void)
{
	fail_clear(&failure);
	service_close(&service);
}

static json_t *text(const char *json)
{
	json_t *v = json_loads(json, JSON_DECODE_ANY, NULL);

	ck_assert_msg(v != NULL, "no JSON: %s", json);
	return v;
}

static int count(const char *model, const char *domain)
{
	json_t *d = text(domain);
	json_int_t n = -1;

	if (orm_count(&env, model_find(env.release, model), d, &n) < 0)
		n = -1;
	json_decref(d);
	return (int)n;
}

START_TEST(domains)
{
	start(19);
	ck_assert_int_eq(count("res.country", "[[\"code\",\"=\",\"US\"]]"), 1);
	ck_assert_int_eq(count("res.country", "[]"),
			 count("res.country", "[[\"id\",\">\",0]]"));
	ck_assert_int_eq(count("res.country", "[\"|\",[\"code\",\"=\",\"US\"],["
					      "\"code\",\"=\",\"CA\"]]"),
			 2);
	ck_assert_int_eq(count("res.country",
			       "[\"&\",[\"code\",\"=\",\"US\"],\"!\","
			       "[\"code\",\"=\",\"CA\"]]"),
			 1);
	ck_assert_int_eq(count("res.country",
			       "[[\"code\",\"in\",[\"US\",\"CA\",\"ZZ\"]]]"),
			 2);
	ck_assert_int_eq(
		count("res.country.state",
		      "[[\"country_id.code\",\"=\",\"US\"],[\"code\",\"=\","
		      "\"CA\"]]"),
		1);
	ck_assert_int_eq(count("res.country",
			       "[[\"state_ids.name\",\"=\",\"Ohio\"]]"),
			 1);
	ck_assert_int_eq(count("res.country", "[[\"state_ids\",\"!=\",false]]"),
			 2);
	ck_assert_int_eq(
		count("uom.uom", "[[\"relative_uom_id\",\"=\",\"kg\"]]"), 1);
	ck_assert_int_eq(count("stock.location", "[[\"id\",\"child_of\",4]]"),
			 2);
	ck_assert_int_eq(count("res.country", "[[1,\"=\",1]]"),
			 count("res.country", "[]"));
	ck_assert_int_eq(count("res.country", "[[0,\"=\",1]]"), 0);
	/* Archived ones only where they are asked for. */
	ck_assert_int_eq(count("res.currency", "[]"), 1);
	ck_assert_int_gt(count("res.currency",
			       "[[\"active\",\"in\",[true,false]]]"),
			 10);
	stop();
}
END_TEST

START_TEST(wrong_domains)
{
	static const char *const wrong[] = {
		"[[\"frob\",\"=\",1]]",
		"[[\"name\",\"frob\",1]]",
		"[[\"name\",\"=\"]]",
		"[\"|\",[\"name\",\"=\",\"x\"]]",
		"[\"?\"]",
		"[3]",
		"[[\"name.x\",\"=\",1]]",
		"[[[],\"=\",1]]",
		"{}",
		"[[\"name\",\"in\",\"x\"]]",
	};
	size_t i;

	start(14);
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		ck_assert_msg(count("res.country", wrong[i]) == -1,
			      "%s was taken", wrong[i]);
		ck_assert_int_eq((int)failure.kind, (int)FAIL_OTHER);
	}
	stop();
}
END_TEST

/* The first message of a load of one row, or "" where it is taken. */
static void check_cell(const char *column, const char *cell,
		       const char *message)
{
	json_t *fields = json_pack("[sss]", "id", "name", column);
	json_t *rows = json_pack("[[sso]]", "t.x", "X", text(cell));
	json_t *result = NULL;
	const char *said;

	ck_assert_msg(load_rows(&env,
				model_find(env.release, "product.product"),
				fields, rows, &result) == 0,
		      "%s", failure.message);
	said = json_string_value(json_object_get(
		json_array_get(json_object_get(result, "messages"), 0),
		"message"));
	ck_assert_str_eq(said ? said : "", message);
	json_decref(result);
	json_decref(fields);
	json_decref(rows);
}

START_TEST(cells)
{
	start(19);
	check_cell("active", "\"TRUE\"", "");
	check_cell("active", "\"\"", "");
	check_cell("active", "\"maybe\"",
		   "Unknown value 'maybe' for boolean field 'Active'");
	check_cell("weight", "\" 1_0.5 \"", "");
	check_cell("weight", "\"1,5\"",
		   "'1,5' does not seem to be a number for field 'Weight'");
	check_cell("sequence", "\"7.0\"",
		   "'7.0' does not seem to be an integer for field 'Sequence'");
	check_cell("type", "\"GOODS\"", "");
	check_cell("type", "\"gadget\"",
		   "Value 'gadget' not found in selection field "
		   "'Product Type'");
	check_cell("uom_id/id", "\"uom.product_uom_kgm\"", "");
	check_cell("uom_id/id", "\"base.us\"",
		   "No matching record found for external id 'base.us' in "
		   "field 'Unit'");
	check_cell("uom_id/.id", "\"x\"",
		   "No matching record found for database id 'x' in field "
		   "'Unit'");
	check_cell("uom_id", "\"kg\"", "");
	check_cell("uom_id", "\"stone\"",
		   "No matching record found for name 'stone' in field 'Unit'");
	check_cell("uom_id/id", "\"\"",
		   "Missing required value for the field 'Unit' (uom_id).\n"
		   "Model: 'Product' (product.template)\n"
		   "- create/update: a mandatory field is not set\n"
		   "- delete: another model requires the record being deleted, "
		   "you can archive it instead\n");
	stop();
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("sandbox_domain", &tc);

	tcase_add_test(tc, domains);
	tcase_add_test(tc, wrong_domains);
	tcase_add_test(tc, cells);
	return s;
}
