/*
 * entity.h - which entities there are, and which fields they have
 *
 * What a feed makes and a binding takes is held to the contracts of the
 * profiles (contracts/ENTITY-N.yaml) when they are loaded.  An entity is known
 * where there is a contract of it in any profiles folder; where there are no
 * contracts at all, every entity is.  A field is known where the newest
 * contract declares it in `properties`, or does not say
 * `additionalProperties: false`.
 */
#ifndef SLUICE_ENTITY_H
#define SLUICE_ENTITY_H

#include "conf/yaml_tree.h"

/* The newest contract of an entity. */
struct entity {
	char *name;
	char *path;           /* of the contract */
	struct yt_node *root; /* NULL: there is none */
};

/*
 * Where contracts are: option --profiles (or NULL), and the profile at hand,
 * in whose folder (DIR of DIR/feeds/x.yaml) they are looked for, too.
 */
struct entity_places {
	const char *option, *profile_path;
};

/*
 * Load the newest contract of `name`.  0 also where there is none, with a NULL
 * root; -1 with ERR_CONFIG where it is no YAML.  Release in either case.
 */
int entity_load(struct entity *e, const struct entity_places *p,
		const char *name, struct err *err);
void entity_release(struct entity *e);

/*
 * `field` must be one of the entity's; an error is told at `at`, or at its
 * name where `at_key`, and suggests the right one.
 */
int entity_check_field(const struct entity *e, const char *field,
		       const struct yt_node *at, bool at_key, struct err *err);

/*
 * The entries of a feed's `map` (or NULL) at profile_path: their entities and
 * the names in `fields`, and of lines, in lists and groups.  `outside`: the
 * feed was named by a path; it is only looked at where it lies in a folder of
 * profiles that has contracts.
 */
int entity_check_map(const struct yt_node *map, const char *option,
		     const char *profile_path, bool outside, struct err *err);

#endif
