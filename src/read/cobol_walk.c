#include "read/cobol_walk.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/num.h"
#include "core/rec.h"
#include "core/utf8.h"

static const struct copybook_item *item(const struct cobol_walk *w, size_t i)
{
	return &w->book->item[i];
}

/* Low-values cannot be in a text of a stream: inside one they are blanks. */
static void init_byte(struct cell_byte *e, const struct charset_byte *from,
		      unsigned b)
{
	static const struct charset_byte blank = {1, " "};
	struct buf text = BUF_INIT(16);

	if (!b)
		from = &blank;
	rec_put_escaped(&text, (struct span){from->text, from->len});
	e->len = (uint8_t)text.len;
	if (text.len && text.len <= sizeof(e->text))
		memcpy(e->text, text.data, text.len);
	buf_release(&text);
}

static void init_trimmed(struct cobol_walk *w);

void cobol_walk_init(struct cobol_walk *w, bool ibm_floats)
{
	unsigned b;

	w->scratch = (struct buf)BUF_INIT(8 * LINE_CEILING);
	cobol_set_init(&w->set, w->cs, ibm_floats);
	for (b = 0; w->cs->kind == CHARSET_BYTE && b < 256; b++)
		init_byte(&w->byte[b], &w->cs->byte[b], b);
	init_trimmed(w);
	w->value = mem_zalloc(mem_mul(w->book->n, sizeof(*w->value)));
	for (b = 0; b < w->book->n; b++)
		w->value[b].text = (struct buf)BUF_INIT(LINE_CEILING);
}

void cobol_walk_release(struct cobol_walk *w)
{
	size_t i;

	for (i = 0; w->value && i < w->book->n; i++)
		buf_release(&w->value[i].text);
	free(w->value);
	buf_release(&w->scratch);
	cobol_types_release(&w->types);
}

/* ---- writing ----------------------------------------------------------- */

static void put_comma(struct buf *b)
{
	char last = b->len ? b->data[b->len - 1] : ',';

	if (last != '{' && last != '[' && last != ':' && last != ',')
		buf_addc(b, ',');
}

static void put_key(struct cobol_walk *w, size_t i)
{
	put_comma(w->out);
	buf_add_span(w->out, item(w, i)->key);
}

static void put_null(struct cobol_walk *w)
{
	buf_add(w->out, "null", 4);
}

/*
 * Something cannot be read.  Among alternatives the walk goes on; else it
 * ends: false.
 */
static bool flaw(struct cobol_walk *w, const char *code, size_t i, size_t at,
		 const char *why)
{
	if (!w->flaw.code)
		w->flaw = (struct cobol_flaw){code, why, i, at};
	return w->tolerant > 0;
}

/* ---- texts ------------------------------------------------------------- */

/* What is no part of a text at its end: blanks, low-values, controls. */
static void init_trimmed(struct cobol_walk *w)
{
	unsigned b;

	w->trimmed[0] = w->trimmed[w->set.blank] = true;
	/* Elsewhere they shift between sets. */
	if (w->cs->kind == CHARSET_BYTE)
		for (b = 0; b < w->set.blank; b++)
			w->trimmed[b] = true;
}

static struct span trim(const struct cobol_walk *w, struct span s, bool both)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t from = 0;

	while (s.len && w->trimmed[p[s.len - 1]])
		s.len--;
	while (both && from < s.len && w->trimmed[p[from]])
		from++;
	return (struct span){s.p + from, s.len - from};
}

/* Bytes that are written between two looks at the room. */
#define STRETCH ((size_t)4096)

/* Text of a set of single bytes; the offset of one not defined, or SIZE_MAX */
static size_t put_bytes(struct cobol_walk *w, struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0, end, bad = SIZE_MAX;

	while (i < s.len) {
		char *to = buf_reserve(w->out,
				       (STRETCH + 1) * sizeof(w->byte->text));

		if (!to)
			return SIZE_MAX;
		end = s.len - i < STRETCH ? s.len : i + STRETCH;
		for (; i < end; i++) {
			const struct cell_byte *e = &w->byte[p[i]];

			memcpy(to, e->text, sizeof(e->text));
			to += e->len;
			if (!e->len && bad == SIZE_MAX)
				bad = i;
		}
		w->out->len = (size_t)(to - w->out->data);
	}
	return bad;
}

