#include "read/edifact_syntax.h"

#include <string.h>

#include "core/buf.h"

/* Separators of level B: information separators 1, 3, 4. */
#define IS1 '\x1F'
#define IS3 '\x1D'
#define IS4 '\x1C'

/* ---- separators ---------------------------------------------------------- */

static void set_class(struct edifact_marks *m)
{
	memset(m->class, EDIFACT_DATA, sizeof(m->class));
	if (m->repeat)
		m->class[(unsigned char)m->repeat] = EDIFACT_REPEAT;
	if (m->release)
		m->class[(unsigned char)m->release] = EDIFACT_RELEASE;
	m->class[(unsigned char)m->component] = EDIFACT_COMPONENT;
	m->class[(unsigned char)m->element] = EDIFACT_ELEMENT;
}

static bool is_alnum(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9');
}

static int refuse_una(struct span una, const char *what, struct err *err)
{
	return err_set(err, ERR_DATA, "segment UNA ('%.*s'): %s", SPAN_FMT(una),
		       what);
}

/* Six characters behind the tag; `una` has all nine. */
static int take_una(struct edifact_marks *m, struct span una, struct err *err)
{
	const char *c = una.p + 3;
	size_t i, j;

	*m = (struct edifact_marks){
		.una = true,
		.component = c[0],
		.element = c[1],
		.decimal = c[2],
		.release = c[3],
		.una_repeat = c[4],
		.segment = c[5],
	};
	for (i = 0; i < 6; i++)
		if (is_alnum(c[i]) || !c[i] || (c[i] & 0x80))
			return refuse_una(una,
					  "a letter, a digit or no character "
					  "of ASCII as a separator",
					  err);
	for (i = 0; i < 6; i++)
		for (j = 0; j < i; j++)
			if (c[i] == c[j] && i != 2 && j != 2 &&
			    (c[i] != ' ' || (i != 3 && i != 4)))
				return refuse_una(una,
						  "two separators are the same",
						  err);
	if (m->component == ' ' || m->element == ' ' || m->segment == ' ')
		return refuse_una(una, "a blank as a separator", err);
	if (m->release == ' ')
		m->release = '\0';
	if (m->una_repeat == ' ')
		m->una_repeat = '\0';
	return 0;
}

static bool begins(struct span s, const char *word)
{
	size_t len = strlen(word);

	return s.len >= len && !memcmp(s.p, word, len);
}

/* What begins here is no interchange: say what it seems to be. */
static int refuse_start(struct span ahead, struct err *err)
{
	static const struct {
		const char *begins, *what;
	} other[] = {
		{"STX=", "this is TRADACOMS, which is not read"},
		{"MHD=", "this is TRADACOMS, which is not read"},
		{"ISA", "this is X12: --format x12"},
		{"UIB", "this is interactive EDIFACT, which is not read"},
		{"UNH", "a message without an interchange around it (UNB)"},
		{"UNB", "UNB with separators of its own needs UNA before it"},
	};
	char shown[4 * 16 + 1];
	size_t i, n = 0;

	for (i = 0; i < sizeof(other) / sizeof(*other); i++)
		if (begins(ahead, other[i].begins))
			return err_set(err, ERR_DATA, "%s", other[i].what);
	for (i = 0; i < ahead.len && i < 16; i++) {
		char c = ahead.p[i];

		shown[n++] = c < ' ' || c > '~' ? '.' : c;
	}
	return err_set(err, ERR_DATA,
		       "an interchange begins with UNA or UNB, not with '%.*s'",
		       (int)n, shown);
}

int edifact_marks_read(struct edifact_marks *m, struct span ahead,
		       size_t *length, struct err *err)
{
	*length = 0;
	if (begins(ahead, "UNA") && ahead.len >= EDIFACT_UNA) {
		*length = EDIFACT_UNA;
		if (take_una(m, (struct span){ahead.p, EDIFACT_UNA}, err) < 0)
			return -1;
	} else if (begins(ahead, "UNB+")) {
		*m = (struct edifact_marks){.component = ':',
					    .element = '+',
					    .decimal = '.',
					    .release = '?',
					    .una_repeat = '*',
					    .segment = '\''};
	} else if (begins(ahead, "UNB\x1D")) {
		*m = (struct edifact_marks){.component = IS1,
					    .element = IS3,
					    .decimal = '.',
					    .segment = IS4};
	} else {
		return refuse_start(ahead, err);
	}
	set_class(m);
	return 0;
}

