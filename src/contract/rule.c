#include "contract/rule.h"

#include <stdlib.h>

#include "contract/schema.h"
#include "core/hspill.h"
#include "core/mem.h"
#include "core/suggest.h"
#include "core/tape.h"

/* Sources with more different places than this, or more bytes of them, are
   told by record number. */
#define PLACES_MAX 65536
#define TEXTS_MAX  ((size_t)2 << 20)
#define SRC_MAX    4096

/* Where a run of records came from: src but for its row. */
struct place {
	uint32_t from; /* first record */
	struct span head, tail;
	bool has_row;
};

struct entity {
	char *name;
	bool seen;
	uint64_t n_unchecked; /* references */
};

struct rules {
	struct entity *entity;
	size_t n_entities, cap_entities;
	struct hspill set;
	struct err trouble; /* what could not be kept or read again */

	struct tape row; /* of each record */
	struct place *place;
	size_t n_places, cap_places, n_text;
	struct arena arena; /* texts of the places, n_text bytes */
	uint32_t first;     /* record that had the key before */

	uint32_t *unchecked; /* entities that the record in hand refers to */
	size_t n_unchecked, cap_unchecked;
	bool wait; /* of what nothing came yet, all may come */
	bool over; /* ... and nothing comes any more */

	rules_know *know; /* or NULL */
	void *know_context;
	const char *know_where;
};

/* In the set: not of this stream. */
#define FROM_ELSEWHERE (HSET_NONE - 1)
#define RECORD_MAX     (HSET_NONE - 2)

struct rules *rules_new(void)
{
	struct rules *r = mem_zalloc(sizeof(*r));

	r->set = (struct hspill)HSPILL_INIT;
	r->row = (struct tape)TAPE_INIT;
	return r;
}

void rules_free(struct rules *r)
{
	size_t i;

	if (!r)
		return;
	for (i = 0; i < r->n_entities; i++)
		free(r->entity[i].name);
	free(r->entity);
	free(r->unchecked);
	tape_release(&r->row);
	free(r->place);
	arena_release(&r->arena);
	hspill_release(&r->set);
	free(r);
}

int rules_trouble(const struct rules *r, struct err *err)
{
	if (!r->trouble.code)
		return 0;
	*err = r->trouble;
	return -1;
}

uint32_t rules_entity(struct rules *r, struct span name)
{
	size_t i;

	for (i = 0; i < r->n_entities; i++)
		if (span_is(name, r->entity[i].name))
			return (uint32_t)i;
	r->entity = mem_grow(r->entity, r->n_entities, &r->cap_entities,
			     sizeof(*r->entity));
	r->entity[i] = (struct entity){.name = mem_dup(name.p, name.len)};
	return (uint32_t)r->n_entities++;
}

/* ---- where records came from ------------------------------------------ */

/* Cut src around the digits of its row; without a row, all is head. */
static struct place cut_src(struct rec *rec, const struct rec_node *src,
			    uint32_t *row)
{
	struct place p = {.from = 0};
	const struct rec_node *n;
	struct span all;
	struct jnum num;
	const char *d;

	if (!src)
		return p;
	all = rec_raw(src);
	if (all.len > SRC_MAX)
		return p;
	p.head = all;
	n = rec_is(src, REC_OBJECT) ? rec_get(rec, src, "row") : NULL;
	if (!rec_is(n, REC_NUMBER) || n->len > 9)
		return p;
	num = jnum_of(rec_raw(n));
	/* only what is written as digits and nothing else can be put back */
	for (d = n->text, *row = 0; d < n->text + n->len; d++) {
		if (*d < '0' || *d > '9')
			return p;
		*row = *row * 10 + (uint32_t)(*d - '0');
	}
	if (n->text[0] == '0' || num.negative)
		return p;
	p.head.len = (size_t)(n->text - all.p);
	p.tail.p = n->text + n->len;
	p.tail.len = all.len - p.head.len - n->len;
	p.has_row = true;
	return p;
}

