/* Keys of records on disk, asked for by number. */
#include <stdlib.h>

#include "contract/keys.h"
#include "core/mem.h"
#include "unit.h"

static void check_key(struct keys *k, uint64_t number, const char *want)
{
	struct buf b = BUF_INIT(LINE_CEILING);
	struct err err = ERR_INIT;

	ck_assert_int_eq(keys_get(k, number, &b, &err), 0);
	ck_assert_str_eq(buf_str(&b), want);
	buf_release(&b);
}

START_TEST(by_number)
{
	struct keys k = KEYS_INIT;
	struct err err = ERR_INIT;
	struct buf b = BUF_INIT(100);
	char name[16];
	size_t i;

	ck_assert_int_eq(keys_get(&k, 0, &b, &err), -1);
	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "K%zu", i);
		ck_assert_int_eq(
			keys_add(&k, span_of(i % 10 ? name : ""), &err), 0);
		/* asked for while more come */
		if (i % 100 == 7)
			check_key(&k, i, name);
	}
	check_key(&k, 0, "");
	check_key(&k, 1, "K1");
	check_key(&k, 63, "K63");
	check_key(&k, 64, "K64");
	check_key(&k, 999, "K999");
	ck_assert_int_eq(keys_get(&k, 1000, &b, &err), -1);
	keys_release(&k);
	buf_release(&b);
}
END_TEST

START_TEST(long_ones)
{
	struct keys k = KEYS_INIT;
	struct err err = ERR_INIT;
	char *text = mem_zalloc(10001);
	size_t i;

	/* each is longer than what is read at once, or ends at its edge */
	for (i = 0; i < 130; i++) {
		memset(text, 'a' + (int)(i % 26), 10000);
		text[i < 100 ? 10000 : 4090 + i % 10] = '\0';
		ck_assert_int_eq(keys_add(&k, span_of(text), &err), 0);
	}
	for (i = 0; i < 130; i++) {
		memset(text, 'a' + (int)(i % 26), 10000);
		text[i < 100 ? 10000 : 4090 + i % 10] = '\0';
		check_key(&k, i, text);
	}
	free(text);
	keys_release(&k);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("keys", &tc);

	tcase_add_test(tc, by_number);
	tcase_add_test(tc, long_ones);
	return s;
}
