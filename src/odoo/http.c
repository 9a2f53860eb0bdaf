#include "odoo/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config.h"
#include "core/clock.h"
#include "core/crash.h"
#include "core/mem.h"

/* One request in flight. */
struct transfer {
	struct transfer *next;
	CURL *easy;
	struct curl_slist *headers;
	struct buf out, in;
	char words[CURL_ERROR_SIZE];
	int64_t began_ms;
	bool stopped;
	bool sent; /* all of it; known of those sent once */
	void *context;
};

struct http {
	CURLM *multi;
	char *ca_bundle;
	struct transfer *flying; /* in flight or answered, not handed out */
	int n_flying;
};

struct http *http_new(const char *ca_bundle, struct err *err)
{
	static bool ready;
	struct http *h;

	if (!ready && curl_global_init(CURL_GLOBAL_DEFAULT)) {
		err_set(err, ERR_OS, "libcurl does not start");
		return NULL;
	}
	ready = true;
	h = mem_zalloc(sizeof(*h));
	h->multi = curl_multi_init();
	if (!h->multi) {
		err_set(err, ERR_OS, "libcurl does not start");
		free(h);
		return NULL;
	}
	if (ca_bundle)
		h->ca_bundle = mem_strdup(ca_bundle);
	return h;
}

/* Headers carry the key. */
static void wipe_headers(struct curl_slist *list)
{
	struct curl_slist *l;

	for (l = list; l; l = l->next)
		explicit_bzero(l->data, strlen(l->data));
	curl_slist_free_all(list);
}

static void free_transfer(struct transfer *t)
{
	if (t->easy)
		curl_easy_cleanup(t->easy);
	wipe_headers(t->headers);
	/* /jsonrpc has the key in its body */
	if (t->out.data)
		explicit_bzero(t->out.data, t->out.len);
	buf_release(&t->out);
	buf_release(&t->in);
	free(t);
}

void http_free(struct http *h)
{
	if (!h)
		return;
	while (h->flying) {
		struct transfer *t = h->flying;

		h->flying = t->next;
		curl_multi_remove_handle(h->multi, t->easy);
		free_transfer(t);
	}
	curl_multi_cleanup(h->multi);
	free(h->ca_bundle);
	free(h);
}

/* By number or by name: "127.0.0.1.example.com" is somebody else's. */
static bool is_loopback(const char *host)
{
	struct in_addr four;

	if (inet_pton(AF_INET, host, &four) == 1)
		return (ntohl(four.s_addr) >> 24) == 127;
	return !strcasecmp(host, "localhost") || !strcmp(host, "[::1]");
}

int http_check_url(const char *url, bool *plain, bool *loopback,
		   struct err *err)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL, *user = NULL, *query = NULL;
	int rc = -1;

	if (!u)
		return err_set(err, ERR_OS, "libcurl does not start");
	if (curl_url_set(u, CURLUPART_URL, url, 0) ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) ||
	    (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)) {
		err_set(err, ERR_CONFIG,
			"not an address such as https://odoo.example.com");
		goto out;
	}
	if (!curl_url_get(u, CURLUPART_USER, &user, 0) ||
	    !curl_url_get(u, CURLUPART_QUERY, &query, 0)) {
		err_set(err, ERR_CONFIG,
			"the address must have no user, password or query");
		goto out;
	}
	*plain = !strcmp(scheme, "http");
	*loopback = is_loopback(host);
	rc = 0;
out:
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	curl_free(query);
	curl_url_cleanup(u);
	return rc;
}

static size_t on_data(char *p, size_t size, size_t n, void *to)
{
	struct transfer *t = to;

	buf_add(&t->in, p, size * n);
	return t->in.over ? 0 : size * n;
}

/* The request is out, and nothing of an answer is there yet. */
static int on_progress(void *from, curl_off_t down_total, curl_off_t down,
		       curl_off_t up_total, curl_off_t up)
{
	struct transfer *t = from;

	(void)down_total;
	if (t->sent || down || !up || up < up_total)
		return 0;
	t->sent = true;
	crash_point("request sent");
	return 0;
}

static void add_header(struct transfer *t, const char *name, const char *value)
{
	char *line = mem_printf("%s%s", name, value);
	struct curl_slist *l = curl_slist_append(t->headers, line);

	explicit_bzero(line, strlen(line));
	free(line);
	if (l)
		t->headers = l;
}

static void set_safety(struct http *h, struct transfer *t, const char *url)
{
	bool plain, loopback = false;
	struct err ignored = ERR_INIT;
	CURL *e = t->easy;

	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (h->ca_bundle)
		curl_easy_setopt(e, CURLOPT_CAINFO, h->ca_bundle);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	/* a loopback server is never behind the proxy of $http_proxy */
	if (!http_check_url(url, &plain, &loopback, &ignored) && loopback)
		curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
}

