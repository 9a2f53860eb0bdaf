/*
 * A session against a server in this process that says what each test wants:
 * what Odoo says is tested elsewhere, here it is what we do about it.
 */
#include "odoo/session.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/sig.h"
#include "unit.h"

#define KEY "s3cret-key"

/* What to say to requests whose path and body have these texts. */
struct says {
	const char *path, *body;
	const char *answer;
	const char *header, *value;
	int status;
	int times;    /* 0: always */
	int delay_ms; /* before answering */
};

static const struct says *script; /* ends with a NULL path */
static int told[32];              /* how often each was said */
static int n_requests, now_busy, most_busy, with_key;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct MHD_Daemon *server;
static char url[64];
static struct err err;
static struct endpoint ep;
static char key_text[] = KEY;

static int choose(const char *path, const char *body)
{
	int i;

	for (i = 0; script[i].path; i++) {
		if (strstr(path, script[i].path) &&
		    (!script[i].body || strstr(body, script[i].body)) &&
		    (!script[i].times || told[i] < script[i].times))
			return i;
	}
	return -1;
}

static enum MHD_Result say(struct MHD_Connection *c, const char *path,
			   const char *body)
{
	const char *auth = MHD_lookup_connection_value(c, MHD_HEADER_KIND,
						       "Authorization");
	const struct says *s = NULL;
	struct MHD_Response *r;
	enum MHD_Result rc;
	int i;

	pthread_mutex_lock(&lock);
	n_requests++;
	with_key += auth && !strcmp(auth, "bearer " KEY);
	if (++now_busy > most_busy)
		most_busy = now_busy;
	i = choose(path, body);
	if (i >= 0) {
		told[i]++;
		s = &script[i];
	}
	pthread_mutex_unlock(&lock);
	if (s && s->delay_ms)
		clock_sleep_ms(s->delay_ms);
	pthread_mutex_lock(&lock);
	now_busy--;
	pthread_mutex_unlock(&lock);
	r = MHD_create_response_from_buffer(
		s ? strlen(s->answer) : 0,
		s ? (void *)(uintptr_t)s->answer : NULL, MHD_RESPMEM_MUST_COPY);
	if (s && s->header)
		MHD_add_response_header(r, s->header, s->value);
	rc = MHD_queue_response(c, s ? (unsigned)s->status : 404, r);
	MHD_destroy_response(r);
	return rc;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c,
				  const char *path, const char *method,
				  const char *version, const char *data,
				  size_t *size, void **state)
{
	struct buf *body = *state;
	enum MHD_Result rc;

	(void)cls, (void)method, (void)version;
	if (!body) {
		body = mem_zalloc(sizeof(*body));
		body->ceiling = LINE_CEILING;
		*state = body;
		return MHD_YES;
	}
	if (*size) {
		buf_add(body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	rc = say(c, path, buf_str(body));
	buf_release(body);
	free(body);
	*state = NULL;
	return rc;
}

static void serve(const struct says *says, const char *key, const char *cert)
{
	unsigned flags =
		MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD;
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key},
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert},
		{MHD_OPTION_END, 0, NULL},
	};
	const union MHD_DaemonInfo *info;
	struct sockaddr_in at = {.sin_family = AF_INET};

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	script = says;
	if (key)
		flags |= MHD_USE_TLS;
	server = MHD_start_daemon(flags, 0, NULL, NULL, on_request, NULL,
				  MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_ARRAY,
				  key ? tls : tls + 2, MHD_OPTION_END);
	ck_assert_ptr_nonnull(server);
	info = MHD_get_daemon_info(server, MHD_DAEMON_INFO_BIND_PORT);
	snprintf(url, sizeof(url), "http%s://127.0.0.1:%u", key ? "s" : "",
		 info->port);
	ep = (struct endpoint){
		.name = "plant",
		.url = url,
		.database = "factory",
		.login = "sluice",
		.key = {.text = key_text, .len = sizeof(KEY) - 1},
	};
}

