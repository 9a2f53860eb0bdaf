/*
 * faultproxy.c - a proxy on loopback that breaks chosen requests on purpose
 *
 * The end-to-end tests put it in front of the sandbox or a real Odoo.  One
 * request a connection, as Odoo itself does; one thread a connection.  What
 * went through is logged before the client gets its answer, so a test that
 * waited for its client finds all lines.  Keys, headers and values are never
 * logged.
 *
 * Spec: RFC 9112, as far as Odoo, libmicrohttpd and libcurl use it: bodies of
 * requests have a Content-Length, answers may come in any framing.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#define HEAD_CEILING   (64u << 10)
#define BODY_CEILING   (256u << 20)
#define FAULTS_MAX     64
#define RANGES_MAX     16
#define PEER_TIMEOUT_S 600

static const char help[] =
	"usage: faultproxy --upstream URL [OPTION...]\n"
	"\n"
	"  --upstream URL    server on loopback, such as "
	"http://127.0.0.1:8069\n"
	"  --listen PORT     default: any free one\n"
	"  --fault SPEC      KIND[=ARG]@WHEN; the first that hits a request "
	"wins\n"
	"  --log FILE        append one JSON line a request: n, at_ms, "
	"method,\n"
	"                    path, rpc, rows, bytes_in, fault, upstream, "
	"status,\n"
	"                    bytes_out, ms\n"
	"  --while-pid PID   stop when that process has ended\n"
	"\n"
	"Prints {\"url\":\"http://127.0.0.1:PORT\"} when ready; SIGTERM ends "
	"it.\n"
	"\n"
	"KIND\n"
	"  drop-before       close; the server never sees the request\n"
	"  refuse[=S]        the same, and refuse connections for S (1) "
	"seconds\n"
	"  cut-request       close after half of the request went to the "
	"server\n"
	"  drop-after        let the server do it, then close without a word\n"
	"  reset-after       the same, with a reset instead of an end\n"
	"  cut-status        close within the answer's first line\n"
	"  cut-head          close after the first half of the answer's head\n"
	"  cut-body          close after the first half of the answer's body\n"
	"  cut-last          close before the last byte of the answer\n"
	"  404, 408, 429-bare, 500, 502, 503, 504\n"
	"                    that status and an HTML page, not forwarded; with "
	"=S\n"
	"                    and Retry-After\n"
	"  408-after, 502-after, 503-after, 504-after\n"
	"                    the same, but the server has done it\n"
	"  503-retry-after[=S], 429[=S]  with Retry-After (1), not forwarded\n"
	"  delay=S           let the server do it, answer S seconds later\n"
	"  late=S            let the server have it S seconds later, even when "
	"the\n"
	"                    client is gone by then\n"
	"  html, html-after  200 and a login page; not forwarded, or done\n"
	"WHEN\n"
	"  3   2,5   4-6   7-            requests by number, from 1\n"
	"  every3            number 3, 6, 9, ...\n"
	"  PATTERN           every request whose RPC matches, as in\n"
	"                    'product.product.load', '*.load', 'common.*'\n"
	"  PATTERN#NUMBERS   numbers count the matching requests only\n"
	"  PATTERN~TEXT      matching requests with TEXT in their body\n";

/* ---- bytes ------------------------------------------------------------- */

struct bytes {
	char *data; /* always a NUL behind len */
	size_t len, cap;
};

static void bytes_reserve(struct bytes *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 4096;

	while (cap - b->len <= more)
		cap *= 2;
	if (cap == b->cap)
		return;
	b->data = realloc(b->data, cap);
	if (!b->data) {
		fputs("faultproxy: out of memory\n", stderr);
		_exit(EX_OSERR);
	}
	b->cap = cap;
}

