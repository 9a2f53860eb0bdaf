#include "read/charset.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

#include "core/suggest.h"
#include "core/utf8.h"

/* What is suggested; iconv knows many more. */
static const char *const common[] = {
	"UTF-8",      "UTF-16",      "UTF-16LE",     "UTF-16BE",   "UTF-32",
	"CP1250",     "CP1251",      "CP1252",       "CP1253",     "CP1254",
	"CP1257",     "CP437",       "CP850",        "CP852",      "CP858",
	"CP866",      "ISO-8859-1",  "ISO-8859-2",   "ISO-8859-5", "ISO-8859-7",
	"ISO-8859-9", "ISO-8859-15", "ASCII",        "latin1",     "macintosh",
	"KOI8-R",     "Shift_JIS",   "EUC-JP",       "GBK",        "GB18030",
	"Big5",       "EUC-KR",      "windows-1252", NULL,
};

#define NO_CONV ((iconv_t)-1)

/* Convert one step of up to `len` bytes; the bytes of UTF-8, or -1. */
static int convert_bytes(iconv_t conv, const char *p, size_t len, char *out,
			 size_t room)
{
	char in[4], *from = in, *to = out;
	size_t in_left = len, out_left = room;

	memcpy(in, p, len);
	iconv(conv, NULL, NULL, NULL, NULL);
	if (iconv(conv, &from, &in_left, &to, &out_left) == (size_t)-1 ||
	    in_left)
		return -1;
	return (int)(room - out_left);
}

/* Fill the table; false where some byte begins a longer sequence. */
static bool fill_table(struct charset *cs)
{
	int b;

	cs->ascii = true;
	for (b = 0; b < 256; b++) {
		struct charset_byte *e = &cs->byte[b];
		char in = (char)b, out[8];
		int n;

		errno = 0;
		n = convert_bytes(cs->conv, &in, 1, out, sizeof(out));
		if (n < 0 && errno == EINVAL)
			return false;
		/* Nothing at all: a shift, which only some sets have. */
		if (n == 0 || n > (int)sizeof(e->text))
			return false;
		e->len = (uint8_t)(n < 0 ? 0 : n);
		if (n > 0)
			memcpy(e->text, out, (size_t)n);
		if (b < 0x80 && (n != 1 || out[0] != in))
			cs->ascii = false;
		if (n == 1 && out[0] == '\n')
			cs->lf = (unsigned char)b;
		if (n == 1 && out[0] == '\r')
			cs->cr = (unsigned char)b;
	}
	return true;
}

static bool is_name(const char *a, const char *b)
{
	return !strcasecmp(a, b);
}

/* UTF-16 and UTF-32 with their order, which `head` may have to tell. */
static const char *wide_name(struct charset *cs, const char *name,
			     struct span head)
{
	static const char *const known[] = {"UTF-16LE", "UTF-16BE", "UTF-32LE",
					    "UTF-32BE"};
	size_t i;

	for (i = 0; i < 4; i++) {
		size_t bare = strlen("UTF-16");
		bool big = i % 2 == 1;

		if (!is_name(name, known[i])) {
			if (strlen(name) != bare ||
			    strncasecmp(name, known[i], bare) != 0)
				continue;
			if (big != (head.len && !head.p[0]))
				continue;
		}
		cs->kind = CHARSET_WIDE;
		cs->unit = i < 2 ? 2 : 4;
		cs->big_endian = big;
		return known[i];
	}
	return name;
}

static int unknown(const char *name, struct err *err)
{
	const char *near = suggest(span_of(name), common);

	if (near)
		return err_set(err, ERR_USAGE,
			       "unknown encoding '%s'; did you mean %s?", name,
			       near);
	return err_set(err, ERR_USAGE,
		       "unknown encoding '%s' (iconv -l lists the known ones)",
		       name);
}

int charset_open(struct charset *cs, const char *name, struct span head,
		 struct err *err)
{
	const char *real;