void rules_begin(struct rules *r, struct rec *rec, const struct rec_node *src)
{
	struct place *last = r->n_places ? &r->place[r->n_places - 1] : NULL;
	uint32_t row = 0;
	struct place p = cut_src(rec, src, &row);

	if (r->trouble.code || tape_length(&r->row) == RECORD_MAX)
		return;
	if (!last || last->has_row != p.has_row ||
	    !span_eq(last->head, p.head) || !span_eq(last->tail, p.tail)) {
		if (r->n_places == PLACES_MAX || r->n_text > TEXTS_MAX)
			p = (struct place){.from = 0};
		if (r->n_places <= PLACES_MAX) {
			r->place = mem_grow(r->place, r->n_places,
					    &r->cap_places, sizeof(*r->place));
			p.from = (uint32_t)tape_length(&r->row);
			r->n_text += p.head.len + p.tail.len;
			p.head.p = arena_dup(&r->arena, p.head.p, p.head.len);
			p.tail.p = arena_dup(&r->arena, p.tail.p, p.tail.len);
			r->place[r->n_places++] = p;
		}
	}
	tape_add(&r->row, row, &r->trouble);
}

static const struct place *place_of(const struct rules *r, uint32_t record)
{
	size_t low = 0, high = r->n_places;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (r->place[mid].from <= record)
			low = mid;
		else
			high = mid;
	}
	return &r->place[low];
}

void rules_put_record(struct rules *r, uint32_t record, struct buf *json)
{
	const struct place *p = place_of(r, record);
	uint32_t row;

	buf_add_span(json, p->head);
	if (p->has_row && tape_get(&r->row, record, &row, &r->trouble) == 0)
		buf_addf(json, "%u", row);
	buf_add_span(json, p->tail);
}

void rules_put_first(struct rules *r, struct buf *json)
{
	rules_put_record(r, r->first, json);
}

void rules_say_first(struct rules *r, struct buf *words)
{
	struct buf json = BUF_INIT(SRC_MAX * 2);
	struct rec rec = REC_INIT;
	struct err ignored = ERR_INIT;
	const struct rec_node *file = NULL, *row = NULL;

	rules_put_first(r, &json);
	if (json.len && rec_parse(&rec, json.data, json.len, &ignored) == 0) {
		file = rec_get(&rec, rec.node, "file");
		row = rec_get(&rec, rec.node, "row");
	}
	if (file)
		buf_addf(words, "%.*s", SPAN_FMT(rec_text(&rec, file)));
	if (row)
		buf_addf(words, "%srow %.*s", file ? ", " : "",
			 SPAN_FMT(rec_text(&rec, row)));
	if (!file && !row)
		buf_addf(words, "record %u of the stream", r->first + 1);
	rec_release(&rec);
	buf_release(&json);
}

/* ---- the set ---------------------------------------------------------- */

enum kind { KEY = 1, VALUES = 2, TEXTS = 3 };

static void begin_hash(struct sip *h, enum kind kind, uint32_t what,
		       uint32_t entity)
{
	uint32_t head[2] = {(uint32_t)kind | what << 2, entity};

	sip_init(h);
	sip_add(h, head, sizeof(head));
}

static struct sip_hash key_hash(uint32_t entity, struct span site,
				struct span key)
{
	struct sip h;

	begin_hash(&h, KEY, 0, entity);
	sip_add_span(&h, site);
	sip_add_span(&h, key);
	return sip_end(&h);
}

static bool enter(struct rules *r, struct sip_hash h)
{
	uint32_t now = (uint32_t)tape_length(&r->row) - 1, was;

	/* no complaint about the record: rules_trouble ends the run */
	if (r->trouble.code ||
	    hspill_add(&r->set, h, now, &was, &r->trouble) != 0)
		return true;
	if (was == FROM_ELSEWHERE) {
		hspill_change(&r->set, now, &r->trouble);
		return true;
	}
	r->first = was;
	return false;
}

