/* Filters on characters: composed forms, and text in ASCII only. */
#include <glib.h>
#include <stdlib.h>

#include "core/utf8.h"
#include "expr/fn.h"

/* Most code points that one decomposes into. */
#define PARTS_MAX 18
/* A letter that does not decompose, and what stands for it. */
struct letter {
	uint32_t cp;
	const char *ascii;
};

/* By code point.  Cyrillic as in passports: ICAO 9303 part 3, section 6. */
static const struct letter letters[] = {
	{0x00A9, "(c)"}, {0x00AB, "\""}, {0x00AD, ""},   {0x00AE, "(r)"},
	{0x00B4, "'"},   {0x00B5, "u"},  {0x00B7, "."},  {0x00BB, "\""},
	{0x00C6, "AE"},  {0x00D0, "D"},  {0x00D7, "x"},  {0x00D8, "O"},
	{0x00DE, "TH"},  {0x00DF, "ss"}, {0x00E6, "ae"}, {0x00F0, "d"},
	{0x00F8, "o"},   {0x00FE, "th"}, {0x0110, "D"},  {0x0111, "d"},
	{0x0126, "H"},   {0x0127, "h"},  {0x0131, "i"},  {0x0138, "k"},
	{0x0141, "L"},   {0x0142, "l"},  {0x014A, "N"},  {0x014B, "n"},
	{0x0152, "OE"},  {0x0153, "oe"}, {0x0166, "T"},  {0x0167, "t"},
	{0x0259, "a"},   {0x02BC, "'"},  {0x0402, "D"},  {0x0404, "IE"},
	{0x0405, "DZ"},  {0x0406, "I"},  {0x0408, "J"},  {0x0409, "LJ"},
	{0x040A, "NJ"},  {0x040B, "C"},  {0x040F, "DZ"}, {0x0410, "A"},
	{0x0411, "B"},   {0x0412, "V"},  {0x0413, "G"},  {0x0414, "D"},
	{0x0415, "E"},   {0x0416, "ZH"}, {0x0417, "Z"},  {0x0418, "I"},
	{0x041A, "K"},   {0x041B, "L"},  {0x041C, "M"},  {0x041D, "N"},
	{0x041E, "O"},   {0x041F, "P"},  {0x0420, "R"},  {0x0421, "S"},
	{0x0422, "T"},   {0x0423, "U"},  {0x0424, "F"},  {0x0425, "KH"},
	{0x0426, "TS"},  {0x0427, "CH"}, {0x0428, "SH"}, {0x0429, "SHCH"},
	{0x042A, "IE"},  {0x042B, "Y"},  {0x042C, ""},   {0x042D, "E"},
	{0x042E, "IU"},  {0x042F, "IA"}, {0x0490, "G"},  {0x1E9E, "SS"},
	{0x200B, ""},    {0x200C, ""},   {0x200D, ""},   {0x2010, "-"},
	{0x2011, "-"},   {0x2012, "-"},  {0x2013, "-"},  {0x2014, "-"},
	{0x2015, "-"},   {0x2018, "'"},  {0x2019, "'"},  {0x201A, "'"},
	{0x201B, "'"},   {0x201C, "\""}, {0x201D, "\""}, {0x201E, "\""},
	{0x201F, "\""},  {0x2022, "*"},  {0x2032, "'"},  {0x2033, "\""},
	{0x2039, "'"},   {0x203A, "'"},  {0x2044, "/"},  {0x20AC, "EUR"},
	{0x2212, "-"},
};

static int by_code_point(const void *key, const void *item)
{
	uint32_t a = *(const uint32_t *)key;
	uint32_t b = ((const struct letter *)item)->cp;

	return (a > b) - (a < b);
}

static const char *letter_of(uint32_t cp)
{
	const struct letter *l =
		bsearch(&cp, letters, sizeof(letters) / sizeof(*letters),
			sizeof(*letters), by_code_point);

	return l ? l->ascii : NULL;
}

static bool is_ascii(struct span s)
{
	unsigned char all = 0;
	size_t i;

	for (i = 0; i < s.len; i++)
		all |= (unsigned char)s.p[i];
	return all < 0x80;
}

static size_t put(char *out, const char *text)
{
	size_t len = strlen(text);

	memcpy(out, text, len);
	return len;
}

static int put_span(char *out, struct span s)
{
	if (s.len)
		memcpy(out, s.p, s.len);
	return (int)s.len;
}

/* Small letters of a script are those of its capitals, in small. */
static size_t put_lower(char *out, const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++)
		out[i] = (char)(text[i] >= 'A' && text[i] <= 'Z'
					? text[i] - 'A' + 'a'
					: text[i]);
	return i;
}

_Static_assert(FN_ASCII_MAX == PARTS_MAX * 4, "a part has up to four bytes");

