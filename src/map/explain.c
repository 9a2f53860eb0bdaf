/* The mapping that counts, for a person to read and to compare. */
#include "expr/fn.h"
#include "map/effective.h"
#include "map/map.h"

/* Where lines come from is said where there is more than one file. */
static void put_line(struct buf *out, const struct effective_line *l,
		     bool with_place)
{
	if (with_place && l->at)
		buf_addf(out, "  %-22s  %-44s  %s:%zu\n", l->path, l->text,
			 l->at->file, l->at->line);
	else
		buf_addf(out, "  %-22s  %s\n", l->path, l->text);
}

static void put_part(struct buf *out, const struct effective_part *p,
		     bool with_place)
{
	size_t i;

	buf_addf(out, "\n%s%s\n", p->entry ? "entity " : "", p->label);
	for (i = 0; i < p->n; i++)
		put_line(out, &p->line[i], with_place);
}

void map_explain(const struct map *m, struct buf *out)
{
	const struct feed *f = m->feed;
	struct effective e;
	size_t i;

	buf_addf(out, "feed %s, version %lld\nfile %s\n", f->name,
		 (long long)f->version, f->path);
	for (i = 1; i < f->n_files; i++)
		buf_addf(out, "extends %s\nfile %s\n", f->file[i].name,
			 f->file[i].path);
	buf_adds(out, "columns");
	for (i = 0; i < m->scope.n_columns; i++)
		buf_addf(out, "%s %.*s", i ? "," : "",
			 SPAN_FMT(m->scope.column[i].name));
	buf_addc(out, '\n');
	effective_make(&e, f);
	for (i = 0; i < e.n; i++)
		put_part(out, &e.part[i], f->n_files > 1);
	effective_release(&e);
}
