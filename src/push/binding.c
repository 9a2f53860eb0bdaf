#include "push/binding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/profile.h"
#include "conf/yaml_tree.h"
#include "core/buf.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/suggest.h"
#include "push/binding_check.h"
#include "push/layer.h"

#define TEXT_CEILING ((size_t)1 << 20)

static const char *const top_keys[] = {
	"entity", "model",    "adopt",   "identity", "empty",
	"codes",  "context",  "depends", "per_site", "hold",
	"fields", "conflict", NULL,
};

static const char *const field_keys[] = {
	"from", "ref",      "through",   "by",       "holds",
	"as",   "many",     "exclusive", "deferred", "owner",
	"read", "default",  "table",     "xid",      "const",
	"else", "conflict", "writable",  NULL,
};

static const char *const owner_words[] = {"legacy", "first", "odoo", NULL};

static const char *const conflict_words[] = {"legacy", "odoo", "person"};

/* ---- loading ----------------------------------------------------------- */

static int check_field(const struct yt_node *f, struct err *err)
{
	const struct yt_node *other = yt_get(f, "else");

	if (f->type == YT_LIST)
		return yt_err(f, err, "a field is a canonical name or a map");
	if (f->type == YT_SCALAR)
		return 0;
	if (yt_check_keys(f, field_keys, err) < 0)
		return -1;
	return other ? check_field(other, err) : 0;
}

/* Whether the keys of one file are those of a binding. */
static int check_file(const struct yt_node *root, struct err *err)
{
	const struct yt_node *fields = yt_get(root, "fields"), *f;

	if (yt_check_keys(root, top_keys, err) < 0)
		return -1;
	if (!fields || yt_is_null(fields))
		return 0;
	if (yt_want(fields, YT_MAP, "fields", err) < 0)
		return -1;
	yt_each (fields, f) {
		if (check_field(f, err) < 0)
			return -1;
	}
	return 0;
}

static int load_file(const char *option, const char *folder, const char *entity,
		     struct yt_node **root, struct err *err)
{
	char *path = profile_find_optional(option, folder, entity, err);

	*root = NULL;
	if (!path)
		return err->code == ERR_NONE ? 0 : -1;
	*root = yt_load(path, err);
	free(path);
	if (!*root || check_file(*root, err) < 0)
		return -1;
	return 0;
}

/* Releases with overlays of our own; one in between uses the older one. */
static const int releases[] = {19, 14};

/* The overlay of the release itself, or of the next older one we know. */
static int load_overlay(const char *option, const char *entity, int release,
			struct yt_node **over, struct err *err)
{
	char folder[32];
	size_t i;

	snprintf(folder, sizeof(folder), "odoo/%d", release);
	if (load_file(option, folder, entity, over, err) < 0)
		return -1;
	if (*over)
		return 0;
	for (i = 0; i < sizeof(releases) / sizeof(*releases); i++)
		if (releases[i] <= release) {
			snprintf(folder, sizeof(folder), "odoo/%d",
				 releases[i]);
			return load_file(option, folder, entity, over, err);
		}
	return 0;
}

/* A text member of a layered map; NULL where there is none. */
static int get_text(struct layer l, const char *key, char **out,
		    struct err *err)
{
	const struct yt_node *n = layer_node(layer_get(l, key));

	if (!n)
		return 0;
	if (n->type != YT_SCALAR)
		return yt_err(n, err, "%s is a text", key);
	*out = mem_strdup(n->text);
	return 0;
}

static int get_flag(struct layer l, const char *key, bool *out, struct err *err)
{
	const struct yt_node *n = layer_node(layer_get(l, key));

	if (!n)
		return 0;
	if (!yt_is_true(n) && !yt_is_false(n))
		return yt_err(n, err, "%s is true or false", key);
	*out = yt_is_true(n);
	return 0;
}

static int get_days(struct layer l, const char *key, int64_t *out,
		    struct err *err)
{
	const struct yt_node *n = layer_node(layer_get(l, key));

	if (!n)
		return 0;
	if (n->type != YT_SCALAR ||
	    num_parse(span_of(n->text), 0, HOLD_DAYS_MAX, out) < 0)
		return yt_err(n, err, "%s is a number of days, 0 to %d", key,
			      HOLD_DAYS_MAX);
	return 0;
}

static int get_list(struct layer l, const char *key, char ***out, size_t *n_out,
		    struct err *err)
{
	const struct yt_node *n = layer_node(layer_get(l, key)), *c;
	size_t cap = 0;

