/*
 * VAT numbers of the EU, by country.
 *
 * Formats as the European Commission lists them for VIES; check digits as the
 * countries define them.  A number that passes is well formed, whether it was
 * ever given to somebody only VIES knows.
 */
#include <stdlib.h>

#include "expr/checks.h"

enum verdict { VAT_FINE, VAT_FORM, VAT_DIGITS };

/* The number behind the country. */
typedef enum verdict vat_fn(const char *s, size_t n);

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool all_digits(const char *s, size_t n)
{
	while (n && is_digit(s[n - 1]))
		n--;
	return n == 0;
}

static int digit(const char *s, size_t i)
{
	return s[i] - '0';
}

/* `n` digits, each times its weight. */
static int weigh(const char *s, const signed char *weight, size_t n)
{
	int sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += digit(s, i) * weight[i];
	return sum;
}

static int modulo(const char *s, size_t n, int m)
{
	int rest = 0;
	size_t i;

	for (i = 0; i < n; i++)
		rest = (rest * 10 + digit(s, i)) % m;
	return rest;
}

static enum verdict fine_if(bool yes)
{
	return yes ? VAT_FINE : VAT_DIGITS;
}

/* Every second digit from the right doubled, its digits added. */
static bool luhn(const char *s, size_t n)
{
	int sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		int d = digit(s, n - 1 - i);

		if (i % 2)
			d = d * 2 > 9 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	return sum % 10 == 0;
}

/* ISO 7064 MOD 11,10 */
static bool mod_11_10(const char *s, size_t n)
{
	int p = 10;
	size_t i;

	for (i = 0; i + 1 < n; i++) {
		p = (p + digit(s, i)) % 10;
		p = (p ? p : 10) * 2 % 11;
	}
	return (p + digit(s, n - 1)) % 10 == 1;
}

static enum verdict vat_at(const char *s, size_t n)
{
	int sum = 4;
	size_t i;

	if (n != 9 || s[0] != 'U' || !all_digits(s + 1, 8))
		return VAT_FORM;
	for (i = 1; i < 8; i++) {
		int d = digit(s, i);

		if (i % 2 == 0)
			d = d * 2 > 9 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	return fine_if((10 - sum % 10) % 10 == digit(s, 8));
}

static enum verdict vat_be(const char *s, size_t n)
{
	if (n != 10 || !all_digits(s, n) || s[0] > '1')
		return VAT_FORM;
	return fine_if(97 - modulo(s, 8, 97) == modulo(s + 8, 2, 100));
}

/* Of a person: by date of birth, of a foreigner, or another. */
static enum verdict vat_bg_person(const char *s)
{
	static const signed char egn[9] = {2, 4, 8, 5, 10, 9, 7, 3, 6};
	static const signed char foreign[9] = {21, 19, 17, 13, 11, 9, 7, 3, 1};
	static const signed char other[9] = {4, 3, 2, 7, 6, 5, 4, 3, 2};
	int last = digit(s, 9);

	return fine_if(weigh(s, egn, 9) % 11 % 10 == last ||
		       weigh(s, foreign, 9) % 10 == last ||
		       (11 - weigh(s, other, 9) % 11) % 11 == last);
}

static enum verdict vat_bg(const char *s, size_t n)
{
	static const signed char first[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	static const signed char again[8] = {3, 4, 5, 6, 7, 8, 9, 10};
	int rest;

	if ((n != 9 && n != 10) || !all_digits(s, n))
		return VAT_FORM;
	if (n == 10)
		return vat_bg_person(s);
	rest = weigh(s, first, 8) % 11;
	if (rest == 10)
		rest = weigh(s, again, 8) % 11 % 10;
	return fine_if(rest == digit(s, 8));
}

static enum verdict vat_cy(const char *s, size_t n)
{
	static const signed char odd[10] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21};
	int sum = 0;
	size_t i;

