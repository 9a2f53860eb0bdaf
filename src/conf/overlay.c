#include "conf/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/suggest.h"

bool overlay_removes(const struct yt_node *n)
{
	return n->type == YT_SCALAR && n->plain && !strcmp(n->text, "~");
}

/* ---- copies -------------------------------------------------------------- */

/* A new child, which is valid until the next one of the same parent. */
static struct yt_node *add_child(struct yt_node *to)
{
	struct yt_node *c;

	to->child = mem_grow(to->child, to->n, &to->cap, sizeof(*to->child));
	c = &to->child[to->n++];
	memset(c, 0, sizeof(*c));
	return c;
}

/* All of `from` but its children. */
static void copy_head(struct yt_node *to, const struct yt_node *from)
{
	*to = *from;
	to->text = from->text ? mem_dup(from->text, from->len) : NULL;
	to->key = from->key ? mem_strdup(from->key) : NULL;
	to->child = NULL;
	to->n = to->cap = 0;
}

static void copy(struct yt_node *to, const struct yt_node *from)
{
	const struct yt_node *c;

	copy_head(to, from);
	yt_each (from, c)
		copy(add_child(to), c);
}

void overlay_add(struct yt_node *to, const struct yt_node *from,
		 const char *key)
{
	struct yt_node *c = add_child(to);

	copy(c, from);
	free(c->key);
	c->key = mem_strdup(key);
}

/* ---- suggesting ---------------------------------------------------------- */

/* "; did you mean 'x'?" where a child's word is near; append it. */
static void add_near(struct buf *b, const char *typed, const char **words,
		     size_t n)
{
	const char *near;

	words[n] = NULL;
	near = suggest(span_of(typed), words);
	if (near)
		buf_addf(b, "; did you mean '%s'?", near);
}

static int no_such_member(const struct yt_node *base, const struct yt_node *at,
			  struct err *err)
{
	const char **words =
		mem_alloc(mem_mul(mem_add(base->n, 1), sizeof(*words)));
	struct buf near = BUF_INIT(ERR_MSG_MAX);
	const struct yt_node *c;
	size_t n = 0;

	yt_each (base, c)
		words[n++] = c->key;
	add_near(&near, at->key, words, n);
	yt_err_key(at, err, "there is no '%s' to remove in %s:%zu%s", at->key,
		   base->file, base->line, buf_str(&near));
	buf_release(&near);
	free(words);
	return -1;
}

/* ---- maps ---------------------------------------------------------------- */

/* Append `base` with `over` laid over it to `to`; nothing if that removes it.
 */
static int add_merged(struct yt_node *to, const struct yt_node *base,
		      const struct yt_node *over, struct err *err);

static int merge_members(struct yt_node *to, const struct yt_node *base,
			 const struct yt_node *over, struct err *err)
{
	const struct yt_node *c;

	yt_each (base, c)
		if (add_merged(to, c, yt_get(over, c->key), err) < 0)
			return -1;
	yt_each (over, c) {
		if (yt_get(base, c->key))
			continue;
		if (overlay_removes(c))
			return no_such_member(base, c, err);
		copy(add_child(to), c);
	}
	return 0;
}

static int add_merged(struct yt_node *to, const struct yt_node *base,
		      const struct yt_node *over, struct err *err)
{
	struct yt_node *c;

	if (over && overlay_removes(over))
		return 0;
	c = add_child(to);
	if (!over || over->type != YT_MAP || base->type != YT_MAP) {
		copy(c, over ? over : base);
		return 0;
	}
	copy_head(c, base);
	return merge_members(c, base, over, err);
}

/* ---- entries of `map` ---------------------------------------------------- */

static const char *word(const struct yt_node *entry, const char *key)
{
	const struct yt_node *n = yt_get(entry, key);

	return n && n->type == YT_SCALAR ? n->text : NULL;
}

static bool same_word(const struct yt_node *entry, const char *key,
		      const char *with)
{
	const char *w = word(entry, key);

	return w && !strcmp(w, with);
}

