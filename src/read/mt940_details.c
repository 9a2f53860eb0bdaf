#include "core/rec.h"
#include "read/mt940.h"
#include "read/tree.h"

/* Subfields with a name between slashes. */
static const char *const slashed[] = {
	"ABWA", "ABWE", "ADDR", "BENM", "BIC",  "CHGS", "CNTP", "CRED",
	"CREF", "CSID", "DEBT", "EREF", "EXCH", "IBAN", "ID",   "INSB",
	"IREF", "ISDT", "KREF", "MARF", "MREF", "NAME", "NRTX", "OCMT",
	"ORDP", "PREF", "PURP", "REMI", "RREF", "RTRN", "SVCL", "SVWZ",
	"TRCD", "TRTP", "UDTR", "ULTB", "ULTC", "ULTD", "USTD", NULL,
};
/* Subfields of a SEPA purpose, with a + behind. */
static const char *const sepa[] = {
	"ABWA", "ABWE", "BIC",  "BREF", "COAM", "CRED", "DEBT", "EREF", "IBAN",
	"KREF", "MREF", "OAMT", "PURP", "RREF", "RTRN", "SVWZ", NULL,
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The name in `list` that `s` begins with and `end` follows; its length. */
static size_t name_at(const char *const *list, struct span s, char end)
{
	size_t i, n;

	for (i = 0; list[i]; i++) {
		n = strlen(list[i]);
		if (s.len > n && s.p[n] == end && !memcmp(s.p, list[i], n))
			return n;
	}
	return 0;
}

static struct span behind(struct span s, size_t n)
{
	return (struct span){s.p + n, s.len - n};
}

/* The name in `list` that ends before `at` of `s`; its length. */
static size_t name_before(const char *const *list, struct span s, size_t at)
{
	size_t n;

	for (n = 4; n >= 3; n--)
		if (at >= n && name_at(list, behind(s, at - n), s.p[at]) == n)
			return n;
	return 0;
}

/* EREF+... SVWZ+...: each up to the next one. */
static void put_sepa(struct tree *t, struct span s)
{
	size_t at, n, from = 0;
	struct span name = {"", 0};
	const char *plus;

	for (at = 0; at <= s.len; at++) {
		plus = at < s.len ? memchr(s.p + at, '+', s.len - at) : NULL;
		at = plus ? (size_t)(plus - s.p) : s.len;
		n = plus ? name_before(sepa, s, at) : 0;
		if (plus && !n)
			continue;
		if (name.len)
			tree_text(t, name,
				  span_trim((struct span){s.p + from,
							  at - n - from}),
				  false);
		name = (struct span){s.p + at - n, n};
		from = at + 1;
	}
}

static bool is_purpose(struct span key)
{
	return key.p[0] == '2' || (key.p[0] == '6' && key.p[1] <= '3');
}

/* "166?00TEXT?20...": the code, then subfields of two digits. */
static void put_numbered(struct tree *t, struct span s, struct buf *purpose)
{
	char sep = s.p[3];
	struct span key;
	size_t i, from;

	tree_text(t, SPAN("code"), (struct span){s.p, 3}, false);
	for (i = 3; i + 2 < s.len; i = from) {
		key = (struct span){s.p + i + 1, 2};
		for (from = i + 3;
		     from < s.len &&
		     !(s.p[from] == sep && from + 2 < s.len &&
		       is_digit(s.p[from + 1]) && is_digit(s.p[from + 2]));
		     from++)
			;
		tree_text(t, key, (struct span){s.p + i + 3, from - i - 3},
			  false);
		if (is_purpose(key))
			buf_add(purpose, s.p + i + 3, from - i - 3);
	}
	if (purpose->len) {
		tree_text(t, SPAN("purpose"), buf_span(purpose), false);
		put_sepa(t, buf_span(purpose));
	}
}

/* /TRTP/...//REMI/...: each up to the next one. */
static void put_slashed(struct tree *t, struct span s)
{
	size_t i, n, from = 0;
	struct span name = {"", 0}, value;

	for (i = 0; i <= s.len; i++) {
		n = i < s.len && s.p[i] == '/'
			    ? name_at(slashed, behind(s, i + 1), '/')
			    : 0;
		if (i < s.len && !n)
			continue;
		if (name.len) {
			value = (struct span){s.p + from,
					      i > from ? i - from : 0};
			tree_text(t, name, span_trim(value), false);
		}
		name = (struct span){s.p + i + 1, n};
		from = i + n + 2;
		i += n ? n : 0;
	}
}

/* Whether it is "166?00...": the separator is no letter and no digit. */
static bool is_numbered(struct span s)
{
	return s.len >= 6 && is_digit(s.p[0]) && is_digit(s.p[1]) &&
	       is_digit(s.p[2]) && s.p[3] > ' ' && s.p[3] < 0x7F &&
	       !is_digit(s.p[3]) &&
	       !((s.p[3] | 0x20) >= 'a' && (s.p[3] | 0x20) <= 'z') &&
	       is_digit(s.p[4]) && is_digit(s.p[5]);
}

void mt940_put_details(struct buf *b, struct span text)
{
	struct buf flat = BUF_INIT(LINE_CEILING),
		   purpose = BUF_INIT(LINE_CEILING);
	struct tree t = TREE_INIT;
	struct span s;
	size_t i;

	/* The lines are wrapped anywhere. */
	for (i = 0; i < text.len; i++) {
		const char *lf = memchr(text.p + i, '\n', text.len - i);
		size_t end = lf ? (size_t)(lf - text.p) : text.len;

		buf_add(&flat, text.p + i, end - i);
		i = end;
	}
	s = span_trim(buf_span(&flat));
	tree_begin(&t);
	if (is_numbered(s))
		put_numbered(&t, s, &purpose);
	else if (s.len && s.p[0] == '/')
		put_slashed(&t, s);
	if (!tree_is_empty(&t) && !t.over) {
		rec_put_key(b, SPAN("structured"));
		tree_put(&t, b);
	}
	tree_release(&t);
	buf_release(&flat);
	buf_release(&purpose);
}
