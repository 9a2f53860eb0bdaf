#include "contract/schema.h"

#include <stdlib.h>

#include "contract/schema_set.h"
#include "core/mem.h"
#include "core/suggest.h"

/* Schemas held to one value through each other, at most. */
#define DEPTH_MAX 2000
/* And for a whole record: so many, and so many for each value and byte. */
#define STEPS_MIN      1000000
#define STEPS_PER_NODE 256
#define STEPS_PER_BYTE 4
/* What takes a step's time, among what is in a value. */
#define BYTES_PER_STEP 256

static const struct kw *const tables[] = {
	kw_core,   kw_value, kw_object, kw_member, kw_array,  kw_number,
	kw_string, kw_apply, kw_rest,   kw_rule,   kw_beside,
};

#define N_TABLES  (sizeof(tables) / sizeof(tables[0]))
#define WORDS_MAX 96

static const struct kw *find_keyword(const char *name)
{
	const struct kw *k;
	size_t i;

	for (i = 0; i < N_TABLES; i++)
		for (k = tables[i]; k->name; k++)
			if (!strcmp(k->name, name))
				return k;
	return NULL;
}

static int unknown_keyword(const struct yt_node *n, struct err *err)
{
	const char *words[WORDS_MAX + 1], *near;
	const struct kw *k;
	size_t n_words = 0, i;

	for (i = 0; i < N_TABLES; i++)
		for (k = tables[i]; k->name && n_words < WORDS_MAX; k++)
			words[n_words++] = k->name;
	words[n_words] = NULL;
	near = suggest((struct span){n->key, strlen(n->key)}, words);
	if (near)
		return yt_err_key(n, err,
				  "unknown keyword '%s'; did you mean '%s'?",
				  n->key, near);
	return yt_err_key(n, err, "unknown keyword '%s'", n->key);
}

static struct kw_use *add_use(struct schema *s, const struct kw *k)
{
	struct kw_use *u;

	s->use = mem_grow(s->use, s->n, &s->cap, sizeof(*s->use));
	u = &s->use[s->n++];
	*u = (struct kw_use){.kw = k, .types = k->types};
	return u;
}

struct kw_use *schema_use(struct schema *s, const struct kw *k)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->use[i].kw == k)
			return &s->use[i];
	return add_use(s, k);
}

static int compile_keyword(struct schema *s, const struct yt_node *n,
			   struct schema_load *l, struct err *err)
{
	const struct kw *k = find_keyword(n->key);
	struct kw_use use, *kept;
	int rc;

	if (!k)
		return unknown_keyword(n, err);
	if (!l->contract && !strncmp(k->name, "x-", 2))
		return yt_err_key(n, err, "'%s' belongs in a contract",
				  k->name);
	if (!k->compile || !vocab_has(l->res->vocab, k))
		return 0;
	/* a compile may add uses, and so move the array: work on a copy */
	use = *schema_use(s, k);
	if (n->type == YT_SCALAR && !use.text)
		use.text = mem_dup(n->text, n->len);
	rc = k->compile(s, &use, n, l, err);
	kept = schema_use(s, k);
	*kept = use;
	return rc;
}

/* Uses of the unevaluated vocabulary look at what the others left. */
static void put_rest_last(struct schema *s)
{
	struct kw_use moved;
	size_t n = s->n, i = 0;

	while (n--) {
		if (s->use[i].kw < kw_rest || s->use[i].kw >= kw_rest + 2) {
			i++;
			continue;
		}
		moved = s->use[i];
		memmove(&s->use[i], &s->use[i + 1],
			(s->n - i - 1) * sizeof(*s->use));
		s->use[s->n - 1] = moved;
	}
}

/* Compile what stands at its node. */
static int fill(struct schema *s, struct schema_load *l, struct err *err)
{
	const struct yt_node *n = s->node, *c;
	const char *outer = l->about;

	if (yt_is_true(n))
		return 0;
	if (yt_is_false(n)) {
		s->never = true;
		return 0;
	}
	if (n->type != YT_MAP)
		return yt_err(n, err,
			      "a schema is a map of keywords, true or false");
	c = yt_get(n, "description");
	l->about = c && c->type == YT_SCALAR ? c->text : NULL;
	yt_each (n, c)
		if (compile_keyword(s, c, l, err) < 0)
			return -1;
	put_rest_last(s);
	/* A plain schema may say that nothing is right; a contract means
	   something. */
	if (l->contract && s->object && kw_object_settle(s->object, n, err) < 0)
		return -1;
	l->about = outer;
	return 0;
}

