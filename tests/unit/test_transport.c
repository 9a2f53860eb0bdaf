#include "odoo/transport.h"

#include <string.h>

#include "unit.h"

static const struct login login = {
	.database = "fac\"tory",
	.user = "sluice",
	.key = "s3cret",
	.uid = 5,
};

static struct call load_call(void)
{
	json_t *fields = json_pack("[ss]", "id", "name");
	json_t *context = json_pack("{sb}", "tracking_disable", 1);
	struct buf *rows;
	struct call c;

	call_init(&c, "res.partner", "load", CALL_WRITE);
	call_arg_json(&c, "fields", fields);
	rows = call_arg_open(&c, "data");
	buf_adds(rows, "[[\"s.p.1\",\"Bolt\"]");
	buf_adds(rows, ",[\"s.p.2\",\"Nut\"]]");
	call_arg_close(&c);
	call_context(&c, context);
	json_decref(context);
	json_decref(fields);
	return c;
}

static struct call read_call(void)
{
	const int64_t ids[] = {7, 8};
	struct call c;

	call_init(&c, "res.partner", "read", CALL_READ);
	call_ids(&c, ids, 2);
	call_arg_raw(&c, "fields", SPAN("[\"name\"]"));
	call_arg_raw(&c, "load", SPAN("\"\""));
	call_by_name(&c);
	return c;
}

static void check(const struct transport_ops *tp, struct call c,
		  const char *path, const char *body)
{
	struct buf p = BUF_INIT(1000), b = BUF_INIT(10000);
	json_t *parsed;

	tp->path(&p, &c);
	tp->body(&b, &login, &c);
	ck_assert_str_eq(buf_str(&p), path);
	ck_assert_str_eq(buf_str(&b), body);
	parsed = json_loads(buf_str(&b), 0, NULL);
	ck_assert_ptr_nonnull(parsed);
	json_decref(parsed);
	buf_release(&p);
	buf_release(&b);
	call_release(&c);
}

START_TEST(json2_takes_all_by_name)
{
	check(&tp_json2, load_call(), "/json/2/res.partner/load",
	      "{\"fields\":[\"id\",\"name\"],\"data\":[[\"s.p.1\",\"Bolt\"],"
	      "[\"s.p.2\",\"Nut\"]],\"context\":{\"tracking_disable\":true}}");
	check(&tp_json2, read_call(), "/json/2/res.partner/read",
	      "{\"ids\":[7,8],\"fields\":[\"name\"],\"load\":\"\"}");
}
END_TEST

START_TEST(jsonrpc_takes_some_by_position)
{
	check(&tp_jsonrpc, load_call(), "/jsonrpc",
	      "{\"jsonrpc\":\"2.0\",\"method\":\"call\",\"id\":1,\"params\":{"
	      "\"service\":\"object\",\"method\":\"execute_kw\",\"args\":["
	      "\"fac\\\"tory\",5,\"s3cret\",\"res.partner\",\"load\",[[\"id\","
	      "\"name\"],[[\"s.p.1\",\"Bolt\"],[\"s.p.2\",\"Nut\"]]],{"
	      "\"context\":{\"tracking_disable\":true}}]}}");
	check(&tp_jsonrpc, read_call(), "/jsonrpc",
	      "{\"jsonrpc\":\"2.0\",\"method\":\"call\",\"id\":1,\"params\":{"
	      "\"service\":\"object\",\"method\":\"execute_kw\",\"args\":["
	      "\"fac\\\"tory\",5,\"s3cret\",\"res.partner\",\"read\",[[7,8],["
	      "\"name\"]],{\"load\":\"\"}]}}");
}
END_TEST

