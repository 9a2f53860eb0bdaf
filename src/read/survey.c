#include "read/survey.h"

#include <stdlib.h>

#include "core/date.h"
#include "core/mem.h"
#include "core/utf8.h"

/* Entries of a column's set in memory, before it goes to disk. */
#define KEYS_CAP ((size_t)1 << 17)

/* Date patterns and the shortest and longest value they read. */
static const struct {
	const char *format;
	size_t min, max;
} dates[SURVEY_DATES] = {
	{"%Y-%m-%d", 8, 10},           {"%Y%m%d", 8, 8},
	{"%d.%m.%Y", 8, 10},           {"%d/%m/%Y", 8, 10},
	{"%m/%d/%Y", 8, 10},           {"%Y/%m/%d", 8, 10},
	{"%d-%m-%Y", 8, 10},           {"%d.%m.%y", 6, 8},
	{"%d-%b-%Y", 10, 11},          {"%d %b %Y", 10, 11},
	{"%Y-%m-%d %H:%M:%S", 14, 26}, {"%Y-%m-%dT%H:%M:%S", 14, 19},
	{"%d.%m.%Y %H:%M:%S", 14, 19}, {"%Y%m%d%H%M%S", 14, 14},
};

void survey_init(struct survey *s)
{
	*s = (struct survey){.path = BUF_INIT(LINE_CEILING)};
}

void survey_release(struct survey *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		free(s->column[i].name);
		hspill_release(&s->column[i].seen);
	}
	free(s->column);
	free(s->slot);
	buf_release(&s->path);
	survey_init(s);
}

/* ---- columns by name -------------------------------------------------------
 */