void http_start(struct http *h, struct http_request *rq)
{
	struct transfer *t = mem_zalloc(sizeof(*t));
	CURL *e = curl_easy_init();

	t->easy = e;
	t->out = rq->body;
	rq->body = (struct buf)BUF_INIT(0);
	t->in = (struct buf)BUF_INIT(HTTP_ANSWER_CEILING);
	t->context = rq->context;
	t->began_ms = clock_ms();
	t->next = h->flying;
	h->flying = t;
	h->n_flying++;

	add_header(t, "Accept: ", "application/json");
	if (rq->database)
		add_header(t, "X-Odoo-Database: ", rq->database);
	if (rq->bearer)
		add_header(t, "Authorization: bearer ", rq->bearer);
	if (t->out.len) {
		add_header(t, "Content-Type: ", "application/json");
		add_header(t, "Expect:", "");
		curl_easy_setopt(e, CURLOPT_POST, 1L);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, t->out.data);
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)t->out.len);
	}
	curl_easy_setopt(e, CURLOPT_URL, rq->url);
	set_safety(h, t, rq->url);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(e, CURLOPT_USERAGENT, "sluice/" PACKAGE_VERSION);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)rq->timeout_ms);
	curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, rq->once ? 1L : 0L);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->words);
	if (rq->once) {
		curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, on_progress);
		curl_easy_setopt(e, CURLOPT_XFERINFODATA, t);
	}
	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	curl_multi_add_handle(h->multi, e);
}

void http_move(struct http *h, int64_t wait_ms)
{
	int running = 0;

	curl_multi_perform(h->multi, &running);
	if (running < h->n_flying)
		return; /* an answer is there */
	if (wait_ms > 0)
		curl_multi_poll(h->multi, NULL, 0, (int)wait_ms, NULL);
	curl_multi_perform(h->multi, &running);
}

static bool connected(CURL *e)
{
	curl_off_t us = 0;

	/* the moment when the request itself begins */
	curl_easy_getinfo(e, CURLINFO_PRETRANSFER_TIME_T, &us);
	return us > 0;
}

static enum reply_lost grade(const struct transfer *t, CURLcode code)
{
	switch ((int)code) {
	case CURLE_OK:
		return LOST_NOT;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
		return LOST_UNSENT;
	case CURLE_OPERATION_TIMEDOUT:
		return connected(t->easy) ? LOST_TIMEOUT : LOST_UNSENT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_ENGINE_NOTFOUND:
		return LOST_TLS;
	case CURLE_SSL_CONNECT_ERROR:
		/* a server that goes away in the handshake is only away */
		return strstr(t->words, "SYSCALL") ? LOST_UNSENT : LOST_TLS;
	case CURLE_WRITE_ERROR:
		return t->in.over ? LOST_LARGE : LOST_CUT;
	default:
		return LOST_CUT;
	}
}

static void hand_out(struct http *h, struct transfer *t, CURLcode code,
		     struct http_answer *a)
{
	struct transfer **p = &h->flying;
	curl_off_t after = 0;
	char *redirect = NULL;
	long status = 0;

	*a = (struct http_answer){
		.lost = t->stopped ? LOST_STOPPED : grade(t, code),
		.retry_after_ms = -1,
		.took_ms = clock_ms() - t->began_ms,
		.sent = t->out.len,
		.context = t->context,
	};
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &after);
	curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &redirect);
	a->status = (int)status;
	if (after > 0)
		a->retry_after_ms = (int64_t)after * 1000;
	if (t->stopped)
		a->why = mem_strdup("stopped by a signal");
	else if (code != CURLE_OK)
		a->why = mem_strdup(*t->words ? t->words
					      : curl_easy_strerror(code));
	else if (redirect)
		a->why = mem_printf("a redirect to %s", redirect);
	a->body = t->in;
	t->in = (struct buf)BUF_INIT(0);
	while (*p != t)
		p = &(*p)->next;
	*p = t->next;
	h->n_flying--;
	curl_multi_remove_handle(h->multi, t->easy);
	free_transfer(t);
}

bool http_done(struct http *h, struct http_answer *a)
{
	struct transfer *t;
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left))) {
		char *p = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &p);
		hand_out(h, (struct transfer *)(void *)p, m->data.result, a);
		return true;
	}
	for (t = h->flying; t; t = t->next) {
		if (t->stopped) {
			hand_out(h, t, CURLE_OK, a);
			return true;
		}
	}
	return false;
}

void http_stop(struct http *h)
{
	struct transfer *t;

	for (t = h->flying; t; t = t->next)
		t->stopped = true;
}

void http_answer_release(struct http_answer *a)
{
	buf_release(&a->body);
	free(a->why);
	a->why = NULL;
}