START_TEST(the_key_is_proved)
{
	json_t *yes = json_integer(5), *no = json_false();
	json_t *context = json_pack("{sssi}", "lang", "en_US", "uid", 7);
	struct call c;

	tp_jsonrpc.prove(&c, &login);
	check(&tp_jsonrpc, c, "/jsonrpc",
	      "{\"jsonrpc\":\"2.0\",\"method\":\"call\",\"id\":1,\"params\":{"
	      "\"service\":\"common\",\"method\":\"authenticate\",\"args\":["
	      "\"fac\\\"tory\",\"sluice\",\"s3cret\",{}]}}");
	ck_assert_int_eq(tp_jsonrpc.proved(yes), 5);
	ck_assert_int_eq(tp_jsonrpc.proved(no), 0);
	tp_json2.prove(&c, &login);
	check(&tp_json2, c, "/json/2/res.users/context_get", "{}");
	ck_assert_int_eq(tp_json2.proved(context), 7);
	ck_assert_int_eq(tp_json2.proved(yes), -1);
	json_decref(yes);
	json_decref(context);
}
END_TEST

/* ---- answers ------------------------------------------------------------ */

static struct reply answer(const struct transport_ops *tp, int status,
			   const char *body)
{
	struct http_answer a = {
		.status = status,
		.body = BUF_INIT(10000),
		.retry_after_ms = -1,
	};
	struct reply r;

	buf_adds(&a.body, body);
	transport_reply(tp, &a, &r);
	http_answer_release(&a);
	return r;
}

#define WRAPPED "{\"jsonrpc\":\"2.0\",\"id\":1,"

static const struct {
	const struct transport_ops *tp;
	const char *body;
	int status;
	enum reply_how how;
} answers[] = {
	{&tp_jsonrpc, WRAPPED "\"result\":[1]}", 200, REPLY_RESULT},
	{&tp_jsonrpc, WRAPPED "\"result\":false}", 200, REPLY_RESULT},
	{&tp_jsonrpc, "{\"jsonrpc\":\"2.0\",\"id\":1}", 200, REPLY_RESULT},
	{&tp_jsonrpc,
	 WRAPPED "\"error\":{\"code\":200,\"message\":\"Odoo Server Error\","
		 "\"data\":{\"name\":\"n\",\"message\":\"m\"}}}",
	 200, REPLY_ERROR},
	{&tp_jsonrpc, WRAPPED "\"error\":{\"code\":0}}", 200, REPLY_STRANGE},
	{&tp_jsonrpc, "<html>log in</html>", 200, REPLY_STRANGE},
	{&tp_jsonrpc, "{\"ok\":true}", 200, REPLY_STRANGE},
	{&tp_jsonrpc, "[]", 200, REPLY_STRANGE},
	{&tp_jsonrpc, "", 200, REPLY_STRANGE},
	{&tp_jsonrpc, WRAPPED "\"result\":[1", 200, REPLY_STRANGE},
	{&tp_jsonrpc, "<h1>Bad Gateway</h1>", 502, REPLY_STRANGE},
	{&tp_json2, "null", 200, REPLY_RESULT},
	{&tp_json2, "[{\"id\":1}]", 200, REPLY_RESULT},
	{&tp_json2, "<html>", 200, REPLY_STRANGE},
	{&tp_json2, "{\"name\":\"n\",\"message\":\"m\"}", 422, REPLY_ERROR},
	{&tp_json2, "<!DOCTYPE html>", 404, REPLY_STRANGE},
	{&tp_json2, "{\"status\":\"down\"}", 503, REPLY_STRANGE},
	/* a gateway's words in JSON are no answer of Odoo's */
	{&tp_json2, "{\"message\":\"no route\"}", 502, REPLY_STRANGE},
	{&tp_jsonrpc, WRAPPED "\"error\":{\"message\":\"no route\"}}", 200,
	 REPLY_STRANGE},
	/* a worker that is out of memory before it has read the id */
	{&tp_jsonrpc,
	 "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":0,\"message\":"
	 "\"Odoo Server Error\",\"data\":{\"name\":\"builtins.MemoryError\","
	 "\"message\":\"\",\"arguments\":[]}}}",
	 200, REPLY_ERROR},
};

