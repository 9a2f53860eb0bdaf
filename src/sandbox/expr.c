/*
 * expr.c - see expr.h
 */
#include "sandbox/expr.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* "$." becomes the alias and a point. */
static void put_template(struct buf *b, const char *sql, const char *alias)
{
	const char *p;

	while ((p = strstr(sql, "$."))) {
		buf_add(b, sql, (size_t)(p - sql));
		buf_adds(b, alias);
		sql = p + 1;
	}
	buf_adds(b, sql);
}

void expr_display(struct buf *b, const struct model *m, const char *alias)
{
	buf_addc(b, '(');
	put_template(b, m->display ? m->display : "$.name", alias);
	buf_addc(b, ')');
}

void expr_display_of(struct buf *b, const struct model *m, const char *id,
		     const char *alias)
{
	char *inner = mem_printf("%sd", alias);

	buf_adds(b, "(SELECT ");
	expr_display(b, m, inner);
	buf_adds(b, " FROM ");
	model_table(b, m);
	buf_addf(b, " %s WHERE %s.id=%s)", inner, inner, id);
	free(inner);
}

void expr_field(struct buf *b, const struct model *m, const struct field *f,
		int release, const char *alias)
{
	const struct field *by, *there;
	const struct model *rel;
	char *inner;

	if (f->sql && !*f->sql) {
		expr_display(b, m, alias);
		return;
	}
	if (f->sql) {
		buf_addc(b, '(');
		put_template(b, f->sql, alias);
		buf_addc(b, ')');
		return;
	}
	if (!f->via) {
		buf_addf(b, "%s.\"%s\"", alias, f->name);
		return;
	}
	by = field_find(m, release, f->via);
	rel = by ? model_find(release, by->rel) : NULL;
	there = rel ? field_find(rel, release, f->name) : NULL;
	if (!there) {
		buf_adds(b, "NULL");
		return;
	}
	inner = mem_printf("%sv", alias);
	buf_adds(b, "(SELECT ");
	expr_field(b, rel, there, release, inner);
	buf_adds(b, " FROM ");
	model_table(b, rel);
	buf_addf(b, " %s WHERE %s.id=", inner, inner);
	expr_field(b, m, by, release, alias);
	buf_addc(b, ')');
	free(inner);
}
