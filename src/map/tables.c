#include "map/tables.h"

#include <stdlib.h>

#include "core/mem.h"
#include "expr/lookup.h"

void tables_take(struct tables *t, const struct map *m)
{
	const struct expr_scope *s = &m->scope;
	size_t i;

	*t = (struct tables){NULL, 0};
	t->table =
		mem_zalloc(mem_mul(mem_add(s->n_tables, 1), sizeof(*t->table)));
	for (i = 0; i < s->n_tables; i++) {
		const struct lookup *l = s->table[i];

		if (!lookup_path(l))
			continue; /* it stands in the rules themselves */
		t->table[t->n++] = (struct tables_one){
			.name = mem_strdup(lookup_name(l)),
			.path = mem_strdup(lookup_path(l)),
			.content = lookup_content(l),
		};
	}
}

void tables_release(struct tables *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		free(t->table[i].name);
		free(t->table[i].path);
	}
	free(t->table);
	*t = (struct tables){NULL, 0};
}

static const struct tables_one *find(const struct tables *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!strcmp(t->table[i].name, name))
			return &t->table[i];
	return NULL;
}

size_t tables_diff(const struct tables *a, const struct tables *b,
		   const char *indent, struct buf *out)
{
	size_t i, n = 0;

	for (i = 0; i < a->n; i++) {
		const struct tables_one *x = &a->table[i];
		const struct tables_one *y = find(b, x->name);

		if (!y || sip_eq(x->content, y->content))
			continue;
		n++;
		buf_addf(out, "%stable %s: %s  ->  %s differ\n", indent,
			 x->name, x->path, y->path);
	}
	return n;
}
