/* Calendar dates and instants. */
#include "core/date.h"

#include "unit.h"

START_TEST(days_and_back)
{
	struct date d;
	int64_t n, last = date_to_days((struct date){9999, 12, 31});

	ck_assert_int_eq(date_to_days((struct date){1970, 1, 1}), 0);
	ck_assert_int_eq(date_to_days((struct date){2000, 2, 29}), 11016);
	ck_assert_int_eq(date_to_days((struct date){1, 1, 1}), -719162);
	for (n = -719162; n <= last; n += 13) {
		d = date_of_days(n);
		ck_assert(d.month >= 1 && d.month <= 12 && d.day >= 1 &&
			  d.day <= date_days_in_month(d.year, d.month));
		ck_assert_int_eq(date_to_days(d), n);
	}
	ck_assert_int_eq(date_weekday((struct date){1970, 1, 1}), 4);
	ck_assert_int_eq(date_weekday((struct date){2024, 1, 31}), 3);
	ck_assert_int_eq(date_weekday((struct date){1, 1, 1}), 1);
}
END_TEST

START_TEST(reading_dates)
{
	static const struct {
		const char *text, *format, *out, *why;
	} c[] = {
		{"20240131", "%Y%m%d", "2024-01-31", NULL},
		{" 20240131 ", "%Y%m%d", "2024-01-31", NULL},
		{"31.1.2024", "%d.%m.%Y", "2024-01-31", NULL},
		{"29/02/24", "%d/%m/%y", "2024-02-29", NULL},
		{"311299", "%d%m%y", "1999-12-31", NULL},
		{"010168", "%d%m%y", "2068-01-01", NULL},
		{"010169", "%d%m%y", "1969-01-01", NULL},
		{"2024060", "%Y%j", "2024-02-29", NULL},
		{"2023365", "%Y%j", "2023-12-31", NULL},
		{"31-Jan-2024", "%d-%b-%Y", "2024-01-31", NULL},
		{"january 5 2024", "%B %d %Y", "2024-01-05", NULL},
		{"5 MAY 2024", "%d %b %Y", "2024-05-05", NULL},
		{"Wed 31 Jan 2024", "%a %d %b %Y", "2024-01-31", NULL},
		{"2024-01-31", "%F", "2024-01-31", NULL},
		{"100%5/2/2024", "100%%%d/%m/%Y", "2024-02-05", NULL},
		{"20241301", "%Y%m%d", NULL, "there is no month 13"},
		{"20240001", "%Y%m%d", NULL, "there is no month 0"},
		{"20240230", "%Y%m%d", NULL, "February has no day 30"},
		{"20230229", "%Y%m%d", NULL,
		 "February has no day 29 in 2023, no leap year"},
		{"20240431", "%Y%m%d", NULL, "April has no day 31"},
		{"20240100", "%Y%m%d", NULL, "there is no day 0"},
		{"00000101", "%Y%m%d", NULL, "there is no year 0"},
		{"2024111", "%Y%m%d", NULL,
		 "a day of 2 digits expected at character 7"},
		{"2023366", "%Y%j", NULL, "there is no day of the year 366"},
		{"2024000", "%Y%j", NULL, "there is no day of the year 0"},
		{"24-01-31", "%Y-%m-%d", NULL,
		 "a year of 4 digits expected at character 1"},
		{"2024/01/31", "%Y-%m-%d", NULL, "'-' expected at character 5"},
		{"2024-01", "%Y-%m-%d", NULL, "it ends where '-' should come"},
		{"2024-01-31x", "%Y-%m-%d", NULL,
		 "text behind the date at character 11"},
		{"5 Mai 2024", "%d %b %Y", NULL,
		 "the name of a month expected at character 3"},
		{"Thu 31 Jan 2024", "%a %d %b %Y", NULL,
		 "that day was a Wednesday, not a Thursday"},
		{"  ", "%Y", NULL, "not a date: it is empty"},
	};
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(*c); i++) {
		struct err err = ERR_INIT;
		struct date_time t;
		char out[DATE_TEXT_MAX];
		int rc = date_scan(span_of(c[i].text), span_of(c[i].format), &t,
				   &err);

		ck_assert_msg((rc == 0) == (c[i].out != NULL), "%s: %s",
			      c[i].text, err.msg);
		if (c[i].out) {
			date_text(t.date, out);
			ck_assert_str_eq(out, c[i].out);
		} else {
			ck_assert_str_eq(err.msg, c[i].why);
		}
	}
}
END_TEST