	if (!n)
		return 0;
	if (yt_want(n, YT_LIST, key, err) < 0)
		return -1;
	yt_each (n, c) {
		if (c->type != YT_SCALAR)
			return yt_err(c, err, "%s is a list of names", key);
		*out = mem_grow(*out, *n_out, &cap, sizeof(**out));
		(*out)[(*n_out)++] = mem_strdup(c->text);
	}
	return 0;
}

static int get_pairs(struct layer l, const char *key, struct bind_pair **out,
		     size_t *n_out, struct err *err)
{
	struct layer map = layer_get(l, key), member;
	const struct yt_node *n = layer_node(map);
	const char *from;
	size_t at = 0, cap = 0;

	if (!n)
		return 0;
	if (yt_want(n, YT_MAP, key, err) < 0)
		return -1;
	while (layer_next(map, &at, &from, &member)) {
		n = layer_node(member);
		if (n->type != YT_SCALAR)
			return yt_err(n, err, "%s: '%s' is a text", key, from);
		*out = mem_grow(*out, *n_out, &cap, sizeof(**out));
		(*out)[*n_out].from = mem_strdup(from);
		(*out)[(*n_out)++].to = mem_strdup(n->text);
	}
	return 0;
}

static int get_context(struct layer l, json_t **out, struct err *err)
{
	struct layer map = layer_get(l, "context"), member;
	const struct yt_node *n = layer_node(map);
	const char *key;
	size_t at = 0;

	*out = json_object();
	if (!n)
		return 0;
	if (yt_want(n, YT_MAP, "context", err) < 0)
		return -1;
	while (layer_next(map, &at, &key, &member)) {
		struct buf b = BUF_INIT(TEXT_CEILING);
		json_t *v;

		yt_put_json(&b, layer_node(member));
		v = json_loadb(b.data, b.len, JSON_DECODE_ANY, NULL);
		buf_release(&b);
		if (!v)
			return yt_err(layer_node(member), err,
				      "the context cannot carry this");
		json_object_set_new(*out, key, v);
	}
	return 0;
}

int binding_conflict(const char *word, enum bind_conflict *out)
{
	size_t i;

	for (i = 0; i < sizeof(conflict_words) / sizeof(char *); i++)
		if (!strcmp(word, conflict_words[i])) {
			*out = (enum bind_conflict)(CONFLICT_LEGACY + i);
			return 0;
		}
	return -1;
}

static int get_conflict(struct layer l, enum bind_conflict *out,
			struct err *err)
{
	const struct yt_node *n = layer_node(layer_get(l, "conflict"));

	if (!n)
		return 0;
	if (n->type != YT_SCALAR || binding_conflict(n->text, out) < 0)
		return yt_err(n, err, "conflict is legacy, odoo or person");
	return 0;
}

/* ---- fields ------------------------------------------------------------ */

static char *place_of(const struct yt_node *n)
{
	return mem_printf("%s:%zu:%zu", n->file, n->key ? n->key_line : n->line,
			  n->key ? n->key_column : n->column);
}

/* What the members say it is: a constant, a reference, a canonical field. */
static int decide_kind(struct bind_field *f, char *xid, char *fixed,
		       const struct yt_node *n, struct err *err)
{
	int ways = (xid != NULL) + (fixed != NULL) + (f->from != NULL);

	if (ways != 1) {
		free(xid);
		free(fixed);
		return yt_err_key(n, err,
				  "'%s' needs exactly one of: from, "
				  "const, xid",
				  f->name);
	}
	f->kind = xid ? BIND_XID : fixed ? BIND_CONST : BIND_FIELD;
	f->text = xid ? xid : fixed;
	if (f->ref) {
		if (f->kind != BIND_FIELD)
			return yt_err_key(n, err, "a ref needs 'from'");
		f->kind = BIND_REF;
	}
	if (f->many && f->kind != BIND_REF)
		return yt_err_key(n, err, "'many' needs a ref");
	if (f->deferred && (f->kind != BIND_REF || f->owner != OWNER_LEGACY))
		return yt_err_key(n, err,
				  "'deferred' needs a ref of owner legacy");
	if (f->exclusive && f->kind != BIND_REF)
		return yt_err_key(n, err, "'exclusive' needs a ref");
	if (f->through && f->kind != BIND_REF)
		return yt_err_key(n, err, "'through' needs a ref");
	ways = (f->n_table != 0) + (f->by != NULL) + (f->holds != NULL) +
	       (f->as != NULL);
	if (ways && f->kind != BIND_FIELD)
		return yt_err_key(n, err,
				  "'table', 'by', 'holds' and 'as' need "
				  "'from', and no ref");
	if (ways > 1)
		return yt_err_key(n, err,
				  "only one of 'table', 'by', 'holds' and "
				  "'as' fits");
	return 0;
}

