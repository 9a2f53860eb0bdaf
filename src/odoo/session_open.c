/*
 * session_open.c - who is there, and does it let us in
 *
 * /jsonrpc common.version needs neither database nor login and is there from
 * 8 to 21; where it is not, JSON-2 is asked at once with the key.
 */
#include "odoo/session_open.h"

#include <string.h>

#include "core/clock.h"
#include "core/num.h"

#define GREET_TRIES 3 /* a server that is away is away: cron comes again */

static int unknown_database(struct session *s, struct err *err)
{
	const struct endpoint *ep = session_endpoint(s);

	return err_set(err, ERR_CONFIG, "%s: there is no database '%s' at %s",
		       ep->name, ep->database, ep->url);
}

/* Sentences for what went wrong before anything was sent. */
static int fail(struct session *s, const struct verdict *v,
		const struct reply *r, struct err *err)
{
	const struct endpoint *ep = session_endpoint(s);

	if (v->what == ODOO_STOP && v->code == ERR_PERM)
		return err_set(err, ERR_PERM,
			       "%s does not let '%s' in at %s: %s (is the key "
			       "right, and has it not expired?)",
			       ep->name, ep->login, ep->url, v->why);
	if (v->what == ODOO_STOP && v->code == ERR_CONFIG)
		return unknown_database(s, err);
	if (r->lost == LOST_TLS)
		return err_set(err, ERR_REFUSED,
			       "%s at %s cannot be trusted: %s", ep->name,
			       ep->url, v->why);
	if (r->how == REPLY_STRANGE)
		return err_set(err, r->status == 404 ? ERR_REFUSED : v->code,
			       "%s: what answers at %s is not Odoo's API: %s",
			       ep->name, ep->url, v->why);
	return err_set(err, v->code ? v->code : ERR_AGAIN, "%s at %s: %s",
		       ep->name, ep->url, v->why);
}

/* A call at the door: few tries, whatever comes. */
static void knock(struct session *s, struct call *c, struct reply *r,
		  struct verdict *v)
{
	unsigned tries = 0;

	for (;;) {
		struct err ignored = ERR_INIT;
		int64_t wait;

		session_try(s, c, r);
		verdict_reply(v, r);
		if ((v->what != ODOO_RETRY && v->what != ODOO_UNKNOWN) ||
		    v->code != ERR_AGAIN || r->lost == LOST_TIMEOUT ||
		    r->status == 404 || ++tries == GREET_TRIES)
			return;
		wait = session_backoff(s, tries, v, &ignored);
		if (wait < 0)
			return;
		reply_release(r);
		clock_sleep_ms(wait);
	}
}

/* 19 of [19,0,...], 17 of ["saas~17",4,...] or of "17.4". */
static int release_of(const json_t *version)
{
	const json_t *info = json_object_get(version, "server_version_info");
	const json_t *first = json_array_get(info, 0);
	const char *text = json_string_value(first);
	int64_t n = 0;
	size_t len;

	if (json_is_integer(first))
		n = json_integer_value(first);
	if (text) {
		text += strcspn(text, "0123456789");
		len = strspn(text, "0123456789");
		if (num_parse((struct span){text, len}, 1, 999, &n) < 0)
			n = 0;
	}
	return n > 0 && n < 1000 ? (int)n : 0;
}

/* The release, or -1 with err; 0 where /jsonrpc is gone. */
static int ask_release(struct session *s, struct err *err)
{
	struct call c;
	struct reply r;
	struct verdict v;
	int release = -1;

	call_init(&c, CALL_COMMON, "version", CALL_READ);
	session_use(s, &tp_jsonrpc);
	knock(s, &c, &r, &v);
	if (v.what == ODOO_DONE) {
		release = release_of(r.result);
		if (!release)
			release = err_set(err, ERR_REFUSED,
					  "%s: what answers at %s does not say "
					  "which Odoo it is",
					  session_endpoint(s)->name,
					  session_endpoint(s)->url);
	} else if (r.how == REPLY_STRANGE &&
		   (r.status == 404 || r.status == 403 || r.status == 410)) {
		release = 0; /* maybe closed, with JSON-2 still there */
		fail(s, &v, &r, err);
	} else {
		fail(s, &v, &r, err);
	}
	reply_release(&r);
	call_release(&c);
	return release;
}