static void setup(void)
{
	unsetenv("http_proxy");
	unsetenv("https_proxy");
	unsetenv("all_proxy");
}

static void teardown(void)
{
	if (server)
		MHD_stop_daemon(server);
	server = NULL;
}

/* ---- opening ------------------------------------------------------------ */

#define RPC(result) "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" result "}"
#define VERSION(n)                                         \
	{                                                  \
		"/jsonrpc", "\"version\"",                 \
			RPC("{\"server_version_info\":[" n \
			    ",0,0,\"final\",0,\"\"]}"),    \
			NULL, NULL, 200, 0, 0              \
	}
#define SAYS(path, body, status, answer)                     \
	{                                                    \
		path, body, answer, NULL, NULL, status, 0, 0 \
	}
#define WHO  SAYS("/json/2/res.users/context_get", NULL, 200, "{\"uid\":5}")
#define MINE SAYS("/json/2/res.users/search", "sluice", 200, "[5]")
#define END  SAYS(NULL, NULL, 0, NULL)

static const struct says nineteen[] = {VERSION("19"), WHO, MINE, END};

static struct session *must_open(void)
{
	struct session *s = session_open(&ep, &err);

	ck_assert_msg(s != NULL, "%s", err.msg);
	return s;
}

static void must_fail(enum err_code code, const char *words)
{
	struct session *s = session_open(&ep, &err);

	ck_assert_ptr_null(s);
	ck_assert_int_eq(err.code, code);
	ck_assert_msg(strstr(err.msg, words), "%s", err.msg);
	ck_assert_ptr_null(strstr(err.msg, KEY));
}

START_TEST(nineteen_speaks_json2)
{
	struct session *s;

	serve(nineteen, NULL, NULL);
	s = must_open();
	ck_assert_int_eq(session_release(s), 19);
	ck_assert_str_eq(session_transport(s), "json2");
	ck_assert_int_eq(session_uid(s), 5);
	ck_assert_int_eq(with_key, 2); /* not where nobody asked for it */
	ck_assert_int_eq(n_requests, 3);
	session_close(s);
}
END_TEST

START_TEST(fourteen_speaks_jsonrpc)
{
	static const struct says says[] = {
		VERSION("14"),
		SAYS("/jsonrpc", "\"authenticate\"", 200, RPC("6")), END};
	struct session *s;

	serve(says, NULL, NULL);
	s = must_open();
	ck_assert_int_eq(session_release(s), 14);
	ck_assert_str_eq(session_transport(s), "jsonrpc");
	ck_assert_int_eq(session_uid(s), 6);
	ck_assert_int_eq(with_key, 0); /* it is in the body */
	session_close(s);
	ep.transport = TRANSPORT_JSON2;
	must_fail(ERR_CONFIG, "Odoo 14 at");
	ep.transport = TRANSPORT_AUTO;
	ep.release = 19;
	must_fail(ERR_CONFIG, "is Odoo 19 by its target, but Odoo 14 answers");
}
END_TEST

START_TEST(without_jsonrpc_there_is_json2)
{
	static const struct says says[] = {WHO, MINE, END};
	struct session *s;

	serve(says, NULL, NULL);
	s = must_open();
	ck_assert_str_eq(session_transport(s), "json2");
	session_close(s);
}
END_TEST

START_TEST(wrong_keys)
{
	static const struct says says[] = {
		VERSION("19"),
		SAYS("/json/2/", NULL, 401,
		     "{\"name\":\"werkzeug.exceptions.Unauthorized\","
		     "\"message\":\"Invalid apikey\"}"),
		END};
	static const struct says old[] = {
		VERSION("14"),
		SAYS("/jsonrpc", "\"authenticate\"", 200, RPC("false")), END};
	static const struct says others[] = {
		VERSION("19"), WHO,
		SAYS("/json/2/res.users/search", NULL, 200, "[7]"), END};

	serve(says, NULL, NULL);
	must_fail(ERR_PERM, "does not let 'sluice' in");
	teardown();
	serve(old, NULL, NULL);
	must_fail(ERR_PERM, "does not let 'sluice' in");
	teardown();
	serve(others, NULL, NULL);
	must_fail(ERR_PERM, "another user (id 5)");
}
END_TEST

