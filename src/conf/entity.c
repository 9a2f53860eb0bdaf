#include "conf/entity.h"

#include <stdlib.h>
#include <string.h>

#include "conf/profile.h"
#include "core/fs.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/suggest.h"

#define VERSION_MAX 1000000

/* DIR of DIR/feeds/x.yaml; free it. */
static char *folder_of(const char *profile_path)
{
	char *dir = fs_dir(profile_path);
	char *up = mem_printf("%s/..", dir);

	free(dir);
	return up;
}

/* Length of the entity in "product-1", and the version; 0: no such name. */
static size_t split_name(const char *name, int64_t *version)
{
	const char *dash = strrchr(name, '-');

	if (!dash || num_parse(span_of(dash + 1), 1, VERSION_MAX, version) < 0)
		return 0;
	return (size_t)(dash - name);
}

/* ---- one entity ---------------------------------------------------------- */

/* The name of the newest contract that profile_find finds; free it. */
static char *newest(const char *option, const char *entity, int64_t *version)
{
	char **names = profile_names(option, "contracts");
	size_t len = strlen(entity), i;
	char *found = NULL;

	for (i = 0; names[i]; i++) {
		int64_t v;

		if (split_name(names[i], &v) != len ||
		    memcmp(names[i], entity, len) != 0 || v <= *version)
			continue;
		*version = v;
		free(found);
		found = mem_strdup(names[i]);
	}
	profile_names_free(names);
	return found;
}

static char *find_contract(const struct entity_places *p, const char *name,
			   struct err *err)
{
	char *up = p->profile_path ? folder_of(p->profile_path) : NULL;
	int64_t version = 0;
	char *here = newest(p->option, name, &version);
	char *there = up ? newest(up, name, &version) : NULL;
	char *path = NULL;

	if (there)
		path = profile_find_optional(up, "contracts", there, err);
	else if (here)
		path = profile_find_optional(p->option, "contracts", here, err);
	free(here);
	free(there);
	free(up);
	return path;
}

int entity_load(struct entity *e, const struct entity_places *p,
		const char *name, struct err *err)
{
	*e = (struct entity){.name = mem_strdup(name)};
	e->path = find_contract(p, name, err);
	if (!e->path)
		return 0;
	e->root = yt_load(e->path, err);
	return e->root ? 0 : -1;
}

void entity_release(struct entity *e)
{
	free(e->name);
	free(e->path);
	yt_free(e->root);
	*e = (struct entity){.name = NULL};
}

/* Whether the contract allows no fields but those it declares. */
static bool is_closed(const struct yt_node *root)
{
	const struct yt_node *more = yt_get(root, "additionalProperties");
	const struct yt_node *fields = yt_get(root, "properties");

	return more && yt_is_false(more) && fields && fields->type == YT_MAP &&
	       !yt_get(root, "patternProperties");
}

/*
 * `field` must be declared in `schema`, which is the entity's or that of the
 * lines called `of`.
 */
static int check_declared(const struct entity *e, const struct yt_node *schema,
			  const char *of, const char *field,
			  const struct yt_node *at, bool at_key,
			  struct err *err)
{
	const struct yt_node *fields = yt_get(schema, "properties"), *c;
	int (*tell)(const struct yt_node *n, struct err *err, const char *fmt,
		    ...) = at_key ? yt_err_key : yt_err;
	const char **words, *near;
	size_t n = 0;

	if (!schema || !is_closed(schema) || yt_get(fields, field))
		return 0;
	words = mem_alloc(mem_mul(mem_add(fields->n, 1), sizeof(*words)));
	yt_each (fields, c)
		words[n++] = c->key;
	words[n] = NULL;
	near = suggest(span_of(field), words);
	tell(at, err, "'%s' is no field of %s%s%s, says %s%s%s%s", field,
	     of ? of : "", of ? " of " : "", e->name, e->path,
	     near ? "; did you mean '" : "", near ? near : "",
	     near ? "'?" : "");
	free(words);
	return -1;
}

int entity_check_field(const struct entity *e, const char *field,
		       const struct yt_node *at, bool at_key, struct err *err)
{
	return check_declared(e, e->root, NULL, field, at, at_key, err);
}

/* ---- a feed -------------------------------------------------------------- */

