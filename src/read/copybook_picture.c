#include "read/copybook.h"

#include "core/buf.h"
#include "core/num.h"

/* Characters of a picture, as many as it stands for. */
#define PICTURE_MAX 16777216

/* One symbol of a picture and how often it stands there. */
struct symbol {
	char c; /* upper case; 'r' for CR, 'd' for DB */
	size_t n;
};

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static int bad(struct span s, struct err *err, const char *what)
{
	return err_set(err, ERR_CONFIG, "PICTURE %.*s: %s", SPAN_FMT(s), what);
}

/* The next symbol with its (n), or of a row of the same; 0 at the end. */
static int next_symbol(struct span *left, struct span all, struct symbol *out,
		       struct err *err)
{
	const char *close;
	int64_t n = 1;

	if (!left->len)
		return 0;
	out->c = upper(left->p[0]);
	if (left->len > 1 && ((out->c == 'C' && upper(left->p[1]) == 'R') ||
			      (out->c == 'D' && upper(left->p[1]) == 'B'))) {
		out->c = out->c == 'C' ? 'r' : 'd';
		left->p++, left->len--;
	}
	left->p++, left->len--;
	if (left->len && *left->p == '(') {
		close = memchr(left->p, ')', left->len);
		if (!close ||
		    num_parse((struct span){left->p + 1,
					    (size_t)(close - left->p - 1)},
			      1, PICTURE_MAX, &n) < 0)
			return bad(all, err, "a number in brackets wanted");
		left->len -= (size_t)(close + 1 - left->p);
		left->p = close + 1;
	}
	out->n = (size_t)n;
	return 1;
}

/* How often each symbol is there, and where the point stands. */
struct counts {
	size_t of[128];
	size_t digits, behind;     /* digits in all, behind V or . */
	size_t p_before, p_behind; /* P, which no byte stands for */
	size_t size;
	bool point, comma_behind_point;
	bool digit_seen;
};

static bool is_digit_symbol(char c)
{
	return c == '9' || c == 'Z' || c == '*';
}

static void count(struct counts *c, struct symbol s)
{
	c->of[(unsigned char)s.c & 127] += s.n;
	switch (s.c) {
	case 'P':
		if (c->digit_seen)
			c->p_behind += s.n;
		else
			c->p_before += s.n;
		return;
	case 'S':
		return;
	case 'V':
		c->point = true;
		return;
	case 'r':
	case 'd':
		c->size += 2;
		return;
	case '.':
		c->point = true;
		break;
	case ',':
		c->comma_behind_point |= c->point;
		break;
	default:
		break;
	}
	c->size += s.n;
	if (!is_digit_symbol(s.c))
		return;
	c->digit_seen = true;
	c->digits += s.n;
	if (c->point)
		c->behind += s.n;
}

static bool only(const struct counts *c, const char *symbols)
{
	unsigned i;

	for (i = 1; i < 128; i++)
		if (c->of[i] && !strchr(symbols, (int)i))
			return false;
	return true;
}

/* Rows of + or - float: all of them but the first stand for a digit. */
static void count_floating(struct counts *c)
{
	size_t n = c->of['+'] + c->of['-'];

	if (n > 1)
		c->digits += n - 1;
}

static void classify(struct copybook_picture *p, struct counts *c)
{
	p->kind = COBOL_TEXT;
	p->size = c->size;
	if (c->of['N'] && only(c, "NB0/")) {
		p->kind = COBOL_NATIONAL;
		p->size *= 2;
		return;
	}
	p->is_signed = c->of['S'] || c->of['+'] || c->of['-'] || c->of['r'] ||
		       c->of['d'];
	p->has_point = c->of['.'] != 0;
	if (only(c, "9SVP") && c->digits) {
		p->kind = COBOL_ZONED;
	} else if (only(c, "9SVPZ*+-.,rd") && c->of['.'] < 2 &&
		   (!c->of[','] || (c->of['.'] && !c->comma_behind_point))) {
		/* A comma without a point may be one. */
		count_floating(c);
		if (c->digits)
			p->kind = COBOL_EDITED;
	}
	p->digits = (unsigned)c->digits;
	if (c->p_before)
		p->scale = (int)(c->p_before + c->digits);
	else if (c->p_behind)
		p->scale = -(int)c->p_behind;
	else
		p->scale = (int)c->behind;
}

int copybook_picture(struct span s, struct copybook_picture *p, struct err *err)
{
	struct span left = s;
	struct counts c = {.size = 0};
	struct symbol sym = {.c = 0};
	int rc;

	*p = (struct copybook_picture){.kind = COBOL_TEXT};
	while ((rc = next_symbol(&left, s, &sym, err)) > 0) {
		if (sym.c == 'G')
			return bad(s, err,
				   "double byte characters are not "
				   "read");
		if (!sym.c || !strchr("XA9SVPZ*+-.,rdNB0/$E", sym.c))
			return bad(s, err, "not a symbol of pictures");
		count(&c, sym);
		if (c.size > PICTURE_MAX || c.p_before + c.p_behind > 30)
			return bad(s, err, "too long");
	}
	if (rc < 0)
		return -1;
	classify(p, &c);
	if (!p->size)
		return bad(s, err, "no character");
	if (p->kind != COBOL_TEXT && p->kind != COBOL_NATIONAL &&
	    p->digits > COPYBOOK_DIGITS_MAX)
		return bad(s, err, "a number of more than 38 digits");
	return 0;
}