START_TEST(wrong_databases)
{
	static const struct says says[] = {VERSION("19"), END};
	static const struct says old[] = {
		VERSION("14"),
		SAYS("/jsonrpc", "\"authenticate\"", 200,
		     "{\"jsonrpc\":\"2.0\",\"error\":{\"data\":{\"name\":"
		     "\"psycopg2.OperationalError\",\"message\":\"FATAL:  "
		     "database \\\"factory\\\" does not exist\\n\"}}}"),
		END};
	static const struct says away[] = {
		VERSION("19"),
		SAYS("/jsonrpc", "\"authenticate\"", 200,
		     "{\"jsonrpc\":\"2.0\",\"error\":{\"data\":{\"name\":"
		     "\"psycopg2.OperationalError\",\"message\":"
		     "\"Connection refused\"}}}"),
		END};

	serve(says, NULL, NULL);
	must_fail(ERR_CONFIG, "no database 'factory'");
	teardown();
	serve(away, NULL, NULL);
	must_fail(ERR_AGAIN, "Connection refused");
	teardown();
	serve(old, NULL, NULL);
	must_fail(ERR_CONFIG, "no database 'factory'");
}
END_TEST

START_TEST(what_is_no_odoo)
{
	static const struct says wall[] = {
		SAYS("/", NULL, 200, "<html>Please log in</html>"), END};
	static const struct says nothing[] = {END};
	static const struct says elsewhere[] = {
		{"/jsonrpc", NULL, "", "Location", "/trap", 307, 0, 0},
		SAYS("/trap", NULL, 200, RPC("{}")),
		END};
	static const struct says other[] = {
		SAYS("/jsonrpc", NULL, 200, RPC("{\"hello\":1}")), END};

	serve(wall, NULL, NULL);
	must_fail(ERR_REFUSED, "not Odoo's API");
	teardown();
	serve(nothing, NULL, NULL);
	must_fail(ERR_REFUSED, "HTTP 404");
	teardown();
	serve(elsewhere, NULL, NULL);
	must_fail(ERR_REFUSED, "a redirect to");
	ck_assert_int_eq(told[1], 0);
	teardown();
	serve(other, NULL, NULL);
	must_fail(ERR_REFUSED, "does not say which Odoo");
}
END_TEST

START_TEST(nobody_there)
{
	serve(nineteen, NULL, NULL);
	teardown();
	must_fail(ERR_AGAIN, "plant at http://127.0.0.1:");
}
END_TEST

START_TEST(a_proxy_is_not_for_loopback)
{
	serve(nineteen, NULL, NULL);
	setenv("http_proxy", "http://127.0.0.1:9", 1);
	session_close(must_open());
}
END_TEST

START_TEST(every_call_has_language_and_company)
{
	static const struct says says[] = {
		VERSION("19"),
		WHO,
		MINE,
		SAYS("/json/2/res.company/search", "Plant 1", 200, "[3]"),
		SAYS("/json/2/res.company/search", "Plant 2", 200, "[]"),
		SAYS("/json/2/x/y",
		     "\"context\":{\"a\":1,\"lang\":\"de_DE\","
		     "\"allowed_company_ids\":[3]}",
		     200, "true"),
		END};
	struct session *s;
	json_t *more = json_pack("{si}", "a", 1), *j;
	struct call c;

	serve(says, NULL, NULL);
	ep.language = "de_DE";
	ep.company = "Plant 1";
	s = must_open();
	ck_assert_int_eq(session_company(s), 3);
	call_init(&c, "x", "y", CALL_READ);
	call_context(&c, more);
	j = session_call(s, &c, &err);
	ck_assert_msg(json_is_true(j), "%s", err.msg);
	json_decref(j);
	json_decref(more);
	call_release(&c);
	session_close(s);
	ep.company = "Plant 2";
	must_fail(ERR_CONFIG, "no company 'Plant 2'");
}
END_TEST