	if (n != 9 || !all_digits(s, 8) || !is_capital(s[8]) ||
	    (s[0] == '1' && s[1] == '2'))
		return VAT_FORM;
	for (i = 0; i < 8; i++)
		sum += i % 2 ? digit(s, i) : odd[digit(s, i)];
	return fine_if('A' + sum % 26 == s[8]);
}

static enum verdict vat_cz(const char *s, size_t n)
{
	static const signed char weight[7] = {8, 7, 6, 5, 4, 3, 2};
	int rest;

	if (n < 8 || n > 10 || !all_digits(s, n))
		return VAT_FORM;
	if (n == 8) {
		if (s[0] == '9')
			return VAT_FORM;
		rest = (11 - weigh(s, weight, 7) % 11) % 11;
		return fine_if((rest ? rest : 1) % 10 == digit(s, 7));
	}
	if (n == 9 && s[0] == '6') {
		rest = 8 - (21 - weigh(s + 1, weight, 7) % 11) % 11;
		return fine_if((rest + 10) % 10 == digit(s, 8));
	}
	/* Birth numbers before 1954 have nine digits and no check. */
	if (n == 9)
		return s[0] <= '5' ? VAT_FINE : VAT_FORM;
	rest = modulo(s, 9, 11) % 10;
	return fine_if(modulo(s, 10, 11) == 0 || rest == digit(s, 9));
}

static enum verdict vat_de(const char *s, size_t n)
{
	if (n != 9 || !all_digits(s, n) || s[0] == '0')
		return VAT_FORM;
	return fine_if(mod_11_10(s, n));
}

static enum verdict vat_dk(const char *s, size_t n)
{
	static const signed char weight[8] = {2, 7, 6, 5, 4, 3, 2, 1};

	if (n != 8 || !all_digits(s, n) || s[0] == '0')
		return VAT_FORM;
	return fine_if(weigh(s, weight, 8) % 11 == 0);
}

static enum verdict vat_ee(const char *s, size_t n)
{
	static const signed char weight[9] = {3, 7, 1, 3, 7, 1, 3, 7, 1};

	if (n != 9 || !all_digits(s, n))
		return VAT_FORM;
	return fine_if(weigh(s, weight, 9) % 10 == 0);
}

static enum verdict vat_el(const char *s, size_t n)
{
	int sum = 0;
	size_t i;

	if (n != 9 || !all_digits(s, n))
		return VAT_FORM;
	for (i = 0; i < 8; i++)
		sum = sum * 2 + digit(s, i);
	return fine_if(sum * 2 % 11 % 10 == digit(s, 8));
}

/* The letter of an identity card. */
static char dni_letter(const char *s, size_t n, int lead)
{
	static const char letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";
	int number = lead;
	size_t i;

	for (i = 0; i < n; i++)
		number = number * 10 + digit(s, i);
	return letters[number % 23];
}

static enum verdict vat_es_company(const char *s)
{
	int sum = 0, control;
	size_t i;

	for (i = 1; i < 8; i++) {
		int d = digit(s, i);

		if (i % 2)
			d = d * 2 > 9 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	control = (10 - sum % 10) % 10;
	if (is_digit(s[8]))
		return fine_if(!strchr("PQRSNW", s[0]) &&
			       digit(s, 8) == control);
	return fine_if(!strchr("ABEH", s[0]) && s[8] == "JABCDEFGHI"[control]);
}

static enum verdict vat_es(const char *s, size_t n)
{
	if (n != 9 || !all_digits(s + 1, 7) ||
	    (!is_digit(s[8]) && !is_capital(s[8])))
		return VAT_FORM;
	if (is_digit(s[0]))
		return is_digit(s[8]) ? VAT_FORM
				      : fine_if(dni_letter(s, 8, 0) == s[8]);
	if (s[0] >= 'X' && s[0] <= 'Z')
		return fine_if(dni_letter(s + 1, 7, s[0] - 'X') == s[8]);
	if (strchr("KLM", s[0]))
		return fine_if(dni_letter(s + 1, 7, 0) == s[8]);
	if (!strchr("ABCDEFGHJNPQRSUVW", s[0]))
		return VAT_FORM;
	return vat_es_company(s);
}

static enum verdict vat_fi(const char *s, size_t n)
{
	static const signed char weight[8] = {7, 9, 10, 5, 8, 4, 2, 1};

