/*
 * cmd_validate_compat.c - whether a contract may take the place of another
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_validate.h"
#include "conf/json_tree.h"
#include "conf/profile.h"
#include "contract/compat.h"
#include "core/mem.h"

struct one {
	char *path;
	struct yt_node *root;
	char *entity; /* NULL: the file is not named as a contract is */
	unsigned version;
};

static bool ends_in(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len > n && !strcmp(s + len - n, end);
}

/* A file, or the name of one among the contracts. */
static char *find(const struct job *job, const struct validate_options *o,
		  const char *name, struct err *err)
{
	if (strchr(name, '/') || ends_in(name, ".yaml") ||
	    ends_in(name, ".yml") || ends_in(name, ".json"))
		return mem_strdup(name);
	if (o->contracts)
		return mem_printf("%s/%s.yaml", o->contracts, name);
	return profile_find(job->opt.profiles, "contracts", name, err);
}

static void read_name(struct one *one)
{
	const char *base = strrchr(one->path, '/');
	char *name = mem_strdup(base ? base + 1 : one->path);
	char *dot = strrchr(name, '.');
	struct span entity;

	if (dot)
		*dot = '\0';
	if (contract_split_name(name, &entity, &one->version) == 0)
		one->entity = mem_dup(entity.p, entity.len);
	free(name);
}

/* A contract that is wrong cannot be compared. */
static int load(const struct job *job, const struct validate_options *o,
		const char *name, struct rules *rules, struct one *one,
		struct err *err)
{
	struct schema_load l = {
		.contract = true, .assert_formats = true, .rules = rules};
	struct schema *schema = NULL;

	one->path = find(job, o, name, err);
	if (!one->path)
		return -1;
	read_name(one);
	l.entity = rules_entity(rules, one->entity ? span_of(one->entity)
						   : SPAN("record"));
	one->root = json_tree_load(one->path, err);
	if (one->root && contract_check_names(one->root, err) == 0)
		schema = schema_compile(one->root, &l, err);
	if (!schema)
		return -1;
	schema_free(schema);
	return 0;
}

static void release(struct one *one)
{
	free(one->path);
	free(one->entity);
	yt_free(one->root);
}

static int same_entity(const struct one *was, const struct one *is,
		       struct err *err)
{
	if (!was->entity || !is->entity || !strcmp(was->entity, is->entity))
		return 0;
	return err_set(err, ERR_USAGE,
		       "%s and %s are contracts of different entities",
		       was->path, is->path);
}

static void put_changes(struct buf *out, const struct compat *c,
			const struct one *was, const struct one *is)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		const struct compat_change *t = &c->change[i];

		buf_addf(out, "%s:%zu: %s: %s: %s (%s:%zu)\n", is->path,
			 t->new_line, compat_word[t->class], t->place, t->what,
			 was->path, t->old_line);
	}
}

/* How many of each class there are: "2 breaking, 1 unknown". */
static void put_counts(struct buf *out, const struct compat *c)
{
	const char *comma = "";
	size_t i;

	for (i = COMPAT_CLASSES; i-- > 0;) {
		if (!c->count[i])
			continue;
		buf_addf(out, "%s%zu %s", comma, c->count[i], compat_word[i]);
		comma = ", ";
	}
	if (!c->n)
		buf_adds(out, "no change");
}

/* What the file is to be called. */
static void put_advice(struct buf *out, bool fits, const struct one *was,
		       const struct one *is)
{
	unsigned next = was->version + 1;

	if (!was->entity || !is->entity) {
		buf_adds(out, fits ? "the major version stays"
				   : "a new major version is needed");
		return;
	}
	if (fits && is->version == was->version)
		buf_addf(out, "%s-%u.yaml keeps its name", was->entity,
			 was->version);
	else if (fits)
		buf_addf(out, "it may replace %s-%u.yaml under that name",
			 was->entity, was->version);
	else if (is->version > was->version)
		buf_addf(out,
			 "it is %s-%u.yaml, a new major version beside "
			 "%s-%u.yaml",
			 is->entity, is->version, was->entity, was->version);
	else
		buf_addf(out,
			 "it must be a new major version, %s-%u.yaml, beside "
			 "%s-%u.yaml",
			 was->entity, next, was->entity, was->version);
}

static int compare(struct job *job, const struct one *was, const struct one *is,
		   struct err *err)
{
	struct compat c;
	struct out out;
	bool fits;
	int rc;

	compat_compare(&c, was->root, is->root);
	fits = !c.count[COMPAT_BREAKING] && !c.count[COMPAT_UNKNOWN];
	out_init(&out, STDOUT_FILENO, job->opt.unbuffered);
	put_changes(&out.buf, &c, was, is);
	buf_adds(&out.buf, fits ? "compatible: " : "not compatible: ");
	put_counts(&out.buf, &c);
	buf_adds(&out.buf, "; ");
	put_advice(&out.buf, fits, was, is);
	buf_addc(&out.buf, '\n');
	rc = out_flush(&out, err);
	out_release(&out);
	compat_release(&c);
	return rc < 0 ? -1 : fits ? 0 : ERR_SOME;
}

int validate_compat(struct job *job, const struct validate_options *o, int argc,
		    char **argv, struct err *err)
{
	struct one was = {.path = NULL}, is = {.path = NULL};
	struct rules *rules = rules_new();
	int rc;

	if (argc != 2)
		rc = err_set(err, ERR_USAGE,
			     "--compat wants two contracts, OLD and NEW");
	else if ((rc = load(job, o, argv[0], rules, &was, err)) == 0 &&
		 (rc = load(job, o, argv[1], rules, &is, err)) == 0 &&
		 (rc = same_entity(&was, &is, err)) == 0)
		rc = compare(job, &was, &is, err);
	release(&was);
	release(&is);
	rules_free(rules);
	return rc;
}
