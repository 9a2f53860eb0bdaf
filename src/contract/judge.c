#include "contract/judge.h"

#include <stdlib.h>

#include "contract/judge_int.h"
#include "core/mem.h"
#include "core/suggest.h"

#define NAMES_MAX 512 /* that are gone through for a suggestion */

/* ---- columns ---------------------------------------------------------------
 */

void judge_columns(const struct expr *x, judge_column_fn *fn, void *to)
{
	size_t i;

	if (!x)
		return;
	if (x->kind == EXPR_COLUMN || x->kind == EXPR_OUTER)
		fn(to, x);
	for (i = 0; i < x->n_args; i++)
		judge_columns(x->arg[i], fn, to);
}

struct missing {
	const struct expr_env *env;
	bool any;
};

static void find_missing(void *to, const struct expr *column)
{
	struct missing *m = to;
	const struct expr_env *of = column->up ? m->env->outer : m->env;

	m->any |= of->column[column->column].type == VAL_ABSENT;
}

bool judge_is_there(const struct expr *x, const struct expr_env *env)
{
	struct missing m = {env, false};

	judge_columns(x, find_missing, &m);
	return !m.any;
}

/* ---- compiling
 * --------------------------------------------------------------- */

static const struct yt_node *declared(const struct yt_node *schema,
				      struct span name)
{
	const struct yt_node *fields = yt_get(schema, "properties"), *c;

	if (fields && fields->type == YT_MAP)
		yt_each (fields, c)
			if (span_is(name, c->key))
				return c;
	return NULL;
}

static int refuse_name(const struct yt_node *at, const struct yt_node *schema,
		       struct span name, struct err *err)
{
	const struct yt_node *fields = yt_get(schema, "properties"), *c;
	const char *words[NAMES_MAX + 1], *near;
	size_t n = 0;

	if (fields && fields->type == YT_MAP)
		yt_each (fields, c)
			if (n < NAMES_MAX)
				words[n++] = c->key;
	words[n] = NULL;
	near = suggest(name, words);
	if (near)
		return yt_err(at, err,
			      "there is no field '%.*s'; did you mean '%s'?",
			      SPAN_FMT(name), near);
	return yt_err(at, err, "there is no field '%.*s'", SPAN_FMT(name));
}

/* What the compiling of one expression is about. */
struct compiling {
	const struct judge_place *place, *top;
	const struct yt_node *at, *fields;
	const struct schema *schema;
	bool hides;
	int rc;
	struct err *err;
};

/* Whether the steps of a path are declared, as far as the contract says. */
static int check_steps(struct compiling *k, const struct expr *column,
		       const struct yt_node *in)
{
	size_t i;

	for (i = 0; i < column->n_steps && in; i++) {
		const struct expr_step *s = &column->step[i];
		const struct yt_node *more;

		if (s->each || s->is_index) {
			in = yt_get(in, "items");
			continue;
		}
		more = declared(in, s->name);
		if (!more && yt_is_false(yt_get(in, "additionalProperties")))
			return refuse_name(k->at, in, s->name, k->err);
		in = more;
	}
	return 0;
}

static void check_column(void *to, const struct expr *column)
{
	struct compiling *k = to;
	const struct judge_place *p = column->up ? k->top : k->place;
	struct span name = p->scope.column[column->column].name;
	const struct yt_node *in = p->each ? p->schema : k->fields, *d;

	if (k->rc < 0)
		return;
	d = declared(in, name);
	if (!d && p->each && declared(k->fields, name))
		k->rc = yt_err(k->at, k->err,
			       "'%.*s' is no field of a line; that of the "
			       "record is '^.%.*s'",
			       SPAN_FMT(name), SPAN_FMT(name));
	else if (!d &&
		 (!p->each || yt_is_false(yt_get(in, "additionalProperties"))))
		k->rc = refuse_name(k->at, in, name, k->err);
	k->hides |= schema_hides(k->schema, p->each ? span_of(p->each) : name);
	if (k->rc == 0)
		k->rc = check_steps(k, column, d);
}