	if (n != 8 || !all_digits(s, n))
		return VAT_FORM;
	return fine_if(weigh(s, weight, 8) % 11 == 0);
}

/* Two characters of a key and a SIREN; Monaco's have no check of their own. */
static enum verdict vat_fr(const char *s, size_t n)
{
	static const char letters[] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	const char *a, *b;
	long long siren = 0;
	int key;
	size_t i;

	if (n != 11 || !all_digits(s + 2, 9))
		return VAT_FORM;
	a = s[0] ? strchr(letters, s[0]) : NULL;
	b = s[1] ? strchr(letters, s[1]) : NULL;
	if (!a || !b)
		return VAT_FORM;
	if (memcmp(s + 2, "000", 3) != 0 && !luhn(s + 2, 9))
		return VAT_DIGITS;
	for (i = 2; i < 11; i++)
		siren = siren * 10 + digit(s, i);
	if (is_digit(s[0]) && is_digit(s[1]))
		return fine_if((siren * 100 + 12) % 97 == modulo(s, 2, 100));
	key = is_digit(s[0])
		      ? (int)(a - letters) * 24 + (int)(b - letters) - 10
		      : (int)(a - letters) * 34 + (int)(b - letters) - 100;
	return fine_if((siren + 1 + key / 11) % 11 == key % 11);
}

static enum verdict vat_hr(const char *s, size_t n)
{
	if (n != 11 || !all_digits(s, n))
		return VAT_FORM;
	return fine_if(mod_11_10(s, n));
}

static enum verdict vat_hu(const char *s, size_t n)
{
	static const signed char weight[8] = {9, 7, 3, 1, 9, 7, 3, 1};

	if (n != 8 || !all_digits(s, n))
		return VAT_FORM;
	return fine_if(weigh(s, weight, 8) % 10 == 0);
}

/* Seven digits, the check letter, and since 2013 perhaps another letter. */
static enum verdict vat_ie(const char *s, size_t n)
{
	static const char letters[] = "WABCDEFGHIJKLMNOPQRSTUV";
	static const signed char weight[7] = {8, 7, 6, 5, 4, 3, 2};
	char digits[7];
	const char *second = letters;

	if ((n != 8 && n != 9) || !is_digit(s[0]) || !all_digits(s + 2, 5) ||
	    !is_capital(s[7]))
		return VAT_FORM;
	if (n == 9) {
		second = s[8] ? strchr(letters, s[8]) : NULL;
		if (!second)
			return VAT_FORM;
	}
	memcpy(digits, s, sizeof(digits));
	if (!is_digit(s[1])) {
		/* The old way: 8D79739I is 0797398 in front of its letter. */
		if (n != 8 || (!is_capital(s[1]) && !strchr("+*", s[1])))
			return VAT_FORM;
		digits[0] = '0';
		memcpy(digits + 1, s + 2, 5);
		digits[6] = s[0];
	}
	return fine_if(letters[(weigh(digits, weight, 7) +
				9 * (int)(second - letters)) %
			       23] == s[7]);
}

static enum verdict vat_it(const char *s, size_t n)
{
	if (n != 11 || !all_digits(s, n) || !memcmp(s, "0000000", 7))
		return VAT_FORM;
	return fine_if(luhn(s, n));
}

static enum verdict vat_lt(const char *s, size_t n)
{
	int sum = 0, again = 0;
	size_t i;

	if ((n != 9 && n != 12) || !all_digits(s, n) || s[n - 2] != '1')
		return VAT_FORM;
	for (i = 0; i + 1 < n; i++) {
		sum += digit(s, i) * (1 + (int)i % 9);
		again += digit(s, i) * (1 + (int)(i + 2) % 9);
	}
	if (sum % 11 == 10)
		sum = again;
	return fine_if(sum % 11 % 10 == digit(s, n - 1));
}

static enum verdict vat_lu(const char *s, size_t n)
{
	if (n != 8 || !all_digits(s, n))
		return VAT_FORM;
	return fine_if(modulo(s, 6, 89) == modulo(s + 6, 2, 100));
}

static enum verdict vat_lv(const char *s, size_t n)
{
	static const signed char company[11] = {9, 1, 4, 8, 3, 10,
						2, 5, 7, 6, 1};
	static const signed char person[10] = {10, 5, 8, 4, 2, 1, 6, 3, 7, 9};

