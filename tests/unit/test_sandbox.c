/* The rehearsal server's pure parts: faults, patterns, values, JSON. */
#include <math.h>

#include "sandbox/fault.h"
#include "sandbox/like.h"
#include "sandbox/model.h"
#include "sandbox/pyjson.h"
#include "sandbox/value.h"

#include "unit.h"

START_TEST(faults_are_read)
{
	struct err err = ERR_INIT;
	struct fault f;

	ck_assert_int_eq(fault_parse("drop-after@2:res.partner.load", &f, &err),
			 0);
	ck_assert_int_eq((int)f.kind, (int)FAULT_DROP_AFTER);
	ck_assert_str_eq(f.model, "res.partner");
	ck_assert_str_eq(f.method, "load");
	ck_assert_int_eq(fault_parse("429=7@3,7", &f, &err), 0);
	ck_assert_int_eq((int)f.kind, (int)FAULT_STATUS);
	ck_assert_int_eq(f.status, 429);
	ck_assert_double_eq(f.arg, 7);
	ck_assert_uint_eq(f.n_ranges, 2);
	ck_assert_int_eq(fault_parse("delay=0.25@10-12", &f, &err), 0);
	ck_assert_double_eq(f.arg, 0.25);
	ck_assert_uint_eq(f.range[0].from, 10);
	ck_assert_uint_eq(f.range[0].to, 12);
	ck_assert_int_eq(fault_parse("restart@every20:*.load", &f, &err), 0);
	ck_assert_uint_eq(f.every, 20);
	ck_assert_str_eq(f.model, "");
	ck_assert_int_eq(fault_parse("503@5%:stock.quant.*", &f, &err), 0);
	ck_assert_double_eq_tol(f.share, 0.05, 1e-12);
	ck_assert_str_eq(f.method, "");
}
END_TEST

START_TEST(wrong_faults_are_refused)
{
	static const char *const wrong[] = {
		"",           "502",        "502@",
		"@1",         "502@0",      "502@x",
		"502@3-2",    "502@1,",     "502@every",
		"502@every0", "502@0%",     "502@101%",
		"502=3@1",    "delay@1",    "delay=x@1",
		"delay=-1@1", "502@1:load", "502@1:.load",
		"502@1:a.b.", "drop@1",     "delay=1e9@1",
		"502@1-2-3",  "429=nan@1",  "502@%",
	};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct err err = ERR_INIT;
		struct fault f;

		ck_assert_msg(fault_parse(wrong[i], &f, &err) < 0,
			      "'%s' was taken", wrong[i]);
		ck_assert_int_eq((int)err.code, (int)ERR_USAGE);
	}
}
END_TEST

/* The numbers of requests 1 to 12, all of a.b, that a fault strikes. */
static const char *struck(const char *spec)
{
	static char out[64];
	struct err err = ERR_INIT;
	struct fault f;
	size_t len = 0;
	uint64_t n;

	ck_assert_int_eq(fault_parse(spec, &f, &err), 0);
	for (n = 1; n <= 12; n++)
		if (fault_strikes(&f, n, "a.b", "load"))
			len += (size_t)snprintf(out + len, sizeof(out) - len,
						" %d", (int)n);
	out[len] = '\0';
	return out;
}

START_TEST(faults_strike)
{
	struct err err = ERR_INIT;
	struct fault f;

	ck_assert_str_eq(struck("502@3,7"), " 3 7");
	ck_assert_str_eq(struck("502@10-"), " 10 11 12");
	ck_assert_str_eq(struck("502@every4"), " 4 8 12");
	ck_assert_str_eq(struck("502@25%"), " 4 8 12");
	ck_assert_str_eq(struck("502@100%"), " 1 2 3 4 5 6 7 8 9 10 11 12");
	ck_assert_str_eq(struck("502@1-3:a.c.load"), "");
	ck_assert_str_eq(struck("502@2-3:a.b.load"), " 2 3");

	/* With a name only requests of that name count. */
	ck_assert_int_eq(fault_parse("502@2:a.b.load", &f, &err), 0);
	ck_assert(!fault_strikes(&f, 1, "a.b", "load"));
	ck_assert(!fault_strikes(&f, 2, "a.b", "read"));
	ck_assert(!fault_strikes(&f, 3, NULL, NULL));
	ck_assert(fault_strikes(&f, 9, "a.b", "load"));
}
END_TEST

START_TEST(patterns)
{
	static const struct {
		const char *text, *pattern;
		bool any_case, match;
	} c[] = {
		{"", "", false, true},
		{"a", "", false, false},
		{"", "%", false, true},
		{"abc", "abc", false, true},
		{"abc", "a%", false, true},
		{"abc", "%c", false, true},
		{"abc", "%b%", false, true},
		{"abc", "a_c", false, true},
		{"abc", "a_", false, false},
		{"aXbXc", "a%X%c", false, true},
		{"abab", "%ab", false, true},
		{"ABC", "abc", false, false},
		{"ABC", "abc", true, true},
		{"\303\204rger", "\303\244r%", true, true}, /* umlaut */
		{"\303\204rger", "_rger", false, true},
		{"50%", "50\\%", false, true},
		{"501", "50\\%", false, false},
		{"a%", "%\\%", false, true},
	};
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(*c); i++)
		ck_assert_msg(like_match(span_of(c[i].text),
					 span_of(c[i].pattern),
					 c[i].any_case) == c[i].match,
			      "'%s' like '%s'", c[i].text, c[i].pattern);
}
END_TEST

