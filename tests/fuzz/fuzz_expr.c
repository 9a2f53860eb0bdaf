/* Any text as an expression: compiled, then evaluated on one row. */
#include <stdlib.h>

#include "core/mem.h"
#include "expr/expr.h"
#include "fuzz.h"

static const char row[] =
	"{\"A\":\" 1.234,50 \",\"B\":\"20240131\",\"C\":null,\"D\":[1,\"x\"],"
	"\"E\":{\"F\":[{\"G\":\"\\u00e9\"}]},\"H\":12.50,\"I\":true,\"J\":"
	"\"\"}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = mem_dup((const char *)data, len);
	struct yt_node node = {.file = "f",
			       .line = 1,
			       .column = 1,
			       .type = YT_SCALAR,
			       .text = text,
			       .len = len};
	struct arena arena = ARENA_INIT;
	struct rec rec = REC_INIT;
	struct err err = ERR_INIT;
	struct expr_scope scope;
	struct expr *x;
	size_t i;

	expr_scope_init(&scope, NULL, "feeds/f.yaml");
	x = memchr(text, '\0', len) ? NULL : expr_compile(&scope, &node, &err);
	if (x && rec_parse(&rec, row, sizeof(row) - 1, &err) == 0) {
		struct val *column =
			mem_alloc(mem_mul(scope.n_columns, sizeof(*column)));
		struct expr_env env = {
			.column = column, .rec = &rec, .arena = &arena};
		struct buf out = BUF_INIT(LINE_CEILING);
		struct val v;

		for (i = 0; i < scope.n_columns; i++)
			val_of_node(&column[i], &rec,
				    rec_find(&rec, rec.node,
					     scope.column[i].name));
		if (expr_eval(x, &env, &v) == 0)
			val_put(&out, &rec, &v);
		else if (!env.fault.code || !*env.fault.why.msg)
			abort(); /* a fault says what it is */
		buf_release(&out);
		free(column);
	} else if (!x && len && !memchr(text, '\0', len) && !*err.msg) {
		abort();
	}
	rec_release(&rec);
	arena_release(&arena);
	expr_scope_release(&scope);
	free(text);
	return 0;
}