static void bytes_add(struct bytes *b, const void *data, size_t len)
{
	bytes_reserve(b, len);
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

__attribute__((format(printf, 2, 3))) static void bytes_addf(struct bytes *b,
							     const char *format,
							     ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return;
	bytes_reserve(b, (size_t)len + 1);
	va_start(args, format);
	vsnprintf(b->data + b->len, (size_t)len + 1, format, args);
	va_end(args);
	b->len += (size_t)len;
}

/* ---- faults ------------------------------------------------------------ */

enum deed {
	DEED_DROP_BEFORE,
	DEED_REFUSE,
	DEED_CUT_REQUEST,
	DEED_DROP_AFTER,
	DEED_RESET_AFTER,
	DEED_CUT_STATUS,
	DEED_CUT_HEAD,
	DEED_CUT_BODY,
	DEED_CUT_LAST,
	DEED_STATUS,
	DEED_STATUS_AFTER,
	DEED_RETRY_AFTER,
	DEED_DELAY,
	DEED_LATE,
	DEED_HTML,
};

static const struct kind {
	const char *name;
	enum deed deed;
	int status;
	const char *title;
} kinds[] = {
	{"drop-before", DEED_DROP_BEFORE, 0, NULL},
	{"refuse", DEED_REFUSE, 0, NULL},
	{"cut-request", DEED_CUT_REQUEST, 0, NULL},
	{"drop-after", DEED_DROP_AFTER, 0, NULL},
	{"reset-after", DEED_RESET_AFTER, 0, NULL},
	{"cut-status", DEED_CUT_STATUS, 0, NULL},
	{"cut-head", DEED_CUT_HEAD, 0, NULL},
	{"cut-body", DEED_CUT_BODY, 0, NULL},
	{"cut-last", DEED_CUT_LAST, 0, NULL},
	{"404", DEED_STATUS, 404, "Not Found"},
	{"408", DEED_STATUS, 408, "Request Timeout"},
	{"429-bare", DEED_STATUS, 429, "Too Many Requests"},
	{"500", DEED_STATUS, 500, "Internal Server Error"},
	{"502", DEED_STATUS, 502, "Bad Gateway"},
	{"503", DEED_STATUS, 503, "Service Unavailable"},
	{"504", DEED_STATUS, 504, "Gateway Timeout"},
	{"408-after", DEED_STATUS_AFTER, 408, "Request Timeout"},
	{"502-after", DEED_STATUS_AFTER, 502, "Bad Gateway"},
	{"503-after", DEED_STATUS_AFTER, 503, "Service Unavailable"},
	{"504-after", DEED_STATUS_AFTER, 504, "Gateway Timeout"},
	{"503-retry-after", DEED_RETRY_AFTER, 503, "Service Unavailable"},
	{"429", DEED_RETRY_AFTER, 429, "Too Many Requests"},
	{"delay", DEED_DELAY, 0, NULL},
	{"late", DEED_LATE, 0, NULL},
	{"html", DEED_HTML, 200, "Sign in"},
	{"html-after", DEED_STATUS_AFTER, 200, "Sign in"},
};

struct fault {
	const struct kind *kind;
	double seconds;
	bool retry_after; /* say it */
	char *pattern;    /* of RPC names; NULL: every request */
	char *text;       /* in the body; NULL: any */
	unsigned long every;
	struct {
		unsigned long first, last;
	} ranges[RANGES_MAX];
	size_t n_ranges;   /* 0 and no `every`: all */
	unsigned long met; /* requests that matched so far */
};

static int parse_number(const char **at, unsigned long *value)
{
	char *end;

	if (**at < '1' || **at > '9')
		return -1;
	errno = 0;
	*value = strtoul(*at, &end, 10);
	*at = end;
	return errno ? -1 : 0;
}

static int parse_numbers(const char *at, struct fault *f)
{
	if (!strncmp(at, "every", 5)) {
		at += 5;
		return parse_number(&at, &f->every) < 0 || *at ? -1 : 0;
	}
	for (;;) {
		unsigned long *first = &f->ranges[f->n_ranges].first;
		unsigned long *last = &f->ranges[f->n_ranges].last;

		if (f->n_ranges == RANGES_MAX || parse_number(&at, first) < 0)
			return -1;
		*last = *first;
		if (*at == '-') {
			at++;
			if (*at == ',' || !*at)
				*last = (unsigned long)-1;
			else if (parse_number(&at, last) < 0)
				return -1;
		}
		f->n_ranges++;
		if (!*at)
			return 0;
		if (*at++ != ',')
			return -1;
	}
}

static int parse_when(const char *when, struct fault *f)
{
	const char *hash = strchr(when, '#'), *tilde = strchr(when, '~');

	if (tilde) {
		f->pattern = strndup(when, (size_t)(tilde - when));
		f->text = strdup(tilde + 1);
		return tilde == when || !tilde[1] ? -1 : 0;
	}
	if (hash) {
		f->pattern = strndup(when, (size_t)(hash - when));
		return hash == when ? -1 : parse_numbers(hash + 1, f);
	}
	if ((*when >= '0' && *when <= '9') || !strncmp(when, "every", 5))
		return parse_numbers(when, f);
	f->pattern = strdup(when);
	return *when ? 0 : -1;
}

static bool takes_seconds(enum deed deed)
{
	return deed == DEED_DELAY || deed == DEED_LATE || deed == DEED_REFUSE ||
	       deed == DEED_STATUS || deed == DEED_RETRY_AFTER;
}

static int parse_fault(const char *spec, struct fault *f)
{
	const char *at = strchr(spec, '@'), *equals = strchr(spec, '=');
	size_t i, len;
	char *end;

	if (!at)
		return -1;
	if (equals && equals > at)
		equals = NULL;
	len = (size_t)((equals ? equals : at) - spec);
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strlen(kinds[i].name) == len &&
		    !memcmp(kinds[i].name, spec, len))
			f->kind = &kinds[i];
	if (!f->kind)
		return -1;
	f->seconds = 1;
	f->retry_after = f->kind->deed == DEED_RETRY_AFTER;
	if (equals) {
		if (!takes_seconds(f->kind->deed))
			return -1;
		f->retry_after |= f->kind->deed == DEED_STATUS;
		f->seconds = strtod(equals + 1, &end);
		if (end == equals + 1 || end != at ||
		    !(f->seconds >= 0 && f->seconds <= PEER_TIMEOUT_S))
			return -1;
	} else if (f->kind->deed == DEED_DELAY || f->kind->deed == DEED_LATE) {
		return -1;
	}
	return parse_when(at + 1, f);
}

