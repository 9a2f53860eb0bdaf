/* The records of one identity become one: whose value survives, field by
 * field, and where it came from. */
#include <stdlib.h>

#include "core/date.h"
#include "core/dec.h"
#include "core/hset.h"
#include "core/mem.h"
#include "core/utf8.h"
#include "map/merge.h"

/* Names that are kept from group to group; with more they are forgotten. */
#define COLUMNS_KEPT 4096

/* The record of one source. */
struct member {
	struct buf line;
	struct rec rec;
	bool present;
	const struct rec_node *key, *op, *site, *fields, *src;
};

/* A field's name, met in some record. */
struct column {
	char *name; /* decoded */
	size_t len;
	const struct merge_rule *rule;
	uint64_t group;             /* in which it was met last */
	const struct rec_node *raw; /* there: its first member, for the name */
};

struct merge_group {
	const struct merge *m;
	struct member member[MERGE_SOURCES_MAX];
	size_t n;                      /* of them present */
	unsigned lead;                 /* the most trusted one */
	bool doubt[MERGE_SOURCES_MAX]; /* some of its records are missing */
	bool any_doubt;
	uint64_t number;

	struct column *column;
	size_t n_columns, cap_columns;
	uint32_t *slot; /* hash of names: column plus one, 0 free */
	size_t n_slots;
	const struct rec_node **cell; /* n_sources for each column */
	uint32_t *used;               /* columns of this group, in order */
	size_t n_used;

	struct buf origin; /* members of src.fields */
	struct buf element, why, extra;
	struct merge_fault *fault;
};

/* ---- columns ---------------------------------------------------------------
 */

static void forget_columns(struct merge_group *g)
{
	size_t i;

	for (i = 0; i < g->n_columns; i++)
		free(g->column[i].name);
	g->n_columns = 0;
	if (g->n_slots)
		memset(g->slot, 0, g->n_slots * sizeof(*g->slot));
}

static size_t hash(struct span s)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h ^ h >> 15;
}

static uint32_t *slot_of(const struct merge_group *g, struct span name)
{
	size_t i = hash(name) & (g->n_slots - 1);

	while (g->slot[i]) {
		const struct column *c = &g->column[g->slot[i] - 1];

		if (span_eq((struct span){c->name, c->len}, name))
			break;
		i = (i + 1) & (g->n_slots - 1);
	}
	return &g->slot[i];
}

static void enlarge(struct merge_group *g)
{
	size_t i, n_sources = g->m->n_sources;

	if (g->n_columns == g->cap_columns) {
		size_t cap = g->cap_columns ? g->cap_columns * 2 : 32;

		g->column = mem_realloc(g->column,
					mem_mul(cap, sizeof(*g->column)));
		g->used = mem_realloc(g->used, mem_mul(cap, sizeof(*g->used)));
		g->cell = mem_realloc(g->cell,
				      mem_mul(mem_mul(cap, n_sources),
					      sizeof(struct rec_node *)));
		g->cap_columns = cap;
	}
	if (g->n_slots >= g->cap_columns * 2)
		return;
	free(g->slot);
	g->n_slots = g->cap_columns * 4;
	g->slot = mem_zalloc(mem_mul(g->n_slots, sizeof(*g->slot)));
	for (i = 0; i < g->n_columns; i++)
		*slot_of(g, (struct span){g->column[i].name,
					  g->column[i].len}) = (uint32_t)i + 1;
}

static size_t column_of(struct merge_group *g, struct span name)
{
	uint32_t *slot;

	enlarge(g);
	slot = slot_of(g, name);
	if (!*slot) {
		g->column[g->n_columns++] = (struct column){
			.name = mem_dup(name.p, name.len),
			.len = name.len,
			.rule = merge_rule_of(g->m, name),
		};
		*slot = (uint32_t)g->n_columns;
	}
	return *slot - 1;
}

static const struct rec_node **cells_of(const struct merge_group *g,
					size_t column)
{
	return g->cell + column * g->m->n_sources;
}

