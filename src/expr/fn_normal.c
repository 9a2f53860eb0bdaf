/*
 * fn_normal.c - names as they are compared: Müller-Werke GmbH & Co. KG and
 * MUELLER WERKE are one
 */
#include <glib.h>
#include <stdlib.h>

#include "core/utf8.h"
#include "expr/fn.h"

/* At the end of a name they say nothing.  In order, for bsearch. */
static const char *const forms[] = {
	"ab",      "ag",   "aps",          "as",  "asa",  "bv",   "co",
	"company", "corp", "corporation",  "eg",  "ek",   "ev",   "gbr",
	"gmbh",    "inc",  "incorporated", "kft", "kg",   "kgaa", "limited",
	"llc",     "llp",  "ltd",          "mbh", "nv",   "ohg",  "oo",
	"oy",      "oyj",  "plc",          "sa",  "sarl", "sas",  "se",
	"snc",     "sp",   "spa",          "srl", "sro",  "ug",   "z",
};

static int by_word(const void *key, const void *item)
{
	const struct span *word = key;

	return span_cmp(*word, span_of(*(const char *const *)item));
}

static bool is_form(struct span word)
{
	return bsearch(&word, forms, sizeof(forms) / sizeof(*forms),
		       sizeof(*forms), by_word) != NULL;
}

/* Signs that are left out; all others part words. */
static bool is_silent(uint32_t cp)
{
	return cp == '.' || cp == '\'' || cp == 0x2019 || cp == 0x00B4 ||
	       cp == '`' || (cp >= 0x80 && g_unichar_ismark(cp));
}

/* One character of the name behind `out` of length `n`; its new length. */
static size_t put_char(char *out, size_t n, uint32_t cp)
{
	char ascii[FN_ASCII_MAX];
	int len, i;

	if (is_silent(cp))
		return n;
	if (cp < 0x80 ? !g_ascii_isalnum((char)cp) : !g_unichar_isalnum(cp)) {
		if (n && out[n - 1] != ' ')
			out[n++] = ' ';
		return n;
	}
	if (cp < 0x80) {
		out[n++] = g_ascii_tolower((char)cp);
		return n;
	}
	len = fn_ascii_of(cp, ascii);
	if (len < 0)
		return n + (size_t)g_unichar_to_utf8(g_unichar_tolower(cp),
						     out + n);
	for (i = 0; i < len; i++)
		if (g_ascii_isalnum(ascii[i]))
			out[n++] = g_ascii_tolower(ascii[i]);
	return n;
}

/* ae, oe and ue are a, o and u: an umlaut written out. */
static size_t fold(char *s, size_t len)
{
	size_t n = 0, i;

	for (i = 0; i < len; i++) {
		char before = n ? s[n - 1] : ' ';

		if (s[i] != 'e' ||
		    (before != 'a' && before != 'o' && before != 'u'))
			s[n++] = s[i];
	}
	return n;
}

/* Without the legal forms at its end, unless nothing else is there. */
static struct span without_forms(struct span name)
{
	struct span s = name;

	for (;;) {
		const char *cut = s.len ? memrchr(s.p, ' ', s.len) : NULL;
		struct span last = s;

		if (!cut)
			return is_form(s) ? name : s;
		last.p = cut + 1;
		last.len = (size_t)(s.p + s.len - last.p);
		if (!is_form(last))
			return s;
		s.len = (size_t)(cut - s.p);
	}
}

FN_RUN(fn_normal)
{
	size_t n = 0, i = 0, most;
	struct span s;
	char *out;

	(void)call;
	val_to_text(v, e->arena); /* FN_BLANK leaves it to us */
	most = mem_mul(utf8_chars(v->text.p, v->text.len), FN_ASCII_MAX);
	out = arena_alloc(e->arena, most);
	while (i < v->text.len) {
		size_t seq = utf8_seq(v->text.p + i, v->text.len - i);

		n = put_char(out, n, seq ? utf8_get(v->text.p + i, seq) : ' ');
		i += seq ? seq : 1;
	}
	n = fold(out, n);
	s = without_forms(span_trim((struct span){out, n}));
	if (s.len)
		val_set_text(v, s);
	else
		val_set(v, VAL_ABSENT);
	return 0;
}