static bool fault_hits(struct fault *f, const char *rpc,
		       const struct bytes *request)
{
	size_t i;

	if (f->pattern && fnmatch(f->pattern, rpc, 0))
		return false;
	if (f->text &&
	    !memmem(request->data, request->len, f->text, strlen(f->text)))
		return false;
	f->met++;
	if (f->every)
		return f->met % f->every == 0;
	for (i = 0; i < f->n_ranges; i++)
		if (f->met >= f->ranges[i].first && f->met <= f->ranges[i].last)
			return true;
	return f->n_ranges == 0;
}

/* ---- the proxy --------------------------------------------------------- */

static struct {
	struct sockaddr_in upstream;
	struct fault faults[FAULTS_MAX];
	size_t n_faults;
	unsigned long n; /* requests so far */
	pthread_mutex_t lock;
	int log_fd;
	int refuse_fd; /* pipe to the main thread: ms to refuse for, uint32_t */
	struct timespec started;
} proxy = {.lock = PTHREAD_MUTEX_INITIALIZER, .log_fd = -1};

struct exchange {
	int client;
	struct bytes request, answer;
	size_t request_head, answer_head; /* lengths, with the empty line */
	char *method, *path, *rpc;
	long rows; /* of load; -1: none */
	const struct fault *fault;
	unsigned long n;
	int upstream_status, status; /* 0: none */
	struct timespec begun;
};