/* Tell that there is no contract; 0 where there are none at all. */
static int unknown_entity(const struct entity_places *p, const char *name,
			  const struct yt_node *at, struct err *err)
{
	char *up = folder_of(p->profile_path);
	char **lists[2] = {profile_names(p->option, "contracts"),
			   profile_names(up, "contracts")};
	const char **words = NULL, *near;
	size_t n = 0, cap = 0, i, j;
	int rc = 0;

	for (i = 0; i < 2; i++)
		for (j = 0; lists[i][j]; j++) {
			int64_t v;
			size_t len = split_name(lists[i][j], &v);

			if (!len)
				continue;
			lists[i][j][len] = '\0';
			words = mem_grow(words, n, &cap, sizeof(*words));
			words[n++] = lists[i][j];
		}
	if (n) {
		words = mem_grow(words, n, &cap, sizeof(*words));
		words[n] = NULL;
		near = suggest(span_of(name), words);
		rc = yt_err(at, err,
			    "unknown entity '%s'%s%s%s (no contracts/%s-1.yaml "
			    "in the profiles)",
			    name, near ? "; did you mean '" : "",
			    near ? near : "", near ? "'?" : "", name);
	}
	free(words);
	for (i = 0; i < 2; i++)
		profile_names_free(lists[i]);
	free(up);
	return rc;
}

/* The contracts that a feed needed so far. */
struct known {
	const struct entity_places *places;
	struct entity *e;
	size_t n, cap;
	bool none; /* there are no contracts: nothing to hold the feed to */
};

/* The entity at `at`, loaded once; NULL with k->none, or with an error. */
static const struct entity *know(struct known *k, const struct yt_node *at,
				 struct err *err)
{
	struct entity *e;
	size_t i;

	for (i = 0; i < k->n; i++)
		if (!strcmp(k->e[i].name, at->text))
			return &k->e[i];
	k->e = mem_grow(k->e, k->n, &k->cap, sizeof(*k->e));
	e = &k->e[k->n++];
	if (entity_load(e, k->places, at->text, err) < 0)
		return NULL;
	if (e->root)
		return e;
	k->none = unknown_entity(k->places, at->text, at, err) == 0;
	return NULL;
}

/* What the lines called `name` are held to; NULL where nothing is said. */
static const struct yt_node *lines_schema(const struct yt_node *schema,
					  const char *name)
{
	return yt_get(yt_get(yt_get(schema, "properties"), name), "items");
}

/* The names in `fields`, and in lists below it. */
static int check_fields(const struct entity *e, const struct yt_node *schema,
			const char *of, const struct yt_node *fields,
			struct err *err)
{
	const struct yt_node *c;

	/* What has the wrong shape is refused when it is compiled. */
	if (!fields || fields->type != YT_MAP)
		return 0;
	yt_each (fields, c)
		if (check_declared(e, schema, of, c->key, c, true, err) < 0 ||
		    check_fields(e, lines_schema(schema, c->key), c->key,
				 yt_get(c, "fields"), err) < 0)
			return -1;
	return 0;
}

/* The lists that a group makes: `lines`, and those of `lists`. */
static int check_group(const struct entity *e, const struct yt_node *group,
		       struct err *err)
{
	const struct yt_node *lines = yt_get(group, "lines");
	const struct yt_node *lists = yt_get(group, "lists");

	if (lines && (entity_check_field(e, "lines", lines, true, err) < 0 ||
		      check_fields(e, lines_schema(e->root, "lines"), "lines",
				   lines, err) < 0))
		return -1;
	return check_fields(e, e->root, NULL, lists, err);
}

static int check_entry(struct known *k, const struct yt_node *entry,
		       struct err *err)
{
	const struct yt_node *name = yt_get(entry, "entity");
	const struct entity *e;

	if (!name || name->type != YT_SCALAR)
		return 0;
	e = know(k, name, err);
	if (!e)
		return k->none ? 0 : -1;
	if (check_fields(e, e->root, NULL, yt_get(entry, "fields"), err) < 0)
		return -1;
	return check_group(e, yt_get(entry, "group"), err);
}

/* Whether the profile lies in a folder that has contracts. */
static bool lies_beside_contracts(const char *profile_path)
{
	char *up = folder_of(profile_path);
	char *dir = mem_printf("%s/contracts", up);
	bool yes = fs_is_dir(dir);

	free(dir);
	free(up);
	return yes;
}

int entity_check_map(const struct yt_node *map, const char *option,
		     const char *profile_path, bool outside, struct err *err)
{
	const struct entity_places p = {option, profile_path};
	struct known k = {.places = &p};
	const struct yt_node *c;
	int rc = 0;

	if (!map || (outside && !lies_beside_contracts(profile_path)))
		return 0;
	yt_each (map, c) {
		rc = check_entry(&k, c, err);
		if (rc < 0 || k.none)
			break;
	}
	while (k.n)
		entity_release(&k.e[--k.n]);
	free(k.e);
	return rc;
}
