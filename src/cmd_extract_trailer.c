#include "cmd_extract_trailer.h"

#include <stdlib.h>

#include "core/log.h"
#include "expr/expr.h"
#include "expr/members.h"

/* How an amount may be written: the sign before decimals, between groups. */
static const struct {
	char point;
	struct span groups;
} reading[] = {{',', {". '", 3}}, {'.', {", '", 3}}};

#define N_READINGS 2

struct total {
	struct span column, in; /* as the feed writes them */
	struct expr *of, *says;
	struct dec sum[N_READINGS];
	bool possible[N_READINGS];
	uint64_t n_bad; /* values that no reading takes */
};

struct trailer {
	const char *path;
	struct expr_scope scope;
	struct members members;
	struct arena arena;
	struct rec rec;
	struct expr *when, *count;
	struct total *total;
	size_t n_totals;
	uint64_t rows, lost; /* before the trailer */
	uint64_t found;      /* its line, or 0 */
};

/* ---- compiling --------------------------------------------------------- */

/* The expression `text`, whose place in the feed is that of `at`. */
static struct expr *compile(struct trailer *t, const struct yt_node *at,
			    const char *text, struct err *err)
{
	struct yt_node n = *at;

	n.type = YT_SCALAR;
	n.text = (char *)(uintptr_t)text; /* read only */
	n.len = strlen(text);
	return expr_compile(&t->scope, &n, err);
}

static int compile_all(struct trailer *t, const struct read_trailer *conf,
		       struct err *err)
{
	size_t i;

	t->when = expr_compile(&t->scope, conf->when, err);
	if (!t->when)
		return -1;
	if (conf->count) {
		t->count = compile(t, conf->when, conf->count, err);
		if (!t->count)
			return -1;
	}
	t->total = mem_zalloc(mem_mul(conf->n_sums, sizeof(*t->total)));
	for (i = 0; i < conf->n_sums; i++) {
		struct total *s = &t->total[t->n_totals++];

		s->column = span_of(conf->sum[i].column);
		s->in = span_of(conf->sum[i].trailer);
		s->of = compile(t, conf->sum[i].at, s->column.p, err);
		if (!s->of)
			return -1;
		s->says = compile(t, conf->sum[i].at, s->in.p, err);
		if (!s->says)
			return -1;
	}
	return 0;
}

struct trailer *trailer_new(const struct read_conf *conf, const char *profiles,
			    const char *feed_path, struct err *err)
{
	struct trailer *t = mem_zalloc(sizeof(*t));

	t->rec = (struct rec)REC_INIT;
	t->members.names = (struct buf)BUF_INIT(0);
	expr_scope_init(&t->scope, profiles, feed_path);
	if (compile_all(t, &conf->trailer, err) < 0) {
		trailer_free(t);
		return NULL;
	}
	members_init(&t->members, &t->scope);
	return t;
}

void trailer_free(struct trailer *t)
{
	if (!t)
		return;
	members_release(&t->members);
	expr_scope_release(&t->scope);
	arena_release(&t->arena);
	rec_release(&t->rec);
	free(t->total);
	free(t);
}

/* ---- a file ------------------------------------------------------------ */

static int check_columns(struct trailer *t, struct span columns,
			 struct err *err)
{
	const struct rec_node *m;
	struct span *name;
	size_t n = 0;
	int rc;

	if (rec_parse(&t->rec, columns.p, columns.len, err) < 0)
		return -1;
	if (!t->rec.node->count)
		return 0;
	name = mem_alloc(mem_mul(t->rec.node->count, sizeof(*name)));
	rec_each (&t->rec, t->rec.node, m)
		name[n++] = rec_text(&t->rec, m);
	rc = expr_check_columns(&t->scope, name, n, err);
	free(name);
	return rc;
}

int trailer_begin(struct trailer *t, const char *path, struct span columns,
		  struct err *err)
{
	size_t i, k;