static void blank_nuls(struct buf *b)
{
	char *p = b->data;

	while (b->len && (p = memchr(p, 0, (size_t)(b->data + b->len - p))))
		*p = ' ';
}

/* The text in UTF-8, in scratch. */
static size_t convert(struct cobol_walk *w, struct span s)
{
	size_t bad;

	buf_clear(&w->scratch);
	charset_convert(w->cs, s, &w->scratch, &bad);
	blank_nuls(&w->scratch);
	return bad;
}

/* UTF-16, big endian: COBOL's national characters. */
static size_t convert_national(struct cobol_walk *w, struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i, end = s.len / 2 * 2;

	buf_clear(&w->scratch);
	while (end && (!memcmp(p + end - 2, "\0 ", 2) ||
		       !memcmp(p + end - 2, "\0\0", 2)))
		end -= 2;
	for (i = 0; i < end; i += 2) {
		uint32_t c = (uint32_t)p[i] << 8 | p[i + 1];
		char text[4];

		if (c >= 0xD800 && c < 0xDC00 && i + 3 < end &&
		    (p[i + 2] & 0xFC) == 0xDC) {
			uint32_t low = (uint32_t)p[i + 2] << 8 | p[i + 3];

			c = 0x10000 + ((c & 0x3FF) << 10) + (low & 0x3FF);
			i += 2;
		} else if (c >= 0xD800 && c < 0xE000) {
			return i;
		}
		buf_add(&w->scratch, text, utf8_put(text, c ? c : ' '));
	}
	return SIZE_MAX;
}

static void keep(struct cobol_walk *w, size_t i, size_t at, bool known,
		 struct span text)
{
	struct cobol_value *v = &w->value[i];

	v->known = known;
	v->at = at;
	buf_clear(&v->text);
	buf_add_span(&v->text, text);
}

static bool put_text(struct cobol_walk *w, size_t i, size_t at, size_t size)
{
	const struct copybook_item *it = item(w, i);
	struct span s = {(const char *)w->p + at, size};
	size_t bad, mark = w->out->len;

	if (it->kind == COBOL_TEXT)
		s = trim(w, s, it->justified);
	buf_addc(w->out, '"');
	if (it->kind == COBOL_NATIONAL) {
		bad = convert_national(w, s);
		rec_put_escaped(w->out, buf_span(&w->scratch));
	} else if (w->cs->kind == CHARSET_BYTE) {
		bad = put_bytes(w, s);
	} else {
		bad = convert(w, s);
		if (bad == SIZE_MAX)
			rec_put_escaped(w->out, buf_span(&w->scratch));
	}
	buf_addc(w->out, '"');
	if (bad != SIZE_MAX) {
		w->out->len = mark;
		put_null(w);
		return flaw(w, "bad-encoding", i,
			    (size_t)(s.p - (const char *)w->p) + bad,
			    "a byte that the character set does not define");
	}
	if (it->kept) {
		if (it->kind == COBOL_TEXT)
			convert(w, s);
		keep(w, i, at, true, buf_span(&w->scratch));
	}
	return true;
}

static bool put_number(struct cobol_walk *w, size_t i, size_t at)
{
	const struct copybook_item *it = item(w, i);
	struct cobol_fault fault;
	char text[COBOL_TEXT_MAX + 2];
	size_t n = cobol_number(it, &w->set, w->p + at, text + 1, &fault);

	if (it->kept)
		keep(w, i, at, n > 0, (struct span){text + 1, n});
	if (n) {
		text[0] = text[n + 1] = '"';
		buf_add(w->out, text, n + 2);
		return true;
	}
	put_null(w);
	if (!fault.why || w->null_invalid)
		return true;
	return flaw(w, "bad-number", i, at + fault.at, fault.why);
}

