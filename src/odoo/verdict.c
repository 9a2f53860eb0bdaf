/*
 * verdict.c - what a reply to any call means; verdict_load.c has the rows of
 * `load`
 */
#include "odoo/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/utf8.h"
#include "odoo/verdict_words.h"

#define N_OF(a) (sizeof(a) / sizeof(*(a)))

/* ---- Odoo's words ------------------------------------------------------- */

static bool cut_prefix(struct span *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s->len < n || memcmp(s->p, prefix, n) != 0)
		return false;
	s->p += n;
	s->len -= n;
	return true;
}

/* Everything from `mark` on is boilerplate. */
static void cut_from(struct span *s, const char *mark)
{
	const char *p =
		s->len ? memmem(s->p, s->len, mark, strlen(mark)) : NULL;

	if (p)
		s->len = (size_t)(p - s->p);
}

static struct span essence(struct span s)
{
	static const char unknown[] = "Unknown error during import: ";
	static const char *const boilerplate[] = {
		".\nModel: ",      "\n\nContact your administrator",
		"\nLINE 1: ",      "\nDETAIL:  Failing row contains",
		"\n- Delete: ano",
	};
	struct span class;
	size_t i;

	if (verdict_class(s, &class)) {
		const char *from = class.p + class.len + strlen("'>: ");

		s.len -= (size_t)(from - s.p);
		s.p = from;
	}
	cut_prefix(&s, unknown);
	if (cut_prefix(&s, "The operation cannot be completed:"))
		s = span_trim(s);
	cut_prefix(&s, "- Create/update: ");
	for (i = 0; i < N_OF(boilerplate); i++)
		cut_from(&s, boilerplate[i]);
	s = span_trim(s);
	/* 14 shows some words as Python does: 'Contacts require a name' */
	if (s.len > 2 && s.p[0] == '\'' &&
	    memchr(s.p + 1, '\'', s.len - 1) == s.p + s.len - 1)
		s = (struct span){s.p + 1, s.len - 2};
	return s;
}

/* "Model: Product (product.template), Field: Name (name)" of 14. */
static void add_field(struct buf *out, struct span words)
{
	static const char mark[] = ", Field: ";
	const char *p = NULL, *end;

	if (words.len)
		p = memmem(words.p, words.len, mark, sizeof(mark) - 1);
	if (!p)
		return;
	p += sizeof(mark) - 1;
	end = memchr(p, '\n', words.len - (size_t)(p - words.p));
	buf_adds(out, "; field: ");
	buf_add(out, p,
		end ? (size_t)(end - p) : words.len - (size_t)(p - words.p));
}

static bool is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 ||
	       cp == 0x2029 || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

/* Append `s` without what terminals obey; runs of it become one space. */
static void put_plain(struct buf *out, struct span s)
{
	bool space = false;
	size_t from = out->len, i = 0;

	while (i < s.len) {
		size_t n = utf8_seq(s.p + i, s.len - i);
		uint32_t cp = n ? utf8_get(s.p + i, n) : 0xfffd;
		char put[4];

		if (is_control(cp) || cp == ' ') {
			space = out->len > from;
		} else if (cut_prefix(&(struct span){s.p + i, s.len - i},
				      "DETAIL:  ")) {
			i += strlen("DETAIL:  ");
			continue;
		} else {
			if (space)
				buf_addc(out, ' ');
			space = false;
			buf_add(out, put, utf8_put(put, cp));
		}
		i += n ? n : 1;
	}
}

void verdict_clean(struct buf *out, struct span words)
{
	struct buf b = BUF_INIT(LINE_CEILING);

	buf_add_span(&b, essence(words));
	add_field(&b, words);
	put_plain(out, buf_span(&b));
	buf_release(&b);
}

static void say(struct verdict *v, const char *words)
{
	struct buf b = BUF_INIT(LINE_CEILING);
	size_t len;

	verdict_clean(&b, span_of(words ? words : ""));
	len = b.len < sizeof(v->why) ? b.len : sizeof(v->why) - 1;
	/* not in the middle of a character */
	while (len && len < b.len &&
	       ((unsigned char)b.data[len] & 0xc0) == 0x80)
		len--;
	if (len)
		memcpy(v->why, b.data, len);
	v->why[len] = '\0';
	buf_release(&b);
}