/* ---- calls -------------------------------------------------------------- */

static json_t *ask(struct session *s, enum call_kind kind)
{
	struct call c;
	json_t *j;

	call_init(&c, "m", "f", kind);
	j = session_call(s, &c, &err);
	call_release(&c);
	return j;
}

START_TEST(reads_are_repeated)
{
	static const struct says says[] = {
		VERSION("19"),
		WHO,
		MINE,
		{"/m/f", NULL, "busy", "Retry-After", "1", 503, 1, 0},
		{"/m/f", NULL, "<h1>Bad Gateway</h1>", NULL, NULL, 502, 1, 0},
		SAYS("/m/f", NULL, 200, "7"),
		END};
	struct session *s;
	int64_t began;
	json_t *j;

	serve(says, NULL, NULL);
	s = must_open();
	began = clock_ms();
	j = ask(s, CALL_READ);
	ck_assert_msg(json_integer_value(j) == 7, "%s", err.msg);
	ck_assert_int_ge(clock_ms() - began, 1000);
	ck_assert_uint_eq(session_counts(s)->retries, 2);
	json_decref(j);
	session_close(s);
}
END_TEST

START_TEST(writes_are_sent_once)
{
	static const struct says says[] = {
		VERSION("19"),
		WHO,
		MINE,
		{"/m/f", NULL, "<h1>Bad Gateway</h1>", NULL, NULL, 502, 1, 0},
		SAYS("/m/f", NULL, 200, "7"),
		END};
	struct session *s;

	serve(says, NULL, NULL);
	s = must_open();
	ck_assert_ptr_null(ask(s, CALL_WRITE));
	ck_assert_int_eq(err.code, ERR_AGAIN);
	ck_assert_int_eq(told[3], 1);
	ck_assert_int_eq(told[4], 0);
	session_close(s);
}
END_TEST

START_TEST(refusals_are_not_repeated)
{
	static const struct says says[] = {
		VERSION("19"), WHO, MINE,
		SAYS("/m/f", NULL, 422,
		     "{\"name\":\"odoo.exceptions.UserError\",\"message\":"
		     "\"No,\\n\\u001b[1mnever\"}"),
		END};
	struct session *s;

	serve(says, NULL, NULL);
	s = must_open();
	ck_assert_ptr_null(ask(s, CALL_READ));
	ck_assert_int_eq(err.code, ERR_REFUSED);
	ck_assert_str_eq(err.msg, "plant: m.f: Odoo refuses: No, [1mnever");
	ck_assert_int_eq(told[3], 1);
	session_close(s);
}
END_TEST

START_TEST(slow_answers_time_out)
{
	static const struct says says[] = {VERSION("19"),
					   WHO,
					   MINE,
					   {"/m/f", NULL, "1", NULL, NULL, 200,
					    0, 700},
					   END};
	struct session *s;
	struct reply r;
	struct call c;

	serve(says, NULL, NULL);
	s = must_open();
	call_init(&c, "m", "f", CALL_WRITE);
	c.timeout_ms = 150;
	session_try(s, &c, &r);
	ck_assert_int_eq(r.how, REPLY_NONE);
	ck_assert_int_eq(r.lost, LOST_TIMEOUT);
	reply_release(&r);
	call_release(&c);
	session_close(s);
}
END_TEST