START_TEST(reading_instants)
{
	static const struct {
		const char *text, *format, *out, *why;
	} c[] = {
		{"2024-01-31 23:59:58", "%F %T", "2024-01-31T23:59:58Z", NULL},
		{"20240131235958", "%Y%m%d%H%M%S", "2024-01-31T23:59:58Z",
		 NULL},
		{"2024-01-31T00:30:00.125+01:00", "%FT%T.%f%z",
		 "2024-01-30T23:30:00Z", NULL},
		{"2024-01-31 20:00-0530", "%F %R%z", "2024-02-01T01:30:00Z",
		 NULL},
		{"2024-01-31T10:00:00Z", "%FT%T%z", "2024-01-31T10:00:00Z",
		 NULL},
		{"1/31/2024 12:05 AM", "%m/%d/%Y %I:%M %p",
		 "2024-01-31T00:05:00Z", NULL},
		{"1/31/2024 12:05 pm", "%m/%d/%Y %I:%M %p",
		 "2024-01-31T12:05:00Z", NULL},
		{"1969-12-31 23:59:59", "%F %T", "1969-12-31T23:59:59Z", NULL},
		{"2024-01-31 24:00:00", "%F %T", NULL, "there is no hour 24"},
		{"2024-01-31 10:60:00", "%F %T", NULL, "there is no minute 60"},
		{"2024-01-31 10:00:60", "%F %T", NULL, "there is no second 60"},
		{"1/31/2024 13:05 PM", "%m/%d/%Y %I:%M %p", NULL,
		 "there is no hour 13"},
		{"2024-01-31 10:00+25:00", "%F %R%z", NULL,
		 "there is no offset hour 25"},
		{"2024-01-31 10:00 CET", "%F %R %z", NULL,
		 "Z or an offset such as +01:00 expected at character 18"},
	};
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(*c); i++) {
		struct err err = ERR_INIT;
		struct date_time t;
		char out[INSTANT_TEXT_MAX];
		int rc = date_scan(span_of(c[i].text), span_of(c[i].format), &t,
				   &err);

		ck_assert_msg((rc == 0) == (c[i].out != NULL), "%s: %s",
			      c[i].text, err.msg);
		if (c[i].out) {
			instant_text(date_time_instant(&t), out);
			ck_assert_str_eq(out, c[i].out);
		} else {
			ck_assert_str_eq(err.msg, c[i].why);
		}
	}
}
END_TEST

START_TEST(canonical_text)
{
	struct date d;
	int64_t s;

	ck_assert_int_eq(date_parse(SPAN("2024-02-29"), &d), 0);
	ck_assert(d.year == 2024 && d.month == 2 && d.day == 29);
	ck_assert_int_eq(date_parse(SPAN("2023-02-29"), &d), -1);
	ck_assert_int_eq(date_parse(SPAN("0000-01-01"), &d), -1);
	ck_assert_int_eq(date_parse(SPAN("2024-2-29"), &d), -1);
	ck_assert_int_eq(date_parse(SPAN("2024-02-29 "), &d), -1);
	ck_assert_int_eq(date_parse(SPAN("+024-02-29"), &d), -1);
	ck_assert_int_eq(instant_parse(SPAN("1970-01-02T00:00:01Z"), &s), 0);
	ck_assert_int_eq(s, 86401);
	ck_assert_int_eq(instant_parse(SPAN("1970-01-02T24:00:01Z"), &s), -1);
	ck_assert_int_eq(instant_parse(SPAN("1970-01-02 00:00:01Z"), &s), -1);
	ck_assert_int_eq(instant_parse(SPAN("1970-01-02T00:00:01"), &s), -1);
}
END_TEST

START_TEST(formats)
{
	static const struct {
		const char *format;
		bool time;
		const char *why;
	} c[] = {
		{"%Y%m%d", false, NULL},
		{"%y%j", false, NULL},
		{"%F %T", true, NULL},
		{"%d/%m/%Y %I.%M %p", true, NULL},
		{"%Y%m", false, "the date format '%Y%m' has no day (%d)"},
		{"%m%d", false,
		 "the date format '%m%d' has no year (%Y or %y)"},
		{"%F", true, "the date format '%F' has no hour (%H)"},
		{"%F %I:%M", true,
		 "the date format '%F %I:%M' has no %p beside its %I"},
		{"%Y-%q", false, "'%q' is not known in a date format"},
		{"%F%", false, "a date format ends with '%'"},
		{"YYYYMMDD", false,
		 "the date format 'YYYYMMDD' has no year (%Y or %y)"},
	};
	size_t i, at;

	for (i = 0; i < sizeof(c) / sizeof(*c); i++) {
		struct err err = ERR_INIT;
		int rc = date_format_check(span_of(c[i].format), c[i].time, &at,
					   &err);

		ck_assert_msg((rc == 0) == !c[i].why, "%s", c[i].format);
		if (c[i].why)
			ck_assert_str_eq(err.msg, c[i].why);
	}
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("date", &tc);

	tcase_add_test(tc, days_and_back);
	tcase_add_test(tc, reading_dates);
	tcase_add_test(tc, reading_instants);
	tcase_add_test(tc, canonical_text);
	tcase_add_test(tc, formats);
	return s;
}