static int compile_field(struct bind_field *f, struct layer l, struct err *err);

/* "else": another way to the same Odoo field. */
static int compile_other(struct bind_field *f, struct layer l, struct err *err)
{
	struct layer other = layer_get(l, "else");
	const struct yt_node *n = layer_node(other);

	if (!n)
		return 0;
	if (!f->from)
		return yt_err_key(n, err, "'else' needs 'from'");
	if (layer_node(layer_get(other, "deferred")))
		return yt_err_key(n, err,
				  "'deferred' is said of the field, not in its "
				  "'else'");
	f->other = mem_zalloc(sizeof(*f->other));
	f->other->name = mem_strdup(f->name);
	return compile_field(f->other, other, err);
}

static int compile_field(struct bind_field *f, struct layer l, struct err *err)
{
	const struct yt_node *n = layer_node(l), *owner;
	char *xid = NULL, *fixed = NULL;
	int word = 0;

	f->where = place_of(n);
	f->digits = -1;
	if (n->type == YT_SCALAR) {
		f->from = mem_strdup(n->text);
		f->read = mem_strdup(f->name);
		return 0;
	}
	if (get_text(l, "from", &f->from, err) < 0 ||
	    get_text(l, "ref", &f->ref, err) < 0 ||
	    get_text(l, "read", &f->read, err) < 0 ||
	    get_text(l, "through", &f->through, err) < 0 ||
	    get_text(l, "by", &f->by, err) < 0 ||
	    get_text(l, "holds", &f->holds, err) < 0 ||
	    get_text(l, "as", &f->as, err) < 0 ||
	    get_text(l, "default", &f->fallback, err) < 0 ||
	    get_flag(l, "many", &f->many, err) < 0 ||
	    get_flag(l, "exclusive", &f->exclusive, err) < 0 ||
	    get_flag(l, "deferred", &f->deferred, err) < 0 ||
	    get_flag(l, "writable", &f->writable, err) < 0 ||
	    get_pairs(l, "table", &f->table, &f->n_table, err) < 0)
		return -1;
	owner = layer_node(layer_get(l, "owner"));
	if (owner) {
		while (owner_words[word] &&
		       (owner->type != YT_SCALAR ||
			strcmp(owner_words[word], owner->text) != 0))
			word++;
		if (!owner_words[word])
			return yt_err(owner, err,
				      "owner is legacy, first or odoo");
	}
	f->owner = (enum bind_owner)word;
	if (get_conflict(l, &f->conflict, err) < 0)
		return -1;
	if (!f->read)
		f->read = mem_strdup(f->name);
	if (get_text(l, "xid", &xid, err) < 0 ||
	    get_text(l, "const", &fixed, err) < 0) {
		free(xid);
		return -1;
	}
	if (decide_kind(f, xid, fixed, n, err) < 0)
		return -1;
	return compile_other(f, l, err);
}

static bool goes_through(const struct bind_field *f)
{
	return f && (f->through || goes_through(f->other));
}

/* Who wins: what the field says, else what is said for all of them. */
static int compile_conflicts(struct binding *b, struct layer root,
			     const struct yt_node *top, struct err *err)
{
	enum bind_conflict all = CONFLICT_UNASKED;
	size_t i;

	if (get_conflict(root, &all, err) < 0)
		return -1;
	for (i = 0; i < b->n_fields; i++) {
		struct bind_field *f = &b->field[i];
		bool cannot = f->owner != OWNER_LEGACY || goes_through(f);

		if (f->conflict && (cannot || b->n_identity))
			return err_set(err, ERR_CONFIG,
				       "%s: 'conflict' is for fields of the "
				       "legacy system, without 'through', of "
				       "records with an external id",
				       f->where);
		if (!f->conflict && !cannot)
			f->conflict = all;
	}
	if (all && b->n_identity)
		return yt_err(top, err,
			      "'conflict' does not go with 'identity'");
	return 0;
}

static int compile_fields(struct binding *b, struct layer root,
			  const struct yt_node *top, struct err *err)
{
	struct layer map = layer_get(root, "fields"), member;
	const char *name;
	size_t at = 0, cap = 0;

	if (!layer_is_map(map))
		return yt_err(top, err, "a binding needs 'fields'");
	while (layer_next(map, &at, &name, &member)) {
		struct bind_field *f;

		b->field = mem_grow(b->field, b->n_fields, &cap,
				    sizeof(*b->field));
		f = &b->field[b->n_fields++];
		memset(f, 0, sizeof(*f));
		f->name = mem_strdup(name);
		if (compile_field(f, member, err) < 0)
			return -1;
		if (b->n_fields >= BIND_FIELDS_MAX)
			return yt_err(top, err, "more than %d fields",
				      BIND_FIELDS_MAX - 1);
	}
	return 0;
}