START_TEST(numbers_as_python_takes_them)
{
	double d = 0;
	json_int_t n = 0;

	ck_assert_int_eq(value_float(" 12.5 ", &d), 0);
	ck_assert_double_eq(d, 12.5);
	ck_assert_int_eq(value_float("1_000.5", &d), 0);
	ck_assert_double_eq(d, 1000.5);
	ck_assert_int_eq(value_float("1e3", &d), 0);
	ck_assert_int_eq(value_float("nan", &d), 0);
	ck_assert(isnan(d));
	ck_assert_int_eq(value_float("1,5", &d), -1);
	ck_assert_int_eq(value_float("", &d), -1);
	ck_assert_int_eq(value_float("0x10", &d), -1);
	ck_assert_int_eq(value_float("1_", &d), -1);
	ck_assert_int_eq(value_int(" 7 ", &n), 0);
	ck_assert_int_eq((int)n, 7);
	ck_assert_int_eq(value_int("+7", &n), 0);
	ck_assert_int_eq(value_int("7.0", &n), -1);
	ck_assert_int_eq(value_int("x7", &n), -1);
	ck_assert_double_eq(value_round(2.675, 2), 2.68);
	ck_assert_double_eq(value_round(-0.005, 2), -0.01);
	ck_assert_double_eq(value_round(1.23456, 0), 1.23456);
}
END_TEST

START_TEST(dates)
{
	ck_assert(value_is_date("2024-02-29", false));
	ck_assert(!value_is_date("2023-02-29", false));
	ck_assert(!value_is_date("2024-1-01", false));
	ck_assert(!value_is_date("2024-01-01 10:00:00", false));
	ck_assert(value_is_date("2024-01-01 23:59:59", true));
	ck_assert(!value_is_date("2024-01-01 24:00:00", true));
	ck_assert(!value_is_date("2024-01-01T10:00:00", true));
	ck_assert(!value_is_date("31/12/2025", true));
}
END_TEST

static void check_json(json_t *v, const char *text)
{
	struct buf b = BUF_INIT(4096);

	pyjson_put(&b, v);
	ck_assert_str_eq(buf_str(&b), text);
	buf_release(&b);
	json_decref(v);
}

START_TEST(json_as_python_writes_it)
{
	check_json(json_pack("{s[ib] s{}}", "a", 1, 1, "b"),
		   "{\"a\": [1, true], \"b\": {}}");
	check_json(json_string("\303\244\n\"\360\237\230\200"),
		   "\"\\u00e4\\n\\\"\\ud83d\\ude00\"");
	check_json(json_real(0.1), "0.1");
	check_json(json_real(1), "1.0");
	check_json(json_real(100), "100.0");
	check_json(json_real(-0.30000000000000004), "-0.30000000000000004");
	check_json(json_real(1e300), "1e+300");
	check_json(json_string("\001NaN"), "NaN");
}
END_TEST

/* Every table says what it can keep. */
START_TEST(models_are_sound)
{
	static const int releases[] = {14, 19};
	const struct model *m;
	const struct field *f, *by;
	struct choice c;
	size_t r, i, k;

	for (r = 0; r < 2; r++)
		for (i = 0; (m = model_at(releases[r], i)); i++) {
			ck_assert_ptr_eq(model_find(releases[r], m->name), m);
			for (k = 0; (f = field_at(m, releases[r], k)); k++) {
				ck_assert_msg(field_find(m, releases[r],
							 f->name) == f,
					      "%s.%s twice", m->name, f->name);
				if (f->rel)
					ck_assert_msg(model_find(releases[r],
								 f->rel),
						      "%s.%s to %s", m->name,
						      f->name, f->rel);
				if (f->type == FT_SELECTION)
					ck_assert(field_choice(f, 0, &c));
				if (f->type == FT_ONE2MANY)
					ck_assert(field_find(
						model_find(releases[r], f->rel),
						releases[r], f->inverse));
				if (!f->via)
					continue;
				by = field_find(m, releases[r], f->via);
				ck_assert(by && by->rel);
				ck_assert_msg(field_find(model_find(releases[r],
								    by->rel),
							 releases[r], f->name),
					      "%s.%s is not over there",
					      m->name, f->name);
			}
		}
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("sandbox", &tc);

	tcase_add_test(tc, faults_are_read);
	tcase_add_test(tc, wrong_faults_are_refused);
	tcase_add_test(tc, faults_strike);
	tcase_add_test(tc, patterns);
	tcase_add_test(tc, numbers_as_python_takes_them);
	tcase_add_test(tc, dates);
	tcase_add_test(tc, json_as_python_writes_it);
	tcase_add_test(tc, models_are_sound);
	return s;
}
