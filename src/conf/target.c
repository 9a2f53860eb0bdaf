#include "conf/target.h"

#include <stdlib.h>
#include <string.h>

#include "conf/profile.h"
#include "conf/yaml_tree.h"
#include "core/fs.h"
#include "core/mem.h"
#include "core/suggest.h"
#include "odoo/http.h"
#include "state/state.h"

static const char *const target_keys[] = {
	"url",      "database",  "login",   "key",      "environment",
	"release",  "transport", "company", "language", "ca_bundle",
	"insecure", "limits",    NULL};
static const char *const key_keys[] = {"file", "credential", "command", NULL};
static const char *const limit_keys[] = {
	"in_flight",       "batch", "requests_per_minute", "timeout_s", "tries",
	"give_up_after_s", NULL};

/* The endpoint's texts outlive the YAML tree. */
static const char *keep(struct target *t, const char *text)
{
	char *copy;

	if (!text)
		return NULL;
	copy = mem_strdup(text);
	t->owned[t->n_owned++] = copy;
	return copy;
}

/* A path in the file is relative to the file. */
static char *beside(const struct target *t, const char *path)
{
	char *dir = fs_dir(t->file);
	char *joined = fs_join(dir, path);

	free(dir);
	return joined;
}

static int compile_url(struct target *t, const struct yt_node *n,
		       struct err *err)
{
	struct err why = ERR_INIT;
	const char *url = NULL;
	bool plain = false, loopback = false;
	char *clean;
	size_t len;

	if (yt_text_required(n, "url", &url, err) < 0)
		return -1;
	if (http_check_url(url, &plain, &loopback, &why) < 0)
		/* Without the address: it may have a password in it. */
		return yt_err(yt_get(n, "url"), err, "url: %s", why.msg);
	if (plain && !loopback && !t->endpoint.insecure)
		return yt_err(yt_get(n, "url"), err,
			      "http would show the key to everybody on the "
			      "way: use https, or say 'insecure: true'");
	len = strlen(url);
	while (len && url[len - 1] == '/')
		len--;
	clean = mem_dup(url, len);
	t->endpoint.url = keep(t, clean);
	free(clean);
	return 0;
}

static int compile_key(struct target *t, const struct yt_node *n,
		       struct err *err)
{
	const struct yt_node *key = yt_get(n, "key");
	const struct yt_node *from;
	enum target_key kind = TARGET_KEY_FILE;

	if (!key)
		return yt_err(n, err,
			      "'key' is missing: {file: PATH}, "
			      "{credential: NAME} or {command: ...}");
	if (key->type != YT_MAP)
		return yt_err(key, err,
			      "the key itself does not belong here: say "
			      "{file: PATH}, {credential: NAME} or "
			      "{command: ...}");
	if (yt_check_keys(key, key_keys, err) < 0)
		return -1;
	if (key->n != 1)
		return yt_err(key, err, "one of file, credential and command");
	from = &key->child[0];
	if (yt_want(from, YT_SCALAR, from->key, err) < 0)
		return -1;
	if (!from->len)
		return yt_err(from, err, "'%s' is empty", from->key);
	if (!strcmp(from->key, "credential"))
		kind = TARGET_KEY_CREDENTIAL;
	else if (!strcmp(from->key, "command"))
		kind = TARGET_KEY_COMMAND;
	t->key_kind = kind;
	t->key_from = t->key_kind == TARGET_KEY_FILE ? beside(t, from->text)
						     : mem_strdup(from->text);
	return 0;
}

static int compile_limits(struct target *t, const struct yt_node *n,
			  struct err *err)
{
	const struct yt_node *l = yt_get(n, "limits");
	struct endpoint *ep = &t->endpoint;
	int64_t timeout_s = 0, give_up_after_s = 0;

	if (!l)
		return 0;
	if (yt_check_keys(l, limit_keys, err) < 0 ||
	    yt_int(l, "in_flight", 1, 64, &ep->in_flight, err) < 0 ||
	    yt_int(l, "batch", 1, 10000, &ep->batch, err) < 0 ||
	    yt_int(l, "requests_per_minute", 1, 60000, &ep->requests_per_minute,
		   err) < 0 ||
	    yt_int(l, "timeout_s", 1, 3600, &timeout_s, err) < 0 ||
	    yt_int(l, "tries", 1, 20, &ep->tries, err) < 0 ||
	    yt_int(l, "give_up_after_s", 1, 86400, &give_up_after_s, err) < 0)
		return -1;
	ep->timeout_ms = timeout_s * 1000;
	ep->give_up_after_ms = give_up_after_s * 1000;
	return 0;
}

static int compile_words(struct target *t, const struct yt_node *n,
			 struct err *err)
{
	static const char *const environments[] = {"dev", "test", "prod", NULL};
	static const char *const transports[] = {"auto", "json2", "jsonrpc",
						 NULL};
	const char *database = NULL, *login = NULL, *company = NULL;
	const char *language = NULL;
	int environment = TARGET_PROD, transport = TRANSPORT_AUTO;
	int64_t release = 0;

