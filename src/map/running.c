#include "map/running.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/num.h"

#define NONE SIZE_MAX

/* One of them, and how it is made. */
struct rule {
	struct expr *from, *when, *count; /* from or count is set */
	size_t restart;  /* number of the one whose setting restarts it, or NONE
			  */
	struct buf text; /* of the value */
	struct buf why;  /* why it is not known */
	uint64_t n;      /* of count */
	bool set;        /* on the row at hand */
};

struct running {
	struct rule *rule;
	struct expr_running *value;
	size_t n;
};

/* ---- compiling ----------------------------------------------------------- */

static bool is_name(const char *s)
{
	const char *p;

	for (p = s; *p; p++)
		if (!(*p >= 'a' && *p <= 'z') && *p != '_' &&
		    !(p > s && *p >= '0' && *p <= '9'))
			return false;
	return p > s && strcmp(s, "index") != 0 && strcmp(s, "rows") != 0;
}

/* Only what is set by `from` can be named. */
static int find_restart(struct map *m, const struct running *s,
			const struct yt_node *n, size_t *at, struct err *err)
{
	size_t i;

	if (yt_want(n, YT_SCALAR, "restart", err) < 0)
		return -1;
	for (i = 0; i < s->n; i++)
		if (!strcmp(m->scope.running[i], n->text) && s->rule[i].from) {
			*at = i;
			return 0;
		}
	return yt_err(n, err,
		      "restart: no running value '%s' with 'from' is set "
		      "before this",
		      n->text);
}

static int compile_rule(struct map *m, struct running *s, struct rule *r,
			const struct yt_node *n, struct err *err)
{
	static const char *const keys[] = {"from", "when", "count", "restart",
					   NULL};
	const struct yt_node *from = yt_get(n, "from"), *when, *restart;
	const struct yt_node *count = yt_get(n, "count");

	if (yt_check_keys(n, keys, err) < 0)
		return -1;
	when = yt_get(n, "when");
	restart = yt_get(n, "restart");
	if (!from == !count)
		return yt_err(n, err,
			      "a running value has either 'from' or 'count'");
	if (count && when)
		return yt_err_key(when, err,
				  "'when' goes with 'from'; what is counted "
				  "stands in 'count'");
	if (from && restart)
		return yt_err_key(restart, err, "'restart' goes with 'count'");
	if (restart && find_restart(m, s, restart, &r->restart, err) < 0)
		return -1;
	if (from) {
		r->from = expr_compile(&m->scope, from, err);
		if (!r->from)
			return -1;
	} else {
		r->count = expr_compile(&m->scope, count, err);
		if (!r->count)
			return -1;
	}
	if (when) {
		r->when = expr_compile(&m->scope, when, err);
		if (!r->when)
			return -1;
	}
	return 0;
}

struct running *running_compile(struct map *m, const struct yt_node *n,
				struct err *err)
{
	struct running *s;
	const struct yt_node *c;

	if (yt_want(n, YT_MAP, "running", err) < 0)
		return NULL;
	s = mem_zalloc(sizeof(*s));
	s->rule = mem_zalloc(mem_mul(n->n, sizeof(*s->rule)));
	s->value = mem_zalloc(mem_mul(n->n, sizeof(*s->value)));
	yt_each (n, c) {
		struct rule *r = &s->rule[s->n];

		r->restart = NONE;
		r->text = (struct buf)BUF_INIT(LINE_CEILING);
		r->why = (struct buf)BUF_INIT(ERR_MSG_MAX);
		if (!is_name(c->key)) {
			yt_err_key(c, err,
				   "'%s' is no name of a running value: small "
				   "letters, digits and _; not index or rows",
				   c->key);
			goto fail;
		}
		if (compile_rule(m, s, r, c, err) < 0)
			goto fail;
		expr_add_running(&m->scope, c->key);
		s->n++;
	}
	running_reset(s);
	return s;
fail:
	running_free(s);
	return NULL;
}

void running_free(struct running *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->n; i++) {
		buf_release(&s->rule[i].text);
		buf_release(&s->rule[i].why);
	}
	free(s->rule);
	free(s->value);
	free(s);
}

/* ---- stepping ------------------------------------------------------------ */

static void forget(struct running *s, size_t i, const char *why)
{
	struct rule *r = &s->rule[i];

	buf_clear(&r->why);
	buf_adds(&r->why, why);
	s->value[i].known = false;
	s->value[i].why = buf_span(&r->why);
}

void running_forget(struct running *s, const char *why)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		forget(s, i, why);
}

static void set_count(struct running *s, size_t i, uint64_t n)
{
	struct rule *r = &s->rule[i];
	struct val *v = &s->value[i].val;

	r->n = n;
	buf_clear(&r->text);
	rec_put_count(&r->text, n);
	val_set(v, VAL_NUMBER);
	v->text = buf_span(&r->text);
	s->value[i].known = true;
}

void running_reset(struct running *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		forget(s, i, "no row has set it");
		if (s->rule[i].count && s->rule[i].restart == NONE)
			set_count(s, i, 0);
	}
}

