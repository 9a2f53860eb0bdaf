/*
 * cmd_sandbox.c - a local server with Odoo's external API, for rehearsals
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "core/clock.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/sig.h"
#include "sandbox/server.h"
#include "sandbox/service.h"

#define LOOK_MS 20 /* how often it looks whether to stop */

static const char *opt_listen, *opt_data, *opt_release, *opt_log, *opt_while;
static struct opt_list opt_fault;

static const struct opt options[] = {
	{"listen", 0, OPT_TEXT, &opt_listen, "127.0.0.1:PORT",
	 "where to listen, loopback only (default: a free port)"},
	{"data", 0, OPT_TEXT, &opt_data, "FILE",
	 "keep the data in this file (default: in memory)"},
	{"release", 0, OPT_TEXT, &opt_release, "19|14",
	 "the release of Odoo to be like (default: 19)"},
	{"fault", 0, OPT_LIST, &opt_fault, "SPEC",
	 "what goes wrong when: KIND[=ARG]@WHEN[:MODEL.METHOD]"},
	{"log", 0, OPT_TEXT, &opt_log, "FILE",
	 "append a JSON line for each request"},
	{"while-pid", 0, OPT_TEXT, &opt_while, "PID",
	 "stop when that process is gone"},
	{NULL, 0, OPT_FLAG, NULL, NULL, NULL},
};

static int read_release(int *release, struct err *err)
{
	*release = 19;
	if (!opt_release || !strcmp(opt_release, "19"))
		return 0;
	*release = 14;
	if (!strcmp(opt_release, "14"))
		return 0;
	return err_set(err, ERR_USAGE, "--release is 19 or 14, not %s",
		       opt_release);
}

static int read_faults(struct server *s, struct err *err)
{
	size_t i;

	s->fault = mem_zalloc(mem_mul(opt_fault.n, sizeof(*s->fault)));
	s->n_faults = opt_fault.n;
	for (i = 0; i < opt_fault.n; i++)
		if (fault_parse(opt_fault.item[i], &s->fault[i], err) < 0)
			return -1;
	return 0;
}

static int read_options(struct server *s, int *release, pid_t *watched,
			struct err *err)
{
	int64_t pid = 0;

	if (read_release(release, err) < 0 ||
	    server_address(opt_listen ? opt_listen : "127.0.0.1:0", &s->address,
			   err) < 0 ||
	    read_faults(s, err) < 0)
		return -1;
	if (opt_while && num_parse(span_of(opt_while), 1, INT32_MAX, &pid) < 0)
		return err_set(err, ERR_USAGE, "--while-pid %s: no process id",
			       opt_while);
	*watched = (pid_t)pid;
	if (!opt_log)
		return 0;
	s->log_fd =
		open(opt_log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	return s->log_fd < 0 ? err_sys(err, "cannot open %s", opt_log) : 0;
}

/* The one line a client waits for. */
static int announce(const struct server *s, struct job *job, struct err *err)
{
	const struct service *v = s->service;
	char url[64];
	json_t *line;
	size_t i;
	char *text;
	int rc;

	snprintf(url, sizeof(url), "http://127.0.0.1:%u",
		 (unsigned)ntohs(s->address.sin_port));
	line = json_pack("{ss ss}", "url", url, "database", v->database);
	for (i = 0; i < USERS && v->user[i].login; i++) {
		const struct user *u = &v->user[i];
		bool main_user = u->role == ROLE_LOADER;
		char *name = main_user ? mem_strdup("login")
				       : mem_printf("%s_login", u->login);
		char *key = main_user ? mem_strdup("key")
				      : mem_printf("%s_key", u->login);

		json_object_set_new(line, name, json_string(u->login));
		json_object_set_new(line, key, json_string(u->key));
		free(name);
		free(key);
	}
	json_object_set_new(line, "pid", json_integer(getpid()));
	json_object_set_new(line, "release", json_integer(v->release));
	text = json_dumps(line, JSON_COMPACT);
	json_decref(line);
	(void)job;
	if (!text)
		return err_set(err, ERR_OS, "no memory");
	line = NULL;
	rc = fs_write_all(STDOUT_FILENO, text, strlen(text), err);
	if (rc == 0)
		rc = fs_write_all(STDOUT_FILENO, "\n", 1, err);
	free(text);
	return rc;
}

static bool is_gone(pid_t watched)
{
	return watched && kill(watched, 0) < 0 && errno == ESRCH;
}

/* Stopped by a fault, it is away for a while and comes back. */
static int restart(struct server *s, pid_t watched, struct err *err)
{
	int64_t until = clock_ms() + atomic_exchange(&s->away_ms, -1);

	server_stop(s);
	log_info("stopped by a fault");
	while (clock_ms() < until && !sig_stop() && !is_gone(watched))
		clock_sleep_ms(LOOK_MS);
	return server_start(s, err);
}

static int serve(struct server *s, pid_t watched, struct err *err)
{
	while (!sig_stop() && !is_gone(watched)) {
		if (atomic_load(&s->away_ms) >= 0 &&
		    restart(s, watched, err) < 0)
			return -1;
		clock_sleep_ms(LOOK_MS);
	}
	return 0;
}

static int run(struct job *job, int argc, char **argv, struct err *err)
{
	struct service service = {.release = 0};
	struct server server = {.service = &service, .log_fd = -1};
	pid_t watched = 0;
	int release = 0, rc = -1;

	atomic_init(&server.away_ms, -1);
	pthread_mutex_init(&server.lock, NULL);
	if (argc) {
		err_set(err, ERR_USAGE, "what is %s? there are no operands",
			argv[0]);
		goto out;
	}
	if (read_options(&server, &release, &watched, err) < 0 ||
	    service_open(&service, opt_data, release, err) < 0 ||
	    server_start(&server, err) < 0 || announce(&server, job, err) < 0)
		goto out;
	rc = serve(&server, watched, err);
out:
	server_stop(&server);
	service_close(&service);
	if (server.log_fd >= 0)
		close(server.log_fd);
	free(server.fault);
	opt_list_release(&opt_fault);
	pthread_mutex_destroy(&server.lock);
	return rc;
}

const struct command command = {
	.name = "sluice-sandbox",
	.stage = "sandbox",
	.synopsis = "[--listen 127.0.0.1:PORT] [--release 19|14] "
		    "[--data FILE] [--fault SPEC]... [--log FILE] "
		    "[--while-pid PID]",
	.summary = "A local server with Odoo's external API, for rehearsals.",
	.options = options,
	.catches_signals = true,
	.run = run,
};