static long ms_between(const struct timespec *a, const struct timespec *b)
{
	return (b->tv_sec - a->tv_sec) * 1000 +
	       (b->tv_nsec - a->tv_nsec) / 1000000;
}

/* The length of the head at the start of `b`, or 0 while it is not whole. */
static size_t head_length(const struct bytes *b)
{
	const char *end = b->len ? strstr(b->data, "\r\n\r\n") : NULL;

	return end ? (size_t)(end - b->data) + 4 : 0;
}

/* The value of a header field, up to the end of its line; NULL: not there. */
static const char *header(const struct bytes *b, size_t head, const char *name)
{
	size_t len = strlen(name);
	const char *at = b->data;

	while ((at = strstr(at, "\r\n")) && (size_t)(at - b->data) < head) {
		at += 2;
		if (!strncasecmp(at, name, len) && at[len] == ':') {
			at += len + 1;
			return at + strspn(at, " \t");
		}
	}
	return NULL;
}

static ssize_t read_some(int fd, struct bytes *b)
{
	ssize_t got;

	bytes_reserve(b, 1u << 16);
	do
		got = recv(fd, b->data + b->len, (1u << 16) - 1, 0);
	while (got < 0 && errno == EINTR);
	if (got > 0) {
		b->len += (size_t)got;
		b->data[b->len] = '\0';
	}
	return got;
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t put = send(fd, data, len, MSG_NOSIGNAL);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return -1;
		data += put;
		len -= (size_t)put;
	}
	return 0;
}

/*
 * Read a message into `b`.  Without a Content-Length a request has no body,
 * and an answer goes on to the end of the connection.  Returns the length of
 * the head, or 0 when the peer sent no whole message.
 */
static size_t read_message(int fd, struct bytes *b, bool is_answer)
{
	const char *value;
	size_t head, body = 0;

	while (!(head = head_length(b)))
		if (b->len > HEAD_CEILING || read_some(fd, b) <= 0)
			return 0;
	value = header(b, head, "Content-Length");
	if (value)
		body = strtoul(value, NULL, 10);
	if (body > BODY_CEILING)
		return 0;
	if (!is_answer && header(b, head, "Expect") &&
	    write_all(fd, "HTTP/1.1 100 Continue\r\n\r\n", 25) < 0)
		return 0;
	while ((is_answer && !value) || b->len < head + body) {
		ssize_t got = read_some(fd, b);

		if (got < 0 || b->len > HEAD_CEILING + BODY_CEILING)
			return 0;
		if (got == 0)
			return is_answer && !value ? head : 0;
	}
	return head;
}

/* What a JSON-RPC or JSON-2 request calls, and how many rows it loads. */
static void name_call(struct exchange *x)
{
	json_t *root, *args = NULL, *data = NULL;
	const char *service = "", *method = "", *model = "", *slash;

	root = json_loadb(x->request.data + x->request_head,
			  x->request.len - x->request_head, 0, NULL);
	if (!strncmp(x->path, "/json/2/", 8)) {
		slash = strchr(x->path + 8, '/');
		if (slash &&
		    asprintf(&x->rpc, "%.*s.%.*s", (int)(slash - x->path - 8),
			     x->path + 8, (int)strcspn(slash + 1, "?"),
			     slash + 1) < 0)
			x->rpc = NULL;
		data = json_object_get(root, "data");
	} else if (!json_unpack(root, "{s:{s:s, s:s, s?o}}", "params",
				"service", &service, "method", &method, "args",
				&args)) {
		if (!strcmp(service, "object")) {
			model = json_string_value(json_array_get(args, 3));
			method = json_string_value(json_array_get(args, 4));
			data = json_array_get(json_array_get(args, 5), 1);
		} else {
			model = service;
		}
		if (model && method &&
		    asprintf(&x->rpc, "%s.%s", model, method) < 0)
			x->rpc = NULL;
	}
	if (!x->rpc)
		x->rpc = strdup("");
	x->rows = -1;
	if (x->rpc && json_is_array(data) && strlen(x->rpc) > 5 &&
	    !strcmp(x->rpc + strlen(x->rpc) - 5, ".load"))
		x->rows = (long)json_array_size(data);
	json_decref(root);
}