void edifact_marks_version(struct edifact_marks *m, bool version_4)
{
	m->repeat = version_4 ? m->una_repeat : '\0';
	set_class(m);
}

/* ---- lines --------------------------------------------------------------- */

bool edifact_is_wrapped(const struct edifact_marks *m, struct span ahead,
			bool whole)
{
	const char *p = ahead.p, *end = ahead.p + ahead.len;
	size_t width = 0, lines = 0;
	bool within = false;

	if (m->segment == '\n' || m->segment == '\r')
		return false;
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((lf ? lf : end) - p);

		if (!lf && !whole)
			break;
		if (len && p[len - 1] == '\r')
			len--;
		if (!lf || lf + 1 == end)
			return within && lines > 1 && len <= width;
		if (!width)
			width = len;
		if (len != width || len < 20)
			return false;
		within |= p[len - 1] != m->segment;
		lines++;
		p = lf + 1;
	}
	return within && lines > 1;
}

/* ---- segments ------------------------------------------------------------ */

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

/*
 * Whether characters of two bytes go on (ESC $ B) behind `part`; a line end is
 * an end of them, too.
 */
static bool is_wide(struct span part, bool before)
{
	const char *end = part.p + part.len;
	const char *esc = memrchr(part.p, '\x1B', part.len);

	if (esc && esc + 1 < end) {
		before = esc[1] == '$';
		part = (struct span){esc, (size_t)(end - esc)};
	}
	return before && !memchr(part.p, '\n', part.len);
}

bool edifact_is_data(const struct edifact_marks *m, struct span text,
		     size_t part, bool *wide)
{
	size_t n = 0, i = text.len - 1; /* the segment's end */

	if (wide) {
		*wide = is_wide((struct span){text.p + text.len - part, part},
				*wide);
		if (*wide)
			return true;
	}
	while (m->release && i) {
		char c = text.p[--i];

		if (c == m->release)
			n++;
		else if (!m->wrapped || !is_line_end(c))
			break;
	}
	return n & 1;
}

bool edifact_is(const struct edifact_marks *m, struct span text,
		const char *tag)
{
	const char *p = text.p, *end = text.p + text.len;

	for (; *tag; p++) {
		if (p == end)
			return false;
		if (m->wrapped && is_line_end(*p))
			continue;
		if (*p != *tag)
			return false;
		tag++;
	}
	while (m->wrapped && p < end && is_line_end(*p))
		p++;
	return p == end || *p == m->element || *p == m->component;
}

struct span edifact_raw(const struct edifact_marks *m, struct span text,
			unsigned n)
{
	const char *p = text.p, *end = p + text.len, *from = p;

	for (; p < end; p++) {
		if (m->release && *p == m->release && p + 1 < end) {
			p++;
		} else if (*p == m->element) {
			if (!n)
				break;
			n--;
			from = p + 1;
		}
	}
	return n ? (struct span){text.p, 0}
		 : (struct span){from, (size_t)(p - from)};
}

/* The text without its release characters. */
static struct span undo_release(const struct edifact_marks *m, struct span text,
				struct arena *arena)
{
	char *to, *at;
	size_t i;

	at = to = arena_alloc(arena, text.len);
	for (i = 0; i < text.len; i++) {
		if (text.p[i] == m->release && i + 1 < text.len)
			i++;
		*at++ = text.p[i];
	}
	return (struct span){to, (size_t)(at - to)};
}

static bool is_ascii(struct span text)
{
	unsigned char any = 0;
	size_t i;

	for (i = 0; i < text.len; i++)
		any |= (unsigned char)text.p[i];
	return any < 0x80;
}

/* As UTF-8; `cs` is UTF-8 or of single bytes that are all defined. */
static struct span convert(struct span text, const struct charset *cs,
			   struct arena *arena)
{
	char *to, *at;
	size_t i;