static const struct transport_ops *choose(struct session *s, int release,
					  struct err *err)
{
	const struct endpoint *ep = session_endpoint(s);
	const struct transport_ops *tp = NULL;

	if (release && ep->release && release != ep->release) {
		err_set(err, ERR_CONFIG,
			"%s is Odoo %d by its target, but Odoo %d answers at "
			"%s",
			ep->name, ep->release, release, ep->url);
		return NULL;
	}
	switch (ep->transport) {
	case TRANSPORT_AUTO:
		tp = transport_for(release ? release : 19);
		break;
	case TRANSPORT_JSON2:
		tp = &tp_json2;
		break;
	case TRANSPORT_JSONRPC:
		tp = &tp_jsonrpc;
		break;
	}
	if (!tp) {
		err_set(err, ERR_REFUSED, "%s: Odoo %d at %s is too old",
			ep->name, release, ep->url);
		return NULL;
	}
	if (release && release < tp->release_from) {
		err_set(err, ERR_CONFIG, "%s: Odoo %d at %s has no %s",
			ep->name, release, ep->url, tp->name);
		return NULL;
	}
	return tp;
}

/*
 * JSON-2 has one page for a database that is not there and one that cannot be
 * reached now; /jsonrpc tells them apart.
 */
static int no_database(struct session *s, struct err *err)
{
	struct call c;
	struct reply r;
	struct verdict v;
	int rc;

	session_use(s, &tp_jsonrpc);
	tp_jsonrpc.prove(&c, session_login(s));
	session_try(s, &c, &r);
	verdict_reply(&v, &r);
	rc = r.how == REPLY_ERROR && v.what == ODOO_RETRY
		     ? fail(s, &v, &r, err)
		     : unknown_database(s, err);
	reply_release(&r);
	call_release(&c);
	return rc;
}

/*
 * Prove the key.  `first` is what /jsonrpc said where it is not there: the
 * better reason when JSON-2 is not there either.
 */
static int log_in(struct session *s, int release, const struct err *first,
		  int64_t *uid, struct err *err)
{
	const struct transport_ops *tp = choose(s, release, err);
	struct call c;
	struct reply r;
	struct verdict v;
	int rc = -1;

	if (!tp)
		return -1;
	session_use(s, tp);
	tp->prove(&c, session_login(s));
	knock(s, &c, &r, &v);
	if (v.what == ODOO_DONE) {
		*uid = tp->proved(r.result);
		rc = 0;
		if (!*uid) {
			v.what = ODOO_STOP;
			v.code = ERR_PERM;
			memcpy(v.why, "Access Denied", sizeof("Access Denied"));
			rc = fail(s, &v, &r, err);
		}
	} else if (tp->key_in_header && r.how == REPLY_STRANGE &&
		   r.status == 404) {
		/* the page that an unknown database gets */
		if (release)
			no_database(s, err);
		else
			*err = *first;
	} else {
		fail(s, &v, &r, err);
	}
	reply_release(&r);
	call_release(&c);
	return rc;
}

/* Of the first record of a search_read; 0: none, -1 with err. */
static int64_t first_id(struct session *s, const char *model, const char *field,
			const char *value, struct err *err)
{
	json_t *domain = json_pack("[[sss]]", field, "=", value);
	struct call c;
	json_t *found;
	int64_t id = -1;

	call_init(&c, model, "search", CALL_READ);
	call_arg_json(&c, "domain", domain);
	call_arg_raw(&c, "limit", SPAN("2"));
	call_by_name(&c);
	found = session_call(s, &c, err);
	if (found)
		id = json_array_size(found) == 1
			     ? json_integer_value(json_array_get(found, 0))
			     : 0;
	json_decref(found);
	json_decref(domain);
	call_release(&c);
	return id;
}

