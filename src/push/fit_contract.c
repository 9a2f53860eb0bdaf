/*
 * fit_contract.c - what a contract lets through and what the binding says
 * itself, held to the type of the field of Odoo
 *
 * A contract is wider than the records that come.  So a field is refused where
 * no value that the contract lets through could be sent, and where it lets any
 * text through although only a few are of use.
 */
#include <string.h>

#include "core/log.h"
#include "push/cell.h"
#include "push/fit.h"

struct held {
	const struct binding *b;
	const struct bind_field *f;
	const json_t *about;
	size_t n, n_fit; /* values seen, and those that can be sent */
	bool warn;       /* of each that cannot */
};

static const char *type_of(const struct held *h)
{
	const char *type = json_string_value(json_object_get(h->about, "type"));

	return type ? type : "?";
}

/* ---- what the binding says ---------------------------------------------- */

static int hold_literal(const struct held *h, const char *text, const char *who,
			struct err *err)
{
	if (!text || cell_takes(h->f, span_of(text)))
		return 0;
	return err_set(err, ERR_CONFIG,
		       "%s: the server's %s.%s is a field of type %s, which "
		       "'%s' does not fit; %s",
		       h->f->where, h->b->model, h->f->name, type_of(h), text,
		       who);
}

static int hold_literals(const struct held *h, struct err *err)
{
	const struct bind_field *f = h->f;
	size_t i;

	if (bind_is_relation(f))
		return 0;
	if (hold_literal(h, f->kind == BIND_CONST ? f->text : NULL,
			 "the binding says that", err) < 0 ||
	    hold_literal(h, f->fallback, "it is the default", err) < 0 ||
	    hold_literal(h, f->as, "it stands in 'as'", err) < 0)
		return -1;
	for (i = 0; i < f->n_table; i++)
		if (hold_literal(h, f->table[i].to, "the table names it", err) <
		    0)
			return -1;
	return 0;
}

/* ---- what the contract says --------------------------------------------- */

static int take_value(void *to, struct span value, struct err *err)
{
	struct held *h = to;

	(void)err;
	h->n++;
	if (cell_takes(h->f, value))
		h->n_fit++;
	else if (h->warn)
		log_warn("%s: %s.%s: the contract lets '%.*s' through, which "
			 "a field of type %s cannot hold: such records will "
			 "be rejected",
			 h->f->where, h->b->model, h->f->name, SPAN_FMT(value),
			 type_of(h));
	return 0;
}

/* Values that are listed: none of them, or some. */
static int hold_listed(struct held *h, const struct fit_values *values,
		       struct err *err)
{
	if (values->each(values->context, h->f->from, take_value, h, err) < 0)
		return -1;
	if (h->n && !h->n_fit)
		return err_set(err, ERR_CONFIG,
			       "%s: the server's %s.%s is a field of type %s, "
			       "which none of the values fits that the "
			       "contract lists for '%s'; a table may say what "
			       "they mean there",
			       h->f->where, h->b->model, h->f->name, type_of(h),
			       h->f->from);
	h->warn = true;
	return h->n > h->n_fit ? values->each(values->context, h->f->from,
					      take_value, h, err)
			       : 0;
}

