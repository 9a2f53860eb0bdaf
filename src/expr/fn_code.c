/* Filters on codes: what they stand for, by a table. */
#include "core/date.h"
#include "core/utf8.h"
#include "expr/fn.h"
#include "expr/lookup.h"

static int unmapped(const struct expr *call, struct expr_env *e,
		    const struct val *v, const struct lookup *t)
{
	struct span near[LOOKUP_NEAR_MAX];
	size_t n = lookup_near(t, v->text, near), i;
	struct buf why = BUF_INIT(ERR_MSG_MAX);
	const char *name = lookup_name(t);

	if (*name)
		buf_addf(&why, "no such code in the table '%s'", name);
	else
		buf_adds(&why, "no such code in the table");
	if (n)
		buf_adds(&why,
			 n > 1 ? "; the nearest are" : "; the nearest is");
	for (i = 0; i < n; i++)
		buf_addf(&why, "%s '%.*s'", i ? "," : "", SPAN_FMT(near[i]));
	if (!n && *name)
		buf_addf(&why, " of %zu codes, nor one that looks like it",
			 lookup_count(t));
	else if (!n) {
		buf_adds(&why, " ");
		lookup_show(t, &why);
	}
	expr_fail(e, call, v, "unmapped-code", "%s", buf_str(&why));
	buf_release(&why);
	return -1;
}

/* As it is first; then without the white space a fixed column leaves. */
static int map_code(const struct expr *call, struct expr_env *e, struct val *v,
		    int64_t day, const struct expr *otherwise)
{
	const struct lookup *t = call->arg[1]->table;
	const struct val *found = lookup_get(t, v->text, day, e->arena);
	struct span trimmed = utf8_trim(v->text);

	if (!found && trimmed.len != v->text.len)
		found = lookup_get(t, trimmed, day, e->arena);
	if (found) {
		*v = *found;
		return 0;
	}
	if (!trimmed.len) {
		val_set(v, VAL_ABSENT);
		return 0;
	}
	if (otherwise)
		return expr_eval(otherwise, e, v);
	if (lookup_has(t, trimmed, e->arena)) {
		char date[DATE_TEXT_MAX];

		date_text(date_of_days(day), date);
		return expr_fail(e, call, v, "unmapped-code",
				 "the table '%s' has this code, but not for %s",
				 lookup_name(t), date);
	}
	return unmapped(call, e, v, t);
}

FN_PREPARE(fn_table_prepare)
{
	if (!lookup_is_dated(call->arg[1]->table))
		return 0;
	return expr_refuse(c, call->arg[1]->text.p,
			   "the table '%s' has codes for a time only: "
			   "table_at names the date",
			   lookup_name(call->arg[1]->table));
}

FN_RUN(fn_table_run)
{
	return map_code(call, e, v, 0, fn_arg(call, 1));
}

FN_RUN(fn_table_at)
{
	struct val at;
	struct date date;
	int64_t seconds, day;

	if (expr_eval(call->arg[2], e, &at) < 0)
		return -1;
	if (val_is_empty(&at))
		return expr_fail(e, call, v, "missing-value",
				 "the date for which the code stands is "
				 "missing");
	if (at.type == VAL_TEXT && date_parse(at.text, &date) == 0) {
		day = date_to_days(date);
	} else if (at.type == VAL_TEXT &&
		   instant_parse(at.text, &seconds) == 0) {
		day = seconds / 86400 - (seconds % 86400 < 0);
	} else {
		return expr_fail(e, call, &at, "bad-date",
				 "no date such as 2024-01-31: date(...) makes "
				 "one");
	}
	return map_code(call, e, v, day, fn_arg(call, 2));
}
