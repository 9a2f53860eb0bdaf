#include "read/copybook.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/buf.h"
#include "core/rec.h"

/* ---- what is shown, and how many levels deep --------------------------- */

/* Whether there is anything to show of item `i`; levels[i] below it. */
static bool find_shown(struct copybook *c, size_t i, size_t depth,
		       struct err *err)
{
	struct copybook_item *it = &c->item[i];
	size_t k;

	if (it->child == COPYBOOK_NONE) {
		it->shown = it->name.len > 0;
		return true;
	}
	it->open = !it->occurs && !it->name.len;
	if (!it->open)
		depth += it->occurs ? 2 : 1;
	/* `raw` is in an object, the record's. */
	if (depth + 1 >= REC_DEPTH_MAX) {
		copybook_err(it, err, "groups nested more than %d deep",
			     REC_DEPTH_MAX - 2);
		return false;
	}
	for (k = it->child; k != COPYBOOK_NONE; k = c->item[k].next) {
		if (!find_shown(c, k, depth, err))
			return false;
		it->shown |= c->item[k].shown;
	}
	return true;
}

/* ---- where the items are ----------------------------------------------- */

static size_t up_to(size_t at, size_t align)
{
	return (at + align - 1) / align * align;
}

static size_t own_align(const struct copybook_item *it)
{
	if (!it->sync)
		return 1;
	if (it->kind == COBOL_DOUBLE)
		return 8;
	if (it->kind == COBOL_FLOAT)
		return 4;
	if (it->kind == COBOL_BINARY)
		return it->size == 2 ? 2 : 4;
	return 1;
}

/* The member of the set that begins with `base` which `it` redefines. */
static int check_redefines(const struct copybook *c,
			   const struct copybook_item *it, size_t base,
			   size_t me, struct err *err)
{
	size_t k;

	for (k = base; k != COPYBOOK_NONE && k != me; k = c->item[k].next)
		if (copybook_same_name(c->item[k].name, it->redefines_name))
			return 0;
	return copybook_err(it, err,
			    "REDEFINES %.*s: no such item right before it, on "
			    "its level",
			    SPAN_FMT(it->redefines_name));
}

/* Level 01 items share the record's first byte, also without REDEFINES. */
static bool redefines(const struct copybook_item *it, size_t base)
{
	if (it->redefines_name.len)
		return true;
	return base != COPYBOOK_NONE && it->parent == 0 &&
	       (it->level == 1 || it->level == 77);
}

static int place(struct copybook *c, size_t i, size_t at, size_t *end,
		 struct err *err);

static int place_members(struct copybook *c, size_t group, size_t at,
			 size_t *end, struct err *err)
{
	size_t base = COPYBOOK_NONE, start = at, k, to;

	*end = at;
	for (k = c->item[group].child; k != COPYBOOK_NONE;
	     k = c->item[k].next) {
		struct copybook_item *it = &c->item[k];

		if (redefines(it, base)) {
			if (it->redefines_name.len &&
			    check_redefines(c, it, base, k, err) < 0)
				return -1;
			it->redefines = base;
			c->item[base].set_last = k;
		} else {
			base = k;
			start = *end;
		}
		if (place(c, k, start, &to, err) < 0)
			return -1;
		if (base == k)
			start = to - it->max * it->size;
		if (to > *end)
			*end = to;
	}
	return 0;
}

/* The item at `at` of the record or, aligned, behind it. */
static int place(struct copybook *c, size_t i, size_t at, size_t *end,
		 struct err *err)
{
	struct copybook_item *it = &c->item[i];
	size_t k;

	if (it->child == COPYBOOK_NONE) {
		it->align = it->stride = own_align(it);
		at = up_to(at, it->align);
	} else {
		/* What its first item wants stands before the group. */
		for (k = it->child; c->item[k].child != COPYBOOK_NONE;)
			k = c->item[k].child;
		it->align = own_align(&c->item[k]);
		at = up_to(at, it->align);
		if (place_members(c, i, at, end, err) < 0)
			return -1;
		for (k = it->child; k != COPYBOOK_NONE; k = c->item[k].next)
			if (c->item[k].stride > it->stride)
				it->stride = c->item[k].stride;
		it->size = *end - at;
	}
	if (it->occurs)
		it->size = up_to(it->size, it->stride);
	if (it->size > LINE_CEILING || it->max > LINE_CEILING ||
	    at + it->size * it->max > LINE_CEILING)
		return copybook_err(it, err,
				    "the record has more than %zu bytes",
				    LINE_CEILING);
	*end = at + it->size * it->max;
	return 0;
}

/* ---- DEPENDING ON ------------------------------------------------------ */

