/*
 * cmd_validate_target.c - records held to what is beyond the stream: the state
 * of sluice-push, and Odoo
 *
 * Before the first record, the bindings are held to the server.  References
 * that nothing here knows are asked for in batches, once the stream is at its
 * end.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_validate.h"
#include "conf/target.h"
#include "core/hset.h"
#include "core/log.h"
#include "core/mem.h"
#include "odoo/session.h"
#include "push/server.h"
#include "report/present.h"

#define BATCH 1000
/* Questions remembered so that none is asked twice; then begun anew. */
#define ASKED_MAX ((size_t)1 << 18)

struct question {
	size_t entity; /* of `present` */
	struct present_key key;
};

struct validate_beyond {
	struct target *target;
	struct known known;
	struct present present;
	size_t *number; /* of an entity of the rules, in `present`, from 1 */
	size_t n_numbers;
	struct rules *rules;
	struct err trouble;
	bool gathering;
	bool must_know; /* --wait-refs, and there is no server to ask */
	struct question *question;
	size_t n, cap;
	struct arena arena; /* texts of the questions */
	struct hset asked;
};

/* ---- opening ------------------------------------------------------------ */

static int open_state(struct validate *v, struct validate_beyond *b,
		      struct err *err)
{
	char *path;

	if (v->o->state && !v->o->target && access(v->o->state, R_OK) < 0)
		return err_sys(err, "cannot read the state %s", v->o->state);
	path = v->o->state ? mem_strdup(v->o->state) : state_path(v->o->target);
	b->known.state = state_open(path, STATE_READ, err);
	free(path);
	return b->known.state ? 0 : -1;
}

static int open_session(struct validate *v, struct validate_beyond *b,
			struct err *err)
{
	bool forgotten = false;

	b->target = target_load(v->job->opt.profiles, v->o->targets,
				v->o->target, err);
	if (!b->target || target_read_key(b->target, err) < 0)
		return -1;
	b->known.session = session_open(&b->target->endpoint, err);
	if (!b->known.session ||
	    server_bind(b->known.state, b->known.session, &forgotten, err) < 0)
		return -1;
	if (forgotten)
		log_warn("the state is about another database: it is left "
			 "alone");
	return 0;
}

static int each_choice(const void *context, const char *field, fit_on_value *on,
		       void *to, struct err *err)
{
	return schema_each_choice(context, field, on, to, err);
}

static struct fit_says says_of(const void *context, const char *field)
{
	static const struct {
		unsigned is, fit;
	} types[] = {
		{KW_BIT(REC_FALSE) | KW_BIT(REC_TRUE), FIT_BOOLEAN},
		{KW_BIT(REC_NUMBER), FIT_NUMBER},
		{KW_BIT(REC_STRING), FIT_TEXT},
		{KW_BIT(REC_ARRAY), FIT_LIST},
		{KW_BIT(REC_OBJECT), FIT_GROUP},
	};
	struct schema_says says;
	struct fit_says out = {0};
	size_t i;

	schema_member_says(context, field, &says);
	for (i = 0; says.typed && i < sizeof(types) / sizeof(types[0]); i++)
		if (says.types & types[i].is)
			out.types |= types[i].fit;
	out.listed = says.listed;
	out.open = says.open;
	out.format = says.format;
	return out;
}

static int add_entities(struct validate *v, struct validate_beyond *b,
			struct err *err)
{
	size_t i;

	for (i = 0; i < v->contracts.n; i++) {
		const struct contract *k = &v->contracts.list[i];
		struct fit_values values = {k->schema, each_choice, says_of};

		/* the highest version stands first */
		if (k->id < b->n_numbers && b->number[k->id])
			continue;
		if (k->id >= b->n_numbers) {
			size_t n = (size_t)k->id + 1;

			b->number = mem_realloc(b->number,
						mem_mul(n, sizeof(*b->number)));
			memset(b->number + b->n_numbers, 0,
			       (n - b->n_numbers) * sizeof(*b->number));
			b->n_numbers = n;
		}
		if (present_add(&b->present, k->entity, &values, err) < 0)
			return -1;
		b->number[k->id] = b->present.n;
	}
	return present_fit_xids(&b->present, err);
}

/* ---- references --------------------------------------------------------- */

static void note_question(struct validate_beyond *b, size_t entity,
			  struct span site, struct span key)
{
	struct question *q;
	struct sip h;
	bool fresh;

	sip_init(&h);
	sip_add(&h, &entity, sizeof(entity));
	sip_add_span(&h, site);
	sip_add_span(&h, key);
	if (b->asked.n == ASKED_MAX)
		hset_release(&b->asked);
	hset_add(&b->asked, sip_end(&h), 0, &fresh);
	if (!fresh)
		return;
	b->question =
		mem_grow(b->question, b->n, &b->cap, sizeof(*b->question));
	q = &b->question[b->n++];
	q->entity = entity;
	q->key = (struct present_key){arena_span(&b->arena, site),
				      arena_span(&b->arena, key), false};
}

