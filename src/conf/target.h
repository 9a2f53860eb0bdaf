/*
 * target.h - a compiled target of targets.yaml: which Odoo, and how careful
 *
 * Spec: sluice-targets(5).
 */
#ifndef SLUICE_TARGET_H
#define SLUICE_TARGET_H

#include "core/err.h"
#include "odoo/endpoint.h"

enum target_environment { TARGET_DEV, TARGET_TEST, TARGET_PROD };
enum target_key { TARGET_KEY_FILE, TARGET_KEY_CREDENTIAL, TARGET_KEY_COMMAND };

struct target {
	char *name;
	char *file; /* where it was found */
	enum target_environment environment;
	struct endpoint endpoint; /* for session_open; key after target_key */
	enum target_key key_kind;
	char *key_from; /* path, name or command */
	char *owned[8]; /* behind the endpoint's texts */
	size_t n_owned;
};

/*
 * The target called `name` of the targets file.
 *
 * option  --profiles, or NULL
 * file    --targets, or NULL: targets.yaml in the first profiles folder that
 *         has one
 * Returns NULL with ERR_CONFIG, "file:line:column: ..."; target_free it.
 */
struct target *target_load(const char *option, const char *file,
			   const char *name, struct err *err);

/*
 * How much of a hurry this process is in: `option` (--priority, or NULL),
 * else $SLUICE_PRIORITY, which target_load heeds as well.  ERR_USAGE.
 */
int target_priority(struct target *t, const char *option, struct err *err);

/* Read the key, which only commands that connect need.  ERR_PERM. */
int target_read_key(struct target *t, struct err *err);
void target_free(struct target *t); /* wipes the key; takes NULL */

#endif
