/*
 * free_odoo.c - a server that costs nothing, for measuring sluice-push alone
 *
 * usage: free_odoo
 *
 * Speaks as much JSON-2 as a push of products needs, keeps nothing, says yes
 * to every `load` and finds nobody in every search.  Prints its URL when it
 * is ready and serves until it is killed.  No evidence about Odoo: what is
 * measured beside it is the client's own time and memory.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <jansson.h>
#include <microhttpd.h>

struct body {
	char *data;
	size_t len, cap;
};

static json_int_t next_id = 1000;

static const char fields[] =
	"{\"default_code\":{\"type\":\"char\"},\"name\":{\"type\":\"char\","
	"\"required\":true},\"list_price\":{\"type\":\"float\",\"digits\":"
	"[16,2]},\"weight\":{\"type\":\"float\",\"digits\":[16,3]},"
	"\"active\":{\"type\":\"boolean\"}}";

static json_t *load(const json_t *args)
{
	size_t n = json_array_size(json_object_get(args, "data")), i;
	json_t *ids = json_array();

	for (i = 0; i < n; i++)
		json_array_append_new(ids, json_integer(next_id++));
	return json_pack("{sos[]si}", "ids", ids, "messages", "nextrow", 0);
}

static json_t *answer(const char *url, const struct body *b)
{
	const char *method = strrchr(url, '/') + 1;
	json_t *args = json_loadb(b->data ? b->data : "", b->len, 0, NULL);
	json_t *out;

	if (!strcmp(url, "/jsonrpc"))
		out = json_pack("{sss{sss[iiisis]sssi}}", "jsonrpc", "2.0",
				"result", "server_version", "19.0",
				"server_version_info", 19, 0, 0, "final", 0, "",
				"server_serie", "19.0", "protocol_version", 1);
	else if (!strcmp(method, "load"))
		out = load(args);
	else if (!strcmp(method, "fields_get"))
		out = json_loads(fields, 0, NULL);
	else if (!strcmp(method, "context_get"))
		out = json_pack("{sssi}", "lang", "en_US", "uid", 2);
	else if (!strcmp(method, "search"))
		out = json_pack("[i]", 2);
	else if (!strcmp(method, "search_count"))
		out = json_integer(0);
	else if (!strcmp(method, "default_get"))
		out = json_object();
	else if (!strcmp(url, "/json/2/res.users/read"))
		out = json_pack("[{siss}]", "id", 1, "create_date",
				"2026-01-01 00:00:00");
	else
		out = json_array();
	json_decref(args);
	return out;
}

static enum MHD_Result serve(void *context, struct MHD_Connection *c,
			     const char *url, const char *method,
			     const char *version, const char *data,
			     size_t *size, void **state)
{
	struct body *b = *state;
	struct MHD_Response *r;
	enum MHD_Result rc;
	json_t *out;
	char *text;

	(void)context, (void)method, (void)version;
	if (!b) {
		*state = b = calloc(1, sizeof(*b));
		return b ? MHD_YES : MHD_NO;
	}
	if (*size) {
		if (b->len + *size > b->cap) {
			b->cap = 2 * (b->len + *size);
			b->data = realloc(b->data, b->cap);
			if (!b->data)
				abort();
		}
		memcpy(b->data + b->len, data, *size);
		b->len += *size;
		*size = 0;
		return MHD_YES;
	}
	out = answer(url, b);
	text = json_dumps(out, JSON_COMPACT);
	json_decref(out);
	r = MHD_create_response_from_buffer(strlen(text), text,
					    MHD_RESPMEM_MUST_FREE);
	MHD_add_response_header(r, "Content-Type", "application/json");
	rc = MHD_queue_response(c, 200, r);
	MHD_destroy_response(r);
	return rc;
}

static void through(void *context, struct MHD_Connection *c, void **state,
		    enum MHD_RequestTerminationCode why)
{
	struct body *b = *state;

	(void)context, (void)c, (void)why;
	if (b)
		free(b->data);
	free(b);
}

int main(void)
{
	struct MHD_Daemon *d;
	const union MHD_DaemonInfo *info;
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr = {htonl(INADDR_LOOPBACK)},
		.sin_port = 0,
	};

	signal(SIGPIPE, SIG_IGN);
	d = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
			     serve, NULL, MHD_OPTION_SOCK_ADDR,
			     (const struct sockaddr *)&at,
			     MHD_OPTION_NOTIFY_COMPLETED, through, NULL,
			     MHD_OPTION_END);
	info = d ? MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	if (!info)
		return 71;
	printf("http://127.0.0.1:%u\n", (unsigned)info->port);
	fflush(stdout);
	pause();
	MHD_stop_daemon(d);
	return 0;
}