bool rules_add_key(struct rules *r, uint32_t entity, struct span site,
		   struct span key)
{
	r->entity[entity].seen = true;
	return enter(r, key_hash(entity, site, key));
}

void rules_add_known(struct rules *r, uint32_t entity, struct span site,
		     struct span key)
{
	uint32_t was;

	r->entity[entity].seen = true;
	if (!r->trouble.code)
		hspill_add(&r->set, key_hash(entity, site, key), FROM_ELSEWHERE,
			   &was, &r->trouble);
}

/* Numbers that are equal hash alike: 1.0 and 1. */
static void add_number(struct sip *h, struct span text)
{
	struct jnum a = jnum_of(text);
	int64_t head[3] = {(int64_t)a.n, a.exp, a.negative};
	const char *p = a.digit;
	size_t i;

	sip_add(h, head, sizeof(head));
	for (i = 0; i < a.n; i++) {
		char digit = (char)jnum_next(&p);

		sip_add(h, &digit, 1);
	}
}

static void add_value(struct sip *h, struct rec *rec, const struct rec_node *n)
{
	unsigned char type = n ? n->type : REC_NULL;

	sip_add(h, &type, 1);
	if (type == REC_NUMBER)
		add_number(h, rec_raw(n));
	else if (n)
		sip_add_span(h, rec_text(rec, n));
}

bool rules_add_values(struct rules *r, uint32_t entity, struct span site,
		      uint32_t what, struct rec *rec,
		      const struct rec_node *const *value, size_t n_values)
{
	struct sip h;
	size_t i;

	begin_hash(&h, VALUES, what, entity);
	sip_add_span(&h, site);
	for (i = 0; i < n_values; i++)
		add_value(&h, rec, value[i]);
	return enter(r, sip_end(&h));
}

bool rules_add_texts(struct rules *r, uint32_t entity, uint32_t what,
		     const struct span *text, size_t n)
{
	struct sip h;
	size_t i;

	begin_hash(&h, TEXTS, what, entity);
	for (i = 0; i < n; i++)
		sip_add_span(&h, text[i]);
	return enter(r, sip_end(&h));
}

uint32_t rules_first(const struct rules *r)
{
	return r->first;
}

static bool is_known(struct rules *r, struct sip_hash h)
{
	uint32_t value;

	/* whatever it is, see enter */
	return r->trouble.code ||
	       hspill_find(&r->set, h, &value, &r->trouble) != 0;
}

void rules_set_know(struct rules *r, rules_know *know, void *context,
		    const char *where)
{
	r->know_where = where;
	r->know = know;
	r->know_context = context;
}

void rules_wait(struct rules *r, bool over)
{
	r->wait = true;
	r->over = over;
}

static enum rules_ref leave_unchecked(struct rules *r, uint32_t entity)
{
	r->unchecked = mem_grow(r->unchecked, r->n_unchecked, &r->cap_unchecked,
				sizeof(*r->unchecked));
	r->unchecked[r->n_unchecked++] = entity;
	return RULES_UNCHECKED;
}

enum rules_ref rules_ref(struct rules *r, uint32_t entity, struct span site,
			 struct span key)
{
	struct span none = {"", 0};
	bool seen = r->entity[entity].seen;
	enum rules_ref got = RULES_UNCHECKED;

	if (!seen && !r->know)
		return r->wait ? RULES_UNKNOWN : leave_unchecked(r, entity);
	if (is_known(r, key_hash(entity, none, key)) ||
	    (site.len && is_known(r, key_hash(entity, site, key))))
		return RULES_KNOWN;
	if (r->know)
		got = r->know(r->know_context, entity, site, key);
	if (got != RULES_UNCHECKED)
		return got;
	if (seen || (r->wait && !r->over))
		return RULES_UNKNOWN;
	return leave_unchecked(r, entity);
}