/* What has no external id cannot be worked on twice. */
static int check_deferred(const struct binding *b, const struct yt_node *top,
			  struct err *err)
{
	size_t k;

	for (k = 0; k < b->n_fields && b->n_identity; k++)
		if (b->field[k].deferred)
			return yt_err(top, err,
				      "'%s' cannot be deferred: this entity "
				      "has an 'identity'",
				      b->field[k].name);
	return 0;
}

/* Every name in `list` must be a field of the binding. */
static int check_names(const struct binding *b, char *const *list, size_t n,
		       const char *what, struct layer root, struct err *err)
{
	const struct yt_node *names = layer_node(layer_get(root, what));
	size_t i;

	for (i = 0; i < n; i++) {
		const struct bind_field *f = binding_field(b, list[i]);
		const struct yt_node *at = &names->child[i];

		if (!f)
			return yt_err(at, err,
				      "%s: '%s' is not among the "
				      "fields",
				      what, list[i]);
		if (f->many)
			return yt_err(at, err, "%s: '%s' is a list", what,
				      list[i]);
		if (f->deferred)
			return yt_err(at, err, "%s: '%s' is deferred", what,
				      list[i]);
	}
	return 0;
}

/* ---- digest ------------------------------------------------------------ */

static void add_text(struct hash *h, const char *s)
{
	hash_add_span(h, s ? span_of(s) : SPAN("\001none"));
}

static void add_pairs(struct hash *h, const struct bind_pair *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		add_text(h, p[i].from);
		add_text(h, p[i].to);
	}
	add_text(h, NULL);
}

static void add_field(struct hash *h, const struct bind_field *f)
{
	unsigned char kinds[4] = {(unsigned char)f->kind,
				  (unsigned char)f->owner,
				  (unsigned char)f->many, f->other != NULL};
	unsigned char conflict = (unsigned char)f->conflict;

	hash_add(h, kinds, sizeof(kinds));
	/* Bindings without such rules keep their digest. */
	if (f->conflict)
		hash_add(h, &conflict, 1);
	add_text(h, f->name);
	add_text(h, f->read);
	add_text(h, f->from);
	add_text(h, f->ref);
	add_text(h, f->through);
	add_text(h, f->by);
	add_text(h, f->holds);
	add_text(h, f->as);
	add_text(h, f->text);
	add_text(h, f->fallback);
	add_pairs(h, f->table, f->n_table);
	if (f->target)
		add_pairs(h, f->target->code, f->target->n_codes);
	if (f->other)
		add_field(h, f->other);
}

static void make_digest(struct binding *b)
{
	struct hash h;
	unsigned char whole[HASH_LEN];
	char *context = json_dumps(b->context, JSON_SORT_KEYS);
	size_t i;

	hash_init(&h);
	add_text(&h, b->entity);
	add_text(&h, b->model);
	add_text(&h, context);
	add_text(&h, b->per_site ? "site" : NULL);
	add_pairs(&h, b->code, b->n_codes);
	for (i = 0; i < b->n_identity; i++)
		add_text(&h, b->identity[i]);
	for (i = 0; i < b->n_fields; i++)
		add_field(&h, &b->field[i]);
	hash_end(&h, whole);
	memcpy(b->digest, whole, sizeof(b->digest));
	hash_release(&h);
	free(context);
}

/* ---- the whole --------------------------------------------------------- */

static int compile(struct binding *b, struct layer root, const char *entity,
		   struct err *err)
{
	const struct yt_node *top = root.base ? root.base : root.over, *model;

	if (get_text(root, "entity", &b->entity, err) < 0 ||
	    get_text(root, "model", &b->model, err) < 0 ||
	    get_list(root, "adopt", &b->adopt, &b->n_adopt, err) < 0 ||
	    get_list(root, "identity", &b->identity, &b->n_identity, err) < 0 ||
	    get_list(root, "empty", &b->empty, &b->n_empty, err) < 0 ||
	    get_list(root, "depends", &b->depends, &b->n_depends, err) < 0 ||
	    get_flag(root, "per_site", &b->per_site, err) < 0 ||
	    get_days(root, "hold", &b->hold_days, err) < 0 ||
	    get_pairs(root, "codes", &b->code, &b->n_codes, err) < 0 ||
	    get_context(root, &b->context, err) < 0)
		return -1;
	if (!b->entity || strcmp(b->entity, entity) != 0)
		return yt_err(top, err, "'entity: %s' is expected here",
			      entity);
	if (!b->model)
		return yt_err(top, err, "a binding needs 'model'");
	model = layer_node(layer_get(root, "model"));
	b->where = mem_printf("%s:%zu:%zu", model->file, model->line,
			      model->column);
	if (compile_fields(b, root, top, err) < 0 ||
	    compile_conflicts(b, root, top, err) < 0 ||
	    check_deferred(b, top, err) < 0 ||
	    check_names(b, b->adopt, b->n_adopt, "adopt", root, err) < 0 ||
	    check_names(b, b->identity, b->n_identity, "identity", root, err) <
		    0)
		return -1;
	return 0;
}