/* What the contract says of a plain field; NULL: it is none, or nothing. */
static const struct yt_node *plain_field(const struct compiling *k,
					 const struct expr *x)
{
	const struct judge_place *p;
	const struct yt_node *d;
	size_t i;

	if (x->kind != EXPR_COLUMN && x->kind != EXPR_OUTER)
		return NULL;
	p = x->up ? k->top : k->place;
	d = declared(p->each ? p->schema : k->fields,
		     p->scope.column[x->column].name);
	for (i = 0; i < x->n_steps && d; i++)
		d = x->step[i].each || x->step[i].is_index
			    ? NULL
			    : declared(d, x->step[i].name);
	return d;
}

/* Whether it is a text, and not one that has an order of its own. */
static bool is_text(const struct yt_node *d)
{
	static const char *const ordered[] = {"date", "date-time", "time"};
	const struct yt_node *type = yt_get(d, "type"), *c;
	const struct yt_node *format = yt_get(d, "format");
	bool text = false;
	size_t i;

	if (!type)
		return false;
	if (type->type == YT_SCALAR)
		text = !strcmp(type->text, "string");
	else
		yt_each (type, c) {
			if (!strcmp(c->text, "string"))
				text = true;
			else if (strcmp(c->text, "null") != 0)
				return false;
		}
	for (i = 0; format && format->type == YT_SCALAR && i < 3; i++)
		if (!strcmp(format->text, ordered[i]))
			return false;
	return text;
}

/* Two texts are never the larger and the smaller number. */
static int check_order(const struct compiling *k, const struct expr *x)
{
	const struct yt_node *a, *b;
	size_t i;

	if (x->kind == EXPR_COMPARE && x->op != EXPR_EQ && x->op != EXPR_NE) {
		a = plain_field(k, x->arg[0]);
		b = plain_field(k, x->arg[1]);
		if (a && b && is_text(a) && is_text(b))
			return yt_err(k->at, k->err,
				      "%s and %s are texts, and '10' comes "
				      "before '9': where they are numbers, "
				      "write '%s | number' and '%s | number'",
				      a->key, b->key, a->key, b->key);
	}
	for (i = 0; i < x->n_args; i++)
		if (x->arg[i] && check_order(k, x->arg[i]) < 0)
			return -1;
	return 0;
}

static struct expr *compile(const struct judge *j, const struct yt_node *root,
			    struct judge_place *p, const struct yt_node *n,
			    const struct schema *s, bool *hides,
			    struct err *err)
{
	struct compiling k = {.place = p,
			      .top = j->place[0],
			      .at = n,
			      .fields = root,
			      .schema = s,
			      .err = err};
	struct expr *x = expr_compile(&p->scope, n, err);

	if (!x)
		return NULL;
	judge_columns(x, check_column, &k);
	*hides |= k.hides;
	if (k.rc == 0)
		k.rc = check_order(&k, x);
	return k.rc < 0 ? NULL : x;
}

/* The place of `each`, made at its first use. */
static int place_of(struct judge *j, const struct yt_node *root,
		    const struct yt_node *each, struct judge_place **out,
		    struct err *err)
{
	const struct yt_node *d;
	struct judge_place *p;
	size_t i;

	*out = j->place[0];
	if (!each)
		return 0;
	if (yt_want(each, YT_SCALAR, "each", err) < 0)
		return -1;
	for (i = 1; i < j->n_places; i++)
		if (!strcmp(j->place[i]->each, each->text)) {
			*out = j->place[i];
			return 0;
		}
	d = declared(root, (struct span){each->text, each->len});
	if (!d)
		return refuse_name(each, root,
				   (struct span){each->text, each->len}, err);
	j->place = mem_grow(j->place, j->n_places, &j->cap_places,
			    sizeof(*j->place));
	p = j->place[j->n_places++] = mem_zalloc(sizeof(*p));
	p->members.names = (struct buf)BUF_INIT(0);
	p->each = arena_dup(&j->texts, each->text, each->len);
	p->schema = yt_get(d, "items");
	expr_scope_init_inner(&p->scope, &j->place[0]->scope);
	*out = p;
	return 0;
}

