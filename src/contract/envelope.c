#include "contract/envelope.h"

#include "core/num.h"
#include "core/suggest.h"

static const char *const op_word[] = {
	"upsert", "create", "update", "archive", "cancel", NULL,
};

const char *envelope_op_word(enum envelope_op op)
{
	return op_word[op];
}

/* The members in hand, by their place in `member_name`. */
enum member { M_ENTITY, M_KEY, M_OP, M_SITE, M_FIELDS, M_SRC, M_CONTRACT, N_M };

static const struct span member_name[N_M] = {
	[M_ENTITY] = {"entity", 6},
	[M_KEY] = {"key", 3},
	[M_OP] = {"op", 2},
	[M_SITE] = {"site", 4},
	[M_FIELDS] = {"fields", 6},
	[M_SRC] = {"src", 3},
	[M_CONTRACT] = {"contract", 8},
};

static bool fail(struct check *c, enum member m, const struct rec_node *n,
		 const char *why)
{
	check_enter(c, member_name[m], 0);
	check_fail(c, "record", "bad-record", n, "%s", why);
	check_leave(c);
	return false;
}

static void find_members(struct rec *r, const struct rec_node *found[N_M])
{
	const struct rec_node *n;
	int m, next = 0;

	/* they mostly come in order: look from the last one on */
	rec_each (r, r->node, n) {
		struct span name = rec_key(r, n);

		for (m = 0; m < N_M; m++) {
			int at = next + m < N_M ? next + m : next + m - N_M;

			if (span_eq(name, member_name[at])) {
				found[at] = n;
				next = at + 1;
				break;
			}
		}
	}
}

static bool read_op(struct envelope *e, struct check *c,
		    const struct rec_node *n)
{
	struct span word = rec_text(c->rec, n);
	const char *near;
	int i;

	e->op = ENVELOPE_UPSERT;
	if (!n)
		return true;
	for (i = 0; op_word[i]; i++) {
		if (n->type == REC_STRING && span_is(word, op_word[i])) {
			e->op = (enum envelope_op)i;
			return true;
		}
	}
	near = n->type == REC_STRING ? suggest(word, op_word) : NULL;
	check_enter(c, member_name[M_OP], 0);
	check_fail(c, "record", "bad-record", n,
		   "op is upsert, create, update, archive or cancel%s%s%s",
		   near ? "; did you mean '" : "", near ? near : "",
		   near ? "'?" : "");
	check_leave(c);
	return false;
}

static bool is_entity(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
		      (i &&
		       ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))))
			return false;
	return s.len > 0;
}

static bool read_names(struct envelope *e, struct check *c,
		       const struct rec_node *const *m)
{
	const struct rec_node *site = m[M_SITE];
	bool right = true;

	if (!m[M_ENTITY])
		right = fail(c, M_ENTITY, NULL,
			     "is missing; every record has "
			     "one");
	else if (m[M_ENTITY]->type != REC_STRING)
		right = fail(c, M_ENTITY, m[M_ENTITY], "is a text");
	else
		e->entity = rec_text(c->rec, m[M_ENTITY]);
	if (e->entity.p && !is_entity(e->entity)) {
		right = fail(c, M_ENTITY, m[M_ENTITY],
			     "is a word in lower case, such as product");
		e->entity.len = 0;
	}
	if (!m[M_KEY])
		right = fail(c, M_KEY, NULL,
			     "is missing; every record has one");
	else if (m[M_KEY]->type != REC_STRING)
		right = fail(c, M_KEY, m[M_KEY],
			     "is a text, also where it looks like a number");
	else
		e->key = rec_text(c->rec, m[M_KEY]);
	if (e->key.p && !e->key.len)
		right = fail(c, M_KEY, NULL, "is empty");
	if (site && site->type == REC_STRING)
		e->site = rec_text(c->rec, site);
	else if (site && site->type != REC_NULL)
		right = fail(c, M_SITE, site, "is a text");
	return right;
}

static bool read_version(struct envelope *e, struct check *c,
			 const struct rec_node *n)
{
	int64_t v;

	if (!n)
		return true;
	if (n->type != REC_NUMBER ||
	    num_parse(rec_text(c->rec, n), 1, 1000000, &v) < 0)
		return fail(c, M_CONTRACT, n,
			    "is the major version of a contract: 1, 2, ...");
	e->version = (unsigned)v;
	return true;
}

bool envelope_read(struct envelope *e, struct check *c)
{
	const struct rec_node *m[N_M] = {NULL};
	bool right;

	*e = (struct envelope){.site = {"", 0}};
	if (c->rec->node->type != REC_OBJECT)
		return check_fail(c, "record", "bad-record", NULL,
				  "a record is an object with entity, key and "
				  "fields");
	find_members(c->rec, m);
	right = read_names(e, c, m);
	right &= read_op(e, c, m[M_OP]);
	right &= read_version(e, c, m[M_CONTRACT]);
	e->src = m[M_SRC];
	e->fields = m[M_FIELDS];
	if (e->fields && e->fields->type != REC_OBJECT) {
		right = fail(c, M_FIELDS, e->fields, "is an object");
		e->fields = NULL;
	} else if (!e->fields && e->op != ENVELOPE_ARCHIVE &&
		   e->op != ENVELOPE_CANCEL) {
		right = fail(c, M_FIELDS, NULL, "is missing");
	}
	return right;
}
