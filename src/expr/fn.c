#include "expr/fn.h"

#include <limits.h>

#include "core/suggest.h"

/* In the order of sluice-profile(5). */
const struct fn fn_table[] = {
	{"trim", "", FN_TEXT, NULL, fn_trim, "trim",
	 "without white space at both ends"},
	{"squeeze", "", FN_TEXT, NULL, fn_squeeze, "squeeze",
	 "trimmed, and runs of white space become one space"},
	{"upper", "", FN_TEXT, NULL, fn_upper, "upper", "capital letters"},
	{"lower", "", FN_TEXT, NULL, fn_lower, "lower", "small letters"},
	{"cut", "n?n", FN_TEXT, fn_cut_prepare, fn_cut, "cut(from[, length])",
	 "characters from a position, 1 being the first, -1 the last"},
	{"pad", "n?tw", FN_TEXT, fn_pad_prepare, fn_pad,
	 "pad(length[, character[, left|right]])",
	 "filled up to a length, on the left unless told otherwise"},
	{"strip_zeros", "", FN_TEXT, NULL, fn_strip_zeros, "strip_zeros",
	 "without leading zeros; the last one stays"},
	{"replace", "tt", FN_TEXT, fn_replace_prepare, fn_replace,
	 "replace(old, new)", "every occurrence of a text"},
	{"replace_pattern", "tt", FN_TEXT, fn_replace_pattern_prepare,
	 fn_replace_pattern, "replace_pattern(pattern, new)",
	 "every match of a regular expression, $1 its first group"},
	{"ascii", "?wt", FN_TEXT, fn_ascii_prepare, fn_ascii,
	 "ascii([plain|german[, otherwise]])", "letters and signs in ASCII"},
	{"nfc", "", FN_TEXT, NULL, fn_nfc, "nfc",
	 "letters and their accents composed, Unicode NFC"},
	{"normal", "", FN_TEXT | FN_BLANK, NULL, fn_normal, "normal",
	 "a name as names are compared"},
	{"split", "t?n", FN_TEXT, fn_split_prepare, fn_split,
	 "split(separator[, n])",
	 "a list of the parts, or the n-th part, 1 being the first"},
	{"join", "t", 0, NULL, fn_join, "join(separator)",
	 "the elements of a list as one text"},
	{"concat", "x*", 0, NULL, fn_concat, "concat(value, ...)",
	 "one text of several; nothing where one of them is nothing"},
	{"template", "t", FN_NOTHING | FN_ALONE, fn_template_prepare,
	 fn_template, "template(text)",
	 "text with {expressions}; nothing where one of them is nothing"},
	{"decimal", "?ww", FN_TEXT | FN_BLANK, fn_decimal_prepare, fn_decimal,
	 "decimal([point[, grouping]])", "text to a number, with these signs"},
	{"number", "", FN_TEXT | FN_BLANK, NULL, fn_number, "number",
	 "text to a number, with a point and no grouping"},
	{"implied", "n", FN_TEXT | FN_BLANK, fn_implied_prepare, fn_implied,
	 "implied(places)", "digits to a number with so many decimals"},
	{"trailing_sign", "", FN_TEXT | FN_BLANK, NULL, fn_trailing_sign,
	 "trailing_sign", "a sign at the end goes to the front"},
	{"overpunch", "?n", FN_TEXT | FN_BLANK, fn_overpunch_prepare,
	 fn_overpunch, "overpunch([places])",
	 "digits of which the last has the sign, with so many decimals"},
	{"scale", "n", FN_TEXT | FN_BLANK, fn_scale_prepare, fn_scale,
	 "scale(places)", "times ten to a power, exactly"},
	{"round", "n?w", FN_TEXT | FN_BLANK, fn_round_prepare, fn_round,
	 "round(places[, half_up|half_even])",
	 "to so many decimals, half up unless told otherwise"},
	{"add", "x", FN_TEXT | FN_BLANK, NULL, fn_add, "add(number)",
	 "exact sum"},
	{"sub", "x", FN_TEXT | FN_BLANK, NULL, fn_sub, "sub(number)",
	 "exact difference"},
	{"mul", "x", FN_TEXT | FN_BLANK, NULL, fn_mul, "mul(number)",
	 "exact product"},
	{"div", "xn?w", FN_TEXT | FN_BLANK, fn_div_prepare, fn_div,
	 "div(number, places[, half_up|half_even])",
	 "the quotient, rounded once"},
	{"negate", "", FN_TEXT | FN_BLANK, NULL, fn_negate, "negate",
	 "the number with the other sign"},
	{"abs", "", FN_TEXT | FN_BLANK, NULL, fn_abs, "abs",
	 "the number without its sign"},
	{"sum", "", FN_NOTHING, NULL, fn_sum, "sum",
	 "the exact total of a list; 0 where there is nothing"},
	{"count", "", FN_NOTHING, NULL, fn_count, "count",
	 "how many elements are something"},
	{"min", "", 0, NULL, fn_min, "min", "the least element"},
	{"max", "", 0, NULL, fn_max, "max", "the greatest element"},
	{"distinct", "", 0, NULL, fn_distinct, "distinct",
	 "a list without its repetitions"},
	{"first", "", 0, NULL, fn_first, "first",
	 "the first element that is something"},
	{"last", "", 0, NULL, fn_last, "last",
	 "the last element that is something"},
	{"date", "t?n", FN_TEXT | FN_BLANK, fn_date_prepare, fn_date,
	 "date(format[, pivot])", "text to a date"},
	{"datetime", "t?twn", FN_TEXT | FN_BLANK, fn_datetime_prepare,
	 fn_datetime,
	 "datetime(format[, zone[, refuse|earlier|later[, pivot]]])",
	 "text, a local time of a zone, to an instant in UTC"},
	{"cyyddd", "", FN_TEXT | FN_BLANK, NULL, fn_cyyddd, "cyyddd",
	 "century, year and day of the year to a date"},
	{"yyddd", "?n", FN_TEXT | FN_BLANK, fn_yyddd_prepare, fn_yyddd,
	 "yyddd([pivot])", "year and day of the year to a date"},
	{"cyymmdd", "", FN_TEXT | FN_BLANK, NULL, fn_cyymmdd, "cyymmdd",
	 "century, year, month and day to a date"},
	{"excel_date", "?n", FN_TEXT | FN_BLANK, fn_excel_date_prepare,
	 fn_excel_date, "excel_date([1900|1904])",
	 "the number of a day in a spreadsheet to a date"},
	{"excel_datetime", "?ntw", FN_TEXT | FN_BLANK,
	 fn_excel_datetime_prepare, fn_excel_datetime,
	 "excel_datetime([1900|1904[, zone[, refuse|earlier|later]]])",
	 "the same with the time of the day to an instant in UTC"},
	{"table", "m?x", FN_TEXT, fn_table_prepare, fn_table_run,
	 "table(name or {...}[, otherwise])", "what a code stands for"},
	{"table_at", "mx?x", FN_TEXT, NULL, fn_table_at,
	 "table_at(name or {...}, date[, otherwise])",
	 "what a code stood for on a date"},
	{"bool", "?tt", FN_TEXT | FN_BLANK, fn_bool_prepare, fn_bool,
	 "bool([true, false])", "text to true or false"},
	{"default", "x", FN_NOTHING, NULL, fn_default, "default(value)",
	 "this where there is nothing"},
	{"coalesce", "x*", FN_NOTHING, NULL, fn_default, "coalesce(value, ...)",
	 "the first that is something"},
	{"if", "x?x", FN_NOTHING, NULL, fn_if, "if(condition, yes[, no])",
	 "one or the other"},
	{"case", "xx*", FN_NOTHING, NULL, fn_case,
	 "case(value, result, ...[, otherwise])",
	 "the result behind the first value that it equals"},
	{"nullif", "x*", 0, NULL, fn_nullif, "nullif(value, ...)",
	 "nothing where it equals one of these"},
	{"required", "", FN_NOTHING, NULL, fn_required, "required",
	 "a reject where there is nothing"},
	{"convert", "xx?nw", FN_BLANK, fn_convert_prepare, fn_convert,
	 "convert(from, to[, places[, half_up|half_even]])",
	 "a quantity in another unit of UN/ECE Recommendation 20"},
	{"gtin", "?n", FN_TEXT | FN_BLANK, fn_gtin_prepare, fn_gtin,
	 "gtin([digits])", "a GTIN whose check digit is right"},
	{"iban", "", FN_TEXT | FN_BLANK, NULL, fn_iban, "iban",
	 "an IBAN whose length and check digits are right"},
	{"vat", "?x", FN_TEXT | FN_BLANK, NULL, fn_vat, "vat([country])",
	 "a VAT number of the EU whose form and check digits are right"},
	{"last4", "", FN_TEXT, NULL, fn_last4, "last4",
	 "all but the last four characters masked"},
	{"redact", "?t", FN_BLANK, NULL, fn_redact, "redact([text])",
	 "*** or a text in place of whatever is there"},
	{"keyed_hash", "t?n", FN_TEXT | FN_BLANK, fn_keyed_hash_prepare,
	 fn_keyed_hash, "keyed_hash(key file[, digits])",
	 "the same digits for the same text, by a secret key"},
	{NULL, NULL, 0, NULL, NULL, NULL, NULL},
};

