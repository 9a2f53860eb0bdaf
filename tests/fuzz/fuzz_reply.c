/*
 * What a server says, from the bytes of an answer to the verdict per row.
 *
 * Whatever comes, each row has a verdict, its reason is one plain line, and a
 * call that was not kept has no loaded rows.
 */
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "fuzz.h"
#include "odoo/transport.h"
#include "odoo/verdict.h"

#define ROWS 3

static void check_words(const char *why)
{
	size_t i, len = strlen(why);

	if (utf8_check(why, len) != len)
		abort();
	for (i = 0; i < len; i++)
		if ((unsigned char)why[i] < 0x20 || why[i] == 0x7f)
			abort();
}

static void judge(const struct transport_ops *tp, const struct http_answer *a)
{
	static const struct span xid[ROWS] = {SPAN("s.a"), SPAN("s.b"),
					      SPAN("s.c")};
	struct load_verdict v;
	struct reply r;
	size_t i;

	transport_reply(tp, a, &r);
	verdict_load(&v, &r, xid, ROWS);
	check_words(v.whole.why);
	for (i = 0; i < ROWS; i++) {
		if ((v.row[i].state == ROW_LOADED) !=
		    (v.whole.what == ODOO_DONE))
			abort();
		if (v.row[i].state == ROW_BAD && !v.row[i].why)
			abort();
		if (v.row[i].why)
			check_words(v.row[i].why);
	}
	load_verdict_release(&v);
	reply_release(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct http_answer a = {
		.status = 200,
		.body = BUF_INIT(HTTP_ANSWER_CEILING),
		.retry_after_ms = -1,
	};

	buf_add(&a.body, data, len);
	judge(&tp_jsonrpc, &a);
	judge(&tp_json2, &a);
	a.status = 422;
	judge(&tp_json2, &a);
	http_answer_release(&a);
	return 0;
}