/* Every field of a record into its column. */
static void take_fields(struct merge_group *g, unsigned source)
{
	struct member *b = &g->member[source];
	const struct rec_node *n;
	size_t i;

	if (!b->fields)
		return;
	rec_each (&b->rec, b->fields, n) {
		size_t at = column_of(g, rec_key(&b->rec, n));
		struct column *c = &g->column[at];

		if (c->group != g->number) {
			c->group = g->number;
			c->raw = n;
			g->used[g->n_used++] = (uint32_t)at;
			for (i = 0; i < g->m->n_sources; i++)
				cells_of(g, at)[i] = NULL;
		}
		cells_of(g, at)[source] = n;
	}
}

/* ---- the group -------------------------------------------------------------
 */

struct merge_group *merge_group_new(const struct merge *m)
{
	struct merge_group *g = mem_zalloc(sizeof(*g));
	size_t i;

	g->m = m;
	for (i = 0; i < m->n_sources; i++)
		g->member[i].line.ceiling = LINE_CEILING;
	g->origin.ceiling = g->element.ceiling = LINE_CEILING;
	g->why.ceiling = g->extra.ceiling = LINE_CEILING;
	return g;
}

void merge_group_free(struct merge_group *g)
{
	size_t i;

	if (!g)
		return;
	forget_columns(g);
	for (i = 0; i < g->m->n_sources; i++) {
		buf_release(&g->member[i].line);
		rec_release(&g->member[i].rec);
	}
	free(g->column);
	free(g->slot);
	free(g->cell);
	free(g->used);
	buf_release(&g->origin);
	buf_release(&g->element);
	buf_release(&g->why);
	buf_release(&g->extra);
	free(g);
}

void merge_group_clear(struct merge_group *g)
{
	size_t i;

	for (i = 0; i < g->m->n_sources; i++)
		g->member[i].present = false;
	g->n = 0;
}

bool merge_group_add(struct merge_group *g, unsigned source, struct span line)
{
	struct member *b = &g->member[source];

	if (b->present)
		return false;
	buf_clear(&b->line);
	buf_add_span(&b->line, line);
	b->present = true;
	g->n++;
	return true;
}

void merge_group_doubt(struct merge_group *g, unsigned source)
{
	g->doubt[source] = g->any_doubt = true;
}

struct span merge_group_line(const struct merge_group *g, unsigned source)
{
	const struct member *b = &g->member[source];

	return b->present ? buf_span(&b->line) : (struct span){NULL, 0};
}

size_t merge_group_count(const struct merge_group *g)
{
	return g->n;
}

/* ---- faults ----------------------------------------------------------------
 */

