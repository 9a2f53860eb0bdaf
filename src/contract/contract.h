/*
 * contract.h - the contracts of a profiles folder, by entity and version
 *
 * contracts/ENTITY-N.yaml is a schema over the `fields` of the entity's
 * records; N is its major version.  All of them are read before the first
 * record, so that a wrong one stops the command before it did anything.
 *
 * Spec: sluice-contract(5).
 */
#ifndef SLUICE_CONTRACT_H
#define SLUICE_CONTRACT_H

#include "contract/deprecated.h"
#include "contract/envelope.h"
#include "contract/judge.h"
#include "contract/schema.h"

struct contract {
	char *entity;
	unsigned version;
	uint32_t id; /* of the entity, see rules_entity */
	struct schema *schema;
	struct judge *judge; /* what is beside the schema, or NULL */
};

struct contracts {
	struct contract *list; /* by entity, the highest version first */
	size_t n, cap;
	const struct contract *last; /* found */
	struct deprecations deprecations;
	bool any_duplicates; /* one has x-duplicates */
};

#define CONTRACTS_INIT        \
	{                     \
		.list = NULL, \
	}

/*
 * Read the contracts in the folder `dir`, or where it is NULL, those of the
 * profiles (see profile_names; `option` is --profiles).  ERR_CONFIG.
 */
int contracts_load(struct contracts *cs, const char *dir, const char *option,
		   bool assert_formats, struct rules *rules, struct err *err);
void contracts_release(struct contracts *cs);

/* Version 0 is the highest.  NULL where there is none. */
const struct contract *contracts_find(struct contracts *cs, struct span entity,
				      unsigned version);

/* The highest version of the entity, or where there is none, of the one whose
 * name is most like it; NULL. */
const struct contract *contracts_near(struct contracts *cs, struct span entity);

/* Whether there is a contract of any version. */
bool contracts_know(const struct contracts *cs, struct span entity);

/* "product-1" to entity and version; the entity points into the name.  -1. */
int contract_split_name(const char *name, struct span *entity,
			unsigned *version);
/* What x-key names must be a field.  ERR_CONFIG. */
int contract_check_names(const struct yt_node *root, struct err *err);

#endif