/* The binding by itself, its references not followed. */
static struct binding *load_one(const char *option, const char *entity,
				int release, struct err *err)
{
	struct yt_node *base = NULL, *over = NULL;
	struct binding *b = NULL;

	if (load_file(option, "odoo/base", entity, &base, err) < 0 ||
	    load_overlay(option, entity, release, &over, err) < 0)
		goto out;
	if (!base && !over) {
		err->code = ERR_NONE;
		goto out;
	}
	b = mem_zalloc(sizeof(*b));
	b->hold_days = HOLD_DAYS;
	if (compile(b, (struct layer){base, over}, entity, err) < 0 ||
	    binding_check((struct layer){base, over}, option, entity, err) <
		    0) {
		binding_free(b);
		b = NULL;
	}
out:
	yt_free(base);
	yt_free(over);
	return b;
}

/* Load the binding a reference leads to. */
static int link_field(struct binding *b, struct bind_field *f,
		      const char *option, int release, struct err *err)
{
	if (f->other && link_field(b, f->other, option, release, err) < 0)
		return -1;
	if (!f->ref)
		return 0;
	f->target_is_self = !strcmp(f->ref, b->entity);
	f->target =
		f->target_is_self ? b : load_one(option, f->ref, release, err);
	if (f->target)
		return 0;
	if (err->code == ERR_NONE)
		err_set(err, ERR_CONFIG, "%s: ref: there is no binding of '%s'",
			f->where, f->ref);
	return -1;
}

struct binding *binding_load(const char *option, const char *entity,
			     int release, struct err *err)
{
	struct binding *b = load_one(option, entity, release, err);
	size_t i;

	for (i = 0; b && i < b->n_fields; i++)
		if (link_field(b, &b->field[i], option, release, err) < 0) {
			binding_free(b);
			return NULL;
		}
	if (b)
		make_digest(b);
	return b;
}

static void free_list(char **list, size_t n)
{
	while (n)
		free(list[--n]);
	free(list);
}

static void free_pairs(struct bind_pair *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		free(p[i].from);
		free(p[i].to);
	}
	free(p);
}

static void release_field(struct bind_field *f)
{
	free(f->name);
	free(f->read);
	free(f->from);
	free(f->ref);
	free(f->through);
	free(f->by);
	free(f->holds);
	free(f->as);
	free(f->text);
	free(f->fallback);
	free(f->where);
	free(f->relation);
	free_pairs(f->table, f->n_table);
	if (!f->target_is_self)
		binding_free(f->target);
	if (f->other)
		release_field(f->other);
	free(f->other);
}

void binding_free(struct binding *b)
{
	size_t i;

	if (!b)
		return;
	for (i = 0; i < b->n_fields; i++)
		release_field(&b->field[i]);
	free(b->field);
	free_list(b->adopt, b->n_adopt);
	free_list(b->identity, b->n_identity);
	free_list(b->empty, b->n_empty);
	free_list(b->depends, b->n_depends);
	free_pairs(b->code, b->n_codes);
	json_decref(b->context);
	free(b->entity);
	free(b->model);
	free(b->where);
	free(b);
}

int binding_index(const struct binding *b, const char *name)
{
	size_t i;

	for (i = 0; i < b->n_fields; i++)
		if (!strcmp(b->field[i].name, name))
			return (int)i;
	return -1;
}

const struct bind_field *binding_field(const struct binding *b,
				       const char *name)
{
	int i = binding_index(b, name);

	return i < 0 ? NULL : &b->field[i];
}

bool bind_is_relation(const struct bind_field *f)
{
	return f->type == BIND_TYPE_MANY2ONE || f->type == BIND_TYPE_MANY2MANY;
}

const char *binding_code(const struct binding *b, struct span key)
{
	size_t i;

	for (i = 0; i < b->n_codes; i++)
		if (span_is(key, b->code[i].from))
			return b->code[i].to;
	return NULL;
}
