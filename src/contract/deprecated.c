#include "contract/deprecated.h"

#include <stdlib.h>

#include "contract/schema.h"
#include "core/clock.h"
#include "core/date.h"
#include "core/log.h"
#include "core/mem.h"

#define NEVER INT64_MAX

struct deprecated {
	char *entity; /* of the contract */
	unsigned version;
	char *place; /* in the file, for messages */
	char *path;  /* of the field, once it was seen; "" the whole record */
	char *use;   /* instead, or NULL */
	int64_t use_version;            /* of a whole contract, or 0 */
	int64_t warn_from, refuse_from; /* days since 1970; NEVER */
	int64_t today;
	uint64_t n_used;
};

/* ---- compiling
 * --------------------------------------------------------------- */

static int64_t today(void)
{
	char now[CLOCK_TEXT_MAX];
	struct date d = {.year = 1970, .month = 1, .day = 1};

	clock_now(now);
	date_parse((struct span){now, DATE_TEXT_MAX - 1}, &d);
	return date_to_days(d);
}

static int read_day(const struct yt_node *n, const char *key, int64_t *day,
		    struct err *err)
{
	const struct yt_node *at = yt_get(n, key);
	struct date d;

	if (!at)
		return 0;
	if (at->type != YT_SCALAR ||
	    date_parse((struct span){at->text, at->len}, &d) < 0)
		return yt_err(at, err, "%s is a date such as 2027-01-01", key);
	*day = date_to_days(d);
	return 0;
}

static int read_map(struct deprecated *d, const struct yt_node *n, bool whole,
		    struct err *err)
{
	static const char *const keys[] = {"use", "warn_from", "refuse_from",
					   NULL};
	const char *use = NULL;

	if (yt_check_keys(n, keys, err) < 0 ||
	    read_day(n, "warn_from", &d->warn_from, err) < 0 ||
	    read_day(n, "refuse_from", &d->refuse_from, err) < 0)
		return -1;
	if (d->warn_from > d->refuse_from)
		return yt_err(yt_get(n, "refuse_from"), err,
			      "refuse_from is before warn_from");
	if (whole)
		return yt_int(n, "use", 1, 1000000, &d->use_version, err);
	if (yt_text(n, "use", &use, err) < 0)
		return -1;
	if (use)
		d->use = mem_strdup(use);
	return 0;
}

static int compile_deprecated(struct schema *s, struct kw_use *u,
			      const struct yt_node *n, struct schema_load *l,
			      struct err *err)
{
	bool whole = !l->level;
	struct deprecated *d;
	struct deprecations *all = l->deprecations;

	(void)s;
	if (l->inside)
		return yt_err(n, err,
			      "x-deprecated belongs to a field, one of a line "
			      "or to the whole contract");
	if (n->type != YT_MAP && !yt_is_true(n) && !yt_is_false(n))
		return yt_err(n, err,
			      "x-deprecated is true, or says use, warn_from "
			      "and refuse_from");
	if (yt_is_false(n)) {
		u->types = 0;
		return 0;
	}
	u->data = d = mem_zalloc(sizeof(*d));
	d->warn_from = INT64_MIN;
	d->refuse_from = NEVER;
	d->today = today();
	d->place = mem_printf("%s:%zu:%zu", n->file, n->line, n->column);
	if (n->type == YT_MAP && read_map(d, n, whole, err) < 0)
		return -1;
	if (all) {
		all->item = mem_grow(all->item, all->n, &all->cap,
				     sizeof(struct deprecated *));
		all->item[all->n++] = d;
	}
	return 0;
}

static void release_deprecated(struct kw_use *u)
{
	struct deprecated *d = u->data;

	if (!d)
		return;
	free(d->entity);
	free(d->place);
	free(d->path);
	free(d->use);
	free(d);
}

int deprecated_check_names(const struct yt_node *root, struct err *err)
{
	const struct yt_node *fields = yt_get(root, "properties"), *c;

	if (!fields || fields->type != YT_MAP)
		return 0;
	yt_each (fields, c) {
		const struct yt_node *use =
			yt_get(yt_get(c, "x-deprecated"), "use");

		if (use && use->type == YT_SCALAR &&
		    (!yt_get(fields, use->text) || !strcmp(use->text, c->key)))
			return yt_err(use, err,
				      "x-deprecated: there is no other field "
				      "'%s' to be used",
				      use->text);
	}
	return 0;
}

/* ---- records
 * ------------------------------------------------------------------ */

