/* Sorting beyond memory, against qsort. */
#include "core/extsort.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "core/mem.h"
#include "unit.h"

#define TINY  ((size_t)1)
#define LARGE ((size_t)64 << 20)

static struct err err;

static void add(struct extsort *s, const char *key, const char *payload)
{
	ck_assert_int_eq(extsort_add(s, span_of(key), span_of(payload), &err),
			 0);
}

static void want(struct extsort *s, const char *key, const char *payload)
{
	struct span k, p;

	ck_assert_int_eq(extsort_next(s, &k, &p, &err), 1);
	ck_assert_msg(span_is(k, key), "%.*s is not %s", SPAN_FMT(k), key);
	ck_assert_msg(span_is(p, payload), "%.*s is not %s", SPAN_FMT(p),
		      payload);
}

static void want_end(struct extsort *s)
{
	struct span k, p;

	ck_assert_int_eq(extsort_next(s, &k, &p, &err), 0);
	ck_assert_int_eq(extsort_next(s, &k, &p, &err), 0);
	extsort_free(s);
}

START_TEST(nothing)
{
	want_end(extsort_new(TINY));
	extsort_free(extsort_new(LARGE));
	extsort_free(NULL);
}
END_TEST

START_TEST(order_of_bytes)
{
	struct extsort *s = extsort_new(LARGE);

	add(s, "b", "1");
	add(s, "\xc3\xa4", "2");
	add(s, "abcdefghij", "3");
	add(s, "abcdefghi", "4");
	add(s, "", "5");
	add(s, "abcdefgh", "6");
	add(s, "B", "7");
	ck_assert_int_eq(
		extsort_add(s, (struct span){"a\0b", 3}, SPAN("8"), &err), 0);
	add(s, "a", "9");
	want(s, "", "5");
	want(s, "B", "7");
	want(s, "a", "9");
	ck_assert_uint_eq(extsort_runs(s), 0);
	ck_assert_uint_eq(extsort_count(s), 9);
	{
		struct span k, p;

		ck_assert_int_eq(extsort_next(s, &k, &p, &err), 1);
		ck_assert(span_is(p, "8"));
	}
	want(s, "abcdefgh", "6");
	want(s, "abcdefghi", "4");
	want(s, "abcdefghij", "3");
	want(s, "b", "1");
	want(s, "\xc3\xa4", "2");
	want_end(s);
}
END_TEST

START_TEST(all_empty)
{
	struct extsort *s = extsort_new(TINY);
	const struct span none = {NULL, 0};
	int i;

	for (i = 0; i < 10000; i++)
		ck_assert_int_eq(extsort_add(s, none, none, &err), 0);
	ck_assert_uint_gt(extsort_runs(s), 1);
	for (i = 0; i < 10000; i++)
		want(s, "", "");
	want_end(s);
}
END_TEST

static void stable(size_t limit)
{
	struct extsort *s = extsort_new(limit);
	char text[16];
	int i, j;

	for (i = 0; i < 30000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		add(s, i % 2 ? "odd" : "even", text);
	}
	for (j = 0; j < 2; j++)
		for (i = j; i < 30000; i += 2) {
			snprintf(text, sizeof(text), "%d", i);
			want(s, j ? "odd" : "even", text);
		}
	want_end(s);
}

START_TEST(equal_keys_stay)
{
	stable(TINY);
	stable(LARGE);
}
END_TEST

/* What is added, in the order in which it was. */
struct model {
	size_t number, key_len, len;
	char key[24];
};

static int by_key(const void *a, const void *b)
{
	const struct model *x = a, *y = b;
	int cmp = span_cmp((struct span){x->key, x->key_len},
			   (struct span){y->key, y->key_len});

	return cmp ? cmp : (x->number > y->number) - (x->number < y->number);
}

static unsigned random_of(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % n;
}

/* The payload of item `number`: as many bytes, all told by the number. */
static struct span payload_of(const struct model *m, char *room)
{
	size_t i;

	for (i = 0; i < m->len; i++)
		room[i] = (char)(m->number * 31 + i * 7);
	return (struct span){room, m->len};
}

static struct model *model_of(size_t n, size_t longest, unsigned seed)
{
	struct model *m = mem_zalloc(n * sizeof(*m));
	size_t i, j;

