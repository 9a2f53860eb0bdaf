/*
 * model.c - looking up models and fields
 */
#include "sandbox/model.h"

#include <string.h>

static const struct model *const tables[] = {
	models_base,
	models_product,
	models_stock,
};

/* Every model has these, before its own. */
static const struct field common[] = {
	{.name = "id",
	 .type = FT_INTEGER,
	 .label = "ID",
	 .flags = FIELD_READONLY},
	{.name = "display_name",
	 .type = FT_CHAR,
	 .label = "Display Name",
	 .sql = "",
	 .flags = FIELD_READONLY},
	{.name = "create_date",
	 .type = FT_DATETIME,
	 .label = "Created on",
	 .flags = FIELD_READONLY},
	{.name = "create_uid",
	 .type = FT_MANY2ONE,
	 .label = "Created by",
	 .rel = "res.users",
	 .flags = FIELD_READONLY},
	{.name = "write_date",
	 .type = FT_DATETIME,
	 .label = "Last Updated on",
	 .flags = FIELD_READONLY},
	{.name = "write_uid",
	 .type = FT_MANY2ONE,
	 .label = "Last Updated by",
	 .rel = "res.users",
	 .flags = FIELD_READONLY},
};

#define N_COMMON (sizeof(common) / sizeof(*common))
#define N_TABLES (sizeof(tables) / sizeof(*tables))

const struct model *model_at(int release, size_t i)
{
	size_t t;
	const struct model *m;

	for (t = 0; t < N_TABLES; t++)
		for (m = tables[t]; m->name; m++)
			if ((!m->only || m->only == release) && i-- == 0)
				return m;
	return NULL;
}

const struct model *model_find(int release, const char *name)
{
	size_t t;
	const struct model *m;

	for (t = 0; t < N_TABLES; t++)
		for (m = tables[t]; m->name; m++)
			if ((!m->only || m->only == release) &&
			    !strcmp(m->name, name))
				return m;
	return NULL;
}

const struct field *field_at(const struct model *m, int release, size_t i)
{
	const struct field *f;

	if (i < N_COMMON)
		return &common[i];
	i -= N_COMMON;
	for (f = m->fields; f->name; f++)
		if ((!f->only || f->only == release) && i-- == 0)
			return f;
	return NULL;
}

const struct field *field_find(const struct model *m, int release,
			       const char *name)
{
	const struct field *f;
	size_t i;

	for (f = m->fields; f->name; f++)
		if ((!f->only || f->only == release) && !strcmp(f->name, name))
			return f;
	for (i = 0; i < N_COMMON; i++)
		if (!strcmp(common[i].name, name))
			return &common[i];
	return NULL;
}

const char *model_label(const struct model *m, int release)
{
	return release == 14 && m->label_14 ? m->label_14 : m->label;
}

const char *field_type_name(enum field_type t)
{
	switch (t) {
	case FT_CHAR:
		return "char";
	case FT_TEXT:
		return "text";
	case FT_BINARY:
		return "binary";
	case FT_HTML:
		return "html";
	case FT_BOOLEAN:
		return "boolean";
	case FT_INTEGER:
		return "integer";
	case FT_FLOAT:
		return "float";
	case FT_MONETARY:
		return "monetary";
	case FT_DATE:
		return "date";
	case FT_DATETIME:
		return "datetime";
	case FT_SELECTION:
		return "selection";
	case FT_MANY2ONE:
		return "many2one";
	case FT_ONE2MANY:
		return "one2many";
	case FT_MANY2MANY:
		return "many2many";
	case FT_REFERENCE:
		return "many2one_reference";
	}
	return "";
}

bool field_is_number(const struct field *f)
{
	return f->type == FT_INTEGER || f->type == FT_FLOAT ||
	       f->type == FT_MONETARY || f->type == FT_REFERENCE;
}

bool field_is_text(const struct field *f)
{
	return f->type == FT_CHAR || f->type == FT_TEXT || f->type == FT_HTML ||
	       f->type == FT_BINARY;
}

bool field_is_column(const struct field *f)
{
	return !f->via && !f->sql && f->type != FT_ONE2MANY &&
	       f->type != FT_MANY2MANY;
}

void model_table(struct buf *b, const struct model *m)
{
	const char *p;

	for (p = m->name; *p; p++)
		buf_addc(b, *p == '.' ? '_' : *p);
}

void field_pairs(struct buf *b, const struct model *m, const struct field *f)
{
	buf_adds(b, "pairs_");
	model_table(b, m);
	buf_addc(b, '_');
	buf_adds(b, f->name);
}

bool field_choice(const struct field *f, size_t i, struct choice *out)
{
	const char *p = f->sel, *bar, *eq;

	while (p && i--) {
		p = strchr(p, '|');
		p = p ? p + 1 : NULL;
	}
	if (!p || !*p)
		return false;
	bar = strchrnul(p, '|');
	eq = memchr(p, '=', (size_t)(bar - p));
	if (!eq)
		return false;
	out->key = (struct span){p, (size_t)(eq - p)};
	out->label = (struct span){eq + 1, (size_t)(bar - eq - 1)};
	return true;
}