/* ---- items ------------------------------------------------------------- */

/* One occurrence of an item without items below it; the key is written. */
static bool put_elementary(struct cobol_walk *w, size_t i, size_t at)
{
	const struct copybook_item *it = item(w, i);
	bool is_text = it->kind == COBOL_TEXT || it->kind == COBOL_NATIONAL;

	if (at >= w->len) {
		/* A short record: it is not there. */
		put_null(w);
		if (it->kept)
			keep(w, i, at, false, SPAN(""));
		return true;
	}
	if (is_text)
		return put_text(w, i, at,
				it->size < w->len - at ? it->size
						       : w->len - at);
	if (it->size <= w->len - at)
		return put_number(w, i, at);
	put_null(w);
	if (it->kept)
		keep(w, i, at, false, SPAN(""));
	return w->null_invalid ||
	       flaw(w, "bad-number", i, at, "the record ends within it");
}

static bool walk_members(struct cobol_walk *w, size_t group, size_t at,
			 size_t *end);

static size_t up_to(size_t at, size_t align)
{
	return align > 1 ? (at + align - 1) / align * align : at;
}

/* How often the item is there. */
static bool count(struct cobol_walk *w, size_t i, size_t *n)
{
	const struct copybook_item *it = item(w, i);
	const struct cobol_value *v;
	int64_t times;

	*n = it->max;
	if (it->depends == COPYBOOK_NONE)
		return true;
	*n = 0;
	v = &w->value[it->depends];
	if (!v->known || !span_trim(buf_span(&v->text)).len)
		return true;
	if (num_parse(span_trim(buf_span(&v->text)), 0, (int64_t)it->max,
		      &times) < 0)
		return flaw(w, "bad-number", it->depends, v->at,
			    "a count beyond what the OCCURS allows");
	*n = (size_t)times;
	return true;
}

static bool walk_once(struct cobol_walk *w, size_t i, size_t at, size_t *end)
{
	const struct copybook_item *it = item(w, i);
	bool ok;

	if (it->child == COPYBOOK_NONE) {
		*end = at + it->size;
		if (it->shown)
			return put_elementary(w, i, at);
		return true;
	}
	if (it->shown && !it->open)
		buf_addc(w->out, '{');
	ok = walk_members(w, i, at, end);
	if (it->shown && !it->open)
		buf_addc(w->out, '}');
	return ok;
}

static bool walk_table(struct cobol_walk *w, size_t i, size_t at, size_t *end)
{
	const struct copybook_item *it = item(w, i);
	size_t n, k, start = at;

	if (!count(w, i, &n))
		return false;
	if (it->shown)
		buf_addc(w->out, '[');
	for (k = 0; k < n && !w->out->over; k++) {
		if (!it->shown && (!w->actual || it->child == COPYBOOK_NONE)) {
			at += it->size;
			continue;
		}
		/* Of a record that was cut short there are fewer. */
		if (at >= w->len)
			break;
		if (it->shown)
			put_comma(w->out);
		if (!walk_once(w, i, at, end))
			return false;
		at = up_to(*end, it->stride);
	}
	if (it->shown)
		buf_addc(w->out, ']');
	if (k < n)
		at += (n - k) * it->size;
	*end = w->actual ? at : start + it->max * it->size;
	return true;
}

static bool walk_item(struct cobol_walk *w, size_t i, size_t at, size_t *end)
{
	const struct copybook_item *it = item(w, i);

	at = up_to(at, it->align);
	if (!it->shown && !w->actual && !it->kept) {
		*end = at + it->max * it->size;
		return true;
	}
	if (it->shown && !it->open)
		put_key(w, i);
	if (it->occurs)
		return walk_table(w, i, at, end);
	return walk_once(w, i, at, end);
}

/* ---- alternatives ------------------------------------------------------ */

/* A set of items of the same bytes. */
struct set {
	size_t base, at, end;
	size_t shown; /* alternatives there are to show */
	size_t read;  /* of these, without a flaw */
	struct cobol_flaw flaw;
};

