/*
 * expr_rig.h - an expression to what it gives, on one row
 *
 * Include it behind `static const char row[]`, the raw record as JSON.
 */
#ifndef SLUICE_EXPR_RIG_H
#define SLUICE_EXPR_RIG_H

/* Compile and evaluate; JSON, or "!code: why", or the error of compiling. */
static char *result(const char *text)
{
	struct buf out = BUF_INIT(LINE_CEILING);
	struct err err = ERR_INIT;
	struct yt_node node = {.file = "f",
			       .line = 1,
			       .column = 1,
			       .type = YT_SCALAR,
			       .plain = true,
			       .text = mem_strdup(text),
			       .len = strlen(text)};
	struct arena arena = ARENA_INIT;
	struct rec rec = REC_INIT;
	struct expr_scope scope;
	struct expr *x;
	struct val column[16], v;
	size_t i;

	ck_assert_int_eq(rec_parse(&rec, row, strlen(row), &err), 0);
	expr_scope_init(&scope, NULL, "feeds/f.yaml");
	x = expr_compile(&scope, &node, &err);
	if (!x) {
		buf_adds(&out, err.msg);
	} else {
		struct expr_env env = {
			.column = column, .rec = &rec, .arena = &arena};

		ck_assert_uint_le(scope.n_columns, 16);
		for (i = 0; i < scope.n_columns; i++)
			val_of_node(&column[i], &rec,
				    rec_find(&rec, rec.node,
					     scope.column[i].name));
		if (expr_eval(x, &env, &v) < 0)
			buf_addf(&out, "!%s: %s", env.fault.code,
				 env.fault.why.msg);
		else if (v.type == VAL_ABSENT)
			buf_adds(&out, "absent");
		else
			val_put(&out, &rec, &v);
	}
	expr_scope_release(&scope);
	arena_release(&arena);
	rec_release(&rec);
	free(node.text);
	buf_str(&out);
	return out.data ? out.data : mem_strdup("");
}

struct pair {
	const char *text, *want;
};

static void check_all(const struct pair *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		char *got = result(p[i].text);

		ck_assert_msg(!strcmp(got, p[i].want),
			      "%s\n  gives    %s\n  expected %s", p[i].text,
			      got, p[i].want);
		free(got);
	}
}

#define CHECK_ALL(pairs) check_all(pairs, sizeof(pairs) / sizeof(*(pairs)))

#endif
