#include "push/words.h"

#include <stdlib.h>
#include <string.h>

#include "core/num.h"
#include "core/xid.h"
#include "odoo/reads.h"
#include "push/cell.h"
#include "state/xref.h"

struct span words_field(const struct bind_field *f)
{
	const struct bind_field *way;

	if (f->as || f->holds)
		return span_of(f->name);
	for (way = f; way; way = way->other)
		if (way->from)
			return span_of(way->from + (way->from[0] == '@'));
	return span_of(f->name);
}

/* The one code that means `to`; NULL where there is none, or several. */
static const char *code_of(const struct bind_pair *pair, size_t n,
			   struct span to)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!span_is(to, pair[i].to))
			continue;
		if (found)
			return NULL;
		found = pair[i].from;
	}
	return found;
}

/* A record's key or code by its external id; else empty. */
static struct span key_of(const struct bind_field *f, struct span xid,
			  struct buf *store)
{
	const char *code = NULL;
	struct xid x;

	if (xid_parse(xid, store, &x) == 0)
		return x.key;
	for (; f && !code; f = f->other) {
		if (f->target)
			code = code_of(f->target->code, f->target->n_codes,
				       xid);
		if (!code)
			code = code_of(f->table, f->n_table, xid);
	}
	return code ? span_of(code) : SPAN("");
}

struct span words_ref(const struct bind_field *f, struct span part,
		      struct buf *store)
{
	const struct bind_field *way = cell_way(f, part);
	struct span field, base = cell_base(part, &field), key;

	if (cell_is_lookup(part)) {
		size_t skip = way->by ? strlen(way->by) + 2 : 1;

		part.p += skip;
		part.len -= skip;
		return part;
	}
	key = key_of(way, base, store);
	return key.len ? key : part;
}

static void put_refs(const struct bind_field *f, struct span cell,
		     struct buf *out)
{
	struct buf store = BUF_INIT(XID_MAX);
	struct span part;
	bool first = true;

	while (cell_next_part(f, &cell, &part)) {
		if (!first)
			buf_addc(out, ',');
		first = false;
		buf_clear(&store);
		buf_add_span(out, words_ref(f, part, &store));
	}
	buf_release(&store);
}

void words_put_cell(const struct bind_field *f, struct span cell,
		    struct buf *out)
{
	const char *code;

	if (f->sensitive && cell.len) {
		buf_adds(out, WORDS_MASK);
	} else if (bind_is_relation(f)) {
		put_refs(f, cell, out);
	} else if ((code = code_of(f->table, f->n_table, cell))) {
		buf_adds(out, code);
	} else if (f->type == BIND_TYPE_BOOLEAN && cell.len) {
		buf_adds(out, span_is(cell, "1") ? "true" : "false");
	} else {
		buf_add_span(out, cell);
	}
}

/* What a table writes, as a cell: booleans are words there. */
static struct span cell_of(const struct bind_field *f, const char *to)
{
	if (f->type == BIND_TYPE_BOOLEAN)
		return !strcmp(to, "true") || !strcmp(to, "1") ? SPAN("1")
							       : SPAN("0");
	return span_of(to);
}

/*
 * Where one code of a table does not follow from the cell (goods and
 * consumables are "consu" both), another field made of the same canonical one
 * may tell.
 */
static const char *code_of_all(const struct binding *b, const struct item *it,
			       size_t k, bool had)
{
	const struct bind_field *f = &b->field[k];
	const char *found = NULL;
	size_t i, g;

	for (i = 0; i < f->n_table; i++) {
		bool fits = true;

		for (g = 0; g < b->n_fields && fits; g++) {
			const struct bind_field *o = &b->field[g];
			const struct item_cell *c = &it->cell[g];
			const struct bind_pair *pair = NULL;
			size_t n;

			if (!o->n_table || !o->from || !f->from ||
			    strcmp(o->from, f->from) != 0 ||
			    !(had ? c->known : c->set || c->by_default))
				continue;
			for (n = 0; n < o->n_table; n++)
				if (!strcmp(o->table[n].from, f->table[i].from))
					pair = &o->table[n];
			fits = pair && cell_equal(o, had ? c->had : c->want,
						  cell_of(o, pair->to));
		}
		if (fits && found)
			return NULL;
		if (fits)
			found = f->table[i].from;
	}
	return found;
}

