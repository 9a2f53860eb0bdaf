/*
 * load.c - see load.h
 */
#include "sandbox/load.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/cell.h"
#include "sandbox/extid.h"
#include "sandbox/extract.h"
#include "sandbox/orm.h"

#define DB_ERRORS_MAX 10

static const char interrupted[] =
	"Found more than 10 errors and more than one error per 10 records, "
	"interrupted to avoid showing too many errors.";

/* A record waiting to be brought in. */
struct waiting {
	char *xid;           /* module.name, or NULL */
	json_int_t id;       /* by ".id", or 0 */
	json_t *vals, *rows; /* rows: {"from", "to"} */
	json_int_t record;
};

struct load {
	struct env *env;
	const struct model *m;
	json_t *ids, *messages;
	struct waiting *batch;
	size_t n_batch, cap_batch;
	json_t *rows; /* of the record at hand */
	json_int_t record;
	bool failed;
};

/* --- messages --- */

static void add_message(struct load *l, json_t *message)
{
	json_array_append_new(l->messages, message);
	if (!strcmp(json_string_value(json_object_get(message, "type")),
		    "error"))
		l->failed = true;
}

static void log_cell(void *to, bool error, const struct field *top,
		     const char *text, json_t *more)
{
	struct load *l = to;
	json_t *message =
		json_pack("{sO ss sI ss ss}", "rows", l->rows, "type",
			  error ? "error" : "warning", "record", l->record,
			  "field", top->name, "message", text);

	if (more)
		json_object_set_new(message, "moreinfo", more);
	if (l->env->release != 14)
		json_object_set_new(message, "field_name",
				    json_string(top->label));
	add_message(l, message);
}

/* "builtins.ValueError" is <class 'ValueError'>. */
static char *class_of(const char *name)
{
	static const char builtins[] = "builtins.";

	if (!strncmp(name, builtins, sizeof(builtins) - 1))
		name += sizeof(builtins) - 1;
	return mem_printf("<class '%s'>", name);
}

static json_t *failure(struct load *l, const struct waiting *w)
{
	const struct fail *f = l->env->fail;
	json_t *message = json_pack("{sO sI ss}", "rows", w->rows, "record",
				    w->record, "type", "error");

	if (f->kind == FAIL_DB ||
	    (f->kind == FAIL_USER && l->env->release != 14)) {
		json_object_set_new(message, "message",
				    json_string(f->message));
		if (f->field)
			json_object_set_new(message, "field",
					    json_string(f->field));
	} else {
		char *class = class_of(f->name);

		json_object_set_new(
			message, "message",
			json_sprintf("Unknown error during import: %s: %s",
				     class, f->message));
		json_object_set_new(message, "moreinfo",
				    json_string("Resolve other errors first"));
		free(class);
	}
	return message;
}

/* --- bringing in --- */

static int other_model(struct load *l, const struct waiting *w,
		       const struct extid *x)
{
	return fail_set(l->env->fail, FAIL_USER, FAIL_VALIDATION,
			"For external id %s when trying to create/update a "
			"record of model %s found record of different model "
			"%s (%lld)",
			w->xid, l->m->name, x->model, x->row);
}

/* 19 refuses a prefix that an upgrade of that module would clean up. */
static int reserved_prefix(struct load *l, const struct waiting *w)
{
	static const char *const installed[] = {"base", "product", "stock",
						"uom",  "sale",    "purchase",
						"mrp",  "account", "contacts"};
	size_t n = strcspn(w->xid, "."), i;

	if (l->env->release == 14 || !env_flag(l->env, "import_file"))
		return 0;
	for (i = 0; i < sizeof(installed) / sizeof(*installed); i++)
		if (strlen(installed[i]) == n &&
		    !strncmp(installed[i], w->xid, n))
			return fail_set(
				l->env->fail, FAIL_USER, FAIL_USER_ERROR,
				"The record %s has the module prefix %.*s. "
				"This is the part before the '.' in the "
				"external id. Because the prefix refers to an "
				"existing module, the record would be deleted "
				"when the module is upgraded. Use either no "
				"prefix and no dot or a prefix that isn't an "
				"existing module. For example, __import__, "
				"resulting in the external id __import__.%s.",
				w->xid, (int)n, w->xid, w->xid + n + 1);
	return 0;
}