static int64_t by_xid(struct session *s, const char *module, const char *name,
		      struct err *err)
{
	struct call c;
	json_t *found;
	int64_t id = -1;

	call_init(&c, "ir.model.data", "check_object_reference", CALL_READ);
	call_arg_str(&c, "module", span_of(module));
	call_arg_str(&c, "xml_id", span_of(name));
	found = session_call(s, &c, err);
	if (found)
		id = json_integer_value(json_array_get(found, 1));
	json_decref(found);
	call_release(&c);
	return id;
}

/* `company` of the target: an external id, or a name. */
static int enter_company(struct session *s, const char *company,
			 struct err *err)
{
	const char *dot = strchr(company, '.');
	int64_t id = 0;

	if (dot && !strchr(company, ' ')) {
		char module[64];
		size_t len = (size_t)(dot - company);

		if (len < sizeof(module)) {
			memcpy(module, company, len);
			module[len] = '\0';
			id = by_xid(s, module, dot + 1, err);
		}
	}
	if (id <= 0)
		id = first_id(s, "res.company", "name", company, err);
	if (id > 0) {
		session_in_company(s, id);
		return 0;
	}
	if (id < 0 && err->code == ERR_AGAIN)
		return -1;
	return err_set(err, ERR_CONFIG, "%s: no company '%s' there",
		       session_endpoint(s)->name, company);
}

/* A key of JSON-2 says by itself whose it is: it must be the login's. */
static int check_login(struct session *s, int64_t *uid, struct err *err)
{
	const struct endpoint *ep = session_endpoint(s);
	int64_t id = first_id(s, "res.users", "login", ep->login, err);

	/* some users may not even read their own name */
	if (id < 0 && err->code == ERR_PERM && *uid > 0)
		return 0;
	if (id < 0)
		return -1;
	if (!id)
		return err_set(err, ERR_PERM,
			       "%s: there is no login '%s' that this key could "
			       "belong to",
			       ep->name, ep->login);
	if (*uid < 0)
		*uid = id;
	if (id != *uid)
		return err_set(err, ERR_PERM,
			       "%s: the key is not that of '%s' but of another "
			       "user (id %lld)",
			       ep->name, ep->login, (long long)*uid);
	return 0;
}

int session_server(struct session *s, struct buf *out, struct err *err)
{
	static const int64_t first_user = 1;
	const char *made;
	struct call c;
	json_t *found;

	call_init(&c, "res.users", "read", CALL_READ);
	call_ids(&c, &first_user, 1);
	call_arg_raw(&c, "fields", SPAN("[\"create_date\"]"));
	found = session_call(s, &c, err);
	call_release(&c);
	/* A server that does not tell is known by the name alone. */
	if (!found && err->code != ERR_PERM && err->code != ERR_REFUSED)
		return -1;
	made = json_string_value(
		json_object_get(json_array_get(found, 0), "create_date"));
	buf_addf(out, "%s %s", session_endpoint(s)->database, made ? made : "");
	json_decref(found);
	return 0;
}

int session_greet(struct session *s, struct err *err)
{
	const struct endpoint *ep = session_endpoint(s);
	struct err first = ERR_INIT;
	int release = ask_release(s, &first);
	int64_t uid = 0;

	if (release < 0) {
		*err = first;
		return -1;
	}
	if (log_in(s, release, &first, &uid, err) < 0)
		return -1;
	if (!release)
		release = ep->release ? ep->release : 19;
	session_knows(s, release, uid);
	if (!strcmp(session_transport(s), tp_json2.name) &&
	    check_login(s, &uid, err) < 0)
		return -1;
	session_knows(s, release, uid);
	/*
	 * Without a language 14 answers in the user's, and writes past the
	 * translation that an English user sees.  en_US needs no activation.
	 */
	session_speaks(s, ep->language ? ep->language : "en_US");
	if (ep->company)
		return enter_company(s, ep->company, err);
	return 0;
}