	for (i = 0; i < n; i++) {
		m[i].number = i;
		m[i].key_len = random_of(&seed, sizeof(m[i].key));
		m[i].len = random_of(&seed, (unsigned)longest);
		for (j = 0; j < m[i].key_len; j++)
			m[i].key[j] = (char)(random_of(&seed, 3) * 127);
	}
	return m;
}

/* The runs there were when all was added. */
static size_t compare(size_t n, size_t longest, unsigned seed, size_t limit)
{
	struct model *m = model_of(n, longest, seed);
	struct extsort *s = extsort_new(limit);
	char *room = mem_alloc(longest);
	struct span k, p;
	size_t i, runs;

	for (i = 0; i < n; i++) {
		k = (struct span){m[i].key, m[i].key_len};
		ck_assert_int_eq(
			extsort_add(s, k, payload_of(&m[i], room), &err), 0);
	}
	runs = extsort_runs(s);
	qsort(m, n, sizeof(*m), by_key);
	for (i = 0; i < n; i++) {
		ck_assert_int_eq(extsort_next(s, &k, &p, &err), 1);
		ck_assert(span_eq(k, (struct span){m[i].key, m[i].key_len}));
		ck_assert(span_eq(p, payload_of(&m[i], room)));
	}
	want_end(s);
	free(room);
	free(m);
	return runs;
}

START_TEST(random_against_qsort)
{
	ck_assert_uint_eq(compare(2, 10, 1, LARGE), 0);
	ck_assert_uint_eq(compare(20000, 100, 2, LARGE), 0);
	ck_assert_uint_gt(compare(20000, 100, 3, TINY), 15); /* passes */
	ck_assert_uint_gt(compare(3000, 20000, 4, TINY), 15);
	ck_assert_uint_gt(compare(3000, 20000, 5, 1 << 20), 10);
	ck_assert_uint_gt(compare(40, 300000, 6, TINY), 15); /* runs of one */
}
END_TEST

START_TEST(huge_items)
{
	const size_t len = (size_t)16 << 20;
	struct extsort *s = extsort_new(TINY);
	char *big = mem_alloc(len);
	struct span k, p;

	memset(big, 'x', len);
	add(s, "c", "last");
	ck_assert_int_eq(
		extsort_add(s, SPAN("b"), (struct span){big, len}, &err), 0);
	/* a key beyond the block in which runs are read, too */
	ck_assert_int_eq(extsort_add(s, (struct span){big, 200000}, SPAN("key"),
				     &err),
			 0);
	add(s, "a", "first");
	want(s, "a", "first");
	ck_assert_int_eq(extsort_next(s, &k, &p, &err), 1);
	ck_assert(span_is(k, "b"));
	ck_assert(span_eq(p, (struct span){big, len}));
	want(s, "c", "last");
	ck_assert_int_eq(extsort_next(s, &k, &p, &err), 1);
	ck_assert(span_eq(k, (struct span){big, 200000}));
	ck_assert(span_is(p, "key"));
	want_end(s);
	free(big);
}
END_TEST

/* A file that may not grow stands for a disk that is full. */
START_TEST(no_room)
{
	struct extsort *s = extsort_new(TINY);
	struct rlimit full = {200000, 200000};
	int rc = 0, i;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &full), 0);
	for (i = 0; i < 100000 && rc == 0; i++)
		rc = extsort_add(s, SPAN("key"), SPAN("some payload"), &err);
	ck_assert_int_eq(rc, -1);
	ck_assert_int_eq(err.code, ERR_IO);
	ck_assert_ptr_nonnull(strstr(err.msg, "the file for sorting"));
	extsort_free(s);
}
END_TEST

START_TEST(no_folder)
{
	struct extsort *s = extsort_new(TINY);
	int rc = 0, i;

	setenv("TMPDIR", "/nonexistent", 1);
	for (i = 0; i < 100000 && rc == 0; i++)
		rc = extsort_add(s, SPAN("key"), SPAN("some payload"), &err);
	ck_assert_int_eq(rc, -1);
	ck_assert_int_eq(err.code, ERR_CREATE);
	extsort_free(s);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("extsort", &tc);

	tcase_add_test(tc, nothing);
	tcase_add_test(tc, order_of_bytes);
	tcase_add_test(tc, all_empty);
	tcase_add_test(tc, equal_keys_stay);
	tcase_add_test(tc, random_against_qsort);
	tcase_add_test(tc, huge_items);
	tcase_add_test(tc, no_room);
	tcase_add_test(tc, no_folder);
	return s;
}