	*cs = (struct charset){.conv = NO_CONV,
			       .unit = 1,
			       .lf = '\n',
			       .cr = '\r',
			       .kind = CHARSET_UTF8};
	/* A slash would be iconv's //TRANSLIT, which guesses. */
	if (!*name || strlen(name) >= CHARSET_NAME_MAX || strchr(name, '/'))
		return unknown(name, err);
	real = wide_name(cs, name, head);
	snprintf(cs->name, sizeof(cs->name), "%s", real);
	if (is_name(name, "UTF-8") || is_name(name, "UTF8")) {
		cs->ascii = true;
		return 0;
	}
	cs->conv = iconv_open("UTF-8", real);
	if (cs->conv == NO_CONV)
		return unknown(name, err);
	if (cs->kind == CHARSET_WIDE)
		return 0;
	cs->kind = CHARSET_BYTE;
	if (fill_table(cs)) {
		iconv_close(cs->conv);
		cs->conv = NO_CONV;
	} else {
		cs->kind = CHARSET_MULTI;
		cs->ascii = false;
		cs->lf = '\n';
		cs->cr = '\r';
	}
	return 0;
}

void charset_release(struct charset *cs)
{
	if (cs->conv != NO_CONV)
		iconv_close(cs->conv);
	cs->conv = NO_CONV;
}

int charset_check(const char *name, struct err *err)
{
	struct charset cs;

	if (charset_open(&cs, name, SPAN(""), err) < 0)
		return -1;
	charset_release(&cs);
	return 0;
}

const char *charset_bom(struct span head, size_t *len)
{
	static const struct {
		const char *name;
		size_t len;
		char mark[5];
	} bom[] = {
		/* UTF-32 first: its mark begins as that of UTF-16. */
		{"UTF-32LE", 4, "\xFF\xFE\0\0"},
		{"UTF-32BE", 4, "\0\0\xFE\xFF"},
		{"UTF-8", 3, "\xEF\xBB\xBF"},
		{"UTF-16LE", 2, "\xFF\xFE"},
		{"UTF-16BE", 2, "\xFE\xFF"},
	};
	size_t i;

	for (i = 0; i < sizeof(bom) / sizeof(*bom); i++) {
		if (head.len >= bom[i].len &&
		    !memcmp(head.p, bom[i].mark, bom[i].len)) {
			*len = bom[i].len;
			return bom[i].name;
		}
	}
	*len = 0;
	return NULL;
}

static void convert_table(const struct charset *cs, struct span raw,
			  struct buf *out, size_t *bad)
{
	size_t i;

	for (i = 0; i < raw.len; i++) {
		const struct charset_byte *e =
			&cs->byte[(unsigned char)raw.p[i]];

		if (e->len) {
			buf_add(out, e->text, e->len);
			continue;
		}
		buf_addc(out, '\xFF');
		if (*bad == SIZE_MAX)
			*bad = i;
	}
}

static void convert_iconv(struct charset *cs, struct span raw, struct buf *out,
			  size_t *bad)
{
	char *from = (char *)(uintptr_t)raw.p; /* iconv does not write there */
	size_t left = raw.len;

	iconv(cs->conv, NULL, NULL, NULL, NULL);
	while (left) {
		size_t room = left * 4 + 16;
		char *to = buf_reserve(out, room), *at = to;
		size_t step;

		if (!to)
			return;
		if (iconv(cs->conv, &from, &left, &at, &room) != (size_t)-1) {
			out->len += (size_t)(at - to);
			return;
		}
		out->len += (size_t)(at - to);
		if (errno == E2BIG)
			continue;
		if (*bad == SIZE_MAX)
			*bad = raw.len - left;
		buf_addc(out, '\xFF');
		step = left < cs->unit ? left : cs->unit;
		from += step;
		left -= step;
		iconv(cs->conv, NULL, NULL, NULL, NULL);
	}
}

void charset_convert(struct charset *cs, struct span raw, struct buf *out,
		     size_t *bad)
{
	*bad = SIZE_MAX;
	switch (cs->kind) {
	case CHARSET_UTF8:
		buf_add_span(out, raw);
		*bad = utf8_check(raw.p, raw.len);
		if (*bad == raw.len)
			*bad = SIZE_MAX;
		return;
	case CHARSET_BYTE:
		convert_table(cs, raw, out, bad);
		return;
	case CHARSET_MULTI:
	case CHARSET_WIDE:
		convert_iconv(cs, raw, out, bad);
		return;
	}
}