	if (yt_text_required(n, "database", &database, err) < 0 ||
	    yt_text_required(n, "login", &login, err) < 0 ||
	    yt_text(n, "company", &company, err) < 0 ||
	    yt_text(n, "language", &language, err) < 0 ||
	    yt_int(n, "release", 14, 99, &release, err) < 0 ||
	    yt_word(n, "environment", environments, &environment, err) < 0 ||
	    yt_word(n, "transport", transports, &transport, err) < 0)
		return -1;
	/* it travels in a header */
	if (strpbrk(database, "\r\n"))
		return yt_err(yt_get(n, "database"), err,
			      "a database's name has one line");
	t->environment = (enum target_environment)environment;
	t->endpoint.transport = (enum endpoint_transport)transport;
	t->endpoint.release = (int)release;
	t->endpoint.database = keep(t, database);
	t->endpoint.login = keep(t, login);
	t->endpoint.company = keep(t, company);
	t->endpoint.language = keep(t, language);
	return 0;
}

static int compile(struct target *t, const struct yt_node *n, struct err *err)
{
	const char *ca_bundle = NULL;
	char *path;

	t->endpoint.name = t->name;
	if (yt_check_keys(n, target_keys, err) < 0 ||
	    yt_bool(n, "insecure", &t->endpoint.insecure, err) < 0 ||
	    compile_url(t, n, err) < 0 || compile_words(t, n, err) < 0 ||
	    compile_key(t, n, err) < 0 || compile_limits(t, n, err) < 0 ||
	    yt_text(n, "ca_bundle", &ca_bundle, err) < 0)
		return -1;
	if (!ca_bundle)
		return 0;
	path = beside(t, ca_bundle);
	if (fs_is_file(path))
		t->endpoint.ca_bundle = keep(t, path);
	else
		yt_err(yt_get(n, "ca_bundle"), err, "there is no file %s",
		       path);
	free(path);
	return t->endpoint.ca_bundle ? 0 : -1;
}

/* The node of the target, with a suggestion where there is none. */
static const struct yt_node *pick(const struct yt_node *root, const char *name,
				  struct err *err)
{
	const struct yt_node *n = yt_get(root, name), *c;
	const char **words, *near;
	size_t i = 0;

	if (n)
		return n;
	if (yt_want(root, YT_MAP, "a targets file", err) < 0)
		return NULL;
	words = mem_alloc(mem_mul(root->n + 1, sizeof(*words)));
	yt_each (root, c)
		words[i++] = c->key;
	words[i] = NULL;
	near = suggest(span_of(name), words);
	yt_err(root, err, "there is no target '%s'%s%s%s", name,
	       near ? "; did you mean '" : "", near ? near : "",
	       near ? "'?" : "");
	free(words);
	return NULL;
}

/* Beside the state files: what all processes of this user share. */
static void place_gate(struct target *t)
{
	char *state = state_path(t->name);
	char *path = mem_printf("%.*s.gate",
				(int)(strlen(state) - strlen(".db")), state);

	t->endpoint.gate = keep(t, path);
	free(path);
	free(state);
}

int target_priority(struct target *t, const char *option, struct err *err)
{
	const char *word = option ? option : getenv("SLUICE_PRIORITY");

	if (!word || !*word) {
		t->endpoint.priority = GATE_NORMAL;
		return 0;
	}
	if (gate_priority_of(word, &t->endpoint.priority) == 0)
		return 0;
	return err_set(err, ERR_USAGE, "%s is urgent, normal or bulk, not '%s'",
		       option ? "--priority" : "SLUICE_PRIORITY", word);
}

struct target *target_load(const char *option, const char *file,
			   const char *name, struct err *err)
{
	struct target *t = mem_zalloc(sizeof(*t));
	struct yt_node *root = NULL;
	const struct yt_node *n;
	int rc = -1;

	t->name = mem_strdup(name);
	t->file = file ? mem_strdup(file)
		       : profile_find(option, "", "targets", err);
	if (t->file)
		root = yt_load(t->file, err);
	n = root ? pick(root, name, err) : NULL;
	if (n)
		rc = compile(t, n, err);
	if (rc == 0) {
		place_gate(t);
		rc = target_priority(t, NULL, err);
	}
	yt_free(root);
	if (rc == 0)
		return t;
	target_free(t);
	return NULL;
}

int target_read_key(struct target *t, struct err *err)
{
	struct secret *key = &t->endpoint.key;
	int rc = -1;

	secret_release(key);
	switch (t->key_kind) {
	case TARGET_KEY_FILE:
		rc = secret_from_file(key, t->key_from, err);
		break;
	case TARGET_KEY_CREDENTIAL:
		rc = secret_from_credential(key, t->key_from, err);
		break;
	case TARGET_KEY_COMMAND:
		rc = secret_from_command(key, t->key_from, err);
		break;
	}
	return rc < 0 ? err_wrap(err, "target %s", t->name) : 0;
}

void target_free(struct target *t)
{
	if (!t)
		return;
	secret_release(&t->endpoint.key);
	while (t->n_owned)
		free(t->owned[--t->n_owned]);
	free(t->key_from);
	free(t->file);
	free(t->name);
	free(t);
}
