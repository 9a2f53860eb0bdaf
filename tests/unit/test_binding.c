/* Bindings: base and overlay, refusals with a place, cells, plans. */
#include "push/binding.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"
#include "push/cell.h"
#include "push/layer.h"
#include "push/plan.h"
#include "unit.h"

static char dir[] = "/tmp/sluice-test-binding-XXXXXX";
static struct err err;

static void put_file(const char *name, const char *text)
{
	char *path = mem_printf("%s/odoo/%s", dir, name);
	char *folder = fs_dir(path);
	struct buf b = BUF_INIT(65536);

	buf_adds(&b, text);
	ck_assert_int_eq(fs_mkdirs(folder, 0700, &err), 0);
	ck_assert_int_eq(fs_replace(path, &b, 0600, &err), 0);
	buf_release(&b);
	free(folder);
	free(path);
}

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	unsetenv("SLUICE_PROFILES");
	put_file("base/uom.yaml", "entity: uom\n"
				  "model: uom.uom\n"
				  "codes: {C62: uom.product_uom_unit}\n"
				  "fields: {name: name}\n");
	put_file("base/place.yaml", "entity: place\n"
				    "model: x.place\n"
				    "per_site: true\n"
				    "fields: {name: name}\n");
}

static void teardown(void)
{
	char *command = mem_printf("rm -rf '%s'", dir);

	ck_assert_int_eq(system(command), 0);
	free(command);
	snprintf(dir + sizeof(dir) - 7, 7, "XXXXXX");
}

static struct binding *load(const char *base, int release)
{
	struct binding *b;

	put_file("base/thing.yaml", base);
	b = binding_load(dir, "thing", release, &err);
	ck_assert_msg(b != NULL, "%s", err.msg);
	return b;
}

#define HEAD "entity: thing\nmodel: x.thing\n"

static const char thing[] = HEAD
	"fields:\n"
	"  name: name\n"
	"  price: {from: price, owner: first}\n"
	"  old: gone\n"
	"  kind: {from: kind, default: a, table: {goods: a, service: b}}\n";

START_TEST(overlays_merge_replace_and_remove)
{
	struct binding *b;
	const struct bind_field *f;

	put_file("19/thing.yaml", "model: y.thing\n"
				  "fields:\n"
				  "  old: ~\n"
				  "  price: {owner: legacy}\n"
				  "  kind: {table: {service: c}}\n"
				  "  added: more\n");
	b = load(thing, 19);
	ck_assert_str_eq(b->model, "y.thing");
	ck_assert_uint_eq(b->n_fields, 4);
	ck_assert_ptr_null(binding_field(b, "old"));
	f = binding_field(b, "price");
	ck_assert_str_eq(f->from, "price");
	ck_assert_int_eq(f->owner, OWNER_LEGACY);
	f = binding_field(b, "kind");
	ck_assert_uint_eq(f->n_table, 2);
	ck_assert_str_eq(f->table[0].to, "a");
	ck_assert_str_eq(f->table[1].to, "c");
	ck_assert_ptr_nonnull(binding_field(b, "added"));
	binding_free(b);
}
END_TEST

START_TEST(a_release_without_a_folder_uses_an_older_one)
{
	struct binding *b;

	put_file("14/thing.yaml", "model: old.thing\n");
	put_file("19/thing.yaml", "model: new.thing\n");
	b = load(thing, 16);
	ck_assert_str_eq(b->model, "old.thing");
	binding_free(b);
	b = load(thing, 20);
	ck_assert_str_eq(b->model, "new.thing");
	binding_free(b);
	put_file("17/thing.yaml", "model: between.thing\n");
	b = load(thing, 17);
	ck_assert_str_eq(b->model, "between.thing");
	binding_free(b);
}
END_TEST

/* What only 14 has says nothing about 19. */
START_TEST(overlays_do_not_leak_upwards)
{
	struct binding *b;

	put_file("14/thing.yaml", "model: old.thing\n");
	b = load(thing, 19);
	ck_assert_str_eq(b->model, "x.thing");
	binding_free(b);
}
END_TEST

START_TEST(the_digest_tells_bindings_apart)
{
	struct binding *a = load(thing, 14), *b = load(thing, 14), *c;

	ck_assert_mem_eq(a->digest, b->digest, sizeof(a->digest));
	c = load(HEAD "fields: {name: name}\n", 14);
	ck_assert_mem_ne(a->digest, c->digest, sizeof(a->digest));
	binding_free(a);
	binding_free(b);
	binding_free(c);
}
END_TEST

