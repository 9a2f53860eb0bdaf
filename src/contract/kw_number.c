/*
 * kw_number.c - keywords about numbers: bounds and steps, exact
 */
#include "contract/schema.h"

/* `u->num` from the scalar `n`, which must be a JSON number. */
static int compile_number(struct schema *s, struct kw_use *u,
			  const struct yt_node *n, struct schema_load *l,
			  struct err *err)
{
	struct rec rec = REC_INIT;
	struct err ignored = ERR_INIT;
	bool is = false;

	(void)s, (void)l;
	if (n->type == YT_SCALAR && n->plain)
		is = rec_parse(&rec, u->text, n->len, &ignored) == 0 &&
		     rec_is(rec.node, REC_NUMBER) && rec.node->len == n->len;
	rec_release(&rec);
	if (!is)
		return yt_err(n, err, "%s wants a number", u->kw->name);
	u->num = jnum_of((struct span){u->text, n->len});
	return 0;
}

static int compile_step(struct schema *s, struct kw_use *u,
			const struct yt_node *n, struct schema_load *l,
			struct err *err)
{
	if (compile_number(s, u, n, l, err) < 0)
		return -1;
	if (u->num.negative || !u->num.n || u->num.n > JNUM_DIVISOR_MAX)
		return yt_err(n, err,
			      "multipleOf is above 0 and has at most %d digits",
			      JNUM_DIVISOR_MAX);
	return 0;
}

int kw_compile_count(struct schema *s, struct kw_use *u,
		     const struct yt_node *n, struct schema_load *l,
		     struct err *err)
{
	struct jnum top = jnum_of(SPAN("1000000000"));
	const char *p;
	int64_t i;

	if (compile_number(s, u, n, l, err) < 0)
		return -1;
	if (u->num.negative || !jnum_is_integer(u->num))
		return yt_err(n, err, "%s is a whole number, 0 or more",
			      u->kw->name);
	/* no line holds more than the top, so that is as good as any */
	if (jnum_cmp(u->num, top) > 0)
		u->num = top;
	u->count = 0;
	p = u->num.digit;
	for (i = 0; i < u->num.exp; i++)
		u->count =
			u->count * 10 +
			(i < (int64_t)u->num.n ? (unsigned)jnum_next(&p) : 0);
	return 0;
}

static int compare(const struct kw_use *u, const struct rec_node *n)
{
	return jnum_cmp(jnum_of((struct span){n->text, n->len}), u->num);
}

static bool check_min(const struct kw_use *u, struct check *c,
		      const struct rec_node *n)
{
	return compare(u, n) >= 0 ||
	       check_fail(c, "minimum", "too-small", n,
			  "is below %s, the least that is allowed", u->text);
}

static bool check_max(const struct kw_use *u, struct check *c,
		      const struct rec_node *n)
{
	return compare(u, n) <= 0 ||
	       check_fail(c, "maximum", "too-large", n,
			  "is above %s, the most that is allowed", u->text);
}

static bool check_above(const struct kw_use *u, struct check *c,
			const struct rec_node *n)
{
	return compare(u, n) > 0 ||
	       check_fail(c, "exclusiveMinimum", "too-small", n,
			  "must be above %s", u->text);
}

static bool check_below(const struct kw_use *u, struct check *c,
			const struct rec_node *n)
{
	return compare(u, n) < 0 ||
	       check_fail(c, "exclusiveMaximum", "too-large", n,
			  "must be below %s", u->text);
}

static bool check_step(const struct kw_use *u, struct check *c,
		       const struct rec_node *n)
{
	return jnum_is_multiple(jnum_of(rec_raw(n)), u->num) ||
	       check_fail(c, "multipleOf", "bad-step", n,
			  "is not a multiple of %s", u->text);
}

#define NUMBER KW_BIT(REC_NUMBER)

const struct kw kw_number[] = {
	{"minimum", NUMBER, compile_number, check_min, NULL},
	{"maximum", NUMBER, compile_number, check_max, NULL},
	{"exclusiveMinimum", NUMBER, compile_number, check_above, NULL},
	{"exclusiveMaximum", NUMBER, compile_number, check_below, NULL},
	{"multipleOf", NUMBER, compile_step, check_step, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