/* Where the row is, for messages. */
static void name_row(struct expr_env *env, struct buf *b)
{
	struct rec *r = env->rec;
	const struct rec_node *src = rec_get(r, r->node, "src");
	const struct rec_node *row =
		rec_is(src, REC_OBJECT) ? rec_get(r, src, "row") : NULL;

	if (row)
		buf_addf(b, "on row %.*s", SPAN_FMT(rec_text(r, row)));
	else
		buf_adds(b, "on a row before");
}

/* A rule failed: what the evaluation left in `env` says why. */
static void fail(struct running *s, size_t i, struct expr_env *env)
{
	struct buf b = BUF_INIT(ERR_MSG_MAX);

	buf_adds(&b, "its rule failed ");
	name_row(env, &b);
	buf_addf(&b, " (%s)", env->fault.why.msg);
	forget(s, i, buf_str(&b));
	buf_release(&b);
}

static bool same(const struct val *a, const struct val *b)
{
	bool scalar = a->type == VAL_TEXT || a->type == VAL_NUMBER;

	/* As keys are: 1 and "1" are the same. */
	if (scalar && (b->type == VAL_TEXT || b->type == VAL_NUMBER))
		return span_eq(a->text, b->text);
	return !scalar && a->type == b->type;
}

/* The value is copied: it outlives the row. */
static void keep(struct running *s, size_t i, struct val v)
{
	struct expr_running *to = &s->value[i];
	struct rule *r = &s->rule[i];

	r->set = r->when || !to->known || !same(&to->val, &v);
	buf_clear(&r->text);
	if (v.type == VAL_TEXT || v.type == VAL_NUMBER) {
		buf_add_span(&r->text, v.text);
		v.text = buf_span(&r->text);
	}
	to->val = v;
	to->known = true;
}

static void step_from(struct running *s, size_t i, struct expr_env *env)
{
	struct rule *r = &s->rule[i];
	bool yes = true, number;
	struct val v;

	if (r->when && expr_true(r->when, env, &yes) < 0) {
		fail(s, i, env);
		return;
	}
	if (!yes)
		return;
	if (expr_eval(r->from, env, &v) < 0) {
		fail(s, i, env);
		return;
	}
	if (v.type == VAL_NODE || v.type == VAL_LIST) {
		err_set(&env->fault.why, ERR_DATA,
			"a running value is no list and no object");
		fail(s, i, env);
		return;
	}
	if (!r->when && val_is_empty(&v))
		return;
	number = v.type == VAL_NUMBER;
	if (number) {
		val_to_text(&v, env->arena);
		val_set(&v, VAL_NUMBER);
	}
	keep(s, i, v);
}

static void step_count(struct running *s, size_t i, struct expr_env *env)
{
	struct rule *r = &s->rule[i];
	bool yes;

	if (r->restart != NONE) {
		if (!s->value[r->restart].known) {
			forget(s, i, buf_str(&s->rule[r->restart].why));
			return;
		}
		if (s->rule[r->restart].set)
			set_count(s, i, 0);
	}
	if (!s->value[i].known)
		return;
	if (expr_true(r->count, env, &yes) < 0)
		fail(s, i, env);
	else if (yes)
		set_count(s, i, r->n + 1);
}

void running_step(struct running *s, struct expr_env *env)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		s->rule[i].set = false;
		if (s->rule[i].from)
			step_from(s, i, env);
		else
			step_count(s, i, env);
	}
}

bool running_starts(const struct running *s, size_t i)
{
	return s->rule[i].when && s->rule[i].set;
}

size_t running_count(const struct running *s)
{
	return s ? s->n : 0;
}

const struct expr_running *running_values(const struct running *s)
{
	return s ? s->value : NULL;
}

/* ---- with a row that waits for its group -----------------------------------
 */

/*
 * A value as it is; [] is nothing, [text] one that is dated, {"":why} one that
 * is not known.
 */
static void put_value(struct buf *b, const struct expr_running *v)
{
	if (!v->known) {
		rec_put_open(b, '{');
		rec_put_key(b, SPAN(""));
		rec_put_str(b, v->why);
		rec_put_close(b, '}');
		return;
	}
	if (v->val.type == VAL_ABSENT || v->val.dated) {
		rec_put_open(b, '[');
		if (v->val.dated)
			rec_put_str(b, v->val.text);
		rec_put_close(b, ']');
		return;
	}
	val_put(b, NULL, &v->val);
}

void running_put(const struct running *s, struct buf *b)
{
	size_t i;

	rec_put_open(b, '[');
	for (i = 0; i < s->n; i++)
		put_value(b, &s->value[i]);
	rec_put_close(b, ']');
}

void running_load(struct expr_running *to, size_t n, struct rec *r,
		  const struct rec_node *array)
{
	const struct rec_node *m;
	size_t i = 0;

	rec_each (r, array, m) {
		struct expr_running *v = &to[i];

		if (i++ == n)
			break;
		v->known = m->type != REC_OBJECT;
		v->why = v->known ? SPAN("") : rec_text(r, m + 1);
		if (m->type == REC_ARRAY) {
			val_of_node(&v->val, r, m->count ? m + 1 : NULL);
			v->val.dated = m->count > 0;
		} else {
			val_of_node(&v->val, r, m);
		}
	}
}
