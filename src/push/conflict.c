/*
 * A conflict: somebody changed a field in Odoo after it was last accepted, and
 * the record says something else than what Odoo holds now.  Odoo is asked only
 * about records that are to be sent with a field that has a rule, and of those
 * that were read anyway.
 */
#include <stdlib.h>
#include <string.h>

#include "push/cell.h"
#include "push/plan.h"
#include "push/push.h"
#include "push/words.h"

/* An item as the state says it, and as Odoo does; maybe the same one. */
struct pair {
	struct item *it, *now;
	uint64_t columns; /* bits: fields in question */
};

static enum bind_conflict rule_of(const struct push *p,
				  const struct bind_field *f)
{
	const struct bind_field *way;

	if (f->owner != OWNER_LEGACY || !p->opt.conflicts)
		return f->conflict;
	for (way = f; way; way = way->other)
		if (way->through)
			return f->conflict;
	return p->opt.conflicts;
}

static uint64_t ruled(const struct push *p, const struct binding *b)
{
	uint64_t bits = 0;
	size_t k;

	for (k = 0; k < b->n_fields && !b->n_identity; k++)
		if (rule_of(p, &b->field[k]))
			bits |= (uint64_t)1 << k;
	return bits;
}

bool push_has_conflicts(const struct push *p, const struct binding *b)
{
	return ruled(p, b) != 0;
}

/* The fields of an item that may be in conflict. */
static uint64_t in_question(const struct push *p, const struct binding *b,
			    struct item *it)
{
	uint64_t bits = 0, rules = ruled(p, b);
	size_t k;

	if (!it->res_id || it->code || it->op == OP_ARCHIVE ||
	    plan_item(b, it, false) != PLAN_UPDATE)
		return 0;
	for (k = 0; k < b->n_fields; k++) {
		struct item_cell *c = &it->cell[k];

		if (!it->read && c->known) {
			c->accepted = c->had;
			c->was_accepted = true;
		}
		if (c->was_accepted && ((it->columns & rules) >> k & 1))
			bits |= (uint64_t)1 << k;
	}
	return bits;
}

/* A copy to read into, of the fields in question alone, so that the item stays
 * as the state says it. */
static struct item *copy_item(const struct binding *b, struct arena *arena,
			      const struct pair *pair)
{
	size_t size = mem_mul(b->n_fields, sizeof(*pair->it->cell)), k;
	struct item *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *pair->it;
	copy->columns = pair->columns;
	copy->cell = arena_alloc(arena, size);
	memcpy(copy->cell, pair->it->cell, size);
	for (k = 0; k < b->n_fields; k++)
		if (!(pair->columns >> k & 1))
			copy->cell[k].set = copy->cell[k].by_default = false;
	return copy;
}

/* Whether every name in one list of words is in the other, and back. */
static bool same_words(struct span a, struct span b)
{
	struct bind_field list = {.many = true};
	int way;

	for (way = 0; way < 2; way++) {
		struct span rest = way ? b : a, part, other, at;
		bool found;

		while (cell_next_part(&list, &rest, &part)) {
			at = way ? a : b;
			found = false;
			while (!found && cell_next_part(&list, &at, &other))
				found = span_eq(part, other);
			if (!found)
				return false;
		}
	}
	return true;
}

/* Whether Odoo still holds what it accepted last. */
static bool is_as_accepted(struct push *p, const struct binding *b,
			   const struct pair *pair, size_t k)
{
	const struct bind_field *f = &b->field[k];
	const struct item_cell *c = &pair->now->cell[k];
	struct buf was = BUF_INIT(LINE_CEILING);
	bool same;

	if (!bind_is_relation(f))
		return cell_equal(f, c->accepted, c->had);
	words_put_cell(f, c->accepted, &was);
	buf_clear(&p->text);
	words_put_had(b, pair->now, k, &p->text);
	same = f->many ? same_words(buf_span(&was), buf_span(&p->text))
		       : span_eq(buf_span(&was), buf_span(&p->text));
	buf_release(&was);
	return same;
}

/* The fields that are in conflict; what Odoo holds goes to cell->odoo. */
static uint64_t find(struct push *p, const struct binding *b,
		     struct arena *arena, const struct pair *pair)
{
	uint64_t bits = 0;
	size_t k;

	for (k = 0; k < b->n_fields; k++) {
		const struct item_cell *c = &pair->now->cell[k];

		if (!(pair->columns >> k & 1) || !c->known ||
		    plan_same(&b->field[k], pair->now, c) ||
		    is_as_accepted(p, b, pair, k))
			continue;
		bits |= (uint64_t)1 << k;
		buf_clear(&p->text);
		words_put_had(b, pair->now, k, &p->text);
		pair->it->cell[k].odoo.p =
			arena_dup(arena, p->text.data, p->text.len);
		pair->it->cell[k].odoo.len = p->text.len;
	}
	return bits;
}

static void put_words(const struct bind_field *f, struct span cell,
		      const char *name, struct buf *json)
{
	struct buf words = BUF_INIT(LINE_CEILING);

	words_put_cell(f, cell, &words);
	rec_add_str(json, name, buf_span(&words));
	buf_release(&words);
}

