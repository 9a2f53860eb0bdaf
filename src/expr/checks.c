#include "expr/checks.h"

#include <stdlib.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

int check_gtin(struct span s, struct err *err)
{
	int sum = 0, want;
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!is_digit(s.p[i]))
			return err_set(err, ERR_DATA,
				       "not a digit at character %zu", i + 1);
	if (s.len != 8 && (s.len < 12 || s.len > 14))
		return err_set(err, ERR_DATA,
			       "a GTIN has 8, 12, 13 or 14 digits, not %zu",
			       s.len);
	/* From the right: the check digit, then 3, 1, 3, ... */
	for (i = 1; i < s.len; i++)
		sum += (s.p[s.len - 1 - i] - '0') * (i % 2 ? 3 : 1);
	want = (10 - sum % 10) % 10;
	if (s.p[s.len - 1] - '0' == want)
		return 0;
	return err_set(err, ERR_DATA, "the check digit should be %d", want);
}

/* Lengths by country, from the IBAN registry; sorted. */
static const char ibans[][5] = {
	"AD24", "AE23", "AL28", "AT20", "AZ28", "BA20", "BE16", "BG22", "BH22",
	"BI27", "BR29", "BY28", "CH21", "CR22", "CY28", "CZ24", "DE22", "DJ27",
	"DK18", "DO28", "EE20", "EG29", "ES24", "FI18", "FK18", "FO18", "FR27",
	"GB22", "GE22", "GI23", "GL18", "GR27", "GT28", "HR21", "HU28", "IE22",
	"IL23", "IQ23", "IS26", "IT27", "JO30", "KW30", "KZ20", "LB28", "LC32",
	"LI21", "LT20", "LU20", "LV21", "LY25", "MC27", "MD24", "ME22", "MK19",
	"MN20", "MR27", "MT31", "MU30", "NI28", "NL18", "NO15", "OM23", "PK24",
	"PL28", "PS29", "PT25", "QA29", "RO24", "RS22", "RU33", "SA24", "SC31",
	"SD18", "SE24", "SI19", "SK24", "SM27", "SO23", "ST25", "SV28", "TL23",
	"TN24", "TR26", "UA29", "VA22", "VG24", "XK20", "YE30",
};

static int by_country(const void *key, const void *item)
{
	return memcmp(key, item, 2);
}

int check_iban(struct span s, struct err *err)
{
	const char *row;
	size_t length, i;
	unsigned rest = 0;

	if (s.len < 4 || !is_capital(s.p[0]) || !is_capital(s.p[1]) ||
	    !is_digit(s.p[2]) || !is_digit(s.p[3]))
		return err_set(err, ERR_DATA,
			       "an IBAN begins with two letters and two "
			       "digits");
	row = bsearch(s.p, ibans, sizeof(ibans) / sizeof(*ibans),
		      sizeof(*ibans), by_country);
	if (!row)
		return err_set(err, ERR_DATA, "the country %.2s has no IBAN",
			       s.p);
	length = (size_t)(row[2] - '0') * 10 + (size_t)(row[3] - '0');
	if (s.len != length)
		return err_set(err, ERR_DATA,
			       "an IBAN of %.2s has %zu characters, not %zu",
			       s.p, length, s.len);
	for (i = 0; i < s.len; i++) {
		char c = s.p[(i + 4) % s.len];

		if (is_digit(c))
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
		else if (is_capital(c))
			rest = (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
		else
			return err_set(err, ERR_DATA,
				       "neither a letter nor a digit at "
				       "character %zu",
				       (i + 4) % s.len + 1);
	}
	if (rest == 1)
		return 0;
	return err_set(err, ERR_DATA, "the check digits are wrong");
}