static uint32_t hash_name(struct span name)
{
	uint32_t h = 2166136261U;
	size_t i;

	for (i = 0; i < name.len; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619U;
	return h;
}

static bool is_named(const struct survey_column *c, struct span name)
{
	return c->name_len == name.len && !memcmp(c->name, name.p, name.len);
}

static uint32_t *find_slot(struct survey *s, struct span name)
{
	size_t i = hash_name(name) & (s->n_slots - 1);

	while (s->slot[i] && !is_named(&s->column[s->slot[i] - 1], name))
		i = (i + 1) & (s->n_slots - 1);
	return &s->slot[i];
}

static void more_slots(struct survey *s)
{
	size_t i;

	if (s->n * 2 < s->n_slots)
		return;
	s->n_slots = s->n_slots ? s->n_slots * 2 : 64;
	free(s->slot);
	s->slot = mem_zalloc(mem_mul(s->n_slots, sizeof(*s->slot)));
	for (i = 0; i < s->n; i++)
		*find_slot(s, (struct span){s->column[i].name,
					    s->column[i].name_len}) =
			(uint32_t)i + 1;
}

/* NULL beyond the limit. */
static struct survey_column *column_of(struct survey *s, struct span name)
{
	struct survey_column *c;
	uint32_t *slot;

	/* Records are mostly alike: the column behind the last one. */
	if (s->hint < s->n && is_named(&s->column[s->hint], name))
		return &s->column[s->hint++];
	more_slots(s);
	slot = find_slot(s, name);
	if (*slot) {
		s->hint = *slot;
		return &s->column[*slot - 1];
	}
	if (s->n == SURVEY_COLUMNS_MAX)
		return NULL;
	s->column = mem_grow(s->column, s->n, &s->cap, sizeof(*s->column));
	c = &s->column[s->n++];
	*slot = (uint32_t)s->n;
	s->hint = s->n;
	*c = (struct survey_column){.name = mem_dup(name.p, name.len),
				    .name_len = name.len,
				    .unique = true,
				    .width_min = SIZE_MAX};
	c->seen = (struct hspill)HSPILL_INIT;
	c->seen.cap = KEYS_CAP;
	if (s->narrowed) {
		c->unique = false;
		c->given_up = true;
	}
	return c;
}

/* ---- values
 * ------------------------------------------------------------------ */

static size_t characters(struct span s)
{
	size_t n = 0, i;

	for (i = 0; i < s.len; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

static bool is_integer(struct span v)
{
	size_t i = v.len && (*v.p == '-' || *v.p == '+');

	if (i == v.len)
		return false;
	for (; i < v.len; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
	return true;
}

/* A number with the point `point`, and the other sign between groups. */
static bool is_decimal(struct span v, char point, struct dec *d)
{
	struct err ignored = ERR_INIT;

	return memchr(v.p, point, v.len) &&
	       dec_parse_as(v, point, point == '.' ? SPAN(",") : SPAN("."), d,
			    &ignored) == 0;
}

static void count_number(struct survey_column *c, struct dec d)
{
	if (!c->has_number || dec_cmp(d, c->min) < 0)
		c->min = d;
	if (!c->has_number || dec_cmp(d, c->max) > 0)
		c->max = d;
	c->has_number = true;
	if (d.scale > c->decimals)
		c->decimals = d.scale;
}

/* Whether a pattern reads it; an old or a far year is none by accident. */
static bool count_dates(struct survey_column *c, struct span v)
{
	struct err ignored = ERR_INIT;
	struct date_time t;
	bool any = false;
	size_t i;

	if (v.len < 6 || v.len > 26 || *v.p < '0' || *v.p > '9')
		return false;
	for (i = 0; i < SURVEY_DATES; i++) {
		/* One that failed before can no more read all of them. */
		if (v.len < dates[i].min || v.len > dates[i].max ||
		    c->date[i] < c->values)
			continue;
		if (date_scan(v, span_of(dates[i].format), &t, &ignored) < 0 ||
		    t.date.year < 1900 || t.date.year > 2100)
			continue;
		c->date[i]++;
		any = true;
	}
	return any;
}

static enum survey_kind kind_of(struct survey_column *c, struct span v)
{
	struct dec d;
	bool date = count_dates(c, v);

	if (is_integer(v)) {
		struct span digits = v;

		if (*v.p == '+') {
			digits.p++;
			digits.len--;
		}
		c->zeros += digits.len > 1 && *digits.p == '0';
		while (digits.len > 1 && *digits.p == '0') {
			digits.p++;
			digits.len--;
		}
		if (dec_parse(digits, &d) == 0)
			count_number(c, d);
		return date ? SURVEY_DATE : SURVEY_INTEGER;
	}
	if (date)
		return SURVEY_DATE;
	if (is_decimal(v, '.', &d) || is_decimal(v, ',', &d)) {
		count_number(c, d);
		return is_decimal(v, '.', &d) ? SURVEY_DECIMAL_POINT
					      : SURVEY_DECIMAL_COMMA;
	}
	return SURVEY_TEXT;
}

static void count_code(struct survey_column *c, struct span v)
{
	size_t i;

	for (i = 0; i < c->n_codes; i++)
		if (c->code[i].len == v.len &&
		    !memcmp(c->code[i].text, v.p, v.len)) {
			c->code[i].n++;
			return;
		}
	if (v.len > SURVEY_CODE_LEN || c->n_codes == SURVEY_CODES_MAX) {
		c->many = true;
		return;
	}
	memcpy(c->code[c->n_codes].text, v.p, v.len);
	c->code[c->n_codes].len = v.len;
	c->code[c->n_codes++].n = 1;
}

static int count_key(struct survey_column *c, struct span v, uint64_t row,
		     struct err *err)
{
	struct sip sip;
	uint32_t was;
	int rc;

	if (!c->unique)
		return 0;
	sip_init(&sip);
	sip_add_span(&sip, v);
	rc = hspill_add(&c->seen, sip_end(&sip), 0, &was, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	c->unique = false;
	c->twice = row;
	hspill_release(&c->seen);
	return 0;
}

static int take_value(struct survey *s, struct span v, uint64_t row,
		      bool listed, struct err *err)
{
	struct survey_column *c = column_of(s, buf_span(&s->path));
	struct span bare = utf8_trim(v);
	size_t width = characters(v);

	if (!c) {
		s->lost++;
		return 0;
	}
	c->listed |= listed;
	c->nested |= s->deep;
	if (!bare.len) {
		c->empty++;
		return 0;
	}
	c->padded += bare.len != v.len;
	if (width < c->width_min)
		c->width_min = width;
	if (width > c->width_max)
		c->width_max = width;
	if (v.len > c->bytes_max)
		c->bytes_max = v.len;
	c->kind[kind_of(c, bare)]++;
	c->values++;
	if (!c->many)
		count_code(c, v);
	return count_key(c, v, row, err);
}

/* Depth is bounded by REC_DEPTH_MAX. */
static int take_node(struct survey *s, struct rec *r, const struct rec_node *n,
		     uint64_t row, bool listed, struct err *err)
{
	const struct rec_node *m;
	size_t len = s->path.len;

	switch ((enum rec_type)n->type) {
	case REC_NULL:
		return take_value(s, SPAN(""), row, listed, err);
	case REC_FALSE:
	case REC_TRUE:
	case REC_NUMBER:
	case REC_STRING:
		return take_value(s, rec_text(r, n), row, listed, err);
	case REC_ARRAY:
		buf_adds(&s->path, "[]");
		s->deep = true;
		rec_each (r, n, m) {
			if (take_node(s, r, m, row, true, err) < 0)
				return -1;
		}
		s->path.len = len;
		return 0;
	case REC_OBJECT:
		rec_each (r, n, m) {
			if (len)
				buf_addc(&s->path, '.');
			s->deep = len > 0;
			buf_add_span(&s->path, rec_key(r, m));
			if (take_node(s, r, m, row, listed, err) < 0)
				return -1;
			s->path.len = len;
		}
		return 0;
	}
	return 0;
}

/* Few columns are followed to the end: the first ones that still differ. */
static void narrow(struct survey *s)
{
	size_t i, n = 0;

	s->narrowed = true;
	for (i = 0; i < s->n; i++) {
		struct survey_column *c = &s->column[i];

		if (!c->unique)
			continue;
		if (survey_is_key(s, c) && n++ < SURVEY_KEYS_MAX)
			continue;
		c->given_up = survey_is_key(s, c);
		c->unique = false;
		hspill_release(&c->seen);
	}
}

int survey_take(struct survey *s, struct rec *r, const struct rec_node *n,
		uint64_t row, struct err *err)
{
	s->records++;
	s->hint = 0;
	buf_clear(&s->path);
	if (take_node(s, r, n, row, false, err) < 0)
		return -1;
	if (s->records == SURVEY_KEYS_ROWS)
		narrow(s);
	return 0;
}

/* ---- what it says
 * ------------------------------------------------------------ */

void survey_name(struct survey *s, struct span name)
{
	s->lost += column_of(s, name) == NULL;
}

const char *survey_date(const struct survey_column *c)
{
	size_t i;

	for (i = 0; c->values && i < SURVEY_DATES; i++)
		if (c->date[i] == c->values)
			return dates[i].format;
	return NULL;
}

bool survey_is_number(const struct survey_column *c)
{
	return c->values && c->kind[SURVEY_INTEGER] +
					    c->kind[SURVEY_DECIMAL_POINT] +
					    c->kind[SURVEY_DECIMAL_COMMA] ==
				    c->values;
}

char survey_point(const struct survey_column *c)
{
	if (!c->kind[SURVEY_DECIMAL_POINT] && !c->kind[SURVEY_DECIMAL_COMMA])
		return '\0';
	return c->kind[SURVEY_DECIMAL_COMMA] > c->kind[SURVEY_DECIMAL_POINT]
		       ? ','
		       : '.';
}

bool survey_is_key(const struct survey *s, const struct survey_column *c)
{
	return c->unique && !c->listed && c->values == s->records;
}

static void put_text(struct buf *b, struct span s)
{
	size_t i, n;

	/* No line end of a value may end the line, no control reach a screen.
	 */
	for (i = 0; i < s.len; i += n) {
		n = utf8_seq(s.p + i, s.len - i);
		if (n && utf8_is_shown(utf8_get(s.p + i, n)))
			buf_add(b, s.p + i, n);
		else
			buf_addc(b, ' ');
		n += !n;
	}
}

static void put_kinds(const struct survey_column *c, const char *prefix,
		      struct buf *b)
{
	static const char *const word[SURVEY_KINDS] = {
		"integer", "decimal point", "decimal comma", "date", "text"};
	size_t i;

	for (i = 0; i < SURVEY_KINDS; i++)
		if (c->kind[i])
			buf_addf(b, "%s  %s %llu\n", prefix, word[i],
				 (unsigned long long)c->kind[i]);
	for (i = 0; c->values && i < SURVEY_DATES; i++)
		if (c->date[i] == c->values)
			buf_addf(b, "%s  date pattern %s\n", prefix,
				 dates[i].format);
}

static void put_numbers(const struct survey_column *c, const char *prefix,
			struct buf *b)
{
	char min[DEC_TEXT_MAX], max[DEC_TEXT_MAX];

	if (!c->has_number || !survey_is_number(c))
		return;
	dec_text(c->min, min);
	dec_text(c->max, max);
	buf_addf(b, "%s  from %s to %s, %u decimals\n", prefix, min, max,
		 c->decimals);
}

static int by_text(const void *a, const void *b)
{
	const struct survey_code *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int d = memcmp(x->text, y->text, len);

	return d ? d : (x->len > y->len) - (x->len < y->len);
}

/* A list of codes where few values come again and again. */
static void put_codes(const struct survey_column *c, const char *prefix,
		      struct buf *b)
{
	struct survey_code code[SURVEY_CODES_MAX];
	size_t i;

	if (c->many || !c->n_codes || c->n_codes * 2 > c->values)
		return;
	memcpy(code, c->code, sizeof(*code) * c->n_codes);
	qsort(code, c->n_codes, sizeof(*code), by_text);
	for (i = 0; i < c->n_codes; i++) {
		buf_addf(b, "%s  code ", prefix);
		put_text(b, (struct span){code[i].text, code[i].len});
		buf_addf(b, " %llu\n", (unsigned long long)code[i].n);
	}
}

static void put_key(const struct survey *s, const struct survey_column *c,
		    const char *prefix, struct buf *b)
{
	if (survey_is_key(s, c))
		buf_addf(b, "%s  key: every record has one, all differ\n",
			 prefix);
	else if (c->given_up)
		buf_addf(b, "%s  key: not followed, other columns are\n",
			 prefix);
}

static void put_column(const struct survey *s, const struct survey_column *c,
		       const char *prefix, struct buf *b)
{
	const struct {
		const char *what;
		uint64_t n;
	} odd[] = {{"with blanks around", c->padded},
		   {"with zeros in front", c->zeros}};
	size_t i;

	buf_addf(b, "%scolumn ", prefix);
	put_text(b, (struct span){c->name, c->name_len});
	buf_addf(b, "\n%s  filled %llu, empty %llu", prefix,
		 (unsigned long long)c->values, (unsigned long long)c->empty);
	if (!c->listed && c->values + c->empty < s->records)
		buf_addf(b, ", missing %llu",
			 (unsigned long long)(s->records - c->values -
					      c->empty));
	buf_addc(b, '\n');
	if (!c->values)
		return;
	buf_addf(b, "%s  width %zu to %zu\n", prefix, c->width_min,
		 c->width_max);
	put_kinds(c, prefix, b);
	put_numbers(c, prefix, b);
	for (i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		if (odd[i].n)
			buf_addf(b, "%s  %s %llu\n", prefix, odd[i].what,
				 (unsigned long long)odd[i].n);
	put_key(s, c, prefix, b);
	put_codes(c, prefix, b);
}

void survey_put(const struct survey *s, const char *prefix, struct buf *b)
{
	size_t i;

	buf_addf(b, "%srecords %llu\n", prefix, (unsigned long long)s->records);
	buf_addf(b, "%scolumns %zu\n", prefix, s->n);
	if (s->lost)
		buf_addf(b, "%svalues of further columns %llu\n", prefix,
			 (unsigned long long)s->lost);
	for (i = 0; i < s->n; i++)
		put_column(s, &s->column[i], prefix, b);
}