__attribute__((format(printf, 2, 3))) static void sayf(struct verdict *v,
						       const char *fmt, ...)
{
	char text[2 * VERDICT_WHY_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say(v, text);
}

/* ---- grades ------------------------------------------------------------- */

static void grade(struct verdict *v, enum odoo_verdict what, enum err_code code)
{
	v->what = what;
	v->code = code;
}

/* The answer is no answer of Odoo's: a proxy's page, a login wall. */
static void grade_strange(struct verdict *v, const struct reply *r)
{
	const char *where = r->message;

	switch (r->status) {
	case 429:
		grade(v, ODOO_RETRY, ERR_AGAIN);
		break;
	case 503:
		/* with a date it is a refusal, without one who knows */
		grade(v, r->retry_after_ms >= 0 ? ODOO_RETRY : ODOO_UNKNOWN,
		      ERR_AGAIN);
		break;
	case 408:
	case 500:
	case 502:
	case 504:
		grade(v, ODOO_UNKNOWN, ERR_AGAIN);
		break;
	case 404:
		/* what 19 says, too, while its PostgreSQL is away */
		grade(v, ODOO_RETRY, ERR_AGAIN);
		break;
	case 413:
		grade(v, ODOO_DIVIDE, ERR_REFUSED);
		v->reject = "odoo-too-large";
		break;
	case 401:
	case 407:
		grade(v, ODOO_STOP, ERR_PERM);
		break;
	default:
		grade(v, ODOO_STOP, ERR_REFUSED);
		break;
	}
	if (r->status == 200) {
		grade(v, ODOO_UNKNOWN, ERR_REFUSED);
		say(v, where ? where
			     : "a page that is no answer of Odoo's (a login "
			       "page or a "
			       "proxy in front of it?)");
		return;
	}
	sayf(v, "HTTP %d%s%s", r->status, where ? ": " : "",
	     where ? where : "");
}

static void grade_none(struct verdict *v, const struct reply *r)
{
	switch (r->lost) {
	case LOST_UNSENT:
		grade(v, ODOO_RETRY, ERR_AGAIN);
		break;
	case LOST_BIG:
		grade(v, ODOO_DIVIDE, ERR_REFUSED);
		v->reject = "odoo-too-large";
		break;
	case LOST_TLS:
		grade(v, ODOO_STOP, ERR_REFUSED);
		break;
	case LOST_LARGE:
		grade(v, ODOO_UNKNOWN, ERR_REFUSED);
		say(v, "the answer is too large");
		return;
	case LOST_NOT:
	case LOST_TIMEOUT:
	case LOST_CUT:
	case LOST_STOPPED:
		grade(v, ODOO_UNKNOWN, ERR_AGAIN);
		break;
	}
	say(v, r->message ? r->message : "no answer");
}

enum how_named { NAME_IS, NAME_STARTS };

void verdict_say(struct verdict *v, enum odoo_verdict what, enum err_code code,
		 const char *words)
{
	grade(v, what, code);
	v->reject = verdict_reject_code(words);
	say(v, words);
}

/* Exceptions by name; where the words decide, see grade_error. */
static const struct {
	const char *name;
	enum how_named how;
	enum odoo_verdict what;
	enum err_code code;
} exceptions[] = {
	{"odoo.exceptions.AccessDenied", NAME_IS, ODOO_STOP, ERR_PERM},
	{"odoo.http.SessionExpiredException", NAME_IS, ODOO_STOP, ERR_PERM},
	{"werkzeug.exceptions.Unauthorized", NAME_IS, ODOO_STOP, ERR_PERM},
	{"psycopg2.InterfaceError", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.OperationalError", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.SerializationFailure", NAME_IS, ODOO_RETRY,
	 ERR_AGAIN},
	{"psycopg2.errors.LockNotAvailable", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.DeadlockDetected", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.QueryCanceled", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.AdminShutdown", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.CrashShutdown", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.CannotConnectNow", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.TooManyConnections", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.IdleInTransactionSessionTimeout", NAME_IS, ODOO_RETRY,
	 ERR_AGAIN},
	{"psycopg2.errors.InFailedSqlTransaction", NAME_IS, ODOO_RETRY,
	 ERR_AGAIN},
	{"psycopg2.errors.ReadOnlySqlTransaction", NAME_IS, ODOO_RETRY,
	 ERR_AGAIN},
	{"psycopg2.errors.DiskFull", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.OutOfMemory", NAME_IS, ODOO_DIVIDE, ERR_REFUSED},
	{"psycopg2.extensions.", NAME_STARTS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.pool.", NAME_STARTS, ODOO_RETRY, ERR_AGAIN},
	{"odoo.service.server", NAME_STARTS, ODOO_RETRY, ERR_AGAIN},
	{"odoo.exceptions.LockError", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"odoo.exceptions.ConcurrencyError", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"werkzeug.exceptions.RequestEntityTooLarge", NAME_IS, ODOO_DIVIDE,
	 ERR_REFUSED},
	{"builtins.MemoryError", NAME_IS, ODOO_DIVIDE, ERR_REFUSED},
	{"odoo.exceptions.AccessError", NAME_IS, ODOO_STOP, ERR_PERM},
	{"werkzeug.exceptions.Forbidden", NAME_IS, ODOO_STOP, ERR_PERM},
	{"werkzeug.exceptions.", NAME_STARTS, ODOO_STOP, ERR_CONFIG},
	{"builtins.AttributeError", NAME_IS, ODOO_STOP, ERR_CONFIG},
	{"builtins.TypeError", NAME_IS, ODOO_STOP, ERR_CONFIG},
	{"builtins.KeyError", NAME_IS, ODOO_STOP, ERR_CONFIG},
};

static bool is_named(struct span class, const char *name, enum how_named how)
{
	static const struct span builtins = SPAN("builtins.");
	size_t len = strlen(name);

	/* as Python writes <class 'KeyError'> */
	if (len > builtins.len && !memcmp(name, builtins.p, builtins.len) &&
	    span_eq(class, span_of(name + builtins.len)))
		return true;
	return class.len >= len && !memcmp(class.p, name, len) &&
	       (how == NAME_STARTS || class.len == len);
}

bool verdict_of_class(struct span class, enum odoo_verdict *what,
		      enum err_code *code)
{
	size_t i;

	for (i = 0; class.len && i < N_OF(exceptions); i++) {
		if (is_named(class, exceptions[i].name, exceptions[i].how)) {
			*what = exceptions[i].what;
			*code = exceptions[i].code;
			return true;
		}
	}
	return false;
}

/* Statuses that say more than any name or words beside them. */
static bool status_speaks(int status)
{
	return status == 408 || status == 429 || status == 502 ||
	       status == 503 || status == 504;
}

static void grade_error(struct verdict *v, const struct reply *r)
{
	const char *m = r->message;

	if (status_speaks(r->status)) {
		grade_strange(v, r);
		return;
	}
	grade(v, ODOO_REJECT, ERR_REFUSED);
	v->reject = verdict_reject_code(m);
	if (!strcmp(r->name, "odoo.exceptions.AccessError"))
		v->reject = "odoo-access";
	if (!strcmp(r->name, "builtins.KeyError"))
		sayf(v, "Odoo knows no '%s'", m);
	else
		say(v, *m ? m : r->name);
	verdict_of_class(span_of(r->name), &v->what, &v->code);
	/* 14 names some of them only in the words */
	if (v->what != ODOO_RETRY && verdict_transient(m))
		grade(v, ODOO_RETRY, ERR_AGAIN);
	if (strstr(m, "database \"") && strstr(m, "\" does not exist"))
		grade(v, ODOO_STOP, ERR_CONFIG);
	else if (!strcmp(r->name, "odoo.exceptions.AccessError") &&
		 !verdict_no_rights(m) &&
		 (strstr(m, "top-secret records") || strstr(m, "Records:")))
		grade(v, ODOO_REJECT, ERR_PERM);
	else if ((!strncmp(m, "Object ", 7) && strstr(m, " doesn't exist")) ||
		 strstr(m, "Invalid language code") ||
		 !strncmp(m, "Invalid field ", 14))
		grade(v, ODOO_STOP, ERR_CONFIG);
	if (v->what == ODOO_DIVIDE)
		v->reject = "odoo-too-large";
}

void verdict_reply(struct verdict *v, const struct reply *r)
{
	*v = (struct verdict){
		.what = ODOO_DONE,
		.code = ERR_NONE,
		.retry_after_ms = r->retry_after_ms,
		.reject = "odoo-refused",
	};
	switch (r->how) {
	case REPLY_RESULT:
		break;
	case REPLY_ERROR:
		grade_error(v, r);
		break;
	case REPLY_STRANGE:
		grade_strange(v, r);
		break;
	case REPLY_NONE:
		grade_none(v, r);
		break;
	}
}

int verdict_err(const struct verdict *v, struct err *err)
{
	const char *what = "";

	switch (v->what) {
	case ODOO_DONE:
	case ODOO_REJECT:
	case ODOO_DIVIDE:
	case ODOO_STOP:
		what = "Odoo refuses";
		break;
	case ODOO_RETRY:
	case ODOO_UNKNOWN:
		what = "no answer from Odoo";
		break;
	}
	return err_set(err, v->code ? v->code : ERR_BUG, "%s: %s", what,
		       v->why);
}