/* Give the request its number and its fate. */
static void choose_fault(struct exchange *x)
{
	size_t i;

	pthread_mutex_lock(&proxy.lock);
	x->n = ++proxy.n;
	for (i = 0; i < proxy.n_faults; i++)
		if (fault_hits(&proxy.faults[i], x->rpc, &x->request) &&
		    !x->fault)
			x->fault = &proxy.faults[i];
	pthread_mutex_unlock(&proxy.lock);
}

/* Copy a message, its Connection and Expect fields replaced by a close. */
static void copy_closing(const struct bytes *from, size_t head,
			 struct bytes *to)
{
	const char *line = from->data, *next;

	for (; line < from->data + head - 2; line = next) {
		next = strstr(line, "\r\n") + 2;
		if (strncasecmp(line, "Connection:", 11) &&
		    strncasecmp(line, "Keep-Alive:", 11) &&
		    strncasecmp(line, "Expect:", 7))
			bytes_add(to, line, (size_t)(next - line));
	}
	bytes_addf(to, "Connection: close\r\n\r\n");
	bytes_add(to, from->data + head, from->len - head);
}

static void pause_for(double seconds)
{
	struct timespec t = {.tv_sec = (time_t)seconds};

	t.tv_nsec = (long)((seconds - (double)t.tv_sec) * 1e9);
	nanosleep(&t, NULL);
}

/* The server gets half of the request, and no more. */
static void cut_request(const struct exchange *x)
{
	struct bytes out = {NULL, 0, 0};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	copy_closing(&x->request, x->request_head, &out);
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&proxy.upstream,
				sizeof(proxy.upstream)))
		write_all(fd, out.data, out.len / 2);
	if (fd >= 0)
		close(fd);
	free(out.data);
}

/* No connection is taken for a while: the main thread closes its door. */
static void refuse(double seconds)
{
	uint32_t ms = (uint32_t)(seconds * 1000);

	if (write(proxy.refuse_fd, &ms, sizeof(ms)) == sizeof(ms))
		pause_for(0.05); /* closed before the client comes back */
}

/* Let the server do it.  Returns -1 when it gave no whole answer. */
static int ask_upstream(struct exchange *x)
{
	struct timeval patience = {.tv_sec = PEER_TIMEOUT_S};
	struct bytes out = {NULL, 0, 0}, in = {NULL, 0, 0};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), rc = -1;
	size_t head;

	copy_closing(&x->request, x->request_head, &out);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) < 0 ||
	    connect(fd, (struct sockaddr *)&proxy.upstream,
		    sizeof(proxy.upstream)) < 0 ||
	    write_all(fd, out.data, out.len) < 0)
		goto out;
	head = read_message(fd, &in, true);
	if (!head || in.len < 12 || strncmp(in.data, "HTTP/1.", 7))
		goto out;
	x->upstream_status = (int)strtol(in.data + 9, NULL, 10);
	copy_closing(&in, head, &x->answer);
	x->answer_head = head_length(&x->answer);
	rc = 0;
out:
	if (fd >= 0)
		close(fd);
	free(out.data);
	free(in.data);
	return rc;
}

static void page(struct exchange *x, const struct fault *f)
{
	struct bytes body = {NULL, 0, 0};

	bytes_addf(&body,
		   "<!DOCTYPE html>\n<html><head><title>%s</title></head>\n"
		   "<body><h1>%s</h1></body></html>\n",
		   f->kind->title, f->kind->title);
	x->answer.len = 0;
	bytes_addf(&x->answer,
		   "HTTP/1.1 %d %s\r\n"
		   "Content-Type: text/html; charset=utf-8\r\n",
		   f->kind->status,
		   f->kind->status == 200 ? "OK" : f->kind->title);
	if (f->retry_after)
		bytes_addf(&x->answer, "Retry-After: %.0f\r\n", f->seconds);
	bytes_addf(&x->answer,
		   "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
		   body.len, body.data);
	x->status = f->kind->status;
	free(body.data);
}