/* Neither wins: all three values go to who decides. */
static int reject(struct push *p, const struct binding *b, struct item *it,
		  uint64_t bits, struct err *err)
{
	struct buf json = BUF_INIT(LINE_CEILING), why = BUF_INIT(LINE_CEILING);
	struct buf was = BUF_INIT(LINE_CEILING), says = BUF_INIT(LINE_CEILING);
	int first = -1, rc;
	size_t k;

	rec_put_key(&json, SPAN("conflicts"));
	rec_put_open(&json, '{');
	for (k = 0; k < b->n_fields; k++) {
		const struct bind_field *f = &b->field[k];
		const struct item_cell *c = &it->cell[k];

		if (!(bits >> k & 1))
			continue;
		buf_clear(&was);
		buf_clear(&says);
		words_put_cell(f, c->accepted, &was);
		words_put_want(b, it, k, &says);
		rec_put_key(&json, words_field(f));
		rec_put_open(&json, '{');
		put_words(f, c->accepted, "accepted", &json);
		rec_add_str(&json, "odoo", c->odoo);
		rec_add_str(&json, "record", buf_span(&says));
		rec_put_close(&json, '}');
		buf_addf(&why,
			 "%s%.*s was '%.*s', Odoo holds '%.*s', the record "
			 "says '%.*s'",
			 first < 0 ? "" : "; ", SPAN_FMT(words_field(f)),
			 SPAN_FMT(buf_span(&was)), SPAN_FMT(c->odoo),
			 SPAN_FMT(buf_span(&says)));
		first = first < 0 ? (int)k : first;
	}
	rec_put_close(&json, '}');
	it->extra = buf_span(&json);
	rc = push_reject_field(p, b, it, "conflict", first, buf_str(&why), err);
	it->extra = SPAN("");
	buf_release(&json);
	buf_release(&why);
	buf_release(&was);
	buf_release(&says);
	return rc;
}

/*
 * Read because the state may not be up to date, not to be compared: a field of
 * which the record says what it said is not in conflict, and stays as it is.
 */
static uint64_t pass_over(struct push *p, const struct binding *b,
			  struct item *it, uint64_t bits)
{
	size_t k;

	for (k = 0; k < b->n_fields && it->read && !p->opt.verify; k++) {
		const struct bind_field *f = &b->field[k];
		const struct item_cell *c = &it->cell[k];

		if (!(bits >> k & 1) || rule_of(p, f) == CONFLICT_LEGACY ||
		    !cell_equal(f, c->accepted, c->want))
			continue;
		it->kept |= (uint64_t)1 << k;
		it->quiet |= (uint64_t)1 << k;
	}
	return bits & ~it->quiet;
}

static int decide(struct push *p, const struct binding *b,
		  const struct pair *pair, uint64_t bits, struct err *err)
{
	struct item *it = pair->it;
	bool person = false;
	size_t k;

	bits = pass_over(p, b, it, bits);
	if (!bits)
		return 0;
	job_count(p->job, "conflicts", 1);
	for (k = 0; k < b->n_fields; k++) {
		if (!(bits >> k & 1))
			continue;
		switch (rule_of(p, &b->field[k])) {
		case CONFLICT_UNASKED:
			break;
		case CONFLICT_LEGACY:
			it->overwrites |= (uint64_t)1 << k;
			break;
		case CONFLICT_ODOO:
			it->kept |= (uint64_t)1 << k;
			break;
		case CONFLICT_PERSON:
			person = true;
			break;
		}
	}
	return person ? reject(p, b, it, bits, err) : 0;
}

/* Read those that the state alone vouched for. */
static int ask(struct push *p, const struct binding *b, struct arena *arena,
	       struct pair *pair, size_t n, struct err *err)
{
	struct item **v = mem_alloc(mem_mul(n + 1, sizeof(struct item *)));
	size_t n_ask = 0, i;
	int rc = 0;

	for (i = 0; i < n; i++) {
		if (pair[i].it->read)
			continue;
		pair[i].now = copy_item(b, arena, &pair[i]);
		v[n_ask++] = pair[i].now;
	}
	if (n_ask)
		rc = push_read(p, b, arena, v, n_ask, err);
	/* What Odoo holds is compared by id. */
	if (rc == 0 && n_ask)
		rc = push_resolve(p, b, arena, v, n_ask, err);
	for (i = 0; i < n; i++)
		v[i] = pair[i].now;
	if (rc == 0)
		rc = words_name_old(p, b, arena, v, n, err);
	free(v);
	return rc;
}

int push_conflicts(struct push *p, const struct binding *b, struct arena *arena,
		   struct item **v, size_t n, struct err *err)
{
	struct pair *pair;
	size_t n_pairs = 0, i;
	int rc = 0;

	if (!push_has_conflicts(p, b) || (p->opt.full && !p->opt.conflicts))
		return 0;
	pair = mem_alloc(mem_mul(n + 1, sizeof(*pair)));
	for (i = 0; i < n; i++) {
		uint64_t columns = in_question(p, b, v[i]);

		if (columns)
			pair[n_pairs++] = (struct pair){v[i], v[i], columns};
	}
	if (n_pairs)
		rc = ask(p, b, arena, pair, n_pairs, err);
	for (i = 0; i < n_pairs && rc == 0; i++) {
		uint64_t bits = 0;

		/* Gone from Odoo: found out when it is sent. */
		if (pair[i].now->res_id && !pair[i].now->finished)
			bits = find(p, b, arena, &pair[i]);
		if (bits)
			rc = decide(p, b, &pair[i], bits, err);
	}
	free(pair);
	return rc;
}