	t->path = path;
	t->rows = t->lost = t->found = 0;
	for (i = 0; i < t->n_totals; i++) {
		t->total[i].n_bad = 0;
		for (k = 0; k < N_READINGS; k++) {
			t->total[i].sum[k] = dec_of(0);
			t->total[i].possible[k] = true;
		}
	}
	return columns.len ? check_columns(t, columns, err) : 0;
}

/* A sign may stand behind the digits. */
static int parse_amount(struct span s, size_t k, struct dec *out)
{
	struct err ignored = ERR_INIT;
	bool minus = s.len && s.p[s.len - 1] == '-';

	if (minus)
		s = span_trim((struct span){s.p, s.len - 1});
	if (dec_parse_as(s, reading[k].point, reading[k].groups, out,
			 &ignored) < 0)
		return -1;
	if (minus)
		*out = dec_negate(*out);
	return 0;
}

/*
 * The value in each reading; reads[k] says whether it can be read so.  No
 * value is zero.  -1 where none is possible.
 */
static int read_amount(struct trailer *t, struct val *v,
		       struct dec out[N_READINGS], bool reads[N_READINGS])
{
	struct err ignored = ERR_INIT;
	size_t k;

	for (k = 0; k < N_READINGS; k++) {
		out[k] = dec_of(0);
		reads[k] = true;
	}
	if (val_is_empty(v))
		return 0;
	if (v->type == VAL_NUMBER) {
		if (val_to_dec(v, &ignored) < 0)
			return -1;
		for (k = 0; k < N_READINGS; k++)
			out[k] = v->dec;
		return 0;
	}
	if (val_to_text(v, &t->arena) < 0)
		return -1;
	for (k = 0; k < N_READINGS; k++)
		reads[k] = parse_amount(span_trim(v->text), k, &out[k]) == 0;
	return reads[0] || reads[1] ? 0 : -1;
}

static int eval_amount(struct trailer *t, struct expr_env *env,
		       const struct expr *x, struct dec out[N_READINGS],
		       bool reads[N_READINGS])
{
	struct val v;

	if (expr_eval(x, env, &v) < 0)
		return -1;
	return read_amount(t, &v, out, reads);
}

static int too_much(const struct trailer *t, const struct total *s,
		    uint64_t row, struct err *err)
{
	return err_set(err, ERR_DATA,
		       "%s:%llu: the sum of %.*s has too many "
		       "digits",
		       t->path, (unsigned long long)row, SPAN_FMT(s->column));
}

/* Add a row's amounts. */
static int add_row(struct trailer *t, struct expr_env *env, uint64_t row,
		   struct err *err)
{
	size_t i, k;

	for (i = 0; i < t->n_totals; i++) {
		struct total *s = &t->total[i];
		struct dec amount[N_READINGS];
		bool reads[N_READINGS];

		if (eval_amount(t, env, s->of, amount, reads) < 0) {
			s->n_bad++;
			continue;
		}
		for (k = 0; k < N_READINGS; k++) {
			s->possible[k] = s->possible[k] && reads[k];
			if (s->possible[k] &&
			    dec_add(s->sum[k], amount[k], &s->sum[k]) < 0)
				return too_much(t, s, row, err);
		}
	}
	t->rows++;
	return 0;
}

/* ---- the trailer ------------------------------------------------------- */

/* What an expression gives, for a message; valid as long as the arena. */
static struct span shown(struct trailer *t, struct expr_env *env,
			 const struct expr *x)
{
	struct val v;

	if (expr_eval(x, env, &v) < 0 || val_is_nothing(&v))
		return SPAN("nothing");
	return val_shown(&v, &t->arena);
}

static int check_count(struct trailer *t, struct expr_env *env, uint64_t row,
		       struct err *err)
{
	struct dec says[N_READINGS];
	bool reads[N_READINGS];