void rules_count_unchecked(struct rules *r, bool again)
{
	size_t i;

	for (i = 0; i < r->n_unchecked && !again; i++)
		r->entity[r->unchecked[i]].n_unchecked++;
	r->n_unchecked = 0;
}

uint64_t rules_each_unchecked(const struct rules *r, rules_unchecked_fn *fn,
			      void *to)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < r->n_entities; i++) {
		const struct entity *e = &r->entity[i];

		n += e->n_unchecked;
		if (e->n_unchecked)
			fn(to, e->name, e->n_unchecked, e->seen);
	}
	return n;
}

/* ---- x- keywords ------------------------------------------------------- */

static int compile_ref(struct schema *s, struct kw_use *u,
		       const struct yt_node *n, struct schema_load *l,
		       struct err *err)
{
	const char *p = n->text, *near;
	const char *const *e = l->entities;

	(void)s;
	if (yt_want(n, YT_SCALAR, "x-ref", err) < 0)
		return -1;
	if (l->apart)
		return yt_err(n, err,
			      "x-ref cannot stand where it may be right to "
			      "fail: in not, if, oneOf or contains");
	if (*p < 'a' || *p > 'z' ||
	    p[strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		return yt_err(n, err, "x-ref names an entity, not '%s'", p);
	while (e && *e && strcmp(*e, p) != 0)
		e++;
	if (e && !*e) {
		near = suggest(span_of(p), l->entities);
		if (near)
			return yt_err(n, err,
				      "x-ref: there is no contract for '%s'; "
				      "did you mean '%s'?",
				      p, near);
		return yt_err(n, err, "x-ref: there is no contract for '%s'",
			      p);
	}
	u->count = rules_entity(l->rules, span_of(p));
	return 0;
}

static bool check_ref(const struct kw_use *u, struct check *c,
		      const struct rec_node *n)
{
	struct span key;

	if (!c->rules || (!n->len))
		return true;
	key = rec_text(c->rec, n);
	switch (rules_ref(c->rules, (uint32_t)u->count, c->site, key)) {
	case RULES_KNOWN:
	case RULES_UNCHECKED:
		return true;
	case RULES_UNKNOWN:
		break;
	}
	if (!c->last_word) {
		c->n_pending++;
		return true;
	}
	return check_fail(c, "x-ref", "unknown-ref", n,
			  "there is no %s with this key, neither in the stream "
			  "nor in the reference files%s%s",
			  u->text, c->rules->know ? ", nor " : "",
			  c->rules->know ? c->rules->know_where : "");
}

static int want_flag(const struct kw_use *u, const struct yt_node *n,
		     bool *flag, struct err *err)
{
	*flag = yt_is_true(n);
	if (*flag || yt_is_false(n))
		return 0;
	return yt_err(n, err, "%s is true or false", u->kw->name);
}

static int want_field(const struct kw_use *u, const struct yt_node *n,
		      const struct schema_load *l, struct err *err)
{
	if (l->level == 1 && !l->inside)
		return 0;
	return yt_err(n, err, "%s belongs to a field of the record itself",
		      u->kw->name);
}

static int compile_unique(struct schema *s, struct kw_use *u,
			  const struct yt_node *n, struct schema_load *l,
			  struct err *err)
{
	bool on;

	(void)s;
	if (want_flag(u, n, &on, err) < 0 || want_field(u, n, l, err) < 0)
		return -1;
	if (!on)
		u->types = 0;
	u->count = ++l->n_unique;
	return 0;
}

static bool check_unique(const struct kw_use *u, struct check *c,
			 const struct rec_node *n)
{
	struct buf where;

	if (!c->rules || c->last_word || c->repeated || !n->len)
		return true;
	if (rules_add_values(c->rules, c->entity, (struct span){"", 0},
			     (uint32_t)u->count, c->rec, &n, 1))
		return true;
	where = (struct buf)BUF_INIT(400);
	rules_say_first(c->rules, &where);
	check_fail(c, "x-unique", "not-unique", n,
		   "may be used once only; it came before (%s)",
		   buf_str(&where));
	buf_release(&where);
	return false;
}

static int compile_sensitive(struct schema *s, struct kw_use *u,
			     const struct yt_node *n, struct schema_load *l,
			     struct err *err)
{
	(void)l;
	if (want_flag(u, n, &s->sensitive, err) < 0)
		return -1;
	s->masks |= s->sensitive;
	return 0;
}

static int compile_owner(struct schema *s, struct kw_use *u,
			 const struct yt_node *n, struct schema_load *l,
			 struct err *err)
{
	static const char *const owners[] = {"legacy", "odoo", "first"};
	size_t i;

	(void)s;
	if (want_field(u, n, l, err) < 0)
		return -1;
	for (i = 0; n->type == YT_SCALAR && i < 3; i++)
		if (!strcmp(n->text, owners[i]))
			return 0;
	return yt_err(n, err, "x-owner is legacy, odoo or first");
}

/* ---- x-key: fields that together name a record -------------------------- */

#define KEY_FIELDS_MAX 8

struct key_fields {
	char *name[KEY_FIELDS_MAX];
	size_t n;
};

static int compile_key(struct schema *s, struct kw_use *u,
		       const struct yt_node *n, struct schema_load *l,
		       struct err *err)
{
	const struct yt_node *c;
	struct key_fields *k;

	(void)s;
	if (l->level || l->inside)
		return yt_err(n, err,
			      "x-key stands at the top of a contract and names "
			      "fields");
	u->data = k = mem_zalloc(sizeof(*k));
	if (n->type == YT_SCALAR) {
		k->name[k->n++] = mem_dup(n->text, n->len);
		return 0;
	}
	if (n->type == YT_MAP || !n->n || n->n > KEY_FIELDS_MAX)
		return yt_err(n, err, "x-key is a field or a list of up to %d",
			      KEY_FIELDS_MAX);
	yt_each (n, c) {
		if (yt_want(c, YT_SCALAR, "a field in x-key", err) < 0)
			return -1;
		k->name[k->n++] = mem_dup(c->text, c->len);
	}
	return 0;
}

static void release_key(struct kw_use *u)
{
	struct key_fields *k = u->data;

	while (k && k->n)
		free(k->name[--k->n]);
	free(k);
}

static bool check_key(const struct kw_use *u, struct check *c,
		      const struct rec_node *n)
{
	const struct key_fields *k = u->data;
	const struct rec_node *value[KEY_FIELDS_MAX];
	struct buf where;
	bool any = false;
	size_t i;

	if (!c->rules || c->last_word || c->repeated)
		return true;
	for (i = 0; i < k->n; i++) {
		value[i] = rec_get(c->rec, n, k->name[i]);
		any |= value[i] && value[i]->type != REC_NULL;
	}
	if (!any || rules_add_values(c->rules, c->entity, c->site, 0, c->rec,
				     value, k->n))
		return true;
	c->has_first = true;
	c->first = rules_first(c->rules);
	where = (struct buf)BUF_INIT(400);
	rules_say_first(c->rules, &where);
	check_fail(c, "x-key", "duplicate", NULL,
		   "the fields that name a record have the same values as in "
		   "one that came before (%s)",
		   buf_str(&where));
	buf_release(&where);
	return false;
}

#define SCALAR (KW_BIT(REC_STRING) | KW_BIT(REC_NUMBER))

const struct kw kw_rule[] = {
	{"x-key", KW_BIT(REC_OBJECT), compile_key, check_key, release_key},
	{"x-ref", KW_BIT(REC_STRING), compile_ref, check_ref, NULL},
	{"x-unique", SCALAR, compile_unique, check_unique, NULL},
	{"x-sensitive", 0, compile_sensitive, NULL, NULL},
	{"x-owner", 0, compile_owner, NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
