/* HMAC-SHA-256 against the vectors of RFC 4231. */
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "unit.h"

static void check(const char *key, size_t key_len, const char *text,
		  const char *want)
{
	struct hash_key *k = hash_key_new((struct span){key, key_len});
	unsigned char digest[HASH_LEN];
	char hex[HASH_HEX_MAX];
	int i;

	/* A second text with the same key is not disturbed by the first. */
	for (i = 0; i < 2; i++) {
		hash_keyed(k, span_of(text), digest);
		hash_hex(digest, hex);
		ck_assert_str_eq(hex, want);
	}
	hash_key_free(k);
}

START_TEST(vectors)
{
	char long_key[131];

	memset(long_key, 0x0b, 20);
	check(long_key, 20, "Hi There",
	      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff"
	      "7");
	check("Jefe", 4, "what do ya want for nothing?",
	      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec384"
	      "3");
	memset(long_key, 0xaa, 131);
	check(long_key, 131,
	      "Test Using Larger Than Block-Size Key - Hash Key First",
	      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f5"
	      "4");
	hash_key_free(NULL);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("hash", &tc);

	tcase_add_test(tc, vectors);
	return s;
}