/* The state has no record of the entity, of which Odoo may bring some. */
static enum rules_ref know_code(const struct validate_beyond *b, size_t at,
				struct span key)
{
	const struct binding *binding = at ? b->present.entity[at - 1].b : NULL;

	if (!b->must_know)
		return RULES_UNCHECKED;
	return binding && binding_code(binding, key) ? RULES_KNOWN
						     : RULES_UNKNOWN;
}

static enum rules_ref know(void *context, uint32_t entity, struct span site,
			   struct span key)
{
	struct validate_beyond *b = context;
	size_t at = entity < b->n_numbers ? b->number[entity] : 0;
	struct err err = ERR_INIT;
	int rc;

	if (!at || !present_knows(&b->present, at - 1))
		return know_code(b, at, key);
	if (b->trouble.code)
		return RULES_KNOWN;
	if (!b->present.entity[at - 1].b->per_site)
		site = (struct span){"", 0};
	rc = present_here(&b->present, at - 1, site, key, &err);
	if (rc < 0)
		b->trouble = err;
	if (rc > 0)
		rules_add_known(b->rules, entity, site, key);
	if (rc != 0)
		return RULES_KNOWN;
	if (b->gathering)
		note_question(b, at - 1, site, key);
	return RULES_UNKNOWN;
}

static uint32_t rules_number(const struct validate_beyond *b, size_t entity)
{
	size_t i;

	for (i = 0; i < b->n_numbers; i++)
		if (b->number[i] == entity + 1)
			break;
	return (uint32_t)i;
}

static int ask_batch(struct validate_beyond *b, size_t entity,
		     struct present_key *key, size_t n, struct err *err)
{
	uint32_t number = rules_number(b, entity);
	size_t i;

	if (n && present_ask(&b->present, entity, key, n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (key[i].there)
			rules_add_known(b->rules, number, key[i].site,
					key[i].key);
	return 0;
}

/* Those of the questions that are about an entity. */
static int ask_entity(struct validate_beyond *b, size_t entity, struct err *err)
{
	struct present_key *key = mem_alloc(mem_mul(BATCH, sizeof(*key)));
	size_t n = 0, i;
	int rc = 0;

	for (i = 0; i < b->n && rc == 0; i++) {
		if (b->question[i].entity != entity)
			continue;
		key[n++] = b->question[i].key;
		if (n == BATCH) {
			rc = ask_batch(b, entity, key, n, err);
			n = 0;
		}
	}
	if (rc == 0)
		rc = ask_batch(b, entity, key, n, err);
	free(key);
	return rc;
}

static int ask(struct validate_beyond *b, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < b->present.n && rc == 0; i++)
		rc = ask_entity(b, i, err);
	b->n = 0;
	arena_clear(&b->arena);
	return rc;
}

/* ---- for the records ---------------------------------------------------- */

int validate_beyond_open(struct validate *v, struct err *err)
{
	struct validate_beyond *b;

	if (!v->o->target && !v->o->state)
		return 0;
	v->beyond = b = mem_zalloc(sizeof(*b));
	b->rules = v->rules;
	present_init(&b->present, &b->known, v->job->opt.profiles);
	if (open_state(v, b, err) < 0 ||
	    (v->o->target && open_session(v, b, err) < 0) ||
	    add_entities(v, b, err) < 0)
		return -1;
	b->must_know = v->o->wait_refs && !b->known.session;
	rules_set_know(v->rules, know, b,
		       v->o->target ? "in Odoo" : "in the state");
	return 0;
}

int validate_beyond_record(const struct validate *v, uint32_t entity,
			   struct err *err)
{
	const struct validate_beyond *b = v->beyond;
	size_t at = b && entity < b->n_numbers ? b->number[entity] : 0;

	if (b && b->trouble.code) {
		*err = b->trouble;
		return -1;
	}
	return at ? present_want_model(&b->present, at - 1, err) : 0;
}

bool validate_beyond_gather(struct validate *v)
{
	if (v->beyond)
		v->beyond->gathering = v->beyond->known.session != NULL;
	return v->beyond && v->beyond->gathering;
}

int validate_beyond_ask(struct validate *v, bool all, struct err *err)
{
	struct validate_beyond *b = v->beyond;

	if (all)
		b->gathering = false;
	if (b->trouble.code) {
		*err = b->trouble;
		return -1;
	}
	return all || b->n >= BATCH ? ask(b, err) : 0;
}

void validate_beyond_close(struct validate *v)
{
	struct validate_beyond *b = v->beyond;

	if (!b)
		return;
	if (b->known.session)
		job_count(v->job, "requests",
			  session_counts(b->known.session)->requests);
	present_release(&b->present);
	session_close(b->known.session);
	state_close(b->known.state);
	target_free(b->target);
	hset_release(&b->asked);
	arena_release(&b->arena);
	free(b->number);
	free(b->question);
	free(b);
	v->beyond = NULL;
}
