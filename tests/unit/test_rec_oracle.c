/*
 * The codec against jansson, over generated lines and hostile mutations of
 * them.  The generator is seeded, so a failure can be run again.
 */
#include "rec_oracle.h"

#include "unit.h"

#define LINES 60000

static uint64_t seed;

/* xorshift64*: the same lines on every machine */
static unsigned draw(unsigned n)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (unsigned)((seed * UINT64_C(2685821657736338717)) >> 33) % n;
}

static void put_space(struct buf *b)
{
	if (!draw(12))
		buf_addc(b, " \t\r\n"[draw(4)]);
}

static void put_string(struct buf *b)
{
	static const char *const bits[] = {
		"a",
		"P-100",
		" ",
		"\\n",
		"\\\"",
		"\\\\",
		"\\/",
		"\\u00e9",
		"\\u20AC",
		"\\ud83d\\ude00",
		"\xC3\xA9",
		"\xE2\x82\xAC",
		"\xF0\x9F\x98\x80",
		"\x7F",
		"1.10",
		"{",
		"]",
		",",
		":",
		"long plain text",
	};
	unsigned n = draw(6);

	buf_addc(b, '"');
	while (n--)
		buf_adds(b, bits[draw(sizeof(bits) / sizeof(*bits))]);
	buf_addc(b, '"');
}

static void put_number(struct buf *b)
{
	static const char *const numbers[] = {
		"0",           "-0",
		"1",           "-17",
		"1.10",        "0.5",
		"1e3",         "1E-2",
		"123456789",   "9223372036854775807",
		"1e400",       "-1.5e+10",
		"0.000000001", "99999999999999999999",
	};

	buf_adds(b, numbers[draw(sizeof(numbers) / sizeof(*numbers))]);
}

static void put_value(struct buf *b, unsigned depth)
{
	static const char *const words[] = {"true", "false", "null"};
	unsigned kind = draw(depth < 8 ? 8 : 5), n = draw(5), i;
	bool object = kind >= 6;

	put_space(b);
	if (kind < 2) {
		put_string(b);
	} else if (kind < 4) {
		put_number(b);
	} else if (kind == 4) {
		buf_adds(b, words[draw(3)]);
	} else {
		buf_addc(b, object ? '{' : '[');
		for (i = 0; i < n; i++) {
			if (i)
				buf_addc(b, ',');
			put_space(b);
			if (object) {
				put_string(b);
				put_space(b);
				buf_addc(b, ':');
			}
			put_value(b, depth + 1);
		}
		put_space(b);
		buf_addc(b, object ? '}' : ']');
	}
	put_space(b);
}

/* One to three bytes changed, dropped or doubled. */
static void mutate(struct buf *b)
{
	static const char hostile[] = "\"\\{}[]:,u0-+.eE \t\n\x01\x7F\xFF\xC0"
				      "\xED\xA0\x80\xF4\x90tfn19";
	unsigned n = 1 + draw(3);

	while (n-- && b->len > 1) {
		size_t at = draw((unsigned)b->len);

		switch (draw(4)) {
		case 0:
			b->len = at; /* cut short */
			break;
		case 1:
			memmove(b->data + at, b->data + at + 1,
				b->len - at - 1);
			b->len--;
			break;
		default:
			b->data[at] = hostile[draw(sizeof(hostile))];
		}
	}
}

START_TEST(agrees_with_jansson)
{
	struct buf b = BUF_INIT(1 << 20);
	unsigned i;

	seed = UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)_i;
	for (i = 0; i < LINES; i++) {
		const char *wrong;

		buf_clear(&b);
		put_value(&b, 0);
		if (draw(2))
			mutate(&b);
		wrong = oracle_check(b.data, b.len);
		ck_assert_msg(!wrong, "line %u of seed %d: %s: %.*s", i, _i,
			      wrong, (int)b.len, b.data);
	}
	buf_release(&b);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("rec_oracle", &tc);

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, agrees_with_jansson, 0, 4);
	return s;
}
