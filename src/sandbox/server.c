/*
 * server.c - see server.h
 *
 * A thread a connection, so that a delayed answer delays no other; the data
 * is behind one lock.  Odoo keeps no connection alive, and neither do we.
 */
#include "sandbox/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/num.h"
#include "sandbox/protocol.h"
#include "sandbox/pyjson.h"

/* What Odoo 19 takes; 14 takes more, but not without end here. */
#define BODY_19 ((size_t)128 << 20)
#define BODY_14 ((size_t)256 << 20)

/* One request on its way. */
struct upload {
	struct server *server;
	struct buf body;
	bool restart; /* once it is answered */
	double away_s;
};

/* Half of a body. */
struct half {
	char *data;
	size_t send;
};

int server_address(const char *text, struct sockaddr_in *out, struct err *err)
{
	const char *colon = strrchr(text, ':');
	char *host = colon ? mem_dup(text, (size_t)(colon - text))
			   : mem_strdup("127.0.0.1");
	int64_t port = 0;
	int rc = 0;

	*out = (struct sockaddr_in){.sin_family = AF_INET};
	if (!strcmp(host, "localhost")) {
		free(host);
		host = mem_strdup("127.0.0.1");
	}
	if (num_parse(span_of(colon ? colon + 1 : text), 0, 65535, &port) < 0 ||
	    inet_pton(AF_INET, host, &out->sin_addr) != 1)
		rc = err_set(err, ERR_USAGE,
			     "--listen %s: expected 127.0.0.1:PORT", text);
	else if ((ntohl(out->sin_addr.s_addr) >> 24) != 127)
		rc = err_set(err, ERR_USAGE,
			     "--listen %s: loopback only, this is no server "
			     "for others",
			     text);
	out->sin_port = htons((uint16_t)port);
	free(host);
	return rc;
}

/* --- the log --- */

static void log_request(struct server *s, uint64_t n, const struct request *r,
			const struct exchange *x, const struct fault *fault,
			bool sent)
{
	struct buf b = BUF_INIT(REPLY_CEILING);
	struct err err = ERR_INIT;
	json_t *line, *v;
	char *text;

	if (s->log_fd < 0)
		return;
	line = json_pack("{sI ss}", "n", (json_int_t)n, "path", r->path);
	if (x->model)
		json_object_set_new(line, "model", json_string(x->model));
	if (x->method)
		json_object_set_new(line, "method", json_string(x->method));
	if (call_rows(&x->call))
		json_object_set_new(
			line, "rows",
			json_integer((json_int_t)call_rows(&x->call)));
	if ((v = call_columns(&x->call)))
		json_object_set_new(line, "columns", v);
	v = x->model ? call_ids(&x->call) : NULL;
	if (!v && x->method && !strcmp(x->method, "load"))
		v = json_incref(json_object_get(x->result, "ids"));
	else if (!v && x->method && !strcmp(x->method, "create"))
		v = json_incref(x->result);
	if (v)
		json_object_set_new(line, "ids", v);
	json_object_set_new(line, "status",
			    sent ? json_integer(x->reply.status) : json_null());
	if (x->error)
		json_object_set_new(line, "error", json_string(x->error));
	if (fault)
		json_object_set_new(line, "fault", json_string(fault->spec));
	text = json_dumps(line, JSON_COMPACT);
	buf_adds(&b, text ? text : "{}");
	buf_addc(&b, '\n');
	if (fs_write_all(s->log_fd, b.data, b.len, &err) < 0)
		log_warn("the log: %s", err.msg);
	free(text);
	json_decref(line);
	buf_release(&b);
}

/* --- replies --- */

static ssize_t half_read(void *cls, uint64_t pos, char *out, size_t max)
{
	struct half *h = cls;
	size_t n;

	if (pos >= h->send)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = h->send - (size_t)pos < max ? h->send - (size_t)pos : max;
	memcpy(out, h->data + pos, n);
	return (ssize_t)n;
}

static void half_free(void *cls)
{
	struct half *h = cls;

	free(h->data);
	free(h);
}

static struct MHD_Response *make_response(struct exchange *x, bool cut)
{
	struct buf *body = &x->reply.body;
	struct half *h;

	if (!cut)
		return MHD_create_response_from_buffer(
			body->len, body->len ? body->data : NULL,
			MHD_RESPMEM_MUST_COPY);
	h = mem_zalloc(sizeof(*h));
	h->data = mem_dup(body->data, body->len);
	h->send = body->len / 2;
	return MHD_create_response_from_callback(body->len, 32768, half_read, h,
						 half_free);
}

static enum MHD_Result send_reply(const struct server *s,
				  struct MHD_Connection *c, struct exchange *x,
				  bool cut)
{
	struct MHD_Response *r = make_response(x, cut);
	enum MHD_Result rc;
	char seconds[16];

	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", x->reply.type);
	MHD_add_response_header(r, "Connection", "close");
	if (x->reply.bearer)
		MHD_add_response_header(r, "WWW-Authenticate", "Bearer");
	if (x->reply.retry_after) {
		snprintf(seconds, sizeof(seconds), "%d", x->reply.retry_after);
		MHD_add_response_header(r, "Retry-After", seconds);
	}
	if (s->service->release == 14)
		MHD_set_response_options(r, MHD_RF_HTTP_1_0_SERVER, MHD_RO_END);
	rc = MHD_queue_response(c, (unsigned)x->reply.status, r);
	MHD_destroy_response(r);
	return rc;
}

