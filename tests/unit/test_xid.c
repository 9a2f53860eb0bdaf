/* External ids: both directions, for every byte, and never the same twice. */
#include "core/xid.h"

#include <stdlib.h>

#include "unit.h"

static struct err err;

static void put(struct buf *out, const char *entity, const char *site,
		const char *key, size_t key_len)
{
	struct xid x = {span_of(entity), span_of(site), {key, key_len}};

	buf_clear(out);
	ck_assert_int_eq(xid_put(out, &x, &err), 0);
}

START_TEST(what_they_look_like)
{
	static const struct {
		const char *entity, *site, *key, *xid;
	} cases[] = {
		{"product", "", "P-100", "sluice.product.P-100"},
		{"product", "", "0815", "sluice.product.0815"},
		{"location", "PL1", "A-01", "sluice.location.PL1.A-01"},
		{"lot", "", "P/L 7", "sluice.lot.P_2FL_207"},
		{"uom", "", "a_b.c", "sluice.uom.a_5Fb_2Ec"},
		{"stock_balance", "W.1", "\xc3\xa4",
		 "sluice.stock_balance.W_2E1._C3_A4"},
	};
	struct buf out = BUF_INIT(4096);

	put(&out, cases[_i].entity, cases[_i].site, cases[_i].key,
	    strlen(cases[_i].key));
	ck_assert_str_eq(buf_str(&out), cases[_i].xid);
	buf_release(&out);
}
END_TEST

START_TEST(any_bytes_come_back)
{
	struct buf out = BUF_INIT(4096), store = BUF_INIT(4096);
	unsigned seed = 17;
	bool printable = true;
	int i;

	for (i = 0; i < 5000; i++) {
		char key[40], site[8];
		size_t n = 1 + (size_t)(rand_r(&seed) % 39), k;
		size_t m = (size_t)(rand_r(&seed) % 8);
		struct xid x = {SPAN("stock_balance"), {site, m}, {key, n}};
		struct xid back;

		for (k = 0; k < n; k++)
			key[k] = (char)rand_r(&seed);
		for (k = 0; k < m; k++)
			site[k] = (char)rand_r(&seed);
		buf_clear(&out);
		ck_assert_int_eq(xid_put(&out, &x, &err), 0);
		for (k = 0; k < out.len; k++)
			printable = printable && out.data[k] > ' ' &&
				    out.data[k] < 127;
		ck_assert_int_eq(xid_parse(buf_span(&out), &store, &back), 0);
		ck_assert(span_eq(back.entity, x.entity));
		ck_assert(span_eq(back.site, x.site));
		ck_assert(span_eq(back.key, x.key));
	}
	ck_assert(printable);
	buf_release(&out);
	buf_release(&store);
}
END_TEST

START_TEST(site_and_key_do_not_run_together)
{
	struct buf a = BUF_INIT(4096), b = BUF_INIT(4096);

	put(&a, "location", "A", "B", 1);
	put(&b, "location", "", "A.B", 3);
	ck_assert(!span_eq(buf_span(&a), buf_span(&b)));
	put(&a, "location", "", "_2E", 3);
	put(&b, "location", "", ".", 1);
	ck_assert(!span_eq(buf_span(&a), buf_span(&b)));
	buf_release(&a);
	buf_release(&b);
}
END_TEST

START_TEST(what_is_none)
{
	static const char *const none[] = {
		"",
		"sluice",
		"sluice.",
		"sluice.product",
		"sluice.product.",
		"sluice..P",
		"sluice.Product.P",
		"sluice.product.a b",
		"sluice.product.a_2",
		"sluice.product.a_2f", /* lower case */
		"sluice.product.a_41", /* an A needs no escape */
		"sluice.product.a.b.c",
		"sluice.product..b",
		"__import__.product.P",
		"base.main_company",
	};
	struct buf store = BUF_INIT(4096);
	struct xid x;

	ck_assert_int_eq(xid_parse(span_of(none[_i]), &store, &x), -1);
	buf_release(&store);
}
END_TEST

START_TEST(what_cannot_be_one)
{
	struct buf out = BUF_INIT(1 << 20);
	char key[XID_MAX + 1];
	struct xid no_key = {SPAN("product"), {NULL, 0}, {NULL, 0}};
	struct xid no_entity = {SPAN("Pro-duct"), {NULL, 0}, SPAN("P")};
	struct xid too_long = {SPAN("product"), {NULL, 0}, {key, 400}};

	memset(key, '/', sizeof(key));
	buf_adds(&out, "before");
	ck_assert_int_eq(xid_put(&out, &no_key, &err), -1);
	ck_assert_int_eq(err.code, ERR_DATA);
	ck_assert_int_eq(xid_put(&out, &no_entity, &err), -1);
	ck_assert_int_eq(xid_put(&out, &too_long, &err), -1);
	ck_assert_str_eq(buf_str(&out), "before");
	too_long.key.len = 300;
	ck_assert_int_eq(xid_put(&out, &too_long, &err), 0);
	buf_release(&out);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("xid", &tc);

	tcase_add_loop_test(tc, what_they_look_like, 0, 6);
	tcase_add_test(tc, any_bytes_come_back);
	tcase_add_test(tc, site_and_key_do_not_run_together);
	tcase_add_loop_test(tc, what_is_none, 0, 15);
	tcase_add_test(tc, what_cannot_be_one);
	return s;
}
