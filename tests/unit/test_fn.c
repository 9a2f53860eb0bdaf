/* Filters beside those of test_expr.c: good, bad and at their edges. */
#include <stdlib.h>

#include "core/mem.h"
#include "expr/expr.h"
#include "unit.h"

static const char row[] =
	"{\"E\":\"\",\"N\":null,\"Q\":\"7\",\"I\":42,\"L\":[\"1\",\"2\",\"4\"],"
	"\"O\":{\"a\":1},"
	"\"A\":[{\"n\":1.0,\"p\":[{\"x\":\"u\"},{\"x\":\"v\"}]},"
	"{\"n\":null,\"p\":{\"x\":\"u\"}},{\"n\":\"1\"},7,{\"n\":\" \"}]}";

#include "expr_rig.h"

START_TEST(patterns)
{
	static const struct pair c[] = {
		{"'abc' | replace_pattern('x', 'y')", "\"abc\""},
		{"'' | replace_pattern('^', 'y')", "\"y\""},
		{"'abc' | replace_pattern('', '-')", "\"-a-b-c-\""},
		{"'\303\244b' | replace_pattern('x*', '.')",
		 "\".\303\244.b.\""},
		{"'a1b22' | replace_pattern('([a-z])(\\d+)', '$2$1;')",
		 "\"1a;22b;\""},
		{"'ab' | replace_pattern('(?<x>a)|(b)', '${x}$$${2}')",
		 "\"a$$b\""},
		{"'ab' | replace_pattern('a', '$1')",
		 "f:1:30: no such group in the regular expression; $$ stands "
		 "for one $"},
		{"'ab' | replace_pattern('(a)', 'x${1')",
		 "f:1:33: no such group in the regular expression; $$ stands "
		 "for one $"},
		{"'ab' | replace_pattern('(a)', '$')",
		 "f:1:32: no such group in the regular expression; $$ stands "
		 "for one $"},
		{"'ab' | replace_pattern('(a', 'x')",
		 "f:1:27: no regular expression: missing closing parenthesis"},
		{"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' | "
		 "replace_pattern('(a|aa)+$', '')",
		 "!pattern-limit: the regular expression takes too long on "
		 "this value"},
		{"L | replace_pattern('[12]', 'x')", "[\"x\",\"x\",\"4\"]"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(characters)
{
	static const struct pair c[] = {
		{"'plain ~' | ascii", "\"plain ~\""},
		{"E | ascii", "\"\""},
		{"I | ascii", "\"42\""},
		/* e and an accent of its own, sharp s, ligature, fraction */
		{"'e\314\201\303\237\357\254\201\302\275' | ascii",
		 "\"essfi1/2\""},
		/* u and a diaeresis of its own is an umlaut, too */
		{"'u\314\210' | ascii(german)", "\"ue\""},
		{"'M\303\234LLER \303\234ber \303\204\303\226 K\303\234' | "
		 "ascii(german)",
		 "\"MUELLER Ueber AEOE KUE\""},
		{"'\303\234 \303\204-a' | ascii(german)", "\"Ue Ae-a\""},
		{"'\302\240 a \343\200\200' | trim", "\"a\""},
		{"'\302\240\302\205 ' | trim", "\"\""},
		{"'\303\240' | trim", "\"\303\240\""},
		{"'a\302\240b \342\200\257 c\303\240' | squeeze",
		 "\"a b c\303\240\""},
		{"'\302\240 ' is empty", "true"},
		{"'\302\240' | default('x')", "\"x\""},
		{"'\302\240' | number", "absent"},
		{"'\302\2405\302\240' | number", "5"},
		{"'\302\240Y' | bool", "true"},
		{"' \302\240A' | table({A: 1})", "1"},
		{"'\302\24020240131' | date('%Y%m%d')", "\"2024-01-31\""},
		{"'\302\240124031 ' | cyyddd", "\"2024-01-31\""},
		{"'\302\24012C' | overpunch", "123"},
		{"'5-\302\240' | trailing_sign", "\"-5\""},
		{"'u\314\210' | ascii", "\"u\""},
		/* quotes, dash, euro, no-break space, micro */
		{"'\342\200\236x\342\200\234\342\200\223\342\202\254"
		 "\302\2401\302\265' | ascii",
		 "\"\\\"x\\\"-EUR 1u\""},
		{"'\320\251\321\211' | ascii", "\"SHCHshch\""},
		{"'a\346\227\245' | ascii",
		 "!not-ascii: nothing in ASCII stands for '\346\227\245' "
		 "(U+65E5)"},
		{"'a\346\227\245' | ascii(plain, '')", "\"a\""},
		{"'a' | ascii(french)",
		 "f:1:13: ascii([plain|german[, otherwise]]): plain or german "
		 "expected"},
		{"'a' | ascii(plain, '\303\244')",
		 "f:1:20: ascii([plain|german[, otherwise]]): a short text in "
		 "ASCII expected"},
		{"'u\314\210' | nfc", "\"\303\274\""},
		{"'\303\274' | nfc", "\"\303\274\""},
		/* the sign for ohm is a Greek letter */
		{"'\342\204\246' | nfc", "\"\316\251\""},
		/* marks in the wrong order */
		{"'a\314\201\314\243' | nfc", "\"\341\272\241\314\201\""},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(numbers)
{
	static const struct pair c[] = {
		{"'0{' | overpunch", "0"},
		{"'0}' | overpunch(1)", "0.0"},
		{"' 12I ' | overpunch(2)", "1.29"},
		{"'12R' | overpunch(2)", "-1.29"},
		{"'12y' | overpunch(2)", "-1.29"},
		{"'125' | overpunch(2)", "1.25"},
		{"'A' | overpunch", "1"},
		{"E | overpunch", "absent"},
		{"'-12A' | overpunch",
		 "!bad-number: not a digit at character 1"},
		{"'12a' | overpunch",
		 "!bad-number: the last character is no digit with a sign: 0 "
		 "to 9, {, A to I, }, J to R or p to y"},
		{"Q | overpunch(21)",
		 "f:1:15: overpunch([places]): 21 is not within 0 to "
		 "20"},
		{"'1.2345' | scale(2)", "123.45"},
		{"'1.2' | scale(3)", "1200"},
		{"'-120' | scale(-2)", "-1.20"},
		{"Q | scale(0)", "7"},
		{"'12345678901234567890' | scale(19)",
		 "!bad-number: more than 38 digits would be needed"},
		{"'-1.5' | abs", "1.5"},
		{"1 | div(3, 4)", "0.3333"},
		{"2 | div(3, 4)", "0.6667"},
		{"-2 | div(3, 4)", "-0.6667"},
		{"1 | div(8, 2)", "0.13"},
		{"1 | div(8, 2, half_even)", "0.12"},
		{"-1 | div(8, 2)", "-0.13"},
		{"'10.50' | div('0.25', 0)", "42"},
		{"'0.001' | div(1000, 2)", "0.00"},
		{"Q | div(E, 2)", "absent"},
		{"Q | div(0.00, 2)", "!bad-number: division by zero"},
		{"1 | div(3, 20) | mul(3)", "0.99999999999999999999"},
		{"'1_000,5' | decimal(comma, underscore)", "1000.5"},
		{"'1 000.5' | decimal(point, space)", "1000.5"},
		{"'1,000' | decimal(point, none)",
		 "!bad-number: not a number: ',' at character 2"},
		{"'1' | decimal(comma, semicolon)",
		 "f:1:22: decimal([point[, grouping]]): the grouping is comma, "
		 "point, space, apostrophe, underscore, none, or the "
		 "characters in quotes"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(dates)
{
	static const struct pair c[] = {
		{"'010169' | date('%d%m%y')", "\"1969-01-01\""},
		{"'010169' | date('%d%m%y', 70)", "\"2069-01-01\""},
		{"'010199' | date('%d%m%y', 100)", "\"2099-01-01\""},
		{"'010100' | date('%d%m%y', 0)", "\"1900-01-01\""},
		{"Q | date('%d%m%y', 101)",
		 "f:1:20: date(format[, pivot]): 101 is not within 0 to 100"},
		{"'124366' | cyyddd", "\"2024-12-31\""},
		{"'123366' | cyyddd",
		 "!bad-date: 2023 has no day 366 of the year"},
		{"'124000' | cyyddd",
		 "!bad-date: 2024 has no day 0 of the year"},
		{"1 | cyyddd", "\"1900-01-01\""},
		{"'1124001' | cyyddd", "!bad-date: more than 6 digits"},
		{"'12-001' | cyyddd", "!bad-date: not a digit at character 3"},
		{"E | cyyddd", "absent"},
		{"'68001' | yyddd", "\"2068-01-01\""},
		{"'69001' | yyddd", "\"1969-01-01\""},
		{"1 | yyddd", "\"2000-01-01\""},
		{"'0000101' | cyymmdd", "\"1900-01-01\""},
		{"'1240230' | cyymmdd", "!bad-date: February has no day 30"},
		{"'1241301' | cyymmdd", "!bad-date: there is no month 13"},
		{"1 | excel_date", "\"1900-01-01\""},
		{"0 | excel_date",
		 "!bad-date: serial 0 is a time without a day"},
		{"0 | excel_date(1904)", "\"1904-01-01\""},
		{"60 | excel_date(1904)", "\"1904-03-01\""},
		{"2958465 | excel_date", "\"9999-12-31\""},
		{"2958466 | excel_date",
		 "!bad-date: no serial of a day up to the year 9999"},
		{"2957003 | excel_date(1904)", "\"9999-12-31\""},
		{"-1 | excel_date",
		 "!bad-date: no serial of a day up to the year 9999"},
		{"45322.00 | excel_date", "\"2024-01-31\""},
		{"45322.5 | excel_date",
		 "!bad-date: it has a time of the day: excel_datetime reads "
		 "that"},
		/* a double's last digits; half a second before midnight */
		{"45322.999994212964 | excel_datetime",
		 "\"2024-02-01T00:00:00Z\""},
		{"45322.99998842593 | excel_datetime",
		 "\"2024-01-31T23:59:59Z\""},
		{"Q | excel_date(1903)",
		 "f:1:16: excel_date([1900|1904]): 1900 or 1904 expected"},
	};

	CHECK_ALL(c);
}
END_TEST

#define AT(zone, local, how) \
	"'" local "' | datetime('%F %T', '" zone "'" how ")"

START_TEST(zones)
{
	static const struct pair c[] = {
		{AT("Europe/Berlin", "2024-03-31 01:59:59", ""),
		 "\"2024-03-31T00:59:59Z\""},
		{AT("Europe/Berlin", "2024-03-31 02:00:00", ""),
		 "!bad-date: there is no such time in Europe/Berlin: the "
		 "clocks go forward"},
		{AT("Europe/Berlin", "2024-03-31 02:30:00", ", earlier"),
		 "\"2024-03-31T00:30:00Z\""},
		{AT("Europe/Berlin", "2024-03-31 02:30:00", ", later"),
		 "\"2024-03-31T01:30:00Z\""},
		{AT("Europe/Berlin", "2024-03-31 03:00:00", ""),
		 "\"2024-03-31T01:00:00Z\""},
		{AT("Europe/Berlin", "2024-10-27 01:59:59", ""),
		 "\"2024-10-26T23:59:59Z\""},
		{AT("Europe/Berlin", "2024-10-27 02:00:00", ""),
		 "!bad-date: there are two such times in Europe/Berlin: the "
		 "clocks go back"},
		{AT("Europe/Berlin", "2024-10-27 03:00:00", ""),
		 "\"2024-10-27T02:00:00Z\""},
		/* beyond the listed changes, by the rule of the zone */
		/* Summer time is Ireland's standard time. */
		{AT("Europe/Dublin", "2037-10-25 01:30:00", ""),
		 "!bad-date: there are two such times in Europe/Dublin: the "
		 "clocks go back"},
		{AT("Europe/Dublin", "2059-10-26 01:30:00", ", later"),
		 "\"2059-10-26T01:30:00Z\""},
		{AT("Europe/Dublin", "2059-10-26 03:00:00", ""),
		 "\"2059-10-26T03:00:00Z\""},
		{AT("Europe/Dublin", "2060-03-28 01:30:00", ""),
		 "!bad-date: there is no such time in Europe/Dublin: the "
		 "clocks go forward"},
		{AT("Europe/Dublin", "2060-07-01 12:00:00", ""),
		 "\"2060-07-01T11:00:00Z\""},
		{AT("Europe/Dublin", "9999-12-31 23:59:59", ""),
		 "\"9999-12-31T23:59:59Z\""},
		{AT("Europe/Berlin", "9999-07-01 12:00:00", ""),
		 "\"9999-07-01T10:00:00Z\""},
		/* The list has Ramadan until 2087. */
		{AT("Africa/Casablanca", "6445-08-06 00:45:43", ""),
		 "\"6445-08-05T23:45:43Z\""},
		{AT("Australia/Sydney", "9999-12-31 23:59:59", ""),
		 "\"9999-12-31T12:59:59Z\""},
		{"Q | datetime('%F %T', 'right/Europe/Berlin')",
		 "f:1:23: datetime(format[, zone[, refuse|earlier|later[, "
		 "pivot]]]): the time zone 'right/Europe/Berlin' is not in the "
		 "system's database; 'Europe/Berlin' is one"},
		{AT("Europe/Berlin", "2099-07-01 12:00:00", ""),
		 "\"2099-07-01T10:00:00Z\""},
		/* half an hour, the southern half, a day left out */
		{AT("Australia/Lord_Howe", "2024-04-07 01:45:00", ", later"),
		 "\"2024-04-06T15:15:00Z\""},
		{AT("Australia/Lord_Howe", "2024-04-07 01:45:00", ", earlier"),
		 "\"2024-04-06T14:45:00Z\""},
		{AT("America/St_Johns", "2024-01-31 12:00:00", ""),
		 "\"2024-01-31T15:30:00Z\""},
		{AT("Pacific/Apia", "2011-12-30 12:00:00", ""),
		 "!bad-date: there is no such time in Pacific/Apia: the "
		 "clocks go forward"},
		{AT("UTC", "2024-03-31 02:30:00", ""),
		 "\"2024-03-31T02:30:00Z\""},
		{"Q | datetime('%F %T', '../etc/passwd')",
		 "f:1:23: datetime(format[, zone[, refuse|earlier|later[, "
		 "pivot]]]): the time zone '../etc/passwd' is not in the "
		 "system's database; 'Europe/Berlin' is one"},
		{"Q | datetime('%F %T%z', 'Europe/Berlin')",
		 "f:1:25: datetime(format[, zone[, refuse|earlier|later[, "
		 "pivot]]]): the format has %z, the zone is in the text"},
		{"Q | datetime('%F %T', 'UTC', both)",
		 "f:1:30: datetime(format[, zone[, refuse|earlier|later[, "
		 "pivot]]]): refuse, earlier or later expected"},
	};

	CHECK_ALL(c);
}
END_TEST

/* Dates are compared as dates where a filter made one of them. */
START_TEST(compared_dates)
{
	static const struct pair c[] = {
		{"(124031 | cyyddd) = '2024-01-31'", "true"},
		{"(124031 | cyyddd) = '2024-01-31T00:00:00Z'", "true"},
		{"'2024-01-31T00:00:01Z' > (124031 | cyyddd)", "true"},
		{"(124031 | cyyddd) in ('x', '2024-01-31')", "true"},
		{"(124031 | cyyddd) != 'x'", "true"},
		{"(124031 | cyyddd) < E", "false"},
		{"(124031 | cyyddd) < N", "false"},
		{"(124031 | cyyddd) < 7",
		 "!bad-date: compared with the date 2024-01-31, but it is none "
		 "such as 2024-01-31 or 2024-01-31T10:05:00Z"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(units)
{
	static const struct pair c[] = {
		{"Q | convert('DZN', 'C62')", "84"},
		{"Q | convert(' KGM', 'GRM')",
		 "f:1:13: convert(from, to[, places[, half_up|half_even]]): "
		 "' KGM' is no unit of Recommendation 20 with an exact "
		 "factor"},
		{"Q | convert(concat('KG', 'M '), 'GRM')", "7000"},
		{"Q | convert(Q, 'GRM')",
		 "!unknown-unit: '7' is no unit of Recommendation 20 with an "
		 "exact factor; table() maps other codes to such"},
		{"Q | convert(E, 'GRM')",
		 "!missing-value: the unit of the quantity is missing"},
		{"Q | convert('GRM', N)",
		 "!missing-value: the unit to convert to is missing"},
		{"Q | convert('GRM', 'LTR')",
		 "!wrong-unit: GRM is a unit of mass, LTR one of volume"},
		{"Q | convert('GRM', 'LBR')",
		 "!inexact: in LBR it has no end behind the point: say how "
		 "many places it is rounded to"},
		{"'x' | convert('GRM', 'KGM')",
		 "!bad-number: not a number: 'x' at character 1"},
		{"E | convert('GRM', 'KGM')", "absent"},
		{"L | convert('MMT', 'CMT', 0)", "[0,0,1]"},
		{"L | convert('MMT', 'CMT', 0, half_even)", "[0,0,1]"},
		{"O | convert('MMT', 'CMT', 0)", "!bad-number: not a number"},
		{"'9999999999999999999999999999999999999' | "
		 "convert('KTN', 'MC')",
		 "!bad-number: more than 38 digits would be needed"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(masking)
{
	static const struct pair c[] = {
		{"'AT611904300234573201' | last4", "\"****************3201\""},
		{"'12345678' | last4", "\"********\""},
		{"'\303\244\303\244\303\244\303\244\303\244b\303\244c\303\244'"
		 " | last4",
		 "\"*****b\303\244c\303\244\""},
		{"I | redact", "\"***\""},
		{"O | redact('-')", "\"-\""},
		{"L | redact", "\"***\""},
		{"N | redact", "null"},
		{"Q | keyed_hash('no/such.key')",
		 "f:1:16: keyed_hash(key file[, digits]): feeds/f.yaml: there "
		 "is no file no/such.key"},
		{"Q | keyed_hash('/no/such.key')",
		 "f:1:16: keyed_hash(key file[, digits]): the key file "
		 "/no/such.key is not there"},
		{"Q | keyed_hash('x', 8)",
		 "f:1:21: keyed_hash(key file[, digits]): 8 is not within 16 "
		 "to 64"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(cases)
{
	static const struct pair c[] = {
		{"Q | case(7, 'a', 'b')", "\"a\""},
		{"Q | case(8, 'a', 'b')", "\"b\""},
		{"Q | case(8, 'a')", "absent"},
		{"N | case('x', 1, null, 2)", "2"},
		{"case(true, Q > 9, 'a', Q > 5, 'b')", "\"b\""},
		{"case(true, Q > 9, 'a', Q | div(0, 1), 'b')",
		 "!bad-number: division by zero"},
		/* what is not needed is not evaluated */
		{"Q | case(7, 'a', Q | div(0, 1), 'b')", "\"a\""},
		{"Q | case(7)", "f:1:11: an argument is missing: case(value, "
				"result, ...[, otherwise])"},
		{"'A' | table_at({A: 1}, '2024-01-31')", "1"},
		{"'A' | table_at({A: 1}, 'x')",
		 "!bad-date: no date such as 2024-01-31: date(...) makes one"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(checks)
{
	static const struct pair c[] = {
		{"' 96385074 ' | gtin(13)", "\"0000096385074\""},
		{"'0000096385074' | gtin(8)", "\"96385074\""},
		{"'4006381333931' | gtin(8)",
		 "!bad-gtin: it does not fit into 8 digits"},
		{"4006381333931 | gtin", "\"4006381333931\""},
		{"Q | gtin(9)",
		 "f:1:10: gtin([digits]): 8, 12, 13 or 14 expected"},
		{"E | gtin", "absent"},
		{"'at61 1904 3002 3457 3201' | iban",
		 "\"AT611904300234573201\""},
		{"'BE 0428.759.497' | vat('BE')", "\"BE0428759497\""},
		{"'0428.759.497' | vat('be')", "\"BE0428759497\""},
		{"'GR 094259216' | vat", "\"EL094259216\""},
		{"'EL094259216' | vat('GR')", "\"EL094259216\""},
		{"'136695976' | vat(E)",
		 "!bad-vat: '13' is no country of the EU's VAT"},
		{"'ATU13585627' | vat('DE')",
		 "!bad-vat: a VAT number of DE has, behind these letters, 9 "
		 "digits, not 0 first"},
		{"'-' | vat", "!bad-vat: '' is no country of the EU's VAT"},
		{"'X' | pad(101, 'X') | vat",
		 "!bad-vat: more than 100 characters"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(lists)
{
	static const struct pair c[] = {
		{"A[].n", "[1.0,\"1\",\" \"]"},
		{"A[].p[].x", "[\"u\",\"v\",\"u\"]"},
		{"A[].p[0].x", "[\"u\"]"},
		{"A[][].n | count", "2"},
		{"O[].a", "[1]"},
		{"Q[]", "[\"7\"]"},
		{"Q[].a", "[]"},
		{"N[]", "[]"},
		{"L[] | sum", "7"},
		{"L | sum", "7"},
		{"N | sum", "0"},
		{"E | sum", "0"},
		{"I | sum", "42"},
		{"A[].n | sum", "2.0"},
		{"A[] | sum", "!bad-number: not a number"},
		{"A[].p[].x | sum",
		 "!bad-number: not a number: 'u' at character 1"},
		{"'99999999999999999999999999999999999999;1' | split(';') | "
		 "sum",
		 "!bad-number: the sum has more than 38 digits"},
		{"'0.1;0.2' | split(';') | sum", "0.3"},
		{"A[].n | count", "2"},
		{"A | count", "5"},
		{"A[].n | distinct", "[1.0]"},
		{"A[].p[].x | distinct", "[\"u\",\"v\"]"},
		{"A | distinct",
		 "!wrong-type: a list or an object cannot be compared"},
		{"L[] | min", "\"1\""},
		{"L[] | max", "\"4\""},
		{"A[].n | max", "1.0"},
		{"A | max", "!bad-number: not a number"},
		{"N | max", "null"},
		{"A[].p[] | last", "{\"x\":\"u\"}"},
		{"A[].z | first", "absent"},
		{"'S.A.' | normal", "\"sa\""},
		{"'Co' | normal", "\"co\""},
		{"'GmbH & Co. KG' | normal", "\"gmbh co kg\""},
		{"'-' | normal", "absent"},
		{"false | normal", "\"false\""},
		{"1.50 | normal", "\"150\""},
		{"E | normal", "absent"},
		{"'\303\204rzte \303\230re, Ltd.' | normal", "\"arzte ore\""},
		{"'\346\227\245\346\234\254 K.K.' | normal",
		 "\"\346\227\245\346\234\254 kk\""},
		{"'Stra\303\237e  \302\2652 ' | normal", "\"strasse u2\""},
		{"'e\314\201t\303\251' | normal", "\"ete\""},
		{"I | normal", "\"42\""},
		{"A[", "f:1:3: a position such as [0], or ']', expected at the "
		       "end"},
		{"A[x]", "f:1:3: a position such as [0], or ']', expected, not "
			 "'x'"},
		{"A[] | sum(1)", "f:1:11: too many arguments: sum"},
	};

	CHECK_ALL(c);
}
END_TEST

/* How many halves of the last of `places` lie between both, rounded up. */
static int halves(struct dec a, struct dec b, unsigned places)
{
	struct dec gap, half = {5, places + 1};
	int n = 0;

	ck_assert_int_eq(dec_sub(a, b, &gap), 0);
	if (gap.units < 0)
		gap.units = -gap.units;
	for (; dec_cmp(gap, dec_of(0)) > 0; n++)
		ck_assert_int_eq(dec_sub(gap, half, &gap), 0);
	return n;
}

static struct dec number(struct span s)
{
	struct dec d;

	ck_assert_int_eq(dec_parse(s, &d), 0);
	return d;
}

static struct dec total_of(const char *json)
{
	struct rec rec = REC_INIT;
	struct err err = ERR_INIT;
	const struct rec_node *n;
	struct dec sum = dec_of(0);

	ck_assert_msg(rec_parse(&rec, json, strlen(json), &err) == 0, "%s",
		      json);
	rec_each (&rec, rec.node, n)
		ck_assert_int_eq(dec_add(sum, number(rec_raw(n)), &sum), 0);
	rec_release(&rec);
	return sum;
}

/*
 * Pounds to kilograms: of a list the total, of records each one is within
 * half a unit of the last place; the total of records within as many halves.
 */
START_TEST(totals_of_quantities)
{
	const struct dec factor = {45359237, 8};
	unsigned seed = 7, places = (unsigned)_i, round, i;

	for (round = 0; round < 20; round++) {
		unsigned n = 1 + round * 2;
		struct buf list = BUF_INIT(10000);
		struct dec exact = dec_of(0), sum = dec_of(0), one;
		char text[100], *got;

		for (i = 0; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			snprintf(text, sizeof(text), "%u.%u", seed >> 20,
				 seed >> 16 & 7);
			buf_addf(&list, "%s%s", i ? ";" : "'", text);
			one = number(span_of(text));
			ck_assert_int_eq(dec_mul(one, factor, &one), 0);
			ck_assert_int_eq(dec_add(exact, one, &exact), 0);
			snprintf(text, sizeof(text),
				 "'%u.%u' | convert('LBR', 'KGM', %u)",
				 seed >> 20, seed >> 16 & 7, places);
			got = result(text);
			ck_assert_int_le(
				halves(number(span_of(got)), one, places), 1);
			ck_assert_int_eq(
				dec_add(sum, number(span_of(got)), &sum), 0);
			free(got);
		}
		ck_assert_int_le(halves(sum, exact, places), (int)n);
		buf_addf(&list, "' | split(';') | convert('LBR', 'KGM', %u)",
			 places);
		got = result(buf_str(&list));
		ck_assert_int_le(halves(total_of(got), exact, places), 1);
		free(got);
		buf_release(&list);
	}
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("fn", &tc);

	tcase_add_test(tc, patterns);
	tcase_add_test(tc, characters);
	tcase_add_test(tc, numbers);
	tcase_add_test(tc, dates);
	tcase_add_test(tc, zones);
	tcase_add_test(tc, compared_dates);
	tcase_add_test(tc, units);
	tcase_add_test(tc, masking);
	tcase_add_test(tc, checks);
	tcase_add_test(tc, lists);
	tcase_add_test(tc, cases);
	tcase_add_loop_test(tc, totals_of_quantities, 0, 5);
	return s;
}
