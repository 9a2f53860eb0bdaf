/*
 * A day that is not like others: more creations, archivings or rejects than
 * --max-change allows stop the run before anything is sent.  What would happen
 * is found by a rehearsal: the whole work as a dry run that says nothing.
 */
#include "core/log.h"
#include "push/push.h"
#include "state/xref.h"

static int too_much(const struct push *p, const char *who, uint64_t n,
		    const char *what, uint64_t base, const char *of,
		    struct err *err)
{
	if ((double)n <= p->opt.max_change * (double)base)
		return 0;
	return err_set(err, ERR_SOME,
		       "%s: %llu %s, of %llu %s: more than %g%% "
		       "(--max-change)%s",
		       who, (unsigned long long)n, what,
		       (unsigned long long)base, of, p->opt.max_change * 100,
		       p->opt.dry_run ? "" : "; nothing was sent");
}

static int judge_entity(struct push *p, const struct push_entity *e,
			struct err *err)
{
	/* A first load creates everything. */
	if (!e->n_known)
		return 0;
	if (too_much(p, e->name, e->n_created, "would be created", e->n_known,
		     "known", err) < 0)
		return -1;
	return too_much(p, e->name, e->n_archived, "would be archived",
			e->n_known, "known", err);
}

int push_guard_judge(struct push *p, struct err *err)
{
	size_t i;

	if (!p->opt.guarded)
		return 0;
	for (i = 0; i < p->n_entities; i++)
		if (judge_entity(p, &p->entity[i], err) < 0)
			return -1;
	return too_much(p, "rejects", p->n_rejected, "records are rejected",
			p->job->in, "read", err);
}

int push_guard(struct push *p, struct err *err)
{
	size_t i;
	int rc;

	if (!p->opt.guarded)
		return 0;
	for (i = 0; i < p->n_entities; i++)
		if (xref_count(p->state, p->entity[i].name,
			       &p->entity[i].n_known, err) < 0)
			return -1;
	/* A dry run is its own rehearsal: it is judged at its end. */
	if (p->opt.dry_run)
		return 0;
	log_debug("rehearsing what would change");
	p->rehearsal = p->opt.dry_run = true;
	rc = push_rest(p, err);
	p->rehearsal = p->opt.dry_run = false;
	if (rc == 0)
		rc = spool_refs_clear(p->spool, err);
	if (rc == 0)
		rc = push_guard_judge(p, err);
	for (i = 0; i < p->n_entities; i++)
		p->entity[i].n_created = p->entity[i].n_archived = 0;
	p->n_rejected = p->job->rejected;
	return rc;
}