/* The base's entry that `entry` is about: its place, or base->n for none. */
static int find_entry(const struct yt_node *base, const struct yt_node *entry,
		      size_t *at, struct err *err)
{
	const char *name = word(entry, "name"), *entity = word(entry, "entity");
	const char *key = name ? "name" : "entity";
	const char *with = name ? name : entity;
	size_t i, n = 0;

	*at = base->n;
	if (entry->type != YT_MAP)
		return yt_err(entry, err, "an entry of 'map' is a map");
	if (!with)
		return yt_err(entry, err,
			      "'entity' or 'name' says which entry of the base "
			      "this is");
	for (i = base->n; i-- > 0;)
		if (same_word(&base->child[i], key, with)) {
			*at = i;
			n++;
		}
	if (n < 2)
		return 0;
	return yt_err(entry, err,
		      "%s:%zu has %zu entries of %s '%s': one is told from the "
		      "other by a 'name' of its own",
		      base->file, base->line, n, key, with);
}

/* `what`: "to drop". */
static int no_such_entry(const struct yt_node *base,
			 const struct yt_node *entry, const char *what,
			 const char *help, struct err *err)
{
	const char *name = word(entry, "name");
	const char **words =
		mem_alloc(mem_mul(mem_add(base->n, 1), sizeof(*words)));
	struct buf near = BUF_INIT(ERR_MSG_MAX);
	const struct yt_node *c;
	size_t n = 0;

	yt_each (base, c) {
		const char *w = word(c, name ? "name" : "entity");

		if (w)
			words[n++] = w;
	}
	if (!name)
		name = word(entry, "entity");
	add_near(&near, name, words, n);
	yt_err(entry, err, "the base has no entry '%s'%s%s%s", name, what,
	       buf_str(&near), help);
	buf_release(&near);
	free(words);
	return -1;
}

/* What an overlay says of the entries of its base, by their places. */
struct entries {
	const struct yt_node *base, *over;
	const struct yt_node **of; /* the overlay's entry, or NULL */
	bool *drop;
};

/* `drop` is for what the base has, and then nothing else is said. */
static int take_drop(const struct yt_node *entry, bool *drop, struct err *err)
{
	static const char *const keys[] = {"drop", "entity", "name", NULL};
	const struct yt_node *c;

	*drop = false;
	if (yt_bool(entry, "drop", drop, err) < 0)
		return -1;
	if (!*drop)
		return 0;
	yt_each (entry, c) {
		const char *const *k = keys;

		while (*k && strcmp(*k, c->key) != 0)
			k++;
		if (!*k)
			return yt_err_key(c, err,
					  "an entry that is dropped says "
					  "nothing else");
	}
	return 0;
}

/* An entry that is found by its name stays what it is. */
static int check_entity(const struct yt_node *base, const struct yt_node *entry,
			struct err *err)
{
	const char *is = word(base, "entity"), *says = word(entry, "entity");

	if (!is || !says || !strcmp(is, says))
		return 0;
	return yt_err(yt_get(entry, "entity"), err,
		      "the entry '%s' of %s:%zu is of entity '%s'",
		      word(entry, "name"), base->file, base->line, is);
}

/* `add: true`: the entry is a new one, whatever the base has. */
static int check_added(const struct yt_node *base, const struct yt_node *entry,
		       struct err *err)
{
	const char *name = word(entry, "name");
	size_t i;

	if (yt_get(entry, "drop"))
		return yt_err(yt_get(entry, "drop"), err,
			      "an entry is added or dropped, not both");
	for (i = 0; name && i < base->n; i++)
		if (same_word(&base->child[i], "name", name))
			return yt_err(yt_get(entry, "name"), err,
				      "%s:%zu has an entry '%s' already",
				      base->child[i].file, base->child[i].line,
				      name);
	return 0;
}

/*
 * A name the base does not have is misspelt, or that of a further entry of the
 * entity, which would make a second record of every row: that is said.
 */
static int check_new(const struct yt_node *base, const struct yt_node *entry,
		     struct err *err)
{
	const char *entity = word(entry, "entity");
	size_t i;

	if (!word(entry, "name"))
		return 0;
	for (i = 0; i < base->n; i++)
		if (!entity || same_word(&base->child[i], "entity", entity))
			return no_such_entry(base, entry, "",
					     " ('add: true' makes a new one)",
					     err);
	return 0;
}

/* What every entry needs cannot be taken out, only replaced. */
static int check_removed(const struct yt_node *entry, struct err *err)
{
	static const char *const needed[] = {"entity", "key"};
	size_t i;

	for (i = 0; i < 2; i++) {
		const struct yt_node *n = yt_get(entry, needed[i]);

		if (n && overlay_removes(n))
			return yt_err_key(n, err,
					  "every entry needs '%s': it can be "
					  "replaced, but not removed",
					  needed[i]);
	}
	return 0;
}