START_TEST(the_window_holds)
{
	static const struct says says[] = {VERSION("19"),
					   WHO,
					   MINE,
					   {"/m/f", NULL, "1", NULL, NULL, 200,
					    0, 60},
					   END};
	struct session_done done;
	bool seen[9] = {false};
	struct session *s;
	size_t i, n = 0;

	serve(says, NULL, NULL);
	ep.in_flight = 3;
	s = must_open();
	most_busy = 0;
	for (i = 0; i < 9; i++) {
		struct call c;

		ck_assert(session_has_room(s) == (i < 3));
		call_init(&c, "m", "f", CALL_WRITE);
		session_submit(s, &c, 0, &seen[i]);
		ck_assert_ptr_null(c.model);
	}
	ck_assert_uint_eq(session_pending(s), 9);
	while (session_next(s, &done)) {
		*(bool *)done.context = true;
		ck_assert_int_eq(done.reply.how, REPLY_RESULT);
		session_done_release(&done);
		n++;
	}
	ck_assert_uint_eq(n, 9);
	for (i = 0; i < 9; i++)
		ck_assert(seen[i]);
	ck_assert_int_eq(most_busy, 3);
	session_close(s);
}
END_TEST

START_TEST(a_single_call_does_not_take_anothers_answer)
{
	static const struct says says[] = {VERSION("19"),
					   WHO,
					   MINE,
					   SAYS("/m/g", NULL, 200, "\"other\""),
					   SAYS("/m/f", NULL, 200, "\"mine\""),
					   END};
	struct session_done done;
	struct session *s;
	struct call c;
	json_t *j;

	serve(says, NULL, NULL);
	s = must_open();
	call_init(&c, "m", "g", CALL_WRITE);
	session_submit(s, &c, 0, NULL);
	j = ask(s, CALL_READ);
	ck_assert_str_eq(json_string_value(j), "mine");
	json_decref(j);
	ck_assert_int_eq(session_next(s, &done), 1);
	ck_assert_str_eq(json_string_value(done.reply.result), "other");
	session_done_release(&done);
	ck_assert_int_eq(session_next(s, &done), 0);
	session_close(s);
}
END_TEST

START_TEST(requests_are_spaced)
{
	static const struct says says[] = {VERSION("19"), WHO, MINE,
					   SAYS("/m/f", NULL, 200, "1"), END};
	struct session *s;
	int64_t began;
	int i;

	serve(says, NULL, NULL);
	ep.requests_per_minute = 600;
	s = must_open();
	began = clock_ms();
	for (i = 0; i < 4; i++)
		json_decref(ask(s, CALL_READ));
	ck_assert_int_ge(clock_ms() - began, 300);
	session_close(s);
}
END_TEST

START_TEST(a_signal_stops_what_has_not_begun)
{
	static const struct says says[] = {VERSION("19"),
					   WHO,
					   MINE,
					   {"/m/f", NULL, "1", NULL, NULL, 200,
					    0, 300},
					   END};
	int answered = 0, unsent = 0, i;
	struct session_done done;
	struct session *s;

	serve(says, NULL, NULL);
	ep.in_flight = 1;
	s = must_open();
	sig_install();
	for (i = 0; i < 3; i++) {
		struct call c;

		call_init(&c, "m", "f", CALL_WRITE);
		session_submit(s, &c, i == 2 ? 50 : 0, NULL);
	}
	/* let the first one out, then the signal */
	ck_assert_int_eq(session_next(s, &done), 1);
	session_done_release(&done);
	raise(SIGTERM);
	while (session_next(s, &done)) {
		answered += done.reply.how == REPLY_RESULT;
		unsent += done.reply.lost == LOST_UNSENT;
		session_done_release(&done);
	}
	ck_assert_int_eq(answered, 0);
	ck_assert_int_eq(unsent, 2);
	ck_assert_int_eq(told[3], 1);
	session_close(s);
}
END_TEST

/* ---- TLS ---------------------------------------------------------------- */

