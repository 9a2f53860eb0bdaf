/* The mapping that counts, for a person to read and to compare. */
#include "core/fs.h"
#include "expr/fn.h"
#include "expr/lookup.h"
#include "map/effective.h"
#include "map/map.h"

/* A file by its name alone; by its path where others have the same name. */
static const char *short_name(const struct feed *f, const char *path)
{
	const char *base = fs_base(path);
	size_t i;

	for (i = 0; i < f->n_files; i++)
		if (strcmp(f->file[i].path, path) != 0 &&
		    !strcmp(fs_base(f->file[i].path), base))
			return path;
	return base;
}

/* Where lines come from is said where there is more than one file. */
static void put_line(struct buf *out, const struct feed *f,
		     const struct effective_line *l)
{
	if (f->n_files > 1 && l->at)
		buf_addf(out, "  %-22s  %-52s  %s:%zu\n", l->path, l->text,
			 short_name(f, l->at->file), l->at->line);
	else
		buf_addf(out, "  %-22s  %s\n", l->path, l->text);
}

static void put_part(struct buf *out, const struct feed *f,
		     const struct effective_part *p)
{
	size_t i;

	buf_addf(out, "\n%s%s\n", p->entry ? "entity " : "", p->label);
	for (i = 0; i < p->n; i++)
		put_line(out, f, &p->line[i]);
}

/* By a name alone nobody knows which file it is. */
static void put_tables(const struct map *m, struct buf *out)
{
	size_t i;

	for (i = 0; i < m->scope.n_tables; i++)
		if (lookup_path(m->scope.table[i]))
			buf_addf(out, "table %s, file %s\n",
				 lookup_name(m->scope.table[i]),
				 lookup_path(m->scope.table[i]));
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
	put_tables(m, out);
	effective_make(&e, f);
	for (i = 0; i < e.n; i++)
		put_part(out, f, &e.part[i]);
	effective_release(&e);
}