	if (n != 11 || !all_digits(s, n))
		return VAT_FORM;
	if (s[0] > '3')
		return fine_if(weigh(s, company, 11) % 11 == 3);
	/* Personal numbers since 2017 have no date in them and no check. */
	if (s[0] == '3' && s[1] == '2')
		return VAT_FINE;
	return fine_if((1 + weigh(s, person, 10)) % 11 % 10 == digit(s, 10));
}

static enum verdict vat_mt(const char *s, size_t n)
{
	static const signed char weight[8] = {3, 4, 6, 7, 8, 9, 10, 1};

	if (n != 8 || !all_digits(s, n) || s[0] == '0')
		return VAT_FORM;
	return fine_if(weigh(s, weight, 8) % 37 == 0);
}

/* Companies by their number; since 2020 self-employed by MOD 97-10. */
static enum verdict vat_nl(const char *s, size_t n)
{
	static const signed char weight[9] = {9, 8, 7, 6, 5, 4, 3, 2, -1};
	int rest = 2321; /* "NL" */
	size_t i;

	if (n != 12 || !all_digits(s, 9) || s[9] != 'B' ||
	    !all_digits(s + 10, 2) || (s[10] == '0' && s[11] == '0'))
		return VAT_FORM;
	if (weigh(s, weight, 9) % 11 == 0)
		return VAT_FINE;
	for (i = 0; i < n; i++)
		rest = (is_digit(s[i]) ? rest * 10 + digit(s, i)
				       : rest * 100 + (s[i] - 'A') + 10) %
		       97;
	return fine_if(rest == 1);
}

static enum verdict vat_pl(const char *s, size_t n)
{
	static const signed char weight[10] = {6, 5, 7, 2, 3, 4, 5, 6, 7, -1};

	if (n != 10 || !all_digits(s, n))
		return VAT_FORM;
	return fine_if(weigh(s, weight, 10) % 11 == 0);
}

static enum verdict vat_pt(const char *s, size_t n)
{
	static const signed char weight[8] = {9, 8, 7, 6, 5, 4, 3, 2};

	if (n != 9 || !all_digits(s, n) || s[0] == '0')
		return VAT_FORM;
	return fine_if((11 - weigh(s, weight, 8) % 11) % 11 % 10 ==
		       digit(s, 8));
}

/* Of a company, as if zeros in front made it ten digits; or of a person. */
static enum verdict vat_ro(const char *s, size_t n)
{
	static const signed char weight[9] = {7, 5, 3, 2, 1, 7, 5, 3, 2};
	static const signed char person[12] = {2, 7, 9, 1, 4, 6,
					       3, 5, 8, 2, 7, 9};
	int rest;

	if (((n < 2 || n > 10) && n != 13) || !all_digits(s, n) || s[0] == '0')
		return VAT_FORM;
	if (n == 13) {
		rest = weigh(s, person, 12) % 11;
		return fine_if((rest == 10 ? 1 : rest) == digit(s, 12));
	}
	rest = weigh(s, weight + (10 - n), n - 1) * 10 % 11 % 10;
	return fine_if(rest == digit(s, n - 1));
}

static enum verdict vat_se(const char *s, size_t n)
{
	if (n != 12 || !all_digits(s, n) || modulo(s + 10, 2, 100) == 0)
		return VAT_FORM;
	return fine_if(luhn(s, 10));
}

static enum verdict vat_si(const char *s, size_t n)
{
	static const signed char weight[7] = {8, 7, 6, 5, 4, 3, 2};
	int rest;