/* `why` with {expressions} is a template of them. */
static int compile_words(struct judge *j, struct judge_rule *r,
			 const struct yt_node *root, const struct yt_node *n,
			 const struct schema *s, struct err *err)
{
	static const char open[] = "template('";
	struct buf text = BUF_INIT(YT_FILE_CEILING * 2);
	struct yt_node at;
	const char *p;

	if (!n)
		return 0;
	if (yt_want(n, YT_SCALAR, "why", err) < 0)
		return -1;
	if (!n->len)
		return yt_err(n, err, "why is a sentence");
	r->why = arena_dup(&j->texts, n->text, n->len);
	if (!strchr(n->text, '{'))
		return 0;
	buf_adds(&text, open);
	for (p = n->text; *p; p++) {
		if (*p == '\'')
			buf_addc(&text, '\'');
		buf_addc(&text, *p);
	}
	buf_adds(&text, "')");
	at = *n;
	buf_str(&text);
	at.text = text.data;
	at.len = text.len;
	if (at.column >= sizeof(open))
		at.column -= sizeof(open) - 1;
	r->words = compile(j, root, r->place, &at, s, &r->hides, err);
	buf_release(&text);
	return r->words ? 0 : -1;
}

static int compile_cycle(struct judge *j, struct judge_rule *r,
			 const struct yt_node *root, const struct yt_node *n,
			 const struct schema *s, struct err *err)
{
	static const char *const keys[] = {"from", "to", NULL};
	const struct yt_node *from, *to;

	if (yt_want(n, YT_MAP, "acyclic", err) < 0 ||
	    yt_check_keys(n, keys, err) < 0)
		return -1;
	from = yt_get(n, "from");
	to = yt_get(n, "to");
	if (!to)
		return yt_err(n, err, "acyclic: 'to' is missing");
	r->graph = cycle_new();
	if (from) {
		r->from = compile(j, root, r->place, from, s, &r->hides, err);
		if (!r->from)
			return -1;
	}
	r->to = compile(j, root, r->place, to, s, &r->hides, err);
	return r->to ? 0 : -1;
}

static int check_name(const struct judge *j, const struct yt_node *n,
		      struct err *err)
{
	const struct yt_node *name = yt_get(n, "name");
	const char *p;
	size_t i;