static bool is_below(const struct copybook *c, size_t i, struct span name)
{
	for (i = c->item[i].parent; i != COPYBOOK_NONE && i;
	     i = c->item[i].parent)
		if (copybook_same_name(c->item[i].name, name))
			return true;
	return false;
}

/* The last item of this name before `i`. */
static int find_depends(struct copybook *c, size_t i, struct err *err)
{
	struct copybook_item *it = &c->item[i];
	size_t k;

	for (k = i; k-- > 1;) {
		struct copybook_item *on = &c->item[k];

		if (!copybook_same_name(on->name, it->depends_name) ||
		    (it->depends_of.len && !is_below(c, k, it->depends_of)))
			continue;
		if (on->kind == COBOL_GROUP || on->kind == COBOL_FLOAT ||
		    on->kind == COBOL_DOUBLE || on->pic.scale > 0)
			return copybook_err(it, err,
					    "DEPENDING ON %.*s, which is no "
					    "whole number",
					    SPAN_FMT(it->depends_name));
		it->depends = k;
		on->kept = true;
		return 0;
	}
	return copybook_err(it, err,
			    "DEPENDING ON %.*s: no item before it has this "
			    "name",
			    SPAN_FMT(it->depends_name));
}

/* ---- names in the output ----------------------------------------------- */

struct names {
	size_t *item;
	size_t n, cap;
};

/* The members of the object that group `i` is. */
static void collect(const struct copybook *c, size_t i, struct names *l)
{
	size_t k;

	for (k = c->item[i].child; k != COPYBOOK_NONE; k = c->item[k].next) {
		const struct copybook_item *it = &c->item[k];

		if (!it->shown)
			continue;
		if (it->open) {
			collect(c, k, l);
			continue;
		}
		l->item = mem_grow(l->item, l->n, &l->cap, sizeof(*l->item));
		l->item[l->n++] = k;
	}
}

static struct span name_of(const struct copybook_item *it)
{
	return it->name.len ? it->name : SPAN("FILLER");
}

static bool taken(const struct copybook *c, const struct names *l,
		  struct span name)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct copybook_item *it = &c->item[l->item[i]];
		struct span key = it->key;

		if (span_eq(name_of(it), name))
			return true;
		if (key.len && key.len - 3 == name.len &&
		    !memcmp(key.p + 1, name.p, name.len))
			return true;
	}
	return false;
}

static void set_key(struct copybook *c, struct copybook_item *it,
		    struct span name)
{
	char *key = arena_alloc(&c->arena, name.len + 4);

	snprintf(key, name.len + 4, "\"%.*s\":", SPAN_FMT(name));
	it->key = (struct span){key, name.len + 3};
}

/* How often the name came before. */
static size_t came_before(const struct copybook *c, const struct names *l,
			  size_t n, struct span name)
{
	size_t i, times = 0;

	for (i = 0; i < n; i++)
		times += span_eq(name_of(&c->item[l->item[i]]), name);
	return times;
}

/* A name that comes again becomes NAME_2, NAME_3 and so on. */
static void name_members(struct copybook *c, size_t group)
{
	struct names l = {0};
	struct buf b = BUF_INIT(64 * 1024);
	size_t i, k;

	collect(c, group, &l);
	for (i = 0; i < l.n; i++) {
		struct copybook_item *it = &c->item[l.item[i]];
		struct span name = name_of(it);

		k = came_before(c, &l, i, name) + 1;
		if (k == 1) {
			set_key(c, it, name);
			continue;
		}
		for (;; k++) {
			buf_clear(&b);
			buf_addf(&b, "%.*s_%zu", SPAN_FMT(name), k);
			if (!taken(c, &l, buf_span(&b)))
				break;
		}
		set_key(c, it, buf_span(&b));
	}
	free(l.item);
	buf_release(&b);
}

int copybook_layout(struct copybook *c, struct err *err)
{
	struct copybook_item *root = c->item;
	size_t i;

	if (!find_shown(c, 0, 0, err))
		return -1;
	if (!root->shown)
		return copybook_err(root, err, "nothing in it has a name");
	root->open = false;
	/* One record description: its items are the record's members. */
	if (root->child == root->last && c->item[root->child].level == 1 &&
	    c->item[root->child].child != COPYBOOK_NONE &&
	    !c->item[root->child].occurs)
		c->item[root->child].open = true;
	if (place_members(c, 0, 0, &c->size, err) < 0)
		return -1;
	for (i = 1; i < c->n; i++)
		if (c->item[i].depends_name.len && find_depends(c, i, err) < 0)
			return -1;
	for (i = 0; i < c->n; i++)
		if (c->item[i].child != COPYBOOK_NONE && !c->item[i].open)
			name_members(c, i);
	return 0;
}
