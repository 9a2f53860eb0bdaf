/* The mapping as it was compiled, for a person to read. */
#include "expr/fn.h"
#include "map/map.h"

static void put_line(struct buf *out, const char *name, struct span text)
{
	buf_addf(out, "  %-16s %.*s\n", name, SPAN_FMT(text));
}

static void put_value(struct buf *out, const char *name,
		      const struct map_value *v)
{
	struct buf b = BUF_INIT(LINE_CEILING);

	if (v->value)
		buf_add_span(&b, expr_source(v->value));
	else
		rec_put_str(&b, v->text);
	put_line(out, name, buf_span(&b));
	buf_release(&b);
}

void map_explain(const struct map *m, struct buf *out)
{
	size_t i, j;

	buf_addf(out, "feed %s, version %lld\nfile %s\n", m->feed->name,
		 (long long)m->feed->version, m->feed->path);
	buf_adds(out, "columns");
	for (i = 0; i < m->scope.n_columns; i++)
		buf_addf(out, "%s %.*s", i ? "," : "",
			 SPAN_FMT(m->scope.column[i].name));
	buf_addc(out, '\n');
	for (i = 0; i < m->n_entries; i++) {
		const struct map_entry *e = &m->entry[i];

		buf_addf(out, "\nentity %s\n", e->entity);
		put_line(out, "key", expr_source(e->key));
		put_value(out, "op", &e->op);
		if (e->has_site)
			put_value(out, "site", &e->site);
		if (e->when)
			put_line(out, "when", expr_source(e->when));
		for (j = 0; j < e->n_fields; j++) {
			struct buf name = BUF_INIT(LINE_CEILING);

			buf_addf(&name, "fields.%s", e->field[j].name);
			put_line(out, buf_str(&name),
				 expr_source(e->field[j].value));
			buf_release(&name);
		}
	}
}