START_TEST(what_is_refused)
{
	static const struct {
		const char *text, *where, *what;
	} cases[] = {
		{HEAD "feilds: {a: b}\n", ":3:1:", "fields"},
		{HEAD "fields:\n  a: {form: b}\n", ":4:7:", "from"},
		{HEAD "fields:\n  a: {from: b, else: {xld: c}}\n",
		 ":4:", "xid"},
		{HEAD "fields:\n  a: {from: b, const: c}\n",
		 ":4:3:", "exactly one"},
		{HEAD "fields:\n  a: {ref: uom}\n", ":4:3:", "exactly one"},
		{HEAD "fields:\n  a: {from: b, owner: mine}\n", ":4:", "owner"},
		{HEAD "fields:\n  a: {from: b, many: yes please}\n",
		 ":4:", "many"},
		{HEAD "fields:\n  a: {ref: nosuch, from: b}\n",
		 ":4:", "no binding of 'nosuch'"},
		{HEAD "adopt: [nosuch]\nfields:\n  a: b\n", ":3:9:", "nosuch"},
		{"entity: thing\nmodel: x thing\nfields: {a: b}\n",
		 ":2:8:", "no model"},
		{HEAD "fields:\n  a: {from: b, by: c d}\n",
		 ":4:20:", "by: 'c d'"},
		{HEAD "fields:\n  a: {from: b, read: 4}\n",
		 ":4:22:", "read: '4'"},
		{HEAD "fields:\n  a: b\n  a/id: c\n", ":5:3:", "'a/id'"},
		{HEAD, ":1:1:", "fields"},
		{"entity: other\nmodel: x\nfields: {a: b}\n",
		 ":1:1:", "entity: thing"},
		{"entity: thing\nfields: {a: b}\n", ":1:1:", "model"},
		{HEAD "fields:\n  a: {from: b, by: c, table: {d: e}}\n",
		 ":4:3:", "only one"},
		{HEAD "fields:\n  a: {from: b, conflict: me}\n",
		 ":4:", "conflict"},
		{HEAD "fields:\n  a: {from: b, owner: first, conflict: odoo}\n",
		 ":4:3:", "'conflict' is for"},
	};

	put_file("base/thing.yaml", cases[_i].text);
	ck_assert_ptr_null(binding_load(dir, "thing", 19, &err));
	ck_assert_int_eq(err.code, ERR_CONFIG);
	ck_assert_msg(strstr(err.msg, "thing.yaml") != NULL, "%s", err.msg);
	ck_assert_msg(strstr(err.msg, cases[_i].where) != NULL, "%s", err.msg);
	ck_assert_msg(strstr(err.msg, cases[_i].what) != NULL, "%s", err.msg);
}
END_TEST

START_TEST(an_entity_without_a_binding_is_no_error)
{
	ck_assert_ptr_null(binding_load(dir, "nothing", 19, &err));
	ck_assert_int_eq(err.code, ERR_NONE);
}
END_TEST

static const char fields_get[] =
	"{\"name\":{\"type\":\"char\",\"required\":true},"
	"\"price\":{\"type\":\"float\",\"digits\":[16,2]},"
	"\"n\":{\"type\":\"integer\"},\"on\":{\"type\":\"date\"},"
	"\"at\":{\"type\":\"datetime\"},\"yes\":{\"type\":\"boolean\"},"
	"\"note\":{\"type\":\"html\"},\"kind\":{\"type\":\"selection\"},"
	"\"uom_id\":{\"type\":\"many2one\",\"relation\":\"uom.uom\"},"
	"\"place_id\":{\"type\":\"many2one\",\"relation\":\"x.place\"},"
	"\"land_id\":{\"type\":\"many2one\",\"relation\":\"res.country\"},"
	"\"rank\":{\"type\":\"integer\"},"
	"\"uom_ids\":{\"type\":\"many2many\",\"relation\":\"uom.uom\"},"
	"\"blob\":{\"type\":\"reference\"},\"active\":{\"type\":\"boolean\"}}";