static int bring_in(struct load *l, const struct waiting *w, json_int_t *id)
{
	struct env *env = l->env;
	struct extid x = {.row = 0};
	bool update = false, there = false;
	const char *mode = json_string_value(env_context(env, "mode"));
	int rc = 0;

	update = mode && !strcmp(mode, "update");
	*id = w->id;
	if (w->xid && extid_find(env, w->xid, &x) < 0)
		return -1;
	if (x.row && strcmp(x.model, l->m->name) != 0) {
		if (env->release != 14)
			rc = other_model(l, w, &x);
	} else if (x.row) {
		*id = x.res_id;
	}
	if (rc == 0 && *id) {
		rc = orm_exists(env, l->m, *id);
		there = rc > 0;
		rc = rc < 0 ? -1 : 0;
	}
	if (rc == 0 && there) {
		if (!(update && x.noupdate))
			rc = orm_check_call(env, l->m, ORM_WRITE) < 0
				     ? -1
				     : orm_write(env, l->m, *id, w->vals);
	} else if (rc == 0) {
		if (w->xid)
			rc = reserved_prefix(l, w);
		if (rc == 0 && (orm_check_call(env, l->m, ORM_CREATE) < 0 ||
				orm_create(env, l->m, w->vals, id) < 0))
			rc = -1;
		if (rc == 0 && w->xid)
			rc = extid_set(env, w->xid, l->m, *id,
				       env_flag(env, "noupdate"));
	}
	free(x.model);
	return rc;
}

static int savepoint(struct load *l, const char *sql)
{
	return store_run(l->env->db, sql, NULL, l->env->fail);
}

static void batch_clear(struct load *l)
{
	size_t i;

	for (i = 0; i < l->n_batch; i++) {
		free(l->batch[i].xid);
		json_decref(l->batch[i].vals);
		json_decref(l->batch[i].rows);
	}
	l->n_batch = 0;
}

/* 1 all in, 0 undone with env->fail, -1 lost. */
static int try_batch(struct load *l)
{
	size_t kept = json_array_size(l->ids), i;
	json_int_t id;

	if (savepoint(l, "SAVEPOINT batch") < 0)
		return -1;
	for (i = 0; i < l->n_batch; i++) {
		if (bring_in(l, &l->batch[i], &id) == 0) {
			json_array_append_new(l->ids, json_integer(id));
			continue;
		}
		while (json_array_size(l->ids) > kept)
			json_array_remove(l->ids, kept);
		{
			struct fail lost = FAIL_INIT;

			store_run(l->env->db, "ROLLBACK TO batch", NULL, &lost);
			store_run(l->env->db, "RELEASE batch", NULL, &lost);
			fail_clear(&lost);
		}
		return 0;
	}
	return savepoint(l, "RELEASE batch") < 0 ? -1 : 1;
}

static int one_by_one(struct load *l)
{
	size_t errors = 0, i;
	json_int_t id;

	for (i = 0; i < l->n_batch; i++) {
		fail_clear(l->env->fail);
		if (bring_in(l, &l->batch[i], &id) == 0) {
			json_array_append_new(l->ids, json_integer(id));
			continue;
		}
		add_message(l, failure(l, &l->batch[i]));
		fail_clear(l->env->fail);
		if (savepoint(l, "ROLLBACK TO load") < 0)
			return -1;
		errors++;
		if (errors >= DB_ERRORS_MAX && errors * 10 >= i + 1) {
			add_message(l, json_pack("{ss ss}", "type", "warning",
						 "message", interrupted));
			break;
		}
	}
	return 0;
}

static bool same_message(json_t *list, const json_t *message)
{
	json_t *v;
	size_t i;

	json_array_foreach (list, i, v) {
		if (json_equal(v, message))
			return true;
	}
	return false;
}

static int flush(struct load *l)
{
	json_t *blamed = NULL;
	int rc;

	if (!l->n_batch)
		return 0;
	rc = try_batch(l);
	if (rc == 0) {
		/* 19 blames the batch's first record for what it cannot
		   place. */
		if (l->env->release != 14 && l->env->fail->kind == FAIL_USER)
			blamed = failure(l, &l->batch[0]);
		fail_clear(l->env->fail);
		rc = one_by_one(l);
		if (blamed && !same_message(l->messages, blamed))
			json_array_insert(l->messages, 0, blamed);
		json_decref(blamed);
	}
	batch_clear(l);
	return rc < 0 ? -1 : 0;
}

static int flush_for(void *to, const char *xid, const struct model *m)
{
	struct load *l = to;
	size_t i;

	if (!xid)
		return l->env->release == 14 || m == l->m ? flush(l) : 0;
	for (i = 0; i < l->n_batch; i++)
		if (l->batch[i].xid && !strcmp(l->batch[i].xid, xid))
			return flush(l);
	return 0;
}

/* --- records --- */

/* Odoo looks for the record as a search does: archived ones are hidden. */
static int is_shown(struct load *l, json_int_t id)
{
	json_t *domain = json_pack("[[ssI]]", "id", "=", id);
	json_int_t n = 0;
	int rc = orm_count(l->env, l->m, domain, &n);

	json_decref(domain);
	return rc < 0 ? -1 : n > 0;
}