/* The way to the value in hand, without positions: "lines[].old". */
static char *path_of(const struct check *c)
{
	struct buf b = BUF_INIT(LINE_CEILING);
	size_t i;

	for (i = 0; i < c->n_steps; i++) {
		const struct check_step *s = &c->step[i];

		if (!s->name.p)
			buf_adds(&b, "[]");
		else
			buf_addf(&b, "%s%.*s", b.len ? "." : "",
				 SPAN_FMT(s->name));
	}
	buf_str(&b);
	return b.data ? b.data : mem_strdup("");
}

static void put_instead(const struct deprecated *d, struct buf *b)
{
	if (d->use)
		buf_addf(b, "; use %s", d->use);
	else if (d->use_version)
		buf_addf(b, "; use version %lld", (long long)d->use_version);
}

static void put_day(struct buf *b, const char *before, int64_t day)
{
	char text[DATE_TEXT_MAX];

	date_text(date_of_days(day), text);
	buf_addf(b, "%s%s", before, text);
}

static bool check_deprecated(const struct kw_use *u, struct check *c,
			     const struct rec_node *n)
{
	struct deprecated *d = u->data;
	struct buf b;

	/* what was held back has been counted */
	if (c->last_word || d->today < d->warn_from)
		return true;
	d->n_used++;
	if (!d->path)
		d->path = path_of(c);
	if (d->today < d->refuse_from)
		return true;
	b = (struct buf)BUF_INIT(4096);
	if (*d->path)
		buf_adds(&b, "is no longer taken");
	else
		buf_addf(&b, "version %u of %s is no longer taken", d->version,
			 d->entity ? d->entity : "the contract");
	put_day(&b, ", since ", d->refuse_from);
	put_instead(d, &b);
	check_fail(c, u->kw->name, "deprecated", *d->path ? n : NULL, "%s",
		   buf_str(&b));
	buf_release(&b);
	return false;
}

/* ---- all of them
 * ---------------------------------------------------------------- */

void deprecations_name(struct deprecations *d, size_t from, const char *entity,
		       unsigned version)
{
	for (; from < d->n; from++) {
		d->item[from]->entity = mem_strdup(entity);
		d->item[from]->version = version;
	}
}

int deprecations_check(const struct deprecations *d,
		       bool (*has)(void *to, const char *entity,
				   unsigned version),
		       void *to, struct err *err)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct deprecated *x = d->item[i];

		if (!x->use_version)
			continue;
		if (x->use_version == x->version ||
		    !has(to, x->entity, (unsigned)x->use_version))
			return err_set(err, ERR_CONFIG,
				       "%s: x-deprecated: there is no other "
				       "version %lld of %s",
				       x->place, (long long)x->use_version,
				       x->entity);
	}
	return 0;
}

void deprecations_tell(const struct deprecations *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct deprecated *x = d->item[i];
		struct buf b = BUF_INIT(4096);

		if (!x->n_used)
			continue;
		buf_addf(&b, "%s-%u: ", x->entity, x->version);
		if (*x->path)
			buf_addf(&b, "the field %s", x->path);
		else
			buf_adds(&b, "this contract");
		if (x->today >= x->refuse_from) {
			put_day(&b, " is refused since ", x->refuse_from);
		} else {
			buf_adds(&b, " is deprecated");
			if (x->refuse_from != NEVER)
				put_day(&b, " and will be refused from ",
					x->refuse_from);
		}
		put_instead(x, &b);
		buf_addf(&b, " (%llu %s)", (unsigned long long)x->n_used,
			 x->n_used == 1 ? "use" : "uses");
		log_warn("%s", buf_str(&b));
		buf_release(&b);
	}
}

void deprecations_release(struct deprecations *d)
{
	free(d->item);
	*d = (struct deprecations){.item = NULL};
}

/* ---- keywords beside the schema
 * --------------------------------------------------- */

/* What contract.c reads itself: judge.h. */
static int compile_beside(struct schema *s, struct kw_use *u,
			  const struct yt_node *n, struct schema_load *l,
			  struct err *err)
{
	(void)s;
	if (!l->level && !l->inside)
		return 0;
	return yt_err(n, err, "%s stands at the top of a contract",
		      u->kw->name);
}

const struct kw kw_beside[] = {
	{"x-deprecated", KW_ALL & ~KW_BIT(REC_NULL), compile_deprecated,
	 check_deprecated, release_deprecated},
	{"x-rules", 0, compile_beside, NULL, NULL},
	{"x-duplicates", 0, compile_beside, NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
