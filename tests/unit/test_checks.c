/* Check digits: numbers as published, and each with one digit wrong. */
#include <stdio.h>

#include "expr/checks.h"
#include "unit.h"

static const char *const vat_numbers[] = {
	"ATU13585627",    "BE0428759497",   "BG175074752",    "CY10259033P",
	"CZ25123891",     "CZ640903926",    "DE136695976",    "DK13585628",
	"EE100931558",    "EL094259216",    "EL023456780",    "ESJ99216582",
	"ES54362315K",    "ESX2482300W",    "ESB64717838",    "ESM1234567L",
	"FI20774740",     "FR40303265045",  "FR23334175221",  "FRK7399859412",
	"HR33392005961",  "HU12892312",     "IE6433435F",     "IE6433435OA",
	"IE8D79739I",     "IT00743110157",  "LT119511515",    "LT100001919017",
	"LT100004801610", "LU15027442",     "LV40003521600",  "LV16117519997",
	"MT11679112",     "NL004495445B01", "NL000099998B57", "PL8567346215",
	"PT501964843",    "RO18547290",     "SE123456789701", "SI50223054",
	"SK2022749619",   "SK7357183383",   "XI980780684",
};

static int vat(const char *text, struct err *err)
{
	struct span s = span_of(text);

	return check_vat((struct span){s.p, 2},
			 (struct span){s.p + 2, s.len - 2}, err);
}

START_TEST(vat_by_country)
{
	size_t i, j, wrong;

	for (i = 0; i < sizeof(vat_numbers) / sizeof(*vat_numbers); i++) {
		struct err err = ERR_INIT;
		char text[32];
		size_t len = strlen(vat_numbers[i]);

		ck_assert_msg(vat(vat_numbers[i], &err) == 0, "%s: %s",
			      vat_numbers[i], err.msg);
		/* One digit changed is found nearly always. */
		wrong = 0;
		for (j = 2; j < len; j++) {
			memcpy(text, vat_numbers[i], len + 1);
			if (text[j] < '0' || text[j] > '9')
				continue;
			text[j] = (char)('0' + (text[j] - '0' + 1) % 10);
			wrong += vat(text, &err) == 0;
		}
		ck_assert_msg(wrong <= 2, "%s: %zu pass", vat_numbers[i],
			      wrong);
		/* A character less or more is another form. */
		memcpy(text, vat_numbers[i], len + 1);
		text[len] = '+';
		text[len + 1] = '\0';
		ck_assert_int_eq(vat(text, &err), -1);
	}
}
END_TEST

START_TEST(vat_messages)
{
	struct err err = ERR_INIT;

	ck_assert_int_eq(vat("DE12345678", &err), -1);
	ck_assert_str_eq(err.msg, "a VAT number of DE has, behind these "
				  "letters, 9 digits, not 0 first");
	ck_assert_int_eq(vat("DE136695977", &err), -1);
	ck_assert_str_eq(err.msg,
			 "the check digits of a VAT number of DE are wrong");
	ck_assert_int_eq(vat("CH123456788", &err), -1);
	ck_assert_str_eq(err.msg, "'CH' is no country of the EU's VAT");
	/* The last two digits of the Netherlands count from 01. */
	ck_assert_int_eq(vat("NL004495445B00", &err), -1);
	ck_assert(check_vat_has(span_of("EL")));
	ck_assert(!check_vat_has(span_of("GR")));
	/* Nothing at all behind the country is no accident of memory. */
	for (size_t i = 0; i < sizeof(vat_numbers) / sizeof(*vat_numbers); i++)
		ck_assert_int_eq(check_vat((struct span){vat_numbers[i], 2},
					   (struct span){NULL, 0}, &err),
				 -1);
}
END_TEST

START_TEST(ibans)
{
	static const char *const good[] = {
		"AT611904300234573201",
		"BE68539007547034",
		"CH9300762011623852957",
		"DE89370400440532013000",
		"FR1420041010050500013M02606",
		"GB29NWBK60161331926819",
		"MT84MALT011000012345MTLCAST001S",
		"NO9386011117947",
		"NL91ABNA0417164300",
		"PL61109010140000071219812874",
	};
	struct err err = ERR_INIT;
	size_t i, j;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		ck_assert_msg(check_iban(span_of(good[i]), &err) == 0, "%s: %s",
			      good[i], err.msg);
		for (j = 2; good[i][j]; j++) {
			char text[40];

			memcpy(text, good[i], strlen(good[i]) + 1);
			text[j] = text[j] == '7' ? '3' : '7';
			ck_assert_int_eq(check_iban(span_of(text), &err), -1);
		}
	}
	ck_assert_int_eq(check_iban(span_of("DE8937040044053201300"), &err),
			 -1);
	ck_assert_str_eq(err.msg, "an IBAN of DE has 22 characters, not 21");
	ck_assert_int_eq(check_iban(span_of("US893704004405320130"), &err), -1);
	ck_assert_str_eq(err.msg, "the country US has no IBAN");
	ck_assert_int_eq(check_iban(span_of("NO93860111179+7"), &err), -1);
	ck_assert_str_eq(err.msg,
			 "neither a letter nor a digit at character 14");
	ck_assert_int_eq(check_iban(span_of(""), &err), -1);
}
END_TEST

START_TEST(gtins)
{
	static const char *const good[] = {
		"4006381333931",  "036000291452",   "96385074",
		"10012345678902", "00000000000000",
	};
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		ck_assert_msg(check_gtin(span_of(good[i]), &err) == 0, "%s: %s",
			      good[i], err.msg);
	ck_assert_int_eq(check_gtin(span_of("4006381333932"), &err), -1);
	ck_assert_str_eq(err.msg, "the check digit should be 1");
	ck_assert_int_eq(check_gtin(span_of("400638133393"), &err), -1);
	ck_assert_int_eq(check_gtin(span_of("40063813339X1"), &err), -1);
	ck_assert_str_eq(err.msg, "not a digit at character 12");
	ck_assert_int_eq(check_gtin(span_of(""), &err), -1);
	ck_assert_str_eq(err.msg, "a GTIN has 8, 12, 13 or 14 digits, not 0");
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("checks", &tc);

	tcase_add_test(tc, vat_by_country);
	tcase_add_test(tc, vat_messages);
	tcase_add_test(tc, ibans);
	tcase_add_test(tc, gtins);
	return s;
}