	if (!name)
		return yt_err(n, err, "a rule has a name: 'name' is missing");
	if (yt_want(name, YT_SCALAR, "name", err) < 0)
		return -1;
	p = name->text;
	if (*p < 'a' || *p > 'z' ||
	    p[strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789_-")])
		return yt_err(name, err,
			      "the name of a rule is made of small letters, "
			      "digits, - and _, such as lines-add-up");
	for (i = 0; i < j->n_rules; i++)
		if (!strcmp(j->rule[i].name, p))
			return yt_err(name, err,
				      "there is a rule of this name already");
	return 0;
}

static int compile_rule(struct judge *j, const struct yt_node *root,
			const struct yt_node *n, const struct schema *s,
			struct err *err)
{
	static const char *const keys[] = {"name", "check",   "when", "each",
					   "why",  "acyclic", NULL};
	struct judge_rule *r = &j->rule[j->n_rules];
	const struct yt_node *check, *when, *cycle, *each;

	if (yt_want(n, YT_MAP, "a rule", err) < 0 ||
	    yt_check_keys(n, keys, err) < 0 || check_name(j, n, err) < 0)
		return -1;
	r->name = arena_dup(&j->texts, yt_get(n, "name")->text,
			    yt_get(n, "name")->len);
	j->n_rules++;
	check = yt_get(n, "check");
	when = yt_get(n, "when");
	cycle = yt_get(n, "acyclic");
	each = yt_get(n, "each");
	if (!check == !cycle)
		return yt_err(n, err, "a rule has either check or acyclic");
	if (cycle && each)
		return yt_err(each, err, "each goes with check");
	if (place_of(j, root, each, &r->place, err) < 0)
		return -1;
	if (check) {
		r->check = compile(j, root, r->place, check, s, &r->hides, err);
		if (!r->check)
			return -1;
	}
	if (when) {
		r->when = compile(j, root, r->place, when, s, &r->hides, err);
		if (!r->when)
			return -1;
	}
	j->any_cycle |= cycle != NULL;
	if (cycle && compile_cycle(j, r, root, cycle, s, err) < 0)
		return -1;
	return compile_words(j, r, root, yt_get(n, "why"), s, err);
}

static int compile_rules(struct judge *j, const struct yt_node *root,
			 const struct yt_node *n, const struct schema *s,
			 struct err *err)
{
	const struct yt_node *c;

	if (!n)
		return 0;
	if (yt_want(n, YT_LIST, "x-rules", err) < 0)
		return -1;
	j->rule = mem_zalloc(mem_mul(n->n, sizeof(*j->rule)));
	yt_each (n, c)
		if (compile_rule(j, root, c, s, err) < 0)
			return -1;
	return 0;
}

struct expr *judge_compile(struct judge *j, const struct yt_node *root,
			   const struct yt_node *n, const struct schema *s,
			   bool *hides, struct err *err)
{
	return compile(j, root, j->place[0], n, s, hides, err);
}

/* Now that all columns are known. */
static int settle(struct judge_place *p, const struct yt_node *root,
		  struct err *err)
{
	const struct yt_node *in = p->each ? p->schema : root;
	size_t i;

	/* those of templates have not been looked at yet */
	for (i = 0; i < p->scope.n_columns; i++) {
		const struct expr_column *col = &p->scope.column[i];

		if (!declared(in, col->name) &&
		    (!p->each ||
		     yt_is_false(yt_get(in, "additionalProperties"))))
			return refuse_name(&col->at, in, col->name, err);
	}
	members_init(&p->members, &p->scope);
	p->schema = NULL;
	return 0;
}

int judge_new(struct judge **out, const struct yt_node *root,
	      const struct schema *s, const char *option, const char *path,
	      struct err *err)
{
	const struct yt_node *rules = yt_get(root, "x-rules");
	const struct yt_node *twins = yt_get(root, "x-duplicates");
	struct judge *j;
	int rc;
	size_t i;

	*out = NULL;
	if (!rules && !twins)
		return 0;
	j = mem_zalloc(sizeof(*j));
	j->place = mem_grow(NULL, 0, &j->cap_places, sizeof(*j->place));
	j->place[0] = mem_zalloc(sizeof(*j->place[0]));
	j->place[0]->members.names = (struct buf)BUF_INIT(0);
	j->n_places = 1;
	expr_scope_init(&j->place[0]->scope, option,
			arena_dup(&j->texts, path, strlen(path)));
	rc = compile_rules(j, root, rules, s, err);
	if (rc == 0)
		rc = judge_twins_compile(j, root, twins, s, err);
	for (i = 0; rc == 0 && i < j->n_places; i++)
		rc = settle(j->place[i], root, err);
	if (rc < 0)
		judge_free(j);
	else
		*out = j;
	return rc;
}

void judge_free(struct judge *j)
{
	size_t i;

	if (!j)
		return;
	for (i = j->n_places; i--;) {
		struct judge_place *p = j->place[i];

		members_release(&p->members);
		expr_scope_release(&p->scope);
		free(p);
	}
	free(j->place);
	for (i = 0; i < j->n_rules; i++)
		cycle_free(j->rule[i].graph);
	free(j->rule);
	for (i = 0; i < j->n_twins; i++) {
		free(j->twins[i].by);
		free(j->twins[i].value);
	}
	free(j->twins);
	arena_release(&j->arena);
	arena_release(&j->texts);
	free(j);
}

bool judge_has_duplicates(const struct judge *j)
{
	return j && j->n_twins;
}