static bool put_code(const struct binding *b, const struct item *it, size_t k,
		     bool had, struct buf *out)
{
	const struct bind_field *f = &b->field[k];
	const char *code = NULL;

	if (f->n_table && !f->sensitive && !bind_is_relation(f))
		code = code_of_all(b, it, k, had);
	if (code)
		buf_adds(out, code);
	return code != NULL;
}

void words_put_want(const struct binding *b, const struct item *it, size_t k,
		    struct buf *out)
{
	if (!put_code(b, it, k, false, out))
		words_put_cell(&b->field[k], it->cell[k].want, out);
}

void words_put_had(const struct binding *b, const struct item *it, size_t k,
		   struct buf *out)
{
	const struct bind_field *f = &b->field[k];
	const struct item_cell *c = &it->cell[k];

	if (put_code(b, it, k, true, out))
		return;
	if (!bind_is_relation(f) || !it->read || (f->sensitive && c->had.len))
		words_put_cell(f, c->had, out);
	else if (c->name.len)
		buf_add_span(out, c->name);
	else if (c->had.len)
		buf_addf(out, "%s %.*s", f->relation ? f->relation : "",
			 SPAN_FMT(c->had));
}

/* ---- names of what Odoo holds ------------------------------------------- */

/* The records one field of several items holds in Odoo. */
struct named {
	int64_t *id; /* ascending, each once */
	char **word; /* or NULL; owned */
	size_t n, cap;
};