static const char everything[] =
	HEAD "fields:\n"
	     "  name: name\n"
	     "  price: price\n"
	     "  n: n\n"
	     "  on: date\n"
	     "  at: time\n"
	     "  yes: flag\n"
	     "  note: note\n"
	     "  kind: {from: kind, default: a, table: {goods: a, service: b}}\n"
	     "  uom_id: {ref: uom, from: uom}\n"
	     "  place_id: {ref: place, from: in,\n"
	     "             else: {ref: uom, from: uom, through: home_id}}\n"
	     "  land_id: {from: country, by: code}\n"
	     "  rank: {from: roles, holds: customer}\n"
	     "  uom_ids: {ref: uom, from: uoms, many: true}\n";

static struct binding *learned(void)
{
	struct binding *b = load(everything, 19);
	json_t *fields = json_loads(fields_get, 0, NULL);

	ck_assert_ptr_nonnull(fields);
	ck_assert_msg(binding_learn(b, fields, &err) == 0, "%s", err.msg);
	json_decref(fields);
	return b;
}

START_TEST(cells)
{
	static const struct {
		const char *field, *record; /* its fields */
		enum cell_got got;
		const char *cell;
	} cases[] = {
		{"name", "{\"name\":\"Bolt\"}", CELL_SET, "Bolt"},
		{"name", "{\"name\":null}", CELL_SET, ""},
		{"name", "{}", CELL_ABSENT, ""},
		{"name", "{\"name\":true}", CELL_SET, "true"},
		{"name", "{\"name\":[1]}", CELL_BAD, "bad-value"},
		{"name", "{\"name\":\"a\\u00e4\\n\"}", CELL_SET, "a\xc3\xa4\n"},
		{"price", "{\"price\":1.10}", CELL_SET, "1.1"},
		{"price", "{\"price\":\"0012.00\"}", CELL_BAD, "bad-number"},
		{"price", "{\"price\":\"12.00\"}", CELL_SET, "12"},
		{"price", "{\"price\":1e3}", CELL_SET, "1000"},
		{"price", "{\"price\":-0}", CELL_SET, "0"},
		{"price", "{\"price\":\"nan\"}", CELL_BAD, "bad-number"},
		{"price", "{\"price\":\"1_000\"}", CELL_BAD, "bad-number"},
		{"price", "{\"price\":\"\"}", CELL_SET, ""},
		{"n", "{\"n\":7.0}", CELL_SET, "7"},
		{"n", "{\"n\":7.5}", CELL_BAD, "bad-number"},
		{"on", "{\"date\":\"2024-02-29\"}", CELL_SET, "2024-02-29"},
		{"on", "{\"date\":\"2023-02-29\"}", CELL_BAD, "bad-date"},
		{"on", "{\"date\":\"2024-01-31T10:00:00Z\"}", CELL_SET,
		 "2024-01-31"},
		{"at", "{\"time\":\"2024-01-31T23:59:59Z\"}", CELL_SET,
		 "2024-01-31 23:59:59"},
		{"at", "{\"time\":\"2024-01-31\"}", CELL_SET,
		 "2024-01-31 00:00:00"},
		{"at", "{\"time\":\"31.01.2024\"}", CELL_BAD, "bad-date"},
		{"yes", "{\"flag\":true}", CELL_SET, "1"},
		{"yes", "{\"flag\":\"false\"}", CELL_SET, "0"},
		{"yes", "{\"flag\":\"maybe\"}", CELL_BAD, "bad-value"},
		{"kind", "{\"kind\":\"service\"}", CELL_SET, "b"},
		{"kind", "{\"kind\":\"other\"}", CELL_BAD, "bad-code"},
		{"kind", "{\"kind\":null}", CELL_SET, "a"},
		{"kind", "{}", CELL_DEFAULT, "a"},
		{"uom_id", "{\"uom\":\"C62\"}", CELL_SET,
		 "uom.product_uom_unit"},
		{"uom_id", "{\"uom\":\"BX 5\"}", CELL_SET, "sluice.uom.BX_205"},
		{"place_id", "{\"in\":\"A\"}", CELL_SET, "sluice.place.S1.A"},
		{"place_id", "{\"in\":null,\"uom\":\"BX\"}", CELL_SET,
		 "sluice.uom.BX>home_id"},
		{"place_id", "{\"in\":null}", CELL_SET, ""},
		{"land_id", "{\"country\":\"DE\"}", CELL_SET, "?code=DE"},
		{"rank", "{\"roles\":[\"supplier\",\"customer\"]}", CELL_SET,
		 "1"},
		{"rank", "{\"roles\":[]}", CELL_SET, "0"},
		{"rank", "{}", CELL_ABSENT, ""},
		{"uom_ids", "{\"uoms\":[\"C62\",\"BX\"]}", CELL_SET,
		 "uom.product_uom_unit,sluice.uom.BX"},
		{"uom_ids", "{\"uoms\":[]}", CELL_SET, ""},
		{"uom_ids", "{\"uoms\":[{}]}", CELL_BAD, "bad-value"},
		{"active", "{\"active\":false}", CELL_SET, "0"},
	};
	struct binding *b = learned();
	const struct bind_field *f = binding_field(b, cases[_i].field);
	struct buf out = BUF_INIT(4096);
	struct rec r = REC_INIT;
	const char *code = "";
	enum cell_got got;

	ck_assert_int_eq(rec_parse(&r, cases[_i].record,
				   strlen(cases[_i].record), &err),
			 0);
	got = cell_make(f, &r, r.node, SPAN("S1"), &out, &code, &err);
	ck_assert_int_eq(got, cases[_i].got);
	if (got == CELL_BAD)
		ck_assert_str_eq(code, cases[_i].cell);
	else
		ck_assert_str_eq(buf_str(&out), cases[_i].cell);
	rec_release(&r);
	buf_release(&out);
	binding_free(b);
}
END_TEST