/* What the server never sees, or half of it: true where that is the fault. */
static bool not_forwarded(struct exchange *x, const struct fault *f)
{
	switch (f->kind->deed) {
	case DEED_DROP_BEFORE:
		return true;
	case DEED_REFUSE:
		refuse(f->seconds);
		return true;
	case DEED_CUT_REQUEST:
		cut_request(x);
		return true;
	case DEED_STATUS:
	case DEED_RETRY_AFTER:
	case DEED_HTML:
		page(x, f);
		return true;
	case DEED_DROP_AFTER:
	case DEED_RESET_AFTER:
	case DEED_CUT_STATUS:
	case DEED_CUT_HEAD:
	case DEED_CUT_BODY:
	case DEED_CUT_LAST:
	case DEED_STATUS_AFTER:
	case DEED_DELAY:
	case DEED_LATE:
		break;
	}
	return false;
}

static void spoil_answer(struct exchange *x, const struct fault *f)
{
	switch (f->kind->deed) {
	case DEED_DROP_AFTER:
	case DEED_RESET_AFTER:
		x->answer.len = 0;
		x->status = 0;
		break;
	case DEED_CUT_STATUS:
		x->answer.len = 6;
		x->status = 0;
		break;
	case DEED_CUT_HEAD:
		x->answer.len = x->answer_head / 2;
		x->status = 0;
		break;
	case DEED_CUT_BODY:
		x->answer.len =
			x->answer_head + (x->answer.len - x->answer_head) / 2;
		break;
	case DEED_CUT_LAST:
		x->answer.len--;
		break;
	case DEED_STATUS_AFTER:
		page(x, f);
		break;
	case DEED_DELAY:
		pause_for(f->seconds);
		break;
	case DEED_DROP_BEFORE:
	case DEED_REFUSE:
	case DEED_CUT_REQUEST:
	case DEED_STATUS:
	case DEED_RETRY_AFTER:
	case DEED_LATE:
	case DEED_HTML:
		break;
	}
}

/* Prepare what the client gets: x->answer, perhaps nothing. */
static void prepare_answer(struct exchange *x)
{
	const struct fault *f = x->fault;

	if (f && not_forwarded(x, f))
		return;
	if (f && f->kind->deed == DEED_LATE)
		pause_for(f->seconds);
	if (ask_upstream(x) < 0) {
		x->answer.len = 0; /* what it did to us, the client gets */
		return;
	}
	x->status = x->upstream_status;
	if (f)
		spoil_answer(x, f);
}

static json_t *number_or_null(long value, long none)
{
	return value == none ? json_null() : json_integer(value);
}