	if (n != 8 || !all_digits(s, n) || s[0] == '0')
		return VAT_FORM;
	rest = 11 - weigh(s, weight, 7) % 11;
	return fine_if((rest == 10 ? 0 : rest) == digit(s, 7));
}

/* YYMMDD at the front of a birth number, months of women 50 higher. */
static bool begins_with_birth(const char *s)
{
	int month = (digit(s, 2) * 10 + digit(s, 3)) % 50;
	int day = digit(s, 4) * 10 + digit(s, 5);

	return s[2] < '7' && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Companies by their number, traders of old by their birth number. */
static enum verdict vat_sk(const char *s, size_t n)
{
	if (n != 10 || !all_digits(s, n))
		return VAT_FORM;
	if ((s[0] == '0' || !strchr("234789", s[2])) && !begins_with_birth(s))
		return VAT_FORM;
	return fine_if(modulo(s, n, 11) == 0);
}

static enum verdict vat_xi(const char *s, size_t n)
{
	static const signed char weight[9] = {8, 7, 6, 5, 4, 3, 2, 10, 1};
	int rest;

	if ((n != 9 && n != 12) || !all_digits(s, n))
		return VAT_FORM;
	rest = weigh(s, weight, 9) % 97;
	return fine_if(rest == 0 || rest == 42 || rest == 55);
}

static const struct vat {
	char country[3];
	vat_fn *check;
	const char *form;
} vats[] = {
	{"AT", vat_at, "U and 8 digits"},
	{"BE", vat_be, "10 digits, the first 0 or 1"},
	{"BG", vat_bg, "9 or 10 digits"},
	{"CY", vat_cy, "8 digits, not 12 first, and a letter"},
	{"CZ", vat_cz, "8 digits, not 9 first, or 9 or 10"},
	{"DE", vat_de, "9 digits, not 0 first"},
	{"DK", vat_dk, "8 digits, not 0 first"},
	{"EE", vat_ee, "9 digits"},
	{"EL", vat_el, "9 digits"},
	{"ES", vat_es,
	 "9 digits and letters, the first, the last or both "
	 "being letters"},
	{"FI", vat_fi, "8 digits"},
	{"FR", vat_fr, "2 characters other than I and O and 9 digits"},
	{"HR", vat_hr, "11 digits"},
	{"HU", vat_hu, "8 digits"},
	{"IE", vat_ie,
	 "7 digits, the second may be a letter, and 1 or 2 "
	 "letters"},
	{"IT", vat_it, "11 digits"},
	{"LT", vat_lt, "9 or 12 digits, the last but one being 1"},
	{"LU", vat_lu, "8 digits"},
	{"LV", vat_lv, "11 digits"},
	{"MT", vat_mt, "8 digits, not 0 first"},
	{"NL", vat_nl, "9 digits, B and 2 digits, not 00"},
	{"PL", vat_pl, "10 digits"},
	{"PT", vat_pt, "9 digits, not 0 first"},
	{"RO", vat_ro, "2 to 10 digits or 13, not 0 first"},
	{"SE", vat_se, "12 digits, not 00 last"},
	{"SI", vat_si, "8 digits, not 0 first"},
	{"SK", vat_sk,
	 "10 digits, the third being 2, 3, 4, 7, 8 or 9, or a birth number"},
	{"XI", vat_xi, "9 or 12 digits"},
};

static int by_country(const void *key, const void *item)
{
	return span_cmp(*(const struct span *)key,
			span_of(((const struct vat *)item)->country));
}

static const struct vat *find(struct span country)
{
	return bsearch(&country, vats, sizeof(vats) / sizeof(*vats),
		       sizeof(*vats), by_country);
}

bool check_vat_has(struct span country)
{
	return find(country) != NULL;
}

int check_vat(struct span country, struct span s, struct err *err)
{
	const struct vat *v = find(country);

	if (!v)
		return err_set(err, ERR_DATA,
			       "'%.*s' is no country of the EU's VAT",
			       SPAN_FMT(country));
	switch (v->check(s.p, s.len)) {
	case VAT_FINE:
		return 0;
	case VAT_FORM:
		return err_set(err, ERR_DATA,
			       "a VAT number of %s has, behind these letters, "
			       "%s",
			       v->country, v->form);
	case VAT_DIGITS:
		break;
	}
	return err_set(err, ERR_DATA,
		       "the check digits of a VAT number of %s are wrong",
		       v->country);
}
