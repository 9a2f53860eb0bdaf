#include "push/rights.h"

#include <string.h>

#include "core/log.h"
#include "odoo/session.h"
#include "push/push.h"

/*
 * check_access_rights is there from 14 on; deprecated in 19, where has_access
 * takes its place but does not raise.
 */
static void open_check(struct call *c, const char *model, const char *right,
		       bool raise)
{
	call_init(c, model, "check_access_rights", CALL_READ);
	call_arg_str(c, "operation", span_of(right));
	call_arg_raw(c, "raise_exception",
		     raise ? SPAN("true") : SPAN("false"));
	call_by_name(c);
}

static json_t *ask_newer(struct session *s, const char *model,
			 const char *right, struct err *err)
{
	struct call c;
	json_t *answer;

	call_init(&c, model, "has_access", CALL_READ);
	call_ids(&c, NULL, 0);
	call_arg_str(&c, "operation", span_of(right));
	answer = session_call(s, &c, err);
	call_release(&c);
	return answer;
}

int rights_ask(struct session *s, const char *model, const char *right,
	       bool *may, struct err *err)
{
	struct err newer = ERR_INIT;
	struct call c;
	json_t *answer;

	open_check(&c, model, right, false);
	answer = session_call(s, &c, err);
	call_release(&c);
	if (!answer && err->code == ERR_CONFIG && session_release(s) > 19)
		answer = ask_newer(s, model, right, &newer);
	if (!answer)
		return -1;
	*may = !json_is_false(answer);
	json_decref(answer);
	return 0;
}

static bool has_text(const json_t *list, const char *p, size_t len)
{
	const json_t *known;
	size_t i;

	json_array_foreach (list, i, known)
		if (json_string_length(known) == len &&
		    !memcmp(json_string_value(known), p, len))
			return true;
	return false;
}

/* Groups of several applications may have the same name: each once. */
static void add_group(json_t *groups, const char *p, size_t len)
{
	if (!has_text(groups, p, len))
		json_array_append_new(groups, json_stringn(p, len));
}

json_t *rights_in_words(const char *words)
{
	static const char item[] = "\n\t- ", quoted[] = "for groups '";
	json_t *groups = json_array();
	const char *p = words ? words : "";

	while ((p = strstr(p, item))) {
		p += sizeof(item) - 1;
		add_group(groups, p, strcspn(p, "\n"));
	}
	p = words ? strstr(words, quoted) : NULL;
	p = p ? p + sizeof(quoted) - 1 : NULL;
	while (p) {
		const char *end = strchr(p, '\'');

		if (!end)
			break;
		add_group(groups, p, (size_t)(end - p));
		p = strncmp(end, "', '", 4) == 0 ? end + 4 : NULL;
	}
	return groups;
}

json_t *rights_groups(struct session *s, const char *model, const char *right)
{
	struct reply reply = REPLY_INIT;
	struct call c;
	json_t *groups;

	open_check(&c, model, right, true);
	session_try(s, &c, &reply);
	call_release(&c);
	groups = rights_in_words(reply.how == REPLY_ERROR ? reply.message
							  : NULL);
	reply_release(&reply);
	return groups;
}

/* Where Odoo does not tell, it is the records' fault, one by one. */
static int ask(struct push *p, const char *model, const char *right, bool *may,
	       struct err *err)
{
	struct err why = ERR_INIT;

	if (rights_ask(p->session, model, right, may, &why) == 0)
		return 0;
	if (why.code == ERR_AGAIN) {
		*err = why;
		return -1;
	}
	log_debug("rights on %s are not known: %s", model, why.msg);
	*may = true;
	return 0;
}

int push_check_right(struct push *p, const struct binding *b, const char *code,
		     const char *right, struct err *err)
{
	enum push_right *known = NULL;
	size_t i;
	bool may;

	/* Odoo's words for it are known in English only. */
	if (!code || (strcmp(code, "odoo-access") != 0 &&
		      strcmp(code, "odoo-refused") != 0))
		return 0;
	for (i = 0; i < p->n_entities; i++)
		if (p->entity[i].binding == b)
			known = strcmp(right, "create") != 0
					? &p->entity[i].may_write
					: &p->entity[i].may_create;
	if (known && *known == RIGHT_HELD)
		return 0;
	if (ask(p, b->model, right, &may, err) < 0)
		return -1;
	if (!may)
		return err_set(err, ERR_PERM,
			       "%s may not %s records of %s: Odoo gives this "
			       "user no '%s' right on them",
			       session_endpoint(p->session)->login, right,
			       b->model, right);
	if (known)
		*known = RIGHT_HELD;
	return 0;
}