int fn_ascii_of(uint32_t cp, char *out)
{
	gunichar part[PARTS_MAX];
	gsize n = g_unichar_fully_decompose(cp, TRUE, part, PARTS_MAX), i;
	const char *whole = letter_of(cp), *l;
	size_t len = 0;

	if (whole)
		return (int)put(out, whole);
	for (i = 0; i < n; i++) {

		if (part[i] < 0x80) {
			out[len++] = (char)part[i];
		} else if (g_unichar_ismark(part[i])) {
			continue;
		} else if ((l = letter_of(part[i])) != NULL) {
			len += put(out + len, l);
		} else if ((l = letter_of(g_unichar_toupper(part[i]))) !=
			   NULL) {
			len += put_lower(out + len, l);
		} else {
			return -1;
		}
	}
	return (int)len;
}

/* The code point at the start of `s`; 0 for none. */
static uint32_t first_of(struct span s)
{
	size_t seq = s.len ? utf8_seq(s.p, s.len) : 0;

	return seq ? utf8_get(s.p, seq) : 0;
}

/* In a word of capitals the second letter is one, too: MUELLER, Mueller. */
static const char *german(uint32_t before, uint32_t cp, uint32_t after)
{
	bool all = g_unichar_isupper(after) ||
		   (g_unichar_isupper(before) && !g_unichar_isalpha(after));

	switch (cp) {
	case 0xC4:
		return all ? "AE" : "Ae";
	case 0xD6:
		return all ? "OE" : "Oe";
	case 0xDC:
		return all ? "UE" : "Ue";
	case 0xE4:
		return "ae";
	case 0xF6:
		return "oe";
	case 0xFC:
		return "ue";
	default:
		return NULL;
	}
}

FN_PREPARE(fn_ascii_prepare)
{
	struct span way = fn_text_arg(call, 0, SPAN("plain"));
	struct span otherwise = fn_text_arg(call, 1, SPAN(""));

	if (!span_is(way, "plain") && !span_is(way, "german"))
		return expr_refuse(c, call->arg[1]->text.p,
				   "%s: plain or german expected",
				   call->fn->synopsis);
	if (!is_ascii(otherwise) || otherwise.len > FN_ASCII_MAX)
		return expr_refuse(c, call->arg[2]->text.p,
				   "%s: a short text in ASCII expected",
				   call->fn->synopsis);
	call->n = span_is(way, "german");
	return 0;
}

/* Longest result of one character, so that `out` is made once. */
static size_t bound(struct span s)
{
	return mem_mul(utf8_chars(s.p, s.len), FN_ASCII_MAX);
}

/* Composed first, so that "a" and a diaeresis of its own are one letter. */
static struct span composed(struct expr_env *e, struct span s)
{
	gchar *text;
	struct span out = s;

	if (is_ascii(s))
		return s;
	text = g_utf8_normalize(s.p, (gssize)s.len, G_NORMALIZE_NFC);
	if (text) {
		out.len = strlen(text);
		out.p = arena_dup(e->arena, text, out.len);
		g_free(text);
	}
	return out;
}

FN_RUN(fn_ascii)
{
	const struct expr *otherwise = fn_arg(call, 1);
	struct span s;
	size_t i = 0, n = 0, seq;
	uint32_t before = 0, cp;
	char *out;

	if (is_ascii(v->text))
		return 0;
	s = composed(e, v->text);
	out = arena_alloc(e->arena, bound(s));
	while (i < s.len) {
		const char *umlaut = NULL;
		int len;

		seq = utf8_seq(s.p + i, s.len - i);
		cp = seq ? utf8_get(s.p + i, seq) : 0xFFFD;
		if (call->n && seq > 1)
			umlaut = german(
				before, cp,
				first_of((struct span){s.p + i + seq,
						       s.len - i - seq}));
		before = cp;
		len = umlaut ? (int)put(out + n, umlaut)
			     : fn_ascii_of(cp, out + n);
		if (len < 0 && !otherwise)
			return expr_fail(e, call, v, "not-ascii",
					 "nothing in ASCII stands for '%.*s' "
					 "(U+%04X)",
					 (int)seq, s.p + i, cp);
		if (len < 0)
			len = put_span(out + n, otherwise->value.text);
		n += (size_t)len;
		i += seq ? seq : 1;
	}
	v->text = (struct span){out, n};
	v->plain = false;
	return 0;
}

FN_RUN(fn_nfc)
{
	size_t i;

	(void)call;
	/* Nothing below U+0300 changes. */
	for (i = 0; i < v->text.len; i++)
		if ((unsigned char)v->text.p[i] >= 0xCC) {
			v->text = composed(e, v->text);
			break;
		}
	return 0;
}
