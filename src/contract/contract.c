#include "contract/contract.h"

#include <dirent.h>
#include <stdlib.h>

#include "conf/profile.h"
#include "contract/rule.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/suggest.h"

#define VERSION_MAX 1000000

int contract_split_name(const char *name, struct span *entity,
			unsigned *version)
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

int contract_check_names(const struct yt_node *root, struct err *err)
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
		    const char *option, const struct schema_load *as,
		    struct err *err)
{
	struct schema_load l = *as;
	struct contract k = {.version = 0};
	size_t n_deprecated = cs->deprecations.n;
	struct yt_node *root;
	struct span entity;
	int rc = -1;

	if (contract_split_name(name, &entity, &k.version) < 0)
		return err_set(err, ERR_CONFIG,
			       "%s: the name of a contract is ENTITY-N.yaml, "
			       "such as product-1.yaml",
			       path);
	root = yt_load(path, err);
	if (!root)
		return -1;
	k.id = l.entity = rules_entity(l.rules, entity);
	if (contract_check_names(root, err) == 0 &&
	    deprecated_check_names(root, err) == 0)
		k.schema = schema_compile(root, &l, err);
	if (k.schema)
		rc = judge_new(&k.judge, root, k.schema, option, path, err);
	yt_free(root);
	if (rc < 0) {
		schema_free(k.schema);
		return -1;
	}
	k.entity = mem_dup(entity.p, entity.len);
	deprecations_name(&cs->deprecations, n_deprecated, k.entity, k.version);
	cs->any_duplicates |= judge_has_duplicates(k.judge);
	cs->list = mem_grow(cs->list, cs->n, &cs->cap, sizeof(*cs->list));
	cs->list[cs->n++] = k;
	return 0;
}

static bool is_contract(const char *file)
{
	size_t len = strlen(file);

	return len > 5 && *file != '.' && !strcmp(file + len - 5, ".yaml");
}

static int load_folder(struct contracts *cs, const char *dir,
		       const char *option, const struct schema_load *as,
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

		if (!is_contract(e->d_name))
			continue;
		path = mem_printf("%s/%s", dir, e->d_name);
		name = mem_dup(e->d_name, len - 5);
		rc = load_one(cs, path, name, option, as, err);
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
			 const struct schema_load *as, struct err *err)
{
	char **names = profile_names(option, "contracts");
	int rc = 0;
	size_t i;

	for (i = 0; rc == 0 && names[i]; i++) {
		char *path = profile_find(option, "contracts", names[i], err);

		rc = path ? load_one(cs, path, names[i], option, as, err) : -1;
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

struct names {
	char **item; /* the last is NULL */
	size_t n, cap;
};

/* The entity of a contract's name, with .yaml or without. */
static void add_entity(struct names *to, const char *name)
{
	const char *dash = strrchr(name, '-');
	size_t len = dash ? (size_t)(dash - name) : 0;

	to->item = mem_grow(to->item, to->n + 1, &to->cap, sizeof(*to->item));
	if (len)
		to->item[to->n++] = mem_dup(name, len);
	to->item[to->n] = NULL;
}

/* What x-ref may name: what has a contract, in `dir` (or NULL) or a profile. */
static struct names entities_of(const char *dir, const char *option)
{
	char **names = profile_names(option, "contracts");
	DIR *d = dir ? opendir(dir) : NULL;
	struct names list = {NULL, 0, 0};
	struct dirent *e;
	size_t i;

	add_entity(&list, "");
	for (i = 0; names[i]; i++)
		add_entity(&list, names[i]);
	while (d && (e = readdir(d)))
		if (is_contract(e->d_name))
			add_entity(&list, e->d_name);
	if (d)
		closedir(d);
	profile_names_free(names);
	return list;
}

static bool has_version(void *to, const char *entity, unsigned version)
{
	const struct contracts *cs = to;
	size_t i;

	for (i = 0; i < cs->n; i++)
		if (!strcmp(cs->list[i].entity, entity) &&
		    cs->list[i].version == version)
			return true;
	return false;
}

int contracts_load(struct contracts *cs, const char *dir, const char *option,
		   bool assert_formats, struct rules *rules, struct err *err)
{
	struct names entities = entities_of(dir, option);
	struct schema_load as = {.contract = true,
				 .assert_formats = assert_formats,
				 .rules = rules,
				 .deprecations = &cs->deprecations,
				 .entities =
					 (const char *const *)entities.item};
	int rc = dir ? load_folder(cs, dir, option, &as, err)
		     : load_profiles(cs, option, &as, err);

	profile_names_free(entities.item);
	if (rc == 0) {
		qsort(cs->list, cs->n, sizeof(*cs->list), by_entity);
		rc = deprecations_check(&cs->deprecations, has_version, cs,
					err);
	}
	return rc;
}

void contracts_release(struct contracts *cs)
{
	size_t i;

	for (i = 0; i < cs->n; i++) {
		free(cs->list[i].entity);
		judge_free(cs->list[i].judge);
		schema_free(cs->list[i].schema);
	}
	free(cs->list);
	deprecations_release(&cs->deprecations);
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

const struct contract *contracts_near(struct contracts *cs, struct span entity)
{
	const struct contract *k = contracts_find(cs, entity, 0);
	const char **names, *near;
	size_t i;

	if (k || !entity.len)
		return k;
	names = mem_zalloc(mem_mul(cs->n + 1, sizeof(*names)));
	for (i = 0; i < cs->n; i++)
		names[i] = cs->list[i].entity;
	near = suggest(entity, names);
	free(names);
	return near ? contracts_find(cs, span_of(near), 0) : NULL;
}

bool contracts_know(const struct contracts *cs, struct span entity)
{
	size_t i;

	for (i = 0; i < cs->n; i++)
		if (span_is(entity, cs->list[i].entity))
			return true;
	return false;
}
