/* Keyed hashes against published values, and the set of them. */
#include "core/hset.h"

#include <stdio.h>

#include "unit.h"

static struct sip_hash hash_of(const char *text, size_t len, size_t cut)
{
	struct sip s;

	sip_init_key(&s, UINT64_C(0x0706050403020100),
		     UINT64_C(0x0f0e0d0c0b0a0908));
	sip_add(&s, text, cut);
	sip_add(&s, text + cut, len - cut);
	return sip_end(&s);
}

START_TEST(published_values)
{
	/* bytes 00 01 02 ... under the key 00..0f, little-endian halves */
	static const struct {
		size_t len;
		struct sip_hash h;
	} want[] = {
		{0,
		 {UINT64_C(0xe6a825ba047f81a3), UINT64_C(0x930255c71472f66d)}},
		{1,
		 {UINT64_C(0x44af996bd8c187da), UINT64_C(0x45fc229b11597634)}},
	};
	char text[16];
	size_t i;

	for (i = 0; i < sizeof(text); i++)
		text[i] = (char)i;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		ck_assert(sip_eq(hash_of(text, want[i].len, 0), want[i].h));
}
END_TEST

START_TEST(pieces_do_not_matter)
{
	const char text[] = "a text of thirty-one characters";
	struct sip_hash whole = hash_of(text, sizeof(text), 0);
	size_t cut;

	for (cut = 1; cut <= sizeof(text); cut++)
		ck_assert(sip_eq(whole, hash_of(text, sizeof(text), cut)));
}
END_TEST

static struct sip_hash number_hash(unsigned n)
{
	struct sip s;

	sip_init(&s);
	sip_add(&s, &n, sizeof(n));
	return sip_end(&s);
}

START_TEST(each_is_fresh_once)
{
	struct hset set = HSET_INIT;
	bool fresh;
	unsigned i;

	ck_assert_ptr_null(hset_find(&set, number_hash(1)));
	for (i = 0; i < 50000; i++) {
		hset_add(&set, number_hash(i), i, &fresh);
		ck_assert(fresh);
	}
	for (i = 0; i < 50000; i++) {
		ck_assert_uint_eq(*hset_add(&set, number_hash(i), 7, &fresh),
				  i);
		ck_assert(!fresh);
	}
	ck_assert_uint_eq(set.n, 50000);
	ck_assert_ptr_null(hset_find(&set, number_hash(50000)));
	hset_release(&set);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("hset", &tc);

	tcase_add_test(tc, published_values);
	tcase_add_test(tc, pieces_do_not_matter);
	tcase_add_test(tc, each_is_fresh_once);
	return s;
}