/* ---- how a schema was reached: its mode --------------------------------- */

#define MODE_LEVELS 3u /* 0 the value, 1 its members, 2 whatever is below */
#define MODE_INSIDE 4u
#define MODE_APART  8u

static unsigned mode_of(const struct schema_load *l)
{
	return (l->level < MODE_LEVELS ? l->level : MODE_LEVELS - 1) |
	       (l->inside ? MODE_INSIDE : 0) | (l->apart ? MODE_APART : 0);
}

static void set_mode(struct schema_load *l, unsigned mode)
{
	l->level = mode & 3;
	l->inside = mode & MODE_INSIDE;
	l->apart = mode & MODE_APART;
}

/* Depth is bounded by YT_DEPTH_MAX, so recursion is too. */
static struct schema *compile_at(const struct yt_node *n, struct schema_load *l,
				 struct err *err)
{
	struct resource *outer = l->res, *own;
	struct schema *s;
	bool fresh;
	int rc;

	own = yt_get(n, "$id") ? docs_resource_at(set_docs(l->set), n) : NULL;
	if (own)
		l->res = own;
	s = set_schema(l->set, n, l->res, mode_of(l), &fresh);
	rc = fresh ? fill(s, l, err) : 0;
	l->res = outer;
	return rc == 0 ? s : NULL;
}

void schema_add_kid(struct schema *s, struct schema *kid, bool here,
		    bool always)
{
	s->kid = mem_grow(s->kid, s->n_kids, &s->cap_kids, sizeof(*s->kid));
	s->kid[s->n_kids++] = (struct schema_kid){kid, here, always};
}

struct schema *schema_below(struct schema *s, const struct yt_node *n,
			    struct schema_load *l, struct err *err)
{
	struct schema *below;

	l->level++;
	below = compile_at(n, l, err);
	l->level--;
	if (below)
		schema_add_kid(s, below, false, true);
	return below;
}

struct schema *schema_here(struct schema *s, const struct yt_node *n,
			   struct schema_load *l, struct err *err)
{
	bool inside = l->inside;
	struct schema *here;

	l->inside = true;
	here = compile_at(n, l, err);
	l->inside = inside;
	if (here)
		schema_add_kid(s, here, true, true);
	return here;
}

struct schema *schema_refer(struct schema *s, const struct docs_target *to,
			    struct schema_load *l)
{
	bool inside = l->inside, fresh;
	struct schema *other;

	l->inside = true;
	other = set_schema(l->set, to->node, to->res, mode_of(l), &fresh);
	l->inside = inside;
	if (fresh)
		set_queue(l->set, other);
	schema_add_kid(s, other, true, true);
	return other;
}

int schema_define(const struct yt_node *n, struct schema_load *l,
		  struct err *err)
{
	return compile_at(n, l, err) ? 0 : -1;
}

/* All that references lead to, and what these lead to. */
static int compile_queue(struct schema_load *l, struct err *err)
{
	struct schema *s;

	for (;;) {
		s = set_next(l->set);
		if (!s) {
			set_queue_dynamic(l->set, (MODE_LEVELS - 1) |
							  MODE_INSIDE |
							  MODE_APART);
			s = set_next(l->set);
		}
		if (!s)
			return 0;
		set_mode(l, s->mode);
		l->res = s->res;
		if (fill(s, l, err) < 0)
			return -1;
	}
}

struct schema *schema_compile(const struct yt_node *n, struct schema_load *l,
			      struct err *err)
{
	struct schema_load mine = *l;
	struct schema *s = NULL;
	int rc = -1;

	mine.set = set_new(l->map);
	mine.res = docs_add(set_docs(mine.set), n, "", err);
	if (mine.res)
		s = compile_at(n, &mine, err);
	if (s && compile_queue(&mine, err) == 0)
		rc = set_link(mine.set, err);
	set_settle(mine.set);
	if (rc < 0) {
		set_free(mine.set);
		return NULL;
	}
	s->set = mine.set;
	l->n_unique = mine.n_unique;
	return s;
}

void schema_free(struct schema *s)
{
	if (s)
		set_free(s->set);
}