START_TEST(what_odoo_says)
{
	static const struct {
		const char *field, *value, *cell;
	} cases[] = {
		{"name", "\"x\"", "x"},
		{"name", "false", ""},
		{"price", "1.1", "1.1"},
		{"price", "0.0", "0"},
		{"price", "9.879999999999999", "9.88"},
		{"n", "7", "7"},
		{"yes", "false", "0"},
		{"yes", "true", "1"},
		{"uom_id", "[3,\"kg\"]", "3"},
		{"uom_id", "false", ""},
		{"uom_ids", "[7,3]", "3,7"},
		{"uom_ids", "[]", ""},
		{"on", "\"2024-01-31\"", "2024-01-31"},
	};
	struct binding *b = learned();
	struct buf out = BUF_INIT(4096);
	json_t *v = json_loads(cases[_i].value, JSON_DECODE_ANY, NULL);

	cell_of_odoo(binding_field(b, cases[_i].field), v, &out);
	ck_assert_str_eq(buf_str(&out), cases[_i].cell);
	json_decref(v);
	buf_release(&out);
	binding_free(b);
}
END_TEST

START_TEST(what_means_the_same)
{
	static const struct {
		const char *field, *a, *b;
		bool same;
	} cases[] = {
		{"price", "12.345", "12.35", true}, /* two digits */
		{"price", "12.344", "12.35", false},
		{"price", "", "0", true},
		{"name", "a", "A", false},
		{"name", "1.0", "1", false},
		{"yes", "", "0", true},
		{"yes", "1", "0", false},
		{"note", "a & b", "<p>a &amp; b</p>", true},
		{"note", "a\nb", "<p>a<br>b</p>", true},
		{"note", "a", "<p>b</p>", false},
		{"n", "7", "8", false},
	};
	struct binding *b = learned();

	ck_assert_int_eq(cell_equal(binding_field(b, cases[_i].field),
				    span_of(cases[_i].a), span_of(cases[_i].b)),
			 cases[_i].same);
	binding_free(b);
}
END_TEST

START_TEST(the_server_has_the_last_word)
{
	static const struct {
		const char *field, *what;
	} cases[] = {
		{"nosuch: name", "has no field nosuch"},
		{"blob: name", "cannot be bound"},
		{"name: {ref: uom, from: uom}", "names no record"},
		{"uom_id: uom", "needs a ref"},
		{"uom_ids: {ref: uom, from: uom}", "'many'"},
		{"name: {from: name, read: nosuch}", "has no field nosuch"},
	};
	json_t *fields = json_loads(fields_get, 0, NULL);
	char *text = mem_printf(HEAD "fields:\n  %s\n", cases[_i].field);
	struct binding *b = load(text, 19);

	ck_assert_int_eq(binding_learn(b, fields, &err), -1);
	ck_assert_int_eq(err.code, ERR_CONFIG);
	ck_assert_msg(strstr(err.msg, cases[_i].what) != NULL, "%s", err.msg);
	ck_assert_msg(strstr(err.msg, "thing.yaml:4:") != NULL, "%s", err.msg);
	json_decref(fields);
	binding_free(b);
	free(text);
}
END_TEST

