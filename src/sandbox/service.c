/*
 * service.c - see service.h
 */
#include "sandbox/service.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/mem.h"
#include "sandbox/seed.h"

static const struct {
	const char *login;
	enum role role;
} logins[] = {
	{"loader", ROLE_LOADER},
	{"planner", ROLE_MANAGER},
	{"clerk", ROLE_CLERK},
	{"admin", ROLE_ADMIN},
};

static int new_key(char key[USER_KEY_MAX], struct err *err)
{
	unsigned char raw[(USER_KEY_MAX - 1) / 2];
	size_t i;

	if (getrandom(raw, sizeof(raw), 0) != (ssize_t)sizeof(raw))
		return err_sys(err, "cannot make a key");
	for (i = 0; i < sizeof(raw); i++)
		snprintf(key + 2 * i, 3, "%02x", raw[i]);
	return 0;
}

/* Kept with the data, so that a restart takes the same key. */
static int read_key(struct service *s, struct user *u, struct err *err)
{
	struct fail f = FAIL_INIT;
	char *name = mem_printf("key %s", u->login);
	char *kept = store_fact(&s->store, name);
	int rc = 0;

	if (kept && strlen(kept) < USER_KEY_MAX) {
		memcpy(u->key, kept, strlen(kept) + 1);
	} else {
		rc = new_key(u->key, err);
		if (rc == 0 && store_set_fact(&s->store, name, u->key, &f) < 0)
			rc = err_set(err, ERR_IO, "%s", f.message);
	}
	fail_clear(&f);
	free(name);
	free(kept);
	return rc;
}

static int read_user(struct service *s, struct user *u, struct err *err)
{
	struct fail f = FAIL_INIT;
	json_t *args = json_pack("[s]", u->login);
	int rc = store_int(&s->store, "SELECT id FROM res_users WHERE login=?1",
			   args, 0, &u->uid, &f);

	json_decref(args);
	if (rc < 0 || !u->uid)
		rc = err_set(err, ERR_DATA, "the data has no user %s",
			     u->login);
	fail_clear(&f);
	return rc < 0 ? -1 : read_key(s, u, err);
}

int service_open(struct service *s, const char *path, int release,
		 struct err *err)
{
	bool fresh = false;
	size_t i;

	*s = (struct service){.release = release, .database = SERVICE_DATABASE};
	if (store_open(&s->store, path, release, &fresh, err) < 0)
		return path ? err_wrap(err, "%s", path) : -1;
	if (fresh && seed_records(s, err) < 0)
		return -1;
	for (i = 0; i < sizeof(logins) / sizeof(*logins); i++) {
		s->user[i].login = logins[i].login;
		s->user[i].role = logins[i].role;
		if (read_user(s, &s->user[i], err) < 0)
			return -1;
	}
	return 0;
}

void service_close(struct service *s)
{
	store_close(&s->store);
}