static void write_log(const struct exchange *x)
{
	struct timespec now;
	json_t *line;
	char *text, *whole = NULL;
	int len;

	if (proxy.log_fd < 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	line = json_pack("{s:I, s:I, s:s, s:s, s:s, s:o, s:I, s:s?, s:o, s:o,"
			 " s:I, s:I}",
			 "n", (json_int_t)x->n, "at_ms",
			 (json_int_t)ms_between(&proxy.started, &x->begun),
			 "method", x->method, "path", x->path, "rpc", x->rpc,
			 "rows", number_or_null(x->rows, -1), "bytes_in",
			 (json_int_t)(x->request.len - x->request_head),
			 "fault", x->fault ? x->fault->kind->name : NULL,
			 "upstream", number_or_null(x->upstream_status, 0),
			 "status", number_or_null(x->status, 0), "bytes_out",
			 (json_int_t)x->answer.len, "ms",
			 (json_int_t)ms_between(&x->begun, &now));
	text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	len = text ? asprintf(&whole, "%s\n", text) : -1;
	/* One write to a file opened for appending: lines never mix. */
	if (len < 0 || write(proxy.log_fd, whole, (size_t)len) != len)
		fputs("faultproxy: cannot write the log\n", stderr);
	if (len >= 0)
		free(whole);
	free(text);
	json_decref(line);
}

static int first_line(struct exchange *x)
{
	const char *at = x->request.data;
	size_t method = strcspn(at, " \r"), path;

	if (at[method] != ' ')
		return -1;
	path = strcspn(at + method + 1, " \r");
	x->method = strndup(at, method);
	x->path = strndup(at + method + 1, path);
	return x->method && x->path ? 0 : -1;
}

static void *serve(void *arg)
{
	struct exchange *x = arg;
	struct timeval patience = {.tv_sec = PEER_TIMEOUT_S};
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	char rest[4096];

	setsockopt(x->client, SOL_SOCKET, SO_RCVTIMEO, &patience,
		   sizeof(patience));
	x->request_head = read_message(x->client, &x->request, false);
	clock_gettime(CLOCK_MONOTONIC, &x->begun);
	if (x->request_head && first_line(x) == 0) {
		name_call(x);
		choose_fault(x);
		prepare_answer(x);
		write_log(x);
		write_all(x->client, x->answer.data, x->answer.len);
		if (x->fault && x->fault->kind->deed == DEED_RESET_AFTER)
			setsockopt(x->client, SOL_SOCKET, SO_LINGER, &at_once,
				   sizeof(at_once));
		else
			shutdown(x->client, SHUT_WR);
		/* An end, not a reset: wait until the client has seen it. */
		patience.tv_sec = 1;
		setsockopt(x->client, SOL_SOCKET, SO_RCVTIMEO, &patience,
			   sizeof(patience));
		while ((!x->fault ||
			x->fault->kind->deed != DEED_RESET_AFTER) &&
		       recv(x->client, rest, sizeof(rest), 0) > 0)
			;
	}
	close(x->client);
	free(x->request.data);
	free(x->answer.data);
	free(x->method);
	free(x->path);
	free(x->rpc);
	free(x);
	return NULL;
}

static void accept_one(int listener)
{
	struct exchange *x;
	pthread_t thread;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	x = calloc(1, sizeof(*x));
	if (x)
		x->client = fd;
	if (!x || pthread_create(&thread, NULL, serve, x)) {
		close(fd);
		free(x);
		return;
	}
	pthread_detach(thread);
}

/* ---- start and stop ---------------------------------------------------- */

__attribute__((noreturn)) static void die(int status, const char *what)
{
	fprintf(stderr, "faultproxy: %s%s%s\n", what,
		status == EX_USAGE ? "" : ": ",
		status == EX_USAGE ? "" : strerror(errno));
	exit(status);
}

static long parse_whole(const char *text, long max)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || end == text || *end || value < 0 || value > max)
		die(EX_USAGE, "a number is out of range");
	return value;
}

/* Only servers on this machine are ever talked to. */
static void parse_upstream(const char *text)
{
	char host[64], *end = NULL;
	const char *colon;
	unsigned long port = 0;
	size_t len;

	if (!strncmp(text, "http://", 7))
		text += 7;
	colon = strchr(text, ':');
	len = colon ? (size_t)(colon - text) : 0;
	if (colon)
		port = strtoul(colon + 1, &end, 10);
	if (len >= sizeof(host) || port < 1 || port > 65535 ||
	    (*end && *end != '/'))
		die(EX_USAGE, "--upstream wants http://127.0.0.1:PORT");
	memcpy(host, text, len);
	host[len] = '\0';
	if (!strcmp(host, "localhost"))
		memcpy(host, "127.0.0.1", 10);
	proxy.upstream.sin_family = AF_INET;
	proxy.upstream.sin_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, host, &proxy.upstream.sin_addr) != 1 ||
	    (ntohl(proxy.upstream.sin_addr.s_addr) >> 24) != 127)
		die(EX_USAGE, "--upstream must be on loopback");
}