/* ---- checking ----------------------------------------------------------- */

static bool apply_uses(const struct schema *s, struct check *c,
		       const struct rec_node *n)
{
	const struct kw_use *u = s->use;
	unsigned bit = KW_BIT(n->type);
	size_t left;
	bool right = true;

	c->sensitive += s->sensitive;
	for (left = s->n; left; left--, u++)
		if (u->types & bit && !u->kw->check(u, c, n))
			right = false;
	c->sensitive -= s->sensitive;
	return right;
}

/* Note what is evaluated in the container `n` from here on. */
static struct check_marks open_marks(struct check *c, const struct rec_node *n)
{
	struct check_marks outer = c->marks;
	size_t size = n->next - (size_t)(n - c->rec->node);

	while (c->cap_marks < c->n_marks + size)
		c->mark = mem_grow(c->mark, c->cap_marks, &c->cap_marks, 1);
	memset(c->mark + c->n_marks, 0, size);
	c->marks = (struct check_marks){n, c->n_marks};
	c->n_marks += size;
	return outer;
}

/* Back to the outer ones, which get these as well where they count. */
static void close_marks(struct check *c, struct check_marks outer, bool counts)
{
	size_t n = c->n_marks - c->marks.at, i;

	if (counts && outer.of)
		for (i = 0; i < n; i++)
			c->mark[outer.at + i] |= c->mark[c->marks.at + i];
	c->n_marks = c->marks.at;
	c->marks = outer;
}

static bool apply_special(const struct schema *s, struct check *c,
			  const struct rec_node *n)
{
	struct check_scope scope = {s->res, c->scope};
	const struct check_scope *outer = c->scope;
	bool gathers = s->gathers && n->type >= REC_ARRAY, right;
	struct check_marks marks = {NULL, 0};

	if (s->never)
		return check_fail(c, "false", "not-allowed", n,
				  "nothing is allowed here");
	if (s->scoped && (!outer || outer->res != s->res))
		c->scope = &scope;
	if (gathers)
		marks = open_marks(c, n);
	right = apply_uses(s, c, n);
	if (gathers)
		close_marks(c, marks, right);
	c->scope = outer;
	return right;
}

bool schema_apply(const struct schema *s, struct check *c,
		  const struct rec_node *n)
{
	if (s->never || s->gathers || s->scoped)
		return apply_special(s, c, n);
	return apply_uses(s, c, n);
}

bool schema_apply_here(const struct schema *s, struct check *c,
		       const struct rec_node *n)
{
	uint64_t steps = 1 + (uint64_t)n->count + n->len / BYTES_PER_STEP;
	bool right;

	if (c->spent)
		return false;
	if (c->depth == DEPTH_MAX)
		return check_limit(c, "schema", "schema-limit", NULL,
				   "the schema leads to itself without end: "
				   "more than %d schemas in each other",
				   DEPTH_MAX);
	if (c->n_steps_left < steps)
		return check_limit(c, "schema", "schema-limit", NULL,
				   "the schema takes too many steps on this "
				   "value");
	c->n_steps_left -= steps;
	c->depth++;
	right = schema_apply(s, c, n);
	c->depth--;
	return right;
}

bool schema_try(const struct schema *s, struct check *c,
		const struct rec_node *n, bool counts)
{
	struct check_marks outer = {NULL, 0};
	bool notes = c->marks.of != NULL, right;
	size_t pending = c->n_pending;

	if (notes)
		outer = open_marks(c, n);
	c->quiet++;
	right = schema_apply_here(s, c, n);
	c->quiet--;
	if (notes)
		close_marks(c, outer, right && counts);
	if (!right)
		c->n_pending = pending;
	return right;
}

bool schema_try_below(const struct schema *s, struct check *c,
		      const struct rec_node *n)
{
	struct check_marks marks = check_hide_marks(c);
	bool right = schema_try(s, c, n, false);

	c->marks = marks;
	return right;
}

bool schema_check(const struct schema *s, struct check *c,
		  const struct rec_node *n)
{
	size_t failed = c->n_failed;
	bool right;

	c->root = s;
	c->n_steps_left = STEPS_MIN + STEPS_PER_NODE * (uint64_t)c->rec->n +
			  STEPS_PER_BYTE * (uint64_t)n->len;
	right = schema_apply(s, c, n);
	return right && c->n_failed == failed;
}