#define FN_MAX (sizeof(fn_table) / sizeof(*fn_table))

const struct fn *fn_find(struct span name, const char **near)
{
	const char *words[FN_MAX];
	size_t i;

	*near = NULL;
	for (i = 0; fn_table[i].name; i++) {
		if (span_is(name, fn_table[i].name))
			return &fn_table[i];
		words[i] = fn_table[i].name;
	}
	words[i] = NULL;
	*near = suggest(name, words);
	return NULL;
}

unsigned fn_min_args(const struct fn *f)
{
	unsigned n = 0;
	const char *p;

	for (p = f->args; *p && *p != '?' && *p != '*'; p++)
		n++;
	return n;
}

unsigned fn_max_args(const struct fn *f)
{
	unsigned n = 0;
	const char *p;

	for (p = f->args; *p; p++) {
		if (*p == '*')
			return UINT_MAX;
		n += *p != '?';
	}
	return n;
}

char fn_arg_kind(const struct fn *f, unsigned i)
{
	char kind = 0;
	const char *p;

	for (p = f->args; *p; p++) {
		if (*p == '?')
			continue;
		if (*p == '*')
			return kind;
		kind = *p;
		if (!i--)
			return kind;
	}
	return 0;
}

int fn_check_range(struct expr *call, struct expr_compile *c, size_t i,
		   int64_t min, int64_t max)
{
	const struct expr *a = fn_arg(call, i);

	if (!a || (a->n >= min && a->n <= max))
		return 0;
	return expr_refuse(c, a->text.p, "%s: %lld is not within %lld to %lld",
			   call->fn->synopsis, (long long)a->n, (long long)min,
			   (long long)max);
}