static bool needs_name(const struct bind_field *f, const struct item *it,
		       size_t k)
{
	const struct item_cell *c = &it->cell[k];

	return ((it->columns | it->left) >> k & 1) && it->read && c->known &&
	       c->had.len && !c->name.len && !f->sensitive;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool next_id(struct span *rest, int64_t *id)
{
	struct span part;
	const char *comma;

	if (!rest->len)
		return false;
	comma = memchr(rest->p, ',', rest->len);
	part.p = rest->p;
	part.len = comma ? (size_t)(comma - rest->p) : rest->len;
	rest->p += part.len + (comma != NULL);
	rest->len -= part.len + (comma != NULL);
	if (num_parse(part, 1, INT64_MAX, id) < 0)
		*id = 0;
	return true;
}

static void gather_ids(const struct bind_field *f, struct item **v, size_t n,
		       size_t k, struct named *to)
{
	size_t i, left = 0;
	int64_t id;

	for (i = 0; i < n; i++) {
		struct span rest = v[i]->cell[k].had;

		if (!needs_name(f, v[i], k))
			continue;
		while (next_id(&rest, &id)) {
			to->id = mem_grow(to->id, to->n, &to->cap,
					  sizeof(*to->id));
			to->id[to->n++] = id;
		}
	}
	if (to->n)
		qsort(to->id, to->n, sizeof(*to->id), by_number);
	for (i = 0; i < to->n; i++)
		if (!left || to->id[left - 1] != to->id[i])
			to->id[left++] = to->id[i];
	to->n = left;
	to->word = mem_zalloc(mem_mul(to->n + 1, sizeof(*to->word)));
}

/* Those without a word yet: what a field of theirs says. */
static int name_by_field(struct push *p, const char *model, const char *field,
			 struct named *w, struct err *err)
{
	int64_t *id = mem_alloc(mem_mul(w->n + 1, sizeof(*id)));
	json_t **row = mem_zalloc(mem_mul(w->n + 1, sizeof(json_t *)));
	json_t *names = json_pack("[s]", field);
	bool any = false;
	size_t i;
	int rc = 0;

	for (i = 0; i < w->n; i++) {
		id[i] = w->word[i] ? 0 : w->id[i];
		any = any || id[i];
	}
	if (any)
		rc = reads_values(p->session, model, id, w->n, names, NULL, row,
				  err);
	for (i = 0; i < w->n; i++) {
		const char *text =
			json_string_value(json_object_get(row[i], field));

		if (rc == 0 && !w->word[i] && text)
			w->word[i] = mem_strdup(text);
		json_decref(row[i]);
	}
	json_decref(names);
	free(row);
	free(id);
	return rc;
}

static void set_key(const struct bind_field *f, struct span xid, char **word)
{
	struct buf store = BUF_INIT(XID_MAX);
	struct span key = key_of(f, xid, &store);

	if (key.len)
		*word = mem_dup(key.p, key.len);
	buf_release(&store);
}

/* By external id: the state's, else Odoo's. */
static int name_by_xid(struct push *p, const struct bind_field *f,
		       struct named *w, struct err *err)
{
	char **xid = mem_zalloc(mem_mul(w->n + 1, sizeof(*xid)));
	bool all = true;
	size_t i;
	int rc = 0;

	for (i = 0; i < w->n && rc >= 0; i++) {
		buf_clear(&p->text);
		rc = xref_by_id(p->state, span_of(f->relation), w->id[i],
				&p->text, err);
		if (rc > 0)
			set_key(f, buf_span(&p->text), &w->word[i]);
		all = all && w->word[i];
	}
	if (rc >= 0 && !all)
		rc = reads_xids(p->session, f->relation, w->id, w->n, xid, err);
	for (i = 0; i < w->n && rc >= 0; i++)
		if (xid[i] && !w->word[i])
			set_key(f, span_of(xid[i]), &w->word[i]);
	for (i = 0; i < w->n; i++)
		free(xid[i]);
	free(xid);
	return rc < 0 ? -1 : 0;
}

static void fill_names(struct push *p, const struct bind_field *f,
		       struct arena *arena, struct item **v, size_t n, size_t k,
		       const struct named *w)
{
	size_t i;
	int64_t id;

	for (i = 0; i < n; i++) {
		struct item_cell *c = &v[i]->cell[k];
		struct span rest = c->had;

		if (!needs_name(f, v[i], k))
			continue;
		buf_clear(&p->text);
		while (next_id(&rest, &id)) {
			const int64_t *at = bsearch(&id, w->id, w->n,
						    sizeof(*w->id), by_number);
			const char *word = at ? w->word[at - w->id] : NULL;

			if (p->text.len)
				buf_addc(&p->text, ',');
			if (word)
				buf_adds(&p->text, word);
			else
				buf_addf(&p->text, "%s %lld", f->relation,
					 (long long)id);
		}
		c->name.p = arena_dup(arena, p->text.data, p->text.len);
		c->name.len = p->text.len;
	}
}

static const char *by_of(const struct bind_field *f)
{
	for (; f; f = f->other)
		if (f->by)
			return f->by;
	return NULL;
}

int words_name_old(struct push *p, const struct binding *b, struct arena *arena,
		   struct item **v, size_t n, struct err *err)
{
	size_t k, i;
	int rc = 0;

	for (k = 0; k < b->n_fields && rc == 0; k++) {
		const struct bind_field *f = &b->field[k];
		struct named w = {NULL, NULL, 0, 0};

		if (!bind_is_relation(f) || !f->relation)
			continue;
		gather_ids(f, v, n, k, &w);
		if (w.n && by_of(f))
			rc = name_by_field(p, f->relation, by_of(f), &w, err);
		else if (w.n)
			rc = name_by_xid(p, f, &w, err);
		if (w.n && rc == 0)
			rc = name_by_field(p, f->relation, "display_name", &w,
					   err);
		if (w.n && rc == 0)
			fill_names(p, f, arena, v, n, k, &w);
		for (i = 0; i < w.n; i++)
			free(w.word[i]);
		free(w.word);
		free(w.id);
	}
	return rc;
}
