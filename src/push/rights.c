#include <string.h>

#include "core/log.h"
#include "odoo/session.h"
#include "push/push.h"

/* What Odoo says: may this user do this with records of the model at all? */
static int ask(struct push *p, const char *model, const char *right, bool *may,
	       struct err *err)
{
	struct call c;
	struct err why = ERR_INIT;
	json_t *answer;

	call_init(&c, model, "check_access_rights", CALL_READ);
	call_arg_str(&c, "operation", span_of(right));
	call_arg_raw(&c, "raise_exception", SPAN("false"));
	call_by_name(&c);
	answer = session_call(p->session, &c, &why);
	call_release(&c);
	if (!answer && why.code == ERR_AGAIN) {
		*err = why;
		return -1;
	}
	/* Without an answer it is the records' fault, one by one. */
	if (!answer)
		log_debug("rights on %s are not known: %s", model, why.msg);
	*may = !json_is_false(answer);
	json_decref(answer);
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