static int match_one(struct entries *e, const struct yt_node *c,
		     struct err *err)
{
	bool add = false, drop;
	size_t at;

	if (c->type == YT_MAP && yt_bool(c, "add", &add, err) < 0)
		return -1;
	if (add)
		return check_added(e->base, c, err);
	if (find_entry(e->base, c, &at, err) < 0 ||
	    take_drop(c, &drop, err) < 0)
		return -1;
	if (at == e->base->n)
		return drop ? no_such_entry(e->base, c, " to drop", "", err)
			    : check_new(e->base, c, err);
	if (e->of[at])
		return yt_err(c, err,
			      "line %zu is about the same entry of the base",
			      e->of[at]->line);
	if (check_entity(&e->base->child[at], c, err) < 0)
		return -1;
	e->of[at] = c;
	e->drop[at] = drop;
	return drop ? 0 : check_removed(c, err);
}

static int match(struct entries *e, struct err *err)
{
	const struct yt_node *c;

	yt_each (e->over, c)
		if (match_one(e, c, err) < 0)
			return -1;
	return 0;
}

/* Take out what is said to the overlay and not to the map. */
static void strip(struct yt_node *entry, const char *key)
{
	size_t i = 0;

	while (i < entry->n && strcmp(entry->child[i].key, key) != 0)
		i++;
	if (i == entry->n)
		return;
	free(entry->child[i].text);
	free(entry->child[i].key);
	memmove(&entry->child[i], &entry->child[i + 1],
		(entry->n - i - 1) * sizeof(*entry->child));
	entry->n--;
}

/* `drop: false` and `add: false` say nothing. */
static void strip_words(struct yt_node *entry)
{
	strip(entry, "drop");
	strip(entry, "add");
}

static bool is_matched(const struct entries *e, const struct yt_node *entry)
{
	size_t i;

	for (i = 0; i < e->base->n; i++)
		if (e->of[i] == entry)
			return true;
	return false;
}

static int add_entries(struct yt_node *to, const struct entries *e,
		       struct err *err)
{
	const struct yt_node *c;
	size_t i;

	for (i = 0; i < e->base->n; i++) {
		if (e->drop[i])
			continue;
		if (add_merged(to, &e->base->child[i], e->of[i], err) < 0)
			return -1;
		if (e->of[i])
			strip_words(&to->child[to->n - 1]);
	}
	yt_each (e->over, c) {
		struct yt_node *added;

		if (is_matched(e, c))
			continue;
		added = add_child(to);
		copy(added, c);
		strip_words(added);
	}
	return 0;
}

static int merge_map(struct yt_node *to, const struct yt_node *base,
		     const struct yt_node *over, struct err *err)
{
	struct entries e = {.base = base, .over = over};
	struct yt_node *list = add_child(to);
	int rc;

	copy_head(list, over);
	e.of = mem_zalloc(mem_mul(mem_add(base->n, 1), sizeof(*e.of)));
	e.drop = mem_zalloc(mem_mul(mem_add(base->n, 1), sizeof(*e.drop)));
	rc = match(&e, err);
	if (rc == 0)
		rc = add_entries(list, &e, err);
	free(e.of);
	free(e.drop);
	return rc;
}

/* ---- the whole ----------------------------------------------------------- */

static bool is_own(const char *const *own, const char *key)
{
	while (*own && strcmp(*own, key) != 0)
		own++;
	return *own != NULL;
}

static int merge_section(struct yt_node *to, const struct yt_node *base,
			 const struct yt_node *over, struct err *err)
{
	if (over && !strcmp(base->key, "map") && base->type == YT_LIST &&
	    over->type == YT_LIST)
		return merge_map(to, base, over, err);
	return add_merged(to, base, over, err);
}

struct yt_node *overlay_merge(const struct yt_node *base,
			      const struct yt_node *over,
			      const char *const *own, struct err *err)
{
	struct yt_node *root = yt_root(over->file);
	const struct yt_node *c;

	copy_head(root, over);
	yt_each (base, c)
		if (!is_own(own, c->key) &&
		    merge_section(root, c, yt_get(over, c->key), err) < 0)
			goto fail;
	yt_each (over, c) {
		if (!is_own(own, c->key) && yt_get(base, c->key))
			continue;
		if (overlay_removes(c)) {
			no_such_member(base, c, err);
			goto fail;
		}
		copy(add_child(root), c);
	}
	return root;
fail:
	yt_free(root);
	return NULL;
}
