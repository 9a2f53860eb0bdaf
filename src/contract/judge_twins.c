/* judge_twins.c - x-duplicates: records that say the same under other keys */
#include <stdlib.h>

#include "contract/judge_int.h"
#include "core/mem.h"

#define BY_MAX 8

static int compile_by(struct judge *j, struct judge_twins *t,
		      const struct yt_node *root, const struct yt_node *by,
		      const struct schema *s, struct err *err)
{
	const struct yt_node *c;

	if (by->type != YT_LIST || !by->n || by->n > BY_MAX)
		return yt_err(by, err,
			      "by is a list of up to %d fields or expressions",
			      BY_MAX);
	t->by = mem_zalloc(mem_mul(by->n, sizeof(*t->by)));
	t->value = mem_zalloc(mem_mul(by->n, sizeof(struct expr *)));
	yt_each (by, c) {
		struct expr *x = judge_compile(j, root, c, s, &t->hides, err);

		if (!x)
			return -1;
		t->by[t->n] = arena_dup(&j->texts, c->text, c->len);
		t->value[t->n++] = x;
	}
	return 0;
}

static int compile_one(struct judge *j, const struct yt_node *root,
		       const struct yt_node *n, const struct schema *s,
		       struct err *err)
{
	static const char *const keys[] = {"by", "is", "when", NULL};
	static const char *const words[] = {"exact", "likely", NULL};
	struct judge_twins *t = &j->twins[j->n_twins++];
	const struct yt_node *by, *when;
	int is = -1;

	if (yt_want(n, YT_MAP, "an entry of x-duplicates", err) < 0 ||
	    yt_check_keys(n, keys, err) < 0 ||
	    yt_word(n, "is", words, &is, err) < 0)
		return -1;
	by = yt_get(n, "by");
	when = yt_get(n, "when");
	if (!by || is < 0)
		return yt_err(n, err,
			      "an entry of x-duplicates has by: [FIELD, ...] "
			      "and is: exact or likely");
	t->exact = is == 0;
	if (when) {
		t->when = judge_compile(j, root, when, s, &t->hides, err);
		if (!t->when)
			return -1;
	}
	return compile_by(j, t, root, by, s, err);
}

int judge_twins_compile(struct judge *j, const struct yt_node *root,
			const struct yt_node *n, const struct schema *s,
			struct err *err)
{
	const struct yt_node *c;

	if (!n)
		return 0;
	if (yt_want(n, YT_LIST, "x-duplicates", err) < 0)
		return -1;
	j->twins = mem_zalloc(mem_mul(n->n, sizeof(*j->twins)));
	yt_each (n, c)
		if (compile_one(j, root, c, s, err) < 0)
			return -1;
	return 0;
}

/* ---- records ----------------------------------------------------------------
 */

/*
 * The values as text, numbers without zeros at the end.  False where one is
 * missing or cannot be had: then there is nothing to compare.
 */
static bool values_of(const struct judge_twins *t, struct expr_env *env,
		      struct span *out)
{
	struct err ignored = ERR_INIT;
	bool yes = true;
	size_t i;

	if (t->when && (expr_true(t->when, env, &yes) < 0 || !yes))
		return false;
	for (i = 0; i < t->n; i++) {
		struct val v;

		if (expr_eval(t->value[i], env, &v) < 0 || val_is_empty(&v))
			return false;
		if (v.type == VAL_NUMBER && val_to_dec(&v, &ignored) == 0)
			v.dec = dec_strip(v.dec);
		if (val_to_text(&v, env->arena) < 0)
			return false;
		out[i] = v.text;
	}
	return true;
}

static void reject(struct check *c, const struct judge_twins *t)
{
	struct buf where = BUF_INIT(400), by = BUF_INIT(4096);
	size_t i;

	rules_say_first(c->rules, &where);
	for (i = 0; i < t->n; i++)
		buf_addf(&by, "%s%s", i ? ", " : "", t->by[i]);
	c->repeated = true;
	check_fail(c, "x-duplicates", "duplicate", NULL,
		   "%s the same as a record that came before (%s), by %s",
		   t->exact ? "is" : "is probably", buf_str(&where),
		   buf_str(&by));
	buf_release(&where);
	buf_release(&by);
}

void judge_twins_check(struct judge *j, struct check *c,
		       const struct envelope *e, struct expr_env *env,
		       struct judge_wish *wish)
{
	struct span value[BY_MAX];
	size_t i;

	for (i = 0; i < j->n_twins; i++) {
		const struct judge_twins *t = &j->twins[i];
		struct judge_twin twin = {.entity = e->entity,
					  .key = e->key,
					  .src = e->src,
					  .exact = t->exact,
					  .by = t->by,
					  .n_by = t->n};

		if (!values_of(t, env, value) ||
		    rules_add_texts(c->rules, c->entity, (uint32_t)i, value,
				    t->n))
			continue;
		twin.quarantined = t->exact ? wish->exact : wish->likely;
		if (!wish->failed &&
		    wish->found(wish->to, &twin, wish->err) < 0)
			wish->failed = true;
		if (twin.quarantined) {
			reject(c, t);
			return;
		}
	}
}