	if (!cs || cs->kind != CHARSET_BYTE || is_ascii(text))
		return text;
	at = to = arena_alloc(arena, mem_mul(text.len, sizeof(cs->byte->text)));
	for (i = 0; i < text.len; i++) {
		const struct charset_byte *e =
			&cs->byte[(unsigned char)text.p[i]];

		memcpy(at, e->text, e->len);
		at += e->len;
	}
	return (struct span){to, (size_t)(at - to)};
}

/* An element is seen to be repeated: so are its pieces before. */
static void set_repeated(struct edi_segment *s, size_t first,
			 struct edi_piece *piece)
{
	if (piece->repeated)
		return;
	piece->repeated = true;
	for (; first < s->n; first++)
		s->piece[first].repeated = true;
}

/* Behind a separator: where the next piece is. */
static void step(enum edifact_class class, struct edi_piece *piece)
{
	if (class == EDIFACT_COMPONENT) {
		piece->component++;
		return;
	}
	piece->component = 1;
	if (class == EDIFACT_REPEAT) {
		piece->repeat++;
		return;
	}
	piece->element++;
	piece->repeat = 0;
	piece->repeated = false;
}

void edifact_split(const struct edifact_marks *m, struct span text,
		   const struct charset *cs, struct arena *arena,
		   struct edi_segment *s)
{
	const char *p = text.p, *end = p + text.len, *from = p;
	struct edi_piece piece = {.component = 1};
	bool tag = true, released = false;
	size_t first = 0; /* of the element's pieces */

	for (;; p++) {
		enum edifact_class class = EDIFACT_ELEMENT;

		while (p < end && m->class[(unsigned char)*p] == EDIFACT_DATA)
			p++;
		if (p < end)
			class = (enum edifact_class)m->class[(unsigned char)*p];
		if (class == EDIFACT_RELEASE) {
			released = true;
			if (p + 1 < end)
				p++;
			continue;
		}
		piece.text = (struct span){from, (size_t)(p - from)};
		if (released)
			piece.text = undo_release(m, piece.text, arena);
		released = false;
		if (class == EDIFACT_REPEAT)
			set_repeated(s, first, &piece);
		if (tag) {
			edi_segment_begin(s, piece.text);
			tag = false;
		} else {
			piece.text = convert(piece.text, cs, arena);
			edi_segment_add(s, &piece);
		}
		if (p == end)
			return;
		from = p + 1;
		step(class, &piece);
		if (class == EDIFACT_ELEMENT)
			first = s->n;
	}
}

bool edifact_is_tag(struct span tag)
{
	size_t i;

	for (i = 0; i < tag.len; i++)
		if (!(tag.p[i] >= 'A' && tag.p[i] <= 'Z') &&
		    !(tag.p[i] >= '0' && tag.p[i] <= '9'))
			return false;
	return tag.len == 3;
}

/* ---- character sets ------------------------------------------------------ */

const char *edifact_charset(struct span identifier, struct span encoding)
{
	static const struct {
		const char *name, *set;
	} known[] = {
		{"UNOA", "ASCII"},      {"UNOB", "ASCII"},
		{"UNOC", "ISO-8859-1"}, {"UNOD", "ISO-8859-2"},
		{"UNOE", "ISO-8859-5"}, {"UNOF", "ISO-8859-7"},
		{"UNOG", "ISO-8859-3"}, {"UNOH", "ISO-8859-4"},
		{"UNOI", "ISO-8859-6"}, {"UNOJ", "ISO-8859-8"},
		{"UNOK", "ISO-8859-9"}, {"UNOL", "ISO-8859-15"},
		{"UNOW", "UTF-8"},      {"UNOX", "ISO-2022-JP"},
		{"UNOY", "UTF-8"},      {"KECA", "EUC-KR"},
	};
	size_t i;

	if (span_is(encoding, "3"))
		return "CP850";
	if (span_is(encoding, "7"))
		return "UTF-8";
	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (span_is(identifier, known[i].name))
			return known[i].set;
	return "UTF-8";
}