	if (!t->count ||
	    (eval_amount(t, env, t->count, says, reads) == 0 &&
	     ((reads[0] && !dec_cmp(says[0], dec_of((long long)t->rows))) ||
	      (reads[1] && !dec_cmp(says[1], dec_of((long long)t->rows))))))
		return 0;
	return err_set(err, ERR_DATA,
		       "%s:%llu: the trailer counts %.*s rows, %llu were read",
		       t->path, (unsigned long long)row,
		       SPAN_FMT(shown(t, env, t->count)),
		       (unsigned long long)t->rows);
}

static int check_total(struct trailer *t, struct expr_env *env,
		       const struct total *s, uint64_t row, struct err *err)
{
	struct dec says[N_READINGS];
	bool reads[N_READINGS] = {false, false};
	char text[DEC_TEXT_MAX];
	size_t k;

	if (eval_amount(t, env, s->says, says, reads) == 0)
		for (k = 0; k < N_READINGS; k++)
			if (s->possible[k] && reads[k] &&
			    !dec_cmp(says[k], s->sum[k]))
				return 0;
	dec_text(s->sum[s->possible[0] && reads[0] ? 0 : 1], text);
	err_set(err, ERR_DATA,
		"%s:%llu: the trailer says %.*s for the sum of %.*s, the %llu "
		"rows add up to %s",
		t->path, (unsigned long long)row,
		SPAN_FMT(shown(t, env, s->says)), SPAN_FMT(s->column),
		(unsigned long long)t->rows, text);
	if (s->n_bad) {
		struct err sum = *err;

		err_set(err, sum.code, "%s, besides %llu that are no numbers",
			sum.msg, (unsigned long long)s->n_bad);
	}
	return -1;
}

static int check_trailer(struct trailer *t, struct expr_env *env, uint64_t row,
			 struct err *err)
{
	size_t i;

	if (check_count(t, env, row, err) < 0)
		return -1;
	if (t->lost && t->n_totals)
		log_warn("%s: the sums of the trailer were not checked: rows "
			 "that could not be read: %llu",
			 t->path, (unsigned long long)t->lost);
	for (i = 0; i < t->n_totals && !t->lost; i++)
		if (check_total(t, env, &t->total[i], row, err) < 0)
			return -1;
	t->found = row;
	return 0;
}

static int behind(const struct trailer *t, uint64_t row, struct err *err)
{
	return err_set(err, ERR_DATA,
		       "%s:%llu: a row behind the trailer, which was on line "
		       "%llu",
		       t->path, (unsigned long long)row,
		       (unsigned long long)t->found);
}

int trailer_row(struct trailer *t, struct span line, uint64_t row,
		struct err *err)
{
	struct expr_env env = {.rec = &t->rec, .arena = &t->arena};
	const struct rec_node *raw;
	bool yes = false;

	if (t->found)
		return behind(t, row, err);
	arena_clear(&t->arena);
	if (rec_parse(&t->rec, line.p, line.len, err) < 0)
		return err_wrap(err, "%s:%llu", t->path,
				(unsigned long long)row);
	raw = rec_get(&t->rec, t->rec.node, "raw");
	if (!rec_is(raw, REC_OBJECT)) {
		t->rows++;
		return 0;
	}
	members_load(&t->members, &t->rec, raw);
	env.column = t->members.val;
	/* A row the condition cannot judge is not the trailer. */
	if (expr_true(t->when, &env, &yes) == 0 && yes)
		return check_trailer(t, &env, row, err) < 0 ? -1 : 1;
	return add_row(t, &env, row, err);
}

int trailer_lost(struct trailer *t, uint64_t row, struct err *err)
{
	if (t->found)
		return behind(t, row, err);
	t->rows++;
	t->lost++;
	return 0;
}

int trailer_end(struct trailer *t, struct err *err)
{
	struct span when = expr_source(t->when);

	if (t->found)
		return 0;
	return err_set(err, ERR_DATA,
		       "%s: no trailer row (%.*s) after %llu rows: the file is "
		       "not whole",
		       t->path, SPAN_FMT(when), (unsigned long long)t->rows);
}