/* ".id": the record must be there. */
static int database_id(struct load *l, const json_t *record, json_int_t *id)
{
	const json_t *v = json_object_get(record, ".id");
	char text[32];
	json_int_t n = 0;
	int there;

	*id = 0;
	if (!json_truth(v))
		return 0;
	if (json_is_integer(v)) {
		n = json_integer_value(v);
	} else {
		const char *s = json_string_value(v);
		char *end = NULL;

		if (s)
			n = strtoll(s, &end, 10);
		if (!s || *end)
			return fail_set(
				l->env->fail, FAIL_OTHER,
				"psycopg2.errors.InvalidTextRepresentation",
				"invalid input syntax for type integer: "
				"\"%s\"\n",
				s ? s : "");
	}
	there = is_shown(l, n);
	if (there < 0)
		return -1;
	if (there) {
		*id = n;
		return 0;
	}
	snprintf(text, sizeof(text), "%lld", (long long)n);
	add_message(l, json_pack("{sO ss sI ss so}", "rows", l->rows, "type",
				 "error", "record", l->record, "field", ".id",
				 "message",
				 json_sprintf("Unknown database identifier "
					      "'%s'",
					      text)));
	return 0;
}

static char *full_xid(const struct env *env, const json_t *v)
{
	const char *module = json_string_value(env_context(env, "module"));
	const char *xid = json_string_value(v);

	if (!xid || !*xid)
		return NULL;
	if (strchr(xid, '.'))
		return mem_strdup(xid);
	return mem_printf("%s.%s", module ? module : "__import__", xid);
}

static int take_record(struct load *l, const json_t *record)
{
	struct cell_context c = {l->env, log_cell, flush_for, l, false};
	struct waiting w = {.record = l->record};

	if (database_id(l, record, &w.id) < 0)
		return -1;
	w.vals = cell_values(&c, l->m, record, NULL, "");
	if (!w.vals)
		return -1;
	if (c.skip) {
		json_decref(w.vals);
		return 0;
	}
	w.xid = full_xid(l->env, json_object_get(record, "id"));
	if (w.xid)
		w.id = 0;
	w.rows = json_incref(l->rows);
	l->batch = mem_grow(l->batch, l->n_batch, &l->cap_batch,
			    sizeof(*l->batch));
	l->batch[l->n_batch++] = w;
	return 0;
}

static int take_rows(struct load *l, const struct extract_column *c, size_t n,
		     const json_t *rows, json_int_t *next)
{
	const json_t *limit = env_context(l->env, "_import_limit");
	size_t size = json_array_size(rows), at = 0, span, end = size;
	json_t *record;
	int rc = 0;

	if (json_is_integer(limit) && (size_t)json_integer_value(limit) < end)
		end = (size_t)json_integer_value(limit);
	for (; rc == 0 && at < end; at += span, l->record++) {
		record = extract_record(l->env, l->m, c, n, rows, at, &span);
		json_decref(l->rows);
		l->rows = json_pack("{sI sI}", "from", (json_int_t)at, "to",
				    (json_int_t)(at + span - 1));
		rc = take_record(l, record);
		json_decref(record);
	}
	*next = json_is_integer(limit) && at >= end &&
				at >= (size_t)json_integer_value(limit)
			? (json_int_t)at
			: 0;
	return rc < 0 ? -1 : flush(l);
}

int load_rows(struct env *env, const struct model *m, const json_t *fields,
	      const json_t *given, json_t **result)
{
	struct load l = {.env = env,
			 .m = m,
			 .ids = json_array(),
			 .messages = json_array()};
	struct extract_column *c = NULL;
	json_t *rows = extract_rows(given);
	json_int_t next = 0;
	size_t n = 0;
	int rc = -1;

	if (extract_columns(env, m, fields, &c, &n) < 0 ||
	    savepoint(&l, "SAVEPOINT load") < 0)
		goto out;
	rc = take_rows(&l, c, n, rows, &next);
	if (rc == 0 && l.failed)
		rc = savepoint(&l, "ROLLBACK TO load");
	if (rc == 0)
		rc = savepoint(&l, "RELEASE load");
	if (rc == 0)
		*result =
			json_pack("{so sO sI}", "ids",
				  l.failed ? json_false() : json_incref(l.ids),
				  "messages", l.messages, "nextrow", next);
out:
	batch_clear(&l);
	free(l.batch);
	extract_columns_free(c, c ? n : 0);
	json_decref(rows);
	json_decref(l.rows);
	json_decref(l.ids);
	json_decref(l.messages);
	return rc;
}

json_t *load_serialization(size_t n)
{
	json_t *messages = json_array();
	json_int_t i;

	for (i = 0; i < (json_int_t)n && i < DB_ERRORS_MAX; i++)
		json_array_append_new(
			messages, json_pack("{s{sI sI} sI ss ss}", "rows",
					    "from", i, "to", i, "record", i,
					    "type", "error", "message",
					    "could not serialize access due to "
					    "concurrent update\n"));
	if (n >= DB_ERRORS_MAX)
		json_array_append_new(messages,
				      json_pack("{ss ss}", "type", "warning",
						"message", interrupted));
	return json_pack("{sb so si}", "ids", 0, "messages", messages,
			 "nextrow", 0);
}