static int refuse(struct merge_group *g, const char *code, struct span field,
		  struct span value, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

static int refuse(struct merge_group *g, const char *code, struct span field,
		  struct span value, const char *fmt, ...)
{
	struct err err = ERR_INIT;
	va_list ap;

	va_start(ap, fmt);
	err_vset(&err, ERR_DATA, fmt, ap);
	va_end(ap);
	buf_clear(&g->why);
	buf_adds(&g->why, err.msg);
	*g->fault = (struct merge_fault){.code = code,
					 .field = field,
					 .value = value,
					 .why = buf_span(&g->why)};
	return -1;
}

/* ---- what may be missing -------------------------------------------------
 */

static int refuse_doubtful(struct merge_group *g, struct span field,
			   unsigned source)
{
	return refuse(g, "merge-incomplete", field, SPAN(""),
		      "records of %s were refused before; one of them may be "
		      "of this identity and would count here",
		      g->m->source[source]);
}

/* Whether a record that was refused would lead. */
static int check_lead(struct merge_group *g)
{
	unsigned i;

	for (i = 0; i < g->lead; i++)
		if (g->doubt[i])
			return refuse_doubtful(g, SPAN("key"), i);
	return 0;
}

/*
 * Whether a record that was refused would give this field, or part in it:
 * where the first source counts, one in front of the source `from`.
 */
static int check_doubt(struct merge_group *g, struct span name,
		       const struct merge_rule *rule, unsigned from)
{
	size_t i;

	for (i = 0; i < rule->n_order; i++) {
		unsigned source = rule->order[i];

		if (rule->how == MERGE_FIRST && source == from)
			break;
		if (g->doubt[source] && !g->member[source].present)
			return refuse_doubtful(g, name, source);
	}
	return 0;
}

/* ---- values ----------------------------------------------------------------
 */

/* A field on its way: its column, and who gave its value. */
struct choice {
	struct span name;
	const struct merge_rule *rule;
	const struct rec_node *const *cell;
	const struct rec_node *value; /* NULL: none, or a list in `element` */
	unsigned from[MERGE_SOURCES_MAX];
	size_t n_from;
};

static void choose(struct choice *c, unsigned source)
{
	c->value = c->cell[source];
	c->from[0] = source;
	c->n_from = 1;
}

/* The first source of the order that has the field, be it null. */
static void choose_first(struct choice *c)
{
	size_t i;

	for (i = 0; i < c->rule->n_order; i++)
		if (c->cell[c->rule->order[i]]) {
			choose(c, c->rule->order[i]);
			return;
		}
}

/* When the record of `source` says it was changed; one that does not say is
 * the oldest. */
static int changed_at(struct merge_group *g, const struct choice *c,
		      unsigned source, int64_t *at)
{
	struct member *b = &g->member[source];
	const struct rec_node *n = rec_get(&b->rec, b->fields, c->rule->latest);
	struct span text = rec_text(&b->rec, n);
	struct date d;

	*at = INT64_MIN;
	if (!n || n->type == REC_NULL)
		return 0;
	if (n->type == REC_STRING && date_parse(text, &d) == 0) {
		*at = date_to_days(d) * 86400;
		return 0;
	}
	if (n->type == REC_STRING && instant_parse(text, at) == 0)
		return 0;
	return refuse(g, "bad-date", span_of(c->rule->latest), text,
		      "%s of %s decides about %.*s, but is no date such as "
		      "2024-01-31 or 2024-01-31T10:05:00Z",
		      c->rule->latest, g->m->source[source], SPAN_FMT(c->name));
}

static int choose_latest(struct merge_group *g, struct choice *c)
{
	int64_t best = 0, at;
	size_t i;

	for (i = 0; i < c->rule->n_order; i++) {
		unsigned source = c->rule->order[i];

		if (!c->cell[source])
			continue;
		if (changed_at(g, c, source, &at) < 0)
			return -1;
		if (!c->n_from || at > best) {
			choose(c, source);
			best = at;
		}
	}
	return 0;
}

/* *cmp of the candidate of `source` with the one chosen. */
static int compare(struct merge_group *g, struct choice *c, unsigned source,
		   int *cmp)
{
	struct rec *ra = &g->member[source].rec;
	struct rec *rb = &g->member[c->from[0]].rec;
	const struct rec_node *a = c->cell[source], *b = c->value;
	struct dec x, y;

	if (a->type == REC_NUMBER && b->type == REC_NUMBER) {
		if (dec_parse(rec_text(ra, a), &x) < 0 ||
		    dec_parse(rec_text(rb, b), &y) < 0)
			return refuse(g, "bad-number", c->name, rec_text(ra, a),
				      "a number of more than %d digits cannot "
				      "be compared",
				      DEC_DIGITS_MAX);
		*cmp = dec_cmp(x, y);
		return 0;
	}
	if (a->type == REC_STRING && b->type == REC_STRING) {
		*cmp = span_cmp(rec_text(ra, a), rec_text(rb, b));
		return 0;
	}
	return refuse(g, "wrong-type", c->name, rec_raw(a),
		      "numbers are compared with numbers and texts with texts; "
		      "%s and %s have different ones",
		      g->m->source[c->from[0]], g->m->source[source]);
}

static int length(struct merge_group *g, const struct choice *c,
		  unsigned source, int *cmp, size_t *best)
{
	struct member *b = &g->member[source];
	const struct rec_node *n = c->cell[source];
	struct span text = rec_text(&b->rec, n);
	size_t chars;

	if (n->type != REC_STRING && n->type != REC_NUMBER)
		return refuse(g, "wrong-type", c->name, rec_raw(n),
			      "a text is wanted, of which the longest is "
			      "taken; %s has another value",
			      g->m->source[source]);
	chars = utf8_chars(text.p, text.len);
	*cmp = !c->n_from || chars > *best;
	if (*cmp)
		*best = chars;
	return 0;
}

/* max, min, longest: null counts only where there is nothing else. */
static int choose_extreme(struct merge_group *g, struct choice *c)
{
	size_t i, best = 0;

	for (i = 0; i < c->rule->n_order; i++) {
		unsigned source = c->rule->order[i];
		const struct rec_node *n = c->cell[source];
		int cmp = 1, rc = 0;

		if (!n || n->type == REC_NULL)
			continue;
		if (c->rule->how == MERGE_LONGEST)
			rc = length(g, c, source, &cmp, &best);
		else if (c->n_from)
			rc = compare(g, c, source, &cmp);
		else if (n->type != REC_NUMBER && n->type != REC_STRING)
			rc = refuse(g, "wrong-type", c->name, rec_raw(n),
				    "only numbers, dates and texts can be the "
				    "greatest or the least; %s has another "
				    "value",
				    g->m->source[source]);
		if (rc < 0)
			return -1;
		if (c->rule->how == MERGE_MIN && c->n_from)
			cmp = -cmp;
		if (cmp > 0)
			choose(c, source);
	}
	if (!c->n_from)
		choose_first(c);
	return 0;
}

/* 1 and 1.0 are one element, as they are for distinct. */
static void add_key(struct sip *h, const struct rec_node *n,
		    struct span element)
{
	char text[DEC_TEXT_MAX];
	struct dec d;

	if (n->type == REC_NUMBER && dec_parse(rec_raw(n), &d) == 0)
		element = (struct span){text, dec_text(dec_strip(d), text)};
	sip_add_span(h, element);
}

/* Append an element to `out` unless it is there. */
static bool add_element(struct merge_group *g, struct hset *seen,
			const struct rec *r, const struct rec_node *n,
			struct buf *out)
{
	struct sip h;
	bool fresh;

	buf_clear(&g->element);
	rec_put_node(&g->element, r, n);
	sip_init(&h);
	add_key(&h, n, buf_span(&g->element));
	hset_add(seen, sip_end(&h), 0, &fresh);
	if (fresh)
		rec_put_raw(out, buf_span(&g->element));
	return fresh;
}

/* The union of lists; a value that is none counts as a list of one. */
static void put_all(struct merge_group *g, struct choice *c, struct buf *out)
{
	struct hset seen = HSET_INIT;
	size_t i;

	rec_put_open(out, '[');
	for (i = 0; i < c->rule->n_order; i++) {
		unsigned source = c->rule->order[i];
		struct rec *r = &g->member[source].rec;
		const struct rec_node *n = c->cell[source], *e;
		bool gave = false;

		if (!n || n->type == REC_NULL)
			continue;
		if (n->type != REC_ARRAY)
			gave = add_element(g, &seen, r, n, out);
		else
			rec_each (r, n, e)
				gave |= add_element(g, &seen, r, e, out);
		if (gave)
			c->from[c->n_from++] = source;
	}
	rec_put_close(out, ']');
	hset_release(&seen);
}

/* Whether a source that may give this field has more than null. */
static bool has_more_than_null(const struct choice *c)
{
	size_t i;

	for (i = 0; i < c->rule->n_order; i++) {
		const struct rec_node *n = c->cell[c->rule->order[i]];

		if (n && n->type != REC_NULL)
			return true;
	}
	return false;
}

static int choose_value(struct merge_group *g, struct choice *c)
{
	switch (c->rule->how) {
	case MERGE_FIRST:
	case MERGE_ALL: /* here: of nulls */
		choose_first(c);
		return 0;
	case MERGE_LATEST:
		return choose_latest(g, c);
	case MERGE_MAX:
	case MERGE_MIN:
	case MERGE_LONGEST:
		return choose_extreme(g, c);
	}
	return 0;
}

/* ---- where it came from ----------------------------------------------------
 */

static const struct rec_node *earlier_origin(struct member *b, struct span name)
{
	const struct rec_node *fields =
		b->src ? rec_get(&b->rec, b->src, "fields") : NULL;

	return rec_is(fields, REC_OBJECT) ? rec_find(&b->rec, fields, name)
					  : NULL;
}

/* Members of src, but for those that name other fields' origins. */
static void put_src_members(struct member *b, struct buf *out)
{
	const struct rec_node *n;

	rec_each (&b->rec, b->src, n) {
		if (span_eq(rec_key(&b->rec, n), SPAN("fields")))
			continue;
		rec_put_key_raw(out, (struct span){n->key, n->key_len});
		rec_put_node(out, &b->rec, n);
	}
}

static void put_one_origin(struct merge_group *g, unsigned source,
			   struct span name)
{
	struct member *b = &g->member[source];
	const struct rec_node *before = earlier_origin(b, name);

	if (before) {
		rec_put_node(&g->origin, &b->rec, before);
		return;
	}
	rec_put_open(&g->origin, '{');
	put_src_members(b, &g->origin);
	rec_put_close(&g->origin, '}');
}

/* Nothing is said of what came from the leading record itself. */
static void put_origin(struct merge_group *g, const struct choice *c)
{
	size_t i;

	if (!c->n_from || (c->n_from == 1 && c->from[0] == g->lead &&
			   !earlier_origin(&g->member[g->lead], c->name)))
		return;
	rec_put_key(&g->origin, c->name);
	if (c->n_from == 1) {
		put_one_origin(g, c->from[0], c->name);
		return;
	}
	rec_put_open(&g->origin, '[');
	for (i = 0; i < c->n_from; i++)
		put_one_origin(g, c->from[i], c->name);
	rec_put_close(&g->origin, ']');
}

/* ---- the record ------------------------------------------------------------
 */

static int put_field(struct merge_group *g, size_t at, struct buf *out)
{
	const struct column *col = &g->column[at];
	struct choice c;
	struct span name = {col->raw->key, col->raw->key_len};

	c.name = (struct span){col->name, col->len};
	c.rule = col->rule;
	c.cell = cells_of(g, at);
	c.value = NULL;
	c.from[0] = 0;
	c.n_from = 0;
	if (c.rule->how == MERGE_ALL && has_more_than_null(&c)) {
		rec_put_key_raw(out, name);
		put_all(g, &c, out);
	} else {
		if (choose_value(g, &c) < 0)
			return -1;
		if (!c.value)
			return 0; /* only sources that do not count have it */
		rec_put_key_raw(out, name);
		rec_put_node(out, &g->member[c.from[0]].rec, c.value);
	}
	if (g->any_doubt && check_doubt(g, c.name, c.rule, c.from[0]) < 0)
		return -1;
	put_origin(g, &c);
	return 0;
}

static void put_src(struct merge_group *g, struct buf *out)
{
	struct member *b = &g->member[g->lead];

	rec_put_key_raw(out, SPAN("src"));
	rec_put_open(out, '{');
	put_src_members(b, out);
	if (g->origin.len) {
		rec_put_key_raw(out, SPAN("fields"));
		rec_put_open(out, '{');
		rec_put_raw(out, buf_span(&g->origin));
		rec_put_close(out, '}');
	}
	rec_put_close(out, '}');
}

static bool is_ours(struct span name)
{
	static const char *const ours[] = {"src",  "entity", "key", "op",
					   "site", "fields", NULL};
	const char *const *o = ours;

	while (*o && !span_is(name, *o))
		o++;
	return *o != NULL;
}

/* Members that we do not know travel on; of two, the more trusted one. */
static void put_rest(struct merge_group *g, struct buf *out)
{
	size_t i, j;

	for (i = g->lead; i < g->m->n_sources; i++) {
		struct member *b = &g->member[i];
		const struct rec_node *n;

		if (!b->present)
			continue;
		rec_each (&b->rec, b->rec.node, n) {
			struct span name = rec_key(&b->rec, n);
			bool there = is_ours(name);

			for (j = g->lead; j < i && !there; j++)
				there = g->member[j].present &&
					rec_find(&g->member[j].rec,
						 g->member[j].rec.node, name);
			if (there)
				continue;
			rec_put_key_raw(out, (struct span){n->key, n->key_len});
			rec_put_node(out, &b->rec, n);
		}
	}
}

static struct span op_of(struct member *b)
{
	return b->op ? rec_text(&b->rec, b->op) : SPAN("upsert");
}

static bool is_end(struct span op)
{
	return span_is(op, "archive") || span_is(op, "cancel");
}

/* The leading record decides; but nobody else ends what it keeps. */
static int check_ops(struct merge_group *g)
{
	struct span lead = op_of(&g->member[g->lead]);
	size_t i;

	for (i = g->lead + 1; i < g->m->n_sources && !is_end(lead); i++) {
		struct span op;

		if (!g->member[i].present)
			continue;
		op = op_of(&g->member[i]);
		if (is_end(op))
			return refuse(g, "op-conflict", SPAN("op"), op,
				      "%s says %.*s, %s says %.*s",
				      g->m->source[g->lead], SPAN_FMT(lead),
				      g->m->source[i], SPAN_FMT(op));
	}
	return 0;
}

static int check_required(struct merge_group *g)
{
	size_t i;

	for (i = 0; i < g->m->n_require; i++)
		if (!g->member[g->m->require[i]].present)
			return refuse(g, "missing-source", SPAN(""), SPAN(""),
				      "there is no record of %s with this "
				      "identity",
				      g->m->source[g->m->require[i]]);
	return 0;
}

/* Read the lines again; the first source present leads. */
static int open_members(struct merge_group *g)
{
	size_t i;

	g->lead = (unsigned)g->m->n_sources;
	g->number++;
	g->n_used = 0;
	if (g->n_columns > COLUMNS_KEPT)
		forget_columns(g);
	for (i = 0; i < g->m->n_sources; i++) {
		struct member *b = &g->member[i];
		struct err err = ERR_INIT;

		if (!b->present)
			continue;
		if (g->lead == g->m->n_sources)
			g->lead = (unsigned)i;
		if (rec_parse(&b->rec, b->line.data, b->line.len, &err) < 0)
			return refuse(g, "bad-json", SPAN(""), SPAN(""), "%s",
				      err.msg);
		b->key = rec_get(&b->rec, b->rec.node, "key");
		b->op = rec_get(&b->rec, b->rec.node, "op");
		b->site = rec_get(&b->rec, b->rec.node, "site");
		b->fields = rec_get(&b->rec, b->rec.node, "fields");
		b->src = rec_get(&b->rec, b->rec.node, "src");
		take_fields(g, (unsigned)i);
	}
	return 0;
}

static int put_record(struct merge_group *g, struct buf *out)
{
	struct member *lead = &g->member[g->lead];
	size_t i, begin = out->len;

	rec_put_open(out, '{');
	rec_add_str(out, "entity", span_of(g->m->entity));
	rec_put_key_raw(out, SPAN("key"));
	rec_put_node(out, &lead->rec, lead->key);
	rec_add_str(out, "op", op_of(lead));
	if (rec_is(lead->site, REC_STRING)) {
		rec_put_key_raw(out, SPAN("site"));
		rec_put_node(out, &lead->rec, lead->site);
	}
	rec_put_key_raw(out, SPAN("fields"));
	rec_put_open(out, '{');
	buf_clear(&g->origin);
	for (i = 0; i < g->n_used; i++)
		if (put_field(g, g->used[i], out) < 0)
			return -1;
	rec_put_close(out, '}');
	put_src(g, out);
	put_rest(g, out);
	rec_put_close(out, '}');
	if (out->over || g->origin.over || out->len - begin >= LINE_CEILING)
		return refuse(g, "too-long", SPAN(""), SPAN(""),
			      "the merged record has more than 16 MiB");
	return 0;
}

enum merge_got merge_group_run(struct merge_group *g, struct buf *out,
			       struct merge_fault *f)
{
	size_t begin = out->len;

	g->fault = f;
	if (check_required(g) < 0)
		return g->m->skip_missing ? MERGE_SKIP : MERGE_REJECT;
	if (open_members(g) == 0 && check_lead(g) == 0 && check_ops(g) == 0 &&
	    put_record(g, out) == 0)
		return MERGE_DONE;
	out->len = begin;
	out->over = false;
	return MERGE_REJECT;
}