static char *pem_of(BIO *bio)
{
	char *p = NULL;
	long len = BIO_get_mem_data(bio, &p);
	char *copy = mem_dup(p, (size_t)len);

	BIO_free(bio);
	return copy;
}

/* A key and a certificate that it signs itself, for `names`. */
static void make_cert(const char *names, char **key, char **cert)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	X509_NAME *who = X509_get_subject_name(x);
	X509_EXTENSION *ext =
		X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
	BIO *k = BIO_new(BIO_s_mem()), *c = BIO_new(BIO_s_mem());

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, pkey);
	X509_NAME_add_entry_by_txt(who, "CN", MBSTRING_ASC,
				   (const unsigned char *)"test", -1, -1, 0);
	X509_set_issuer_name(x, who);
	X509_add_ext(x, ext, -1);
	ck_assert_int_gt(X509_sign(x, pkey, EVP_sha256()), 0);
	PEM_write_bio_PrivateKey(k, pkey, NULL, NULL, 0, NULL, NULL);
	PEM_write_bio_X509(c, x);
	*key = pem_of(k);
	*cert = pem_of(c);
	X509_EXTENSION_free(ext);
	X509_free(x);
	EVP_PKEY_free(pkey);
}

/* The certificate in a file of its own; unlink and free it. */
static char *bundle(const char *cert)
{
	char *path = mem_strdup("/tmp/sluice-unit-ca-XXXXXX");
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, cert, strlen(cert)), (int)strlen(cert));
	close(fd);
	return path;
}

START_TEST(certificates_are_verified)
{
	char *key, *cert, *ca;

	make_cert("IP:127.0.0.1", &key, &cert);
	ca = bundle(cert);
	serve(nineteen, key, cert);
	must_fail(ERR_REFUSED, "cannot be trusted");
	ep.insecure = true; /* is about plain http, not about this */
	must_fail(ERR_REFUSED, "cannot be trusted");
	ck_assert_int_eq(n_requests, 0);
	ep.ca_bundle = ca;
	session_close(must_open());
	ck_assert_int_eq(n_requests, 3);
	unlink(ca);
	must_fail(ERR_REFUSED, "cannot be trusted");
	free(ca);
	free(key);
	free(cert);
}
END_TEST

START_TEST(certificates_are_for_a_name)
{
	char *key, *cert, *ca;

	make_cert("DNS:odoo.example.com,IP:127.0.0.2", &key, &cert);
	ca = bundle(cert);
	serve(nineteen, key, cert);
	ep.ca_bundle = ca;
	must_fail(ERR_REFUSED, "cannot be trusted");
	ck_assert_int_eq(n_requests, 0);
	unlink(ca);
	free(ca);
	free(key);
	free(cert);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("session", &tc);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, nineteen_speaks_json2);
	tcase_add_test(tc, fourteen_speaks_jsonrpc);
	tcase_add_test(tc, without_jsonrpc_there_is_json2);
	tcase_add_test(tc, wrong_keys);
	tcase_add_test(tc, wrong_databases);
	tcase_add_test(tc, what_is_no_odoo);
	tcase_add_test(tc, nobody_there);
	tcase_add_test(tc, a_proxy_is_not_for_loopback);
	tcase_add_test(tc, every_call_has_language_and_company);
	tcase_add_test(tc, reads_are_repeated);
	tcase_add_test(tc, writes_are_sent_once);
	tcase_add_test(tc, refusals_are_not_repeated);
	tcase_add_test(tc, slow_answers_time_out);
	tcase_add_test(tc, the_window_holds);
	tcase_add_test(tc, a_single_call_does_not_take_anothers_answer);
	tcase_add_test(tc, requests_are_spaced);
	tcase_add_test(tc, a_signal_stops_what_has_not_begun);
	tcase_add_test(tc, certificates_are_verified);
	tcase_add_test(tc, certificates_are_for_a_name);
	return s;
}
