/*
 * A schema and values: compiled as a contract and as a plain schema, values
 * held to it, masked, told.  The schema ends at a line "====="; behind it one
 * value a line.
 */
#include <stdlib.h>

#include "contract/judge.h"
#include "contract/rule.h"
#include "contract/schema.h"
#include "core/mem.h"
#include "fuzz.h"

static const char mark[] = "\n=====\n";

static const char few[] =
	"{\"a\":1,\"b\":\"x\",\"c\":[1,1.0,{\"d\":null}],\"e\":{\"a\":2}}\n"
	"{\"a\":1.00,\"b\":\"y\"}\n[1,2,2]\n\"2024-01-31\"\n-1e30\n";

static void must_parse(struct span json)
{
	struct rec rec = REC_INIT;
	struct err err = ERR_INIT;

	if (rec_parse(&rec, json.p, json.len, &err) < 0)
		abort();
	rec_release(&rec);
}

static int found(void *to, const struct judge_twin *twin, struct err *err)
{
	(void)to, (void)err;
	if (!twin->n_by)
		abort();
	return 0;
}

/* The same value as the fields of a record. */
static void judge(struct judge *j, struct check *c, const struct rec_node *n)
{
	struct envelope e = {
		.entity = SPAN("thing"), .key = SPAN("k"), .fields = n};
	struct judge_wish wish = {.exact = true, .found = found};

	if (j && n->type == REC_OBJECT)
		judge_record(j, c, &e, &wish);
}

static void hold(const struct schema *s, struct judge *j, struct rules *rules,
		 struct check *c, struct rec *rec)
{
	struct buf out = BUF_INIT(LINE_CEILING * 4);
	bool held;
	int last;

	for (last = 0; last < 2; last++) {
		check_begin(c, rec);
		c->last_word = last;
		if (!last && rules)
			rules_begin(rules, rec, NULL);
		held = schema_check(s, c, rec->node);
		if (held != (c->n_failed == 0) || (!held && !c->n_told))
			abort();
		judge(j, c, rec->node);
		if (c->n_failed && !c->n_told)
			abort();
		if (last && c->n_pending)
			abort();
		buf_clear(&out);
		check_put_json(c, &out);
		must_parse(buf_span(&out));
	}
	buf_clear(&out);
	rec_put_open(&out, '[');
	schema_put_masked(s, rec, rec->node, &out);
	rec_put_close(&out, ']');
	must_parse(buf_span(&out));
	buf_release(&out);
}

static void hold_all(const struct schema *s, struct judge *j,
		     struct rules *rules, struct span values)
{
	struct check check;
	struct rec rec = REC_INIT;
	struct err err = ERR_INIT;

	check_init(&check);
	check.rules = rules;
	while (values.len) {
		const char *nl = memchr(values.p, '\n', values.len);
		size_t n = nl ? (size_t)(nl - values.p) : values.len;

		if (rec_parse(&rec, values.p, n, &err) == 0)
			hold(s, j, rules, &check, &rec);
		n += nl != NULL;
		values.p += n;
		values.len -= n;
	}
	rec_release(&rec);
	check_release(&check);
}

static void run(struct span text, struct span values, bool contract)
{
	struct schema_load l = {.contract = contract, .assert_formats = true};
	struct err err = ERR_INIT;
	struct yt_node *root = yt_parse("c.yaml", text, &err);
	struct schema *s = NULL;
	struct judge *j = NULL;
	int rc = -1;

	if (contract) {
		l.rules = rules_new();
		l.entity = rules_entity(l.rules, SPAN("thing"));
	}
	if (root)
		s = schema_compile(root, &l, &err);
	if (s)
		rc = contract ? judge_new(&j, root, s, NULL, "c.yaml", &err)
			      : 0;
	yt_free(root);
	if (rc == 0)
		hold_all(s, j, l.rules, values);
	else if (err.code != ERR_CONFIG || !*err.msg)
		abort(); /* a refusal says why */
	judge_free(j);
	schema_free(s);
	rules_free(l.rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = mem_dup((const char *)data, len);
	char *cut = memmem(copy, len, mark, sizeof(mark) - 1);
	struct span text = {copy, len}, values = SPAN(few);

	if (cut) {
		text.len = (size_t)(cut - copy) + 1;
		values.p = cut + sizeof(mark) - 1;
		values.len = len - (size_t)(values.p - copy);
	}
	run(text, values, true);
	run(text, values, false);
	free(copy);
	return 0;
}