/* One alternative; what is wrong in it goes to *f. */
static void walk_alternative(struct cobol_walk *w, struct set *s, size_t i,
			     size_t *end, struct cobol_flaw *f)
{
	struct cobol_flaw before = w->flaw;

	w->flaw.code = NULL;
	w->tolerant++;
	walk_item(w, i, s->at, end);
	w->tolerant--;
	*f = w->flaw;
	w->flaw = before;
}

static bool is_conditional(const struct cobol_walk *w, const struct set *s)
{
	size_t i;

	for (i = s->base; i != COPYBOOK_NONE; i = item(w, i)->next) {
		if (cobol_types_has(&w->types, i))
			return true;
		if (i == item(w, s->base)->set_last)
			break;
	}
	return false;
}

/* All without a condition. */
static void walk_all(struct cobol_walk *w, struct set *s)
{
	size_t i, end;

	for (i = s->base;; i = item(w, i)->next) {
		struct cobol_flaw f;

		if (!cobol_types_has(&w->types, i)) {
			walk_alternative(w, s, i, &end, &f);
			if (end > s->end)
				s->end = end;
			s->shown += item(w, i)->shown;
			s->read += item(w, i)->shown && !f.code;
			if (f.code && !s->flaw.code)
				s->flaw = f;
		}
		if (i == item(w, s->base)->set_last)
			break;
	}
}

/* Those whose condition holds; the others are taken back.  Their number. */
static size_t walk_chosen(struct cobol_walk *w, struct set *s)
{
	size_t i, end, n = 0;

	for (i = s->base;; i = item(w, i)->next) {
		size_t mark = w->out->len;
		struct cobol_flaw f;

		if (cobol_types_has(&w->types, i)) {
			walk_alternative(w, s, i, &end, &f);
			if (!cobol_types_hold(&w->types, i, w->value)) {
				w->out->len = mark;
			} else {
				n++;
				if (end > s->end)
					s->end = end;
				if (f.code && !s->flaw.code)
					s->flaw = f;
			}
		}
		if (i == item(w, s->base)->set_last)
			break;
	}
	return n;
}

static bool walk_set(struct cobol_walk *w, size_t base, size_t at, size_t *end)
{
	struct set s = {.base = base, .at = at, .end = at};
	bool conditional = is_conditional(w, &s);

	s.at = up_to(at, item(w, base)->align);
	if (conditional && walk_chosen(w, &s)) {
		/* The record's own length is that of the alternative. */
		*end = s.end;
		if (item(w, base)->parent && s.at + item(w, base)->size > *end)
			*end = s.at + item(w, base)->size;
		return !s.flaw.code ||
		       flaw(w, s.flaw.code, s.flaw.item, s.flaw.at, s.flaw.why);
	}
	walk_all(w, &s);
	*end = s.end;
	if (s.flaw.code && !s.read)
		return flaw(w, s.flaw.code, s.flaw.item, s.flaw.at, s.flaw.why);
	if (conditional && !s.shown)
		return flaw(w, "unknown-type", base, at,
			    "no condition of types holds");
	return true;
}

static bool walk_members(struct cobol_walk *w, size_t group, size_t at,
			 size_t *end)
{
	size_t i;

	*end = at;
	for (i = item(w, group)->child; i != COPYBOOK_NONE;
	     i = item(w, i)->next) {
		size_t from = *end;

		if (item(w, i)->set_last != COPYBOOK_NONE) {
			if (!walk_set(w, i, from, end))
				return false;
			i = item(w, i)->set_last;
		} else if (!walk_item(w, i, from, end)) {
			return false;
		}
	}
	return true;
}

bool cobol_walk(struct cobol_walk *w, struct span record, struct buf *out,
		size_t *used)
{
	w->p = (const unsigned char *)record.p;
	w->len = record.len;
	w->out = out;
	w->tolerant = 0;
	w->flaw.code = NULL;
	buf_addc(out, '{');
	if (!walk_members(w, 0, 0, used))
		return false;
	buf_addc(out, '}');
	return true;
}