/* An item with the name and the price set. */
static void fill(struct item *it, struct item_cell *cell,
		 const struct binding *b, const char *name, const char *price)
{
	memset(it, 0, sizeof(*it));
	memset(cell, 0, BIND_FIELDS_MAX * sizeof(*cell));
	it->cell = cell;
	cell[binding_index(b, "name")].want = span_of(name);
	cell[binding_index(b, "name")].set = true;
	cell[binding_index(b, "price")].want = span_of(price);
	cell[binding_index(b, "price")].set = true;
	cell[binding_index(b, "kind")].want = SPAN("a");
	cell[binding_index(b, "kind")].by_default = true;
}

START_TEST(plans)
{
	struct binding *b = learned();
	uint64_t name = (uint64_t)1 << binding_index(b, "name");
	uint64_t price = (uint64_t)1 << binding_index(b, "price");
	uint64_t kind = (uint64_t)1 << binding_index(b, "kind");
	struct item_cell cell[BIND_FIELDS_MAX];
	struct item it;

	fill(&it, cell, b, "Bolt", "1.5");
	ck_assert_int_eq(plan_item(b, &it, false), PLAN_CREATE);
	ck_assert_uint_eq(it.columns, name | price | kind);
	fill(&it, cell, b, "Bolt", "");
	ck_assert_int_eq(plan_item(b, &it, false), PLAN_CREATE);
	ck_assert_uint_eq(it.columns, name | kind);
	it.op = OP_UPDATE;
	ck_assert_int_eq(plan_item(b, &it, false), PLAN_MISSING);
	it.res_id = 5;
	ck_assert_int_eq(plan_item(b, &it, false), PLAN_UPDATE);
	ck_assert_uint_eq(it.columns, name | price);
	cell[binding_index(b, "name")].had = SPAN("Bolt");
	cell[binding_index(b, "name")].known = true;
	ck_assert_int_eq(plan_item(b, &it, false), PLAN_UPDATE);
	ck_assert_uint_eq(it.columns, price);
	cell[binding_index(b, "price")].had = SPAN("0");
	cell[binding_index(b, "price")].known = true;
	ck_assert_int_eq(plan_item(b, &it, false), PLAN_NOTHING);
	ck_assert_int_eq(plan_item(b, &it, true), PLAN_UPDATE);
	it.op = OP_CREATE;
	ck_assert_int_eq(plan_item(b, &it, true), PLAN_NOTHING);
	/* A required field is not cleared. */
	fill(&it, cell, b, "", "1");
	it.res_id = 5;
	ck_assert_int_eq(plan_item(b, &it, false), PLAN_UPDATE);
	ck_assert_uint_eq(it.columns, price);
	/* Odoo's own and first-only fields are left alone. */
	b->field[binding_index(b, "price")].owner = OWNER_FIRST;
	ck_assert_int_eq(plan_item(b, &it, false), PLAN_NOTHING);
	cell[binding_index(b, "price")].had = SPAN("2");
	cell[binding_index(b, "price")].known = true;
	plan_left(b, &it);
	ck_assert_uint_eq(it.left, price);
	ck_assert_str_eq(it.why_left, "owner");
	cell[binding_index(b, "price")].had = SPAN("1.00");
	plan_left(b, &it);
	ck_assert_uint_eq(it.left, 0);
	it.res_id = 0;
	ck_assert_int_eq(plan_item(b, &it, false), PLAN_CREATE);
	ck_assert_uint_eq(it.columns, price | kind);
	b->field[binding_index(b, "price")].owner = OWNER_ODOO;
	ck_assert_int_eq(plan_item(b, &it, false), PLAN_CREATE);
	ck_assert_uint_eq(it.columns, kind);
	binding_free(b);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("binding", &tc);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, overlays_merge_replace_and_remove);
	tcase_add_test(tc, a_release_without_a_folder_uses_an_older_one);
	tcase_add_test(tc, overlays_do_not_leak_upwards);
	tcase_add_test(tc, the_digest_tells_bindings_apart);
	tcase_add_loop_test(tc, what_is_refused, 0, 15);
	tcase_add_test(tc, an_entity_without_a_binding_is_no_error);
	tcase_add_loop_test(tc, cells, 0, 42);
	tcase_add_loop_test(tc, what_odoo_says, 0, 13);
	tcase_add_loop_test(tc, what_means_the_same, 0, 11);
	tcase_add_loop_test(tc, the_server_has_the_last_word, 0, 6);
	tcase_add_test(tc, plans);
	return s;
}