START_TEST(answers_are_told_apart)
{
	struct reply r =
		answer(answers[_i].tp, answers[_i].status, answers[_i].body);

	ck_assert_int_eq(r.how, answers[_i].how);
	ck_assert_int_eq(r.status, answers[_i].status);
	ck_assert(!r.result == (r.how != REPLY_RESULT));
	if (r.how == REPLY_ERROR) {
		ck_assert_ptr_nonnull(r.name);
		ck_assert_ptr_nonnull(r.message);
	}
	reply_release(&r);
}
END_TEST

START_TEST(words_that_are_no_numbers_become_null)
{
	struct reply r =
		answer(&tp_jsonrpc, 200,
		       WRAPPED
		       "\"result\":[{\"list_price\": NaN,\"a\":[NaN,-Infinity,"
		       "Infinity],\"name\":\"NaN \\\" NaN\",\"b\":\"\\\\\"}]}");
	json_t *row = json_array_get(r.result, 0);

	ck_assert_int_eq(r.how, REPLY_RESULT);
	ck_assert(json_is_null(json_object_get(row, "list_price")));
	ck_assert_uint_eq(json_array_size(json_object_get(row, "a")), 3);
	ck_assert(json_is_null(json_array_get(json_object_get(row, "a"), 1)));
	ck_assert_str_eq(json_string_value(json_object_get(row, "name")),
			 "NaN \" NaN");
	ck_assert_str_eq(json_string_value(json_object_get(row, "b")), "\\");
	reply_release(&r);
	r = answer(&tp_json2, 200, "[NaNa]");
	ck_assert_int_eq(r.how, REPLY_STRANGE);
	reply_release(&r);
}
END_TEST

START_TEST(by_release)
{
	ck_assert_ptr_eq(transport_for(14), &tp_jsonrpc);
	ck_assert_ptr_eq(transport_for(18), &tp_jsonrpc);
	ck_assert_ptr_eq(transport_for(19), &tp_json2);
	ck_assert_ptr_eq(transport_for(22), &tp_json2);
	ck_assert_ptr_null(transport_for(7));
	ck_assert_ptr_eq(transport_named("jsonrpc"), &tp_jsonrpc);
	ck_assert_ptr_null(transport_named("xmlrpc"));
}
END_TEST

static const struct {
	const char *url;
	bool good, plain, loopback;
} urls[] = {
	{"https://odoo.example.com", true, false, false},
	{"https://odoo.example.com:8443/path", true, false, false},
	{"http://127.0.0.1:8069", true, true, true},
	{"http://[::1]:8069", true, true, true},
	{"http://LocalHost:8069", true, true, true},
	{"http://127.0.0.1.example.com", true, true, false},
	{"http://10.0.0.7", true, true, false},
	{"ftp://odoo.example.com", false, false, false},
	{"odoo.example.com", false, false, false},
	{"https://user:word@odoo.example.com", false, false, false},
	{"https://odoo.example.com/?db=x", false, false, false},
	{"", false, false, false},
};

START_TEST(addresses)
{
	struct err err = ERR_INIT;
	bool plain = false, loopback = false;
	int rc = http_check_url(urls[_i].url, &plain, &loopback, &err);

	ck_assert_int_eq(rc, urls[_i].good ? 0 : -1);
	if (!urls[_i].good) {
		ck_assert_int_eq(err.code, ERR_CONFIG);
		ck_assert_ptr_null(strstr(err.msg, "word@"));
		return;
	}
	ck_assert(plain == urls[_i].plain);
	ck_assert(loopback == urls[_i].loopback);
}
END_TEST

#define N_OF(a) ((int)(sizeof(a) / sizeof(*(a))))

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("transport", &tc);

	tcase_add_test(tc, json2_takes_all_by_name);
	tcase_add_test(tc, jsonrpc_takes_some_by_position);
	tcase_add_test(tc, the_key_is_proved);
	tcase_add_loop_test(tc, answers_are_told_apart, 0, N_OF(answers));
	tcase_add_test(tc, words_that_are_no_numbers_become_null);
	tcase_add_test(tc, by_release);
	tcase_add_loop_test(tc, addresses, 0, N_OF(urls));
	return s;
}