static bool is_number(struct span s)
{
	size_t i = s.len > 1 && s.p[0] == '-';

	while (i < s.len && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return s.len && i == s.len;
}

/* Which types some key of the selection looks like. */
static unsigned selection_takes(const json_t *about)
{
	const json_t *choices = json_object_get(about, "selection"), *c;
	unsigned can = 0;
	size_t i;

	if (!json_is_array(choices))
		return FIT_BOOLEAN | FIT_NUMBER | FIT_TEXT;
	json_array_foreach (choices, i, c) {
		const char *key = json_string_value(json_array_get(c, 0));
		struct span s = span_of(key ? key : "");

		if (is_number(s))
			can |= FIT_NUMBER;
		if (span_is(s, "true") || span_is(s, "false"))
			can |= FIT_BOOLEAN;
	}
	return can;
}

static bool is_day_format(const char *format)
{
	return format &&
	       (!strcmp(format, "date") || !strcmp(format, "date-time"));
}

/* Of the types that the contract says, those that the field may take. */
static unsigned takes(const struct held *h, const struct fit_says *says)
{
	unsigned open = says->open ? FIT_TEXT : 0;

	switch (h->f->type) {
	case BIND_TYPE_BOOLEAN:
		return FIT_BOOLEAN | FIT_NUMBER | open;
	case BIND_TYPE_INTEGER:
	case BIND_TYPE_FLOAT:
		return FIT_NUMBER | open;
	case BIND_TYPE_DATE:
	case BIND_TYPE_DATETIME:
		return is_day_format(says->format) ? FIT_TEXT : open;
	case BIND_TYPE_SELECTION:
		return selection_takes(h->about) | open;
	case BIND_TYPE_NONE:
	case BIND_TYPE_TEXT:
	case BIND_TYPE_HTML:
	case BIND_TYPE_BINARY:
	case BIND_TYPE_MANY2ONE:
	case BIND_TYPE_MANY2MANY:
		break;
	}
	return FIT_BOOLEAN | FIT_NUMBER | FIT_TEXT;
}

static const char *advice(enum bind_type type)
{
	switch (type) {
	case BIND_TYPE_BOOLEAN:
		return "say 'type: boolean' there, or give a table here";
	case BIND_TYPE_INTEGER:
	case BIND_TYPE_FLOAT:
		return "say 'type: number' there, or give texts a pattern";
	case BIND_TYPE_DATE:
	case BIND_TYPE_DATETIME:
		return "say 'type: string' and 'format: date' there";
	case BIND_TYPE_SELECTION:
		return "list its values there (enum), or give a table here";
	case BIND_TYPE_NONE:
	case BIND_TYPE_TEXT:
	case BIND_TYPE_HTML:
	case BIND_TYPE_BINARY:
	case BIND_TYPE_MANY2ONE:
	case BIND_TYPE_MANY2MANY:
		break;
	}
	return "bind a field with a single value";
}

static void put_types(unsigned types, struct buf *out)
{
	static const struct {
		unsigned type;
		const char *name;
	} names[] = {
		{FIT_TEXT, "any text"},           {FIT_NUMBER, "a number"},
		{FIT_BOOLEAN, "true or false"},   {FIT_LIST, "a list"},
		{FIT_GROUP, "a group of fields"},
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (types & names[i].type)
			buf_addf(out, "%s%s", out->len ? " or " : "",
				 names[i].name);
}

static int refuse(const struct held *h, const struct fit_says *says,
		  struct err *err)
{
	struct buf types = BUF_INIT(200);

	put_types(says->types, &types);
	err_set(err, ERR_CONFIG,
		"%s: the server's %s.%s is a field of type %s, but '%s' is %s "
		"in the contract; %s",
		h->f->where, h->b->model, h->f->name, type_of(h), h->f->from,
		says->format ? says->format : buf_str(&types),
		says->types & (FIT_TEXT | FIT_NUMBER | FIT_BOOLEAN)
			? advice(h->f->type)
			: advice(BIND_TYPE_NONE));
	buf_release(&types);
	return -1;
}

int fit_contract(const struct binding *b, const struct bind_field *f,
		 const json_t *about, const struct fit_values *values,
		 struct err *err)
{
	struct held h = {.b = b, .f = f, .about = about};
	unsigned can = FIT_BOOLEAN | FIT_NUMBER | FIT_TEXT;
	struct fit_says says;

	if (f->type != BIND_TYPE_SELECTION && hold_literals(&h, err) < 0)
		return -1;
	/* what is made of the value has the right form; a key is a text */
	if (!values || !f->from || !strcmp(f->from, BIND_KEY) || f->as ||
	    f->holds)
		return 0;
	says = values->says(values->context, f->from);
	if (f->kind == BIND_FIELD && !f->n_table && !f->by) {
		if (says.listed)
			return f->type == BIND_TYPE_SELECTION
				       ? 0
				       : hold_listed(&h, values, err);
		can = takes(&h, &says);
	} else if (f->many) {
		can |= FIT_LIST;
	}
	if (!says.types || says.types & can)
		return 0;
	return refuse(&h, &says, err);
}
