/*
 * kw_member.c - keywords about the members of an object together:
 * propertyNames, minProperties, maxProperties, dependentRequired,
 * dependentSchemas
 */
#include <stdlib.h>

#include "contract/same.h"
#include "contract/schema.h"
#include "core/mem.h"

/* ---- names and how many ------------------------------------------------- */

static int compile_names(struct schema *s, struct kw_use *u,
			 const struct yt_node *n, struct schema_load *l,
			 struct err *err)
{
	bool inside = l->inside;

	l->inside = true;
	u->data = schema_below(s, n, l, err);
	l->inside = inside;
	return u->data ? 0 : -1;
}

static bool check_names(const struct kw_use *u, struct check *c,
			const struct rec_node *n)
{
	struct check_marks k = check_hide_marks(c);
	const struct rec_node *m;
	bool right = true;

	rec_each (c->rec, n, m) {
		const struct rec_node name = {.type = REC_STRING,
					      .text = m->key,
					      .len = m->key_len,
					      .esc = m->key_esc};

		check_enter(c, rec_key(c->rec, m), 0);
		right &= schema_apply(u->data, c, &name);
		check_leave(c);
	}
	c->marks = k;
	return right;
}

static bool check_min(const struct kw_use *u, struct check *c,
		      const struct rec_node *n)
{
	size_t count = n->count;

	if (count >= u->count && u->count > 1)
		count = same_count(c->rec, n);
	return count >= u->count ||
	       check_fail(c, "minProperties", "too-few", NULL,
			  "has %zu field%s; at least %llu are wanted", count,
			  count == 1 ? "" : "s", (unsigned long long)u->count);
}

static bool check_max(const struct kw_use *u, struct check *c,
		      const struct rec_node *n)
{
	size_t count = n->count;

	if (count > u->count)
		count = same_count(c->rec, n);
	return count <= u->count ||
	       check_fail(c, "maxProperties", "too-many", NULL,
			  "has %zu field%s; at most %llu are allowed", count,
			  count == 1 ? "" : "s", (unsigned long long)u->count);
}

/* ---- what follows from a member being there ----------------------------- */

struct follow {
	char *name;
	char **want; /* dependentRequired */
	size_t n_want;
	struct schema *schema; /* dependentSchemas; borrowed */
};

struct follows {
	struct follow *item;
	size_t n;
};

static struct follows *follows_new(struct kw_use *u, const struct yt_node *n)
{
	struct follows *f = mem_zalloc(sizeof(*f));

	u->data = f;
	f->item = mem_zalloc(mem_mul(n->n, sizeof(*f->item)));
	return f;
}

static int compile_required(struct schema *s, struct kw_use *u,
			    const struct yt_node *n, struct schema_load *l,
			    struct err *err)
{
	const struct yt_node *c, *m;
	struct follows *f;

	(void)s, (void)l;
	if (yt_want(n, YT_MAP, "dependentRequired", err) < 0)
		return -1;
	f = follows_new(u, n);
	yt_each (n, c) {
		struct follow *d = &f->item[f->n++];

		d->name = mem_strdup(c->key);
		if (yt_want(c, YT_LIST, "what a field requires", err) < 0)
			return -1;
		d->want = mem_zalloc(mem_mul(c->n, sizeof(*d->want)));
		yt_each (c, m) {
			if (yt_want(m, YT_SCALAR, "a name", err) < 0)
				return -1;
			d->want[d->n_want++] = mem_strdup(m->text);
		}
	}
	return 0;
}

static int compile_schemas(struct schema *s, struct kw_use *u,
			   const struct yt_node *n, struct schema_load *l,
			   struct err *err)
{
	const struct yt_node *c;
	struct follows *f;

	if (yt_want(n, YT_MAP, "dependentSchemas", err) < 0)
		return -1;
	f = follows_new(u, n);
	yt_each (n, c) {
		struct follow *d = &f->item[f->n++];

		d->name = mem_strdup(c->key);
		d->schema = schema_here(s, c, l, err);
		if (!d->schema)
			return -1;
	}
	return 0;
}

static void release_follows(struct kw_use *u)
{
	struct follows *f = u->data;

	if (!f)
		return;
	while (f->n) {
		struct follow *d = &f->item[--f->n];

		while (d->n_want)
			free(d->want[--d->n_want]);
		free(d->want);
		free(d->name);
	}
	free(f->item);
	free(f);
}

static bool check_required(const struct kw_use *u, struct check *c,
			   const struct rec_node *n)
{
	const struct follows *f = u->data;
	bool right = true;
	size_t i, j;

	for (i = 0; i < f->n; i++) {
		const struct follow *d = &f->item[i];

		if (!rec_get(c->rec, n, d->name))
			continue;
		for (j = 0; j < d->n_want; j++) {
			if (rec_get(c->rec, n, d->want[j]))
				continue;
			check_enter(c, span_of(d->want[j]), 0);
			right = check_fail(c, "dependentRequired", "missing",
					   NULL,
					   "is missing; it is required where "
					   "there is %s",
					   d->name);
			check_leave(c);
		}
	}
	return right;
}

static bool check_schemas(const struct kw_use *u, struct check *c,
			  const struct rec_node *n)
{
	const struct follows *f = u->data;
	bool right = true;
	size_t i;

	for (i = 0; i < f->n; i++)
		if (rec_get(c->rec, n, f->item[i].name))
			right &= schema_apply_here(f->item[i].schema, c, n);
	return right;
}

#define OBJECT KW_BIT(REC_OBJECT)

const struct kw kw_member[] = {
	{"propertyNames", OBJECT, compile_names, check_names, NULL},
	{"minProperties", OBJECT, kw_compile_count, check_min, NULL},
	{"maxProperties", OBJECT, kw_compile_count, check_max, NULL},
	{"dependentRequired", OBJECT, compile_required, check_required,
	 release_follows},
	{"dependentSchemas", OBJECT, compile_schemas, check_schemas,
	 release_follows},
	{NULL, 0, NULL, NULL, NULL},
};