static int listen_on(uint16_t port, uint16_t *bound)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_port = htons(port)};
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
	    listen(fd, 128) < 0 ||
	    getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
		die(EX_UNAVAILABLE, "cannot listen");
	*bound = ntohs(addr.sin_port);
	return fd;
}

/* fds: the door, signals, the process to end with, calls to refuse. */
__attribute__((noreturn)) static void serve_all(struct pollfd *fds,
						uint16_t port)
{
	for (;;) {
		uint32_t refuse_ms;
		int n = poll(fds, 4, -1);

		if (n < 0 && errno != EINTR)
			die(EX_OSERR, "poll");
		if (n <= 0)
			continue;
		if ((fds[1].revents | fds[2].revents) & POLLIN)
			_exit(0); /* with what is under way */
		if (fds[3].revents & POLLIN &&
		    read(fds[3].fd, &refuse_ms, sizeof(refuse_ms)) ==
			    sizeof(refuse_ms)) {
			close(fds[0].fd);
			if (poll(fds + 1, 2, (int)refuse_ms) > 0)
				_exit(0);
			fds[0].fd = listen_on(port, &port);
		} else if (fds[0].revents & POLLIN) {
			accept_one(fds[0].fd);
		}
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"upstream", required_argument, NULL, 'u'},
		{"listen", required_argument, NULL, 'l'},
		{"fault", required_argument, NULL, 'f'},
		{"log", required_argument, NULL, 'o'},
		{"while-pid", required_argument, NULL, 'w'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct pollfd fds[4] = {{-1, POLLIN, 0},
				{-1, POLLIN, 0},
				{-1, POLLIN, 0},
				{-1, POLLIN, 0}};
	uint16_t port = 0;
	sigset_t stop;
	int c, refuse_pipe[2];

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'u':
			parse_upstream(optarg);
			break;
		case 'l':
			port = (uint16_t)parse_whole(optarg, 65535);
			break;
		case 'f':
			if (proxy.n_faults == FAULTS_MAX ||
			    parse_fault(optarg, &proxy.faults[proxy.n_faults]) <
				    0)
				die(EX_USAGE, "--fault: not a KIND[=ARG]@WHEN;"
					      " see --help");
			proxy.n_faults++;
			break;
		case 'o':
			proxy.log_fd =
				open(optarg,
				     O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
				     0600);
			if (proxy.log_fd < 0)
				die(EX_CANTCREAT, optarg);
			break;
		case 'w':
			fds[2].fd = pidfd_open(
				(pid_t)parse_whole(optarg, INT32_MAX), 0);
			if (fds[2].fd < 0)
				die(EX_NOINPUT, "--while-pid");
			break;
		case 'h':
			fputs(help, stdout);
			return 0;
		default:
			fputs(help, stderr);
			return EX_USAGE;
		}
	}
	if (!proxy.upstream.sin_port || optind != argc)
		die(EX_USAGE, "--upstream URL is needed; see --help");

	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	fds[1].fd = signalfd(-1, &stop, SFD_CLOEXEC);
	if (fds[1].fd < 0)
		die(EX_OSERR, "signalfd");
	if (pipe2(refuse_pipe, O_CLOEXEC) < 0)
		die(EX_OSERR, "pipe");
	fds[3].fd = refuse_pipe[0];
	proxy.refuse_fd = refuse_pipe[1];
	clock_gettime(CLOCK_MONOTONIC, &proxy.started);
	fds[0].fd = listen_on(port, &port);
	printf("{\"url\":\"http://127.0.0.1:%u\"}\n", (unsigned)port);
	if (fflush(stdout))
		die(EX_IOERR, "standard output");

	serve_all(fds, port);
}
