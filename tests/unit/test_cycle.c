/* Edges of names: which lie on a cycle, and how it is told. */
#include <stdlib.h>

#include "contract/cycle.h"
#include "core/mem.h"
#include "unit.h"

/* "AB BC": an edge each, names of one letter. */
static struct cycle *edges(const char *text)
{
	struct cycle *c = cycle_new();

	for (; *text; text += text[2] ? 3 : 2)
		cycle_add(c, (struct span){text, 1},
			  (struct span){text + 1, 1});
	return c;
}

/* Those of the edges that lie on a cycle. */
static char *on_cycles(const char *text)
{
	struct cycle *c = edges(text);
	struct buf b = BUF_INIT(1000);

	for (; *text; text += text[2] ? 3 : 2)
		if (cycle_has(c, (struct span){text, 1},
			      (struct span){text + 1, 1}))
			buf_addf(&b, "%s%.2s", b.len ? " " : "", text);
	cycle_free(c);
	buf_str(&b);
	return b.data ? b.data : mem_strdup("");
}

static char *said(struct cycle *c, const char *from, const char *to)
{
	struct buf b = BUF_INIT(10000);

	cycle_say(c, span_of(from), span_of(to), &b);
	buf_str(&b);
	return b.data;
}

static void check_text(char *got, const char *want)
{
	ck_assert_str_eq(got, want);
	free(got);
}

START_TEST(components)
{
	check_text(on_cycles("AB"), "");
	check_text(on_cycles("AA"), "AA");
	check_text(on_cycles("AB BC CD AC AD"), "");
	check_text(on_cycles("AB BA"), "AB BA");
	/* into a cycle and out of it is not on it */
	check_text(on_cycles("AB BC CB CD DE"), "BC CB");
	/* two that share a name; two with a bridge */
	check_text(on_cycles("AB BA BC CB"), "AB BA BC CB");
	check_text(on_cycles("AB BA BC CD DC"), "AB BA CD DC");
	check_text(on_cycles("EA AB BC CD DA CA DE"), "EA AB BC CD DA CA DE");
	check_text(on_cycles("AB AB BA"), "AB AB BA");
}
END_TEST

START_TEST(words)
{
	struct cycle *c = edges("AB BC CA BA DD BD");

	check_text(said(c, "A", "B"), "A -> B -> A");
	check_text(said(c, "C", "A"), "C -> A -> B -> C");
	check_text(said(c, "B", "C"), "B -> C -> A -> B");
	/* again: nothing is left of the search before */
	check_text(said(c, "A", "B"), "A -> B -> A");
	check_text(said(c, "D", "D"), "D -> D");
	ck_assert(!cycle_has(c, SPAN("B"), SPAN("D")));
	ck_assert(!cycle_has(c, SPAN("X"), SPAN("A")));
	cycle_free(c);
}
END_TEST

static struct span number(char text[16], size_t n)
{
	snprintf(text, 16, "%zu", n);
	return span_of(text);
}

START_TEST(long_ones)
{
	struct cycle *c = cycle_new();
	char a[16], b[16];
	size_t i, n = 200000;

	for (i = 0; i < n; i++)
		cycle_add(c, number(a, i), number(b, (i + 1) % n));
	ck_assert(cycle_has(c, SPAN("7"), SPAN("8")));
	ck_assert(!cycle_has(c, SPAN("7"), SPAN("x")));
	check_text(said(c, "0", "1"),
		   "0 -> 1 -> 2 -> 3 -> 4 -> 5 -> 6 -> (199988 more) -> "
		   "199995 -> 199996 -> 199997 -> 199998 -> 199999 -> 0");
	/* told for all of them it would take too long: then less is said */
	for (i = 0; i < 300; i++) {
		number(a, i);
		number(b, i + 1);
		free(said(c, a, b));
	}
	check_text(said(c, "7", "8"), "7 -> 8 -> ... -> 7");
	check_text(said(c, "8", "9"), "8 -> 9 -> ... -> 8");
	cycle_free(c);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("cycle", &tc);

	tcase_add_test(tc, components);
	tcase_add_test(tc, words);
	tcase_add_test(tc, long_ones);
	return s;
}
