#include "contract/contract.h"

#include <dirent.h>
#include <stdlib.h>

#include "conf/profile.h"
#include "contract/rule.h"
#include "core/mem.h"
#include "core/num.h"

#define VERSION_MAX 1000000

/* "product-1" to entity and version. */
static int split_name(const char *name, struct span *entity, unsigned *version)
{
	const char *dash = strrchr(name, '-');
	int64_t v;

	if (!dash || dash == name ||
	    num_parse(span_of(dash + 1), 1, VERSION_MAX, &v) < 0)
		return -1;
	*entity = (struct span){name, (size_t)(dash - name)};
	*version = (unsigned)v;
	return 0;
}

/* What x-key names must be a field. */
static int check_key_names(const struct yt_node *root, struct err *err)
{
	const struct yt_node *key = yt_get(root, "x-key"), *c;
	const struct yt_node *fields = yt_get(root, "properties");

	if (!key)
		return 0;
	if (key->type == YT_SCALAR)
		return yt_get(fields, key->text)
			       ? 0
			       : yt_err(key, err, "x-key: there is no field %s",
					key->text);
	yt_each (key, c)
		if (!yt_get(fields, c->text))
			return yt_err(c, err, "x-key: there is no field %s",
				      c->text);
	return 0;
}

static int load_one(struct contracts *cs, const char *path, const char *name,
		    bool assert_formats, struct rules *rules, struct err *err)
{
	struct schema_load l = {.contract = true,
				.assert_formats = assert_formats,
				.rules = rules};
	struct contract k = {.version = 0};
	struct yt_node *root;
	struct span entity;

	if (split_name(name, &entity, &k.version) < 0)
		return err_set(err, ERR_CONFIG,
			       "%s: the name of a contract is ENTITY-N.yaml, "
			       "such as product-1.yaml",
			       path);
	root = yt_load(path, err);
	if (!root)
		return -1;
	k.id = l.entity = rules_entity(rules, entity);
	if (check_key_names(root, err) == 0)
		k.schema = schema_compile(root, &l, err);
	yt_free(root);
	if (!k.schema)
		return -1;
	k.entity = mem_dup(entity.p, entity.len);
	cs->list = mem_grow(cs->list, cs->n, &cs->cap, sizeof(*cs->list));
	cs->list[cs->n++] = k;
	return 0;
}

static int load_folder(struct contracts *cs, const char *dir,
		       bool assert_formats, struct rules *rules,
		       struct err *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int rc = 0;

	if (!d) {
		err_sys(err, "cannot read the contracts in %s", dir);
		err->code = ERR_CONFIG;
		return -1;
	}
	while (rc == 0 && (e = readdir(d))) {
		size_t len = strlen(e->d_name);
		char *path, *name;

		if (len <= 5 || e->d_name[0] == '.' ||
		    strcmp(e->d_name + len - 5, ".yaml") != 0)
			continue;
		path = mem_printf("%s/%s", dir, e->d_name);
		name = mem_dup(e->d_name, len - 5);
		rc = load_one(cs, path, name, assert_formats, rules, err);
		free(name);
		free(path);
	}
	closedir(d);
	if (rc == 0 && !cs->n)
		return err_set(err, ERR_CONFIG, "there are no contracts in %s",
			       dir);
	return rc;
}

static int load_profiles(struct contracts *cs, const char *option,
			 bool assert_formats, struct rules *rules,
			 struct err *err)
{
	char **names = profile_names(option, "contracts");
	int rc = 0;
	size_t i;

	for (i = 0; rc == 0 && names[i]; i++) {
		char *path = profile_find(option, "contracts", names[i], err);

		rc = path ? load_one(cs, path, names[i], assert_formats, rules,
				     err)
			  : -1;
		free(path);
	}
	profile_names_free(names);
	if (rc == 0 && !cs->n)
		return err_set(
			err, ERR_CONFIG,
			"there are no contracts in the profiles folders");
	return rc;
}

static int by_entity(const void *a, const void *b)
{
	const struct contract *x = a, *y = b;
	int c = strcmp(x->entity, y->entity);

	if (c)
		return c;
	return x->version > y->version ? -1 : x->version < y->version;
}

int contracts_load(struct contracts *cs, const char *dir, const char *option,
		   bool assert_formats, struct rules *rules, struct err *err)
{
	int rc = dir ? load_folder(cs, dir, assert_formats, rules, err)
		     : load_profiles(cs, option, assert_formats, rules, err);

	if (rc == 0)
		qsort(cs->list, cs->n, sizeof(*cs->list), by_entity);
	return rc;
}

void contracts_release(struct contracts *cs)
{
	size_t i;

	for (i = 0; i < cs->n; i++) {
		free(cs->list[i].entity);
		schema_free(cs->list[i].schema);
	}
	free(cs->list);
	*cs = (struct contracts)CONTRACTS_INIT;
}

static bool matches(const struct contract *k, struct span entity,
		    unsigned version)
{
	return span_is(entity, k->entity) &&
	       (!version || version == k->version);
}

const struct contract *contracts_find(struct contracts *cs, struct span entity,
				      unsigned version)
{
	size_t i;

	/* streams have many records of an entity behind each other */
	if (!version && cs->last && span_is(entity, cs->last->entity))
		return cs->last;
	for (i = 0; i < cs->n; i++) {
		if (!matches(&cs->list[i], entity, version))
			continue;
		if (!version)
			cs->last = &cs->list[i];
		return &cs->list[i];
	}
	return NULL;
}

bool contracts_know(const struct contracts *cs, struct span entity)
{
	size_t i;

	for (i = 0; i < cs->n; i++)
		if (span_is(entity, cs->list[i].entity))
			return true;
	return false;
}