static struct fault *find_fault(struct server *s, const struct exchange *x)
{
	struct fault *found = NULL;
	size_t i;

	/* All of them count; the first that strikes does. */
	for (i = 0; i < s->n_faults; i++)
		if (fault_strikes(&s->fault[i], s->count, x->model,
				  x->method) &&
		    !found)
			found = &s->fault[i];
	return found;
}

static void refuse(struct exchange *x, const struct fault *f)
{
	static const struct {
		int status;
		const char *words;
	} pages[] = {
		{429, "Too Many Requests"},
		{502, "Bad Gateway"},
		{503, "Service Unavailable"},
		{504, "Gateway Timeout"},
	};
	const char *words = "Error";
	size_t i;

	for (i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		if (pages[i].status == f->status)
			words = pages[i].words;
	reply_html(
		x, f->status,
		"<html>\n<head><title>%d %s</title></head>\n"
		"<body>\n<center><h1>%d %s</h1></center>\n</body>\n</html>\n",
		f->status, words, f->status, words);
	x->reply.retry_after = (int)f->arg;
}

static enum call_trouble trouble_of(const struct fault *f)
{
	if (f && f->kind == FAULT_SERIALIZATION)
		return CALL_CONFLICT;
	return f && f->kind == FAULT_RESTART ? CALL_STOPPED : CALL_FINE;
}

/* Under the lock: everything but the sending. */
static struct fault play(struct server *s, const struct request *r,
			 struct exchange *x, struct upload *u)
{
	struct fault *f, none = {.kind = FAULT_NONE};

	s->count++;
	protocol_read(s->service, r, x);
	f = find_fault(s, x);
	if (f && f->kind == FAULT_STATUS)
		refuse(x, f);
	if (f && f->kind == FAULT_DIE_BEFORE)
		kill(getpid(), SIGKILL);
	if (!f || f->kind != FAULT_DROP_BEFORE)
		protocol_answer(s->service, x, trouble_of(f));
	if (f && f->kind == FAULT_DIE_AFTER)
		kill(getpid(), SIGKILL);
	if (f && f->kind == FAULT_RESTART) {
		u->restart = true;
		u->away_s = f->arg > 0 ? f->arg : 1;
	}
	log_request(s, s->count, r, x, f,
		    !f || (f->kind != FAULT_DROP_BEFORE &&
			   f->kind != FAULT_DROP_AFTER));
	return f ? *f : none;
}

static enum MHD_Result handle(struct server *s, struct MHD_Connection *c,
			      const char *path, const char *verb,
			      struct upload *u)
{
	struct exchange x;
	struct fault f;
	enum MHD_Result rc = MHD_NO;
	const char *type =
		MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Type");
	struct request r = {
		.verb = verb,
		.path = path,
		.type = type ? type : "",
		.authorization = MHD_lookup_connection_value(c, MHD_HEADER_KIND,
							     "Authorization"),
		.database = MHD_lookup_connection_value(c, MHD_HEADER_KIND,
							"X-Odoo-Database"),
		.body = u->body.data,
		.len = u->body.len,
		.over = u->body.over,
	};

	exchange_init(&x);
	pthread_mutex_lock(&s->lock);
	f = play(s, &r, &x, u);
	pthread_mutex_unlock(&s->lock);
	if (f.kind == FAULT_DELAY)
		clock_sleep_ms((int64_t)(f.arg * 1000));
	if (f.kind != FAULT_DROP_BEFORE && f.kind != FAULT_DROP_AFTER)
		rc = send_reply(s, c, &x, f.kind == FAULT_CUT_BODY);
	exchange_release(&x);
	return rc;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c,
				  const char *path, const char *verb,
				  const char *version, const char *data,
				  size_t *size, void **state)
{
	struct server *s = cls;
	struct upload *u = *state;

	(void)version;
	if (!u) {
		u = mem_zalloc(sizeof(*u));
		u->server = s;
		u->body = (struct buf)BUF_INIT(
			s->service->release == 14 ? BODY_14 : BODY_19);
		*state = u;
		return MHD_YES;
	}
	if (*size) {
		if (!u->body.over)
			buf_add(&u->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	return handle(s, c, path, verb, u);
}

static void on_completed(void *cls, struct MHD_Connection *c, void **state,
			 enum MHD_RequestTerminationCode code)
{
	struct upload *u = *state;

	(void)cls;
	(void)c;
	(void)code;
	if (!u)
		return;
	if (u->restart)
		atomic_store(&u->server->away_ms,
			     (long long)(u->away_s * 1000));
	buf_release(&u->body);
	free(u);
	*state = NULL;
}

int server_start(struct server *s, struct err *err)
{
	const union MHD_DaemonInfo *info;

	s->daemon = MHD_start_daemon(
		MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD,
		0, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR,
		(const struct sockaddr *)&s->address,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)256 * 1024,
		MHD_OPTION_END);
	if (!s->daemon)
		return err_sys(err, "cannot listen on port %u",
			       (unsigned)ntohs(s->address.sin_port));
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	if (info && info->port)
		s->address.sin_port = htons(info->port);
	return 0;
}

void server_stop(struct server *s)
{
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	s->daemon = NULL;
}
