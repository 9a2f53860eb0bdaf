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

/* Text of PostgreSQL for conflicts that go away by themselves. */
static const char *const transient_words[] = {
	"could not serialize access",
	"deadlock detected",
	"could not obtain lock",
	"current transaction is aborted",
	"cursor already closed",
	"connection already closed",
	"canceling statement due to",
	"terminating connection due to",
	"server closed the connection unexpectedly",
	"the database system is",
	"Connection Pool Is Full",
	"too many clients",
	"remaining connection slots",
};

#define N_OF(a) (sizeof(a) / sizeof(*(a)))

bool verdict_transient(const char *message)
{
	size_t i;

	for (i = 0; i < N_OF(transient_words); i++) {
		if (strstr(message, transient_words[i]))
			return true;
	}
	return false;
}

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
	const char *end;
	size_t i;

	if (cut_prefix(&s, unknown) && s.len && s.p[0] == '<') {
		end = memmem(s.p, s.len, ">: ", 3);
		if (end) {
			s.len -= (size_t)(end + 3 - s.p);
			s.p = end + 3;
		}
	}
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

const char *verdict_reject_code(const char *message)
{
	static const struct {
		const char *words, *code;
	} table[] = {
		{"No matching record found", "odoo-missing-reference"},
		{"Missing required value", "odoo-required"},
		{"mandatory field is not set", "odoo-required"},
		{"require a name", "odoo-required"},
		{"violates not-null constraint", "odoo-required"},
		{"duplicate key value", "odoo-duplicate"},
		{"must be unique", "odoo-duplicate"},
		{"already assigned", "odoo-duplicate"},
		{"already exists", "odoo-duplicate"},
		{"not found in selection", "odoo-selection"},
		{"Wrong value for", "odoo-selection"},
		{"does not seem to be", "odoo-format"},
		{"Unknown value", "odoo-format"},
		{"invalid input syntax", "odoo-format"},
		{"found record of different model", "odoo-identity"},
		{"Record does not exist", "odoo-missing"},
		{"You are not allowed to ", "odoo-access"},
		{"security restrictions", "odoo-access"},
		{"top-secret records", "odoo-access"},
	};
	size_t i;

	for (i = 0; i < N_OF(table); i++) {
		if (strstr(message, table[i].words))
			return table[i].code;
	}
	return "odoo-refused";
}

bool verdict_no_rights(const char *message)
{
	/* the model, not this record of it */
	return strstr(message, "You are not allowed to ") &&
	       strstr(message, ") records.") && !strstr(message, "Records:");
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
		say(v, "a page that is no answer of Odoo's (a login page or a "
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
	{"werkzeug.exceptions.Unauthorized", NAME_IS, ODOO_STOP, ERR_PERM},
	{"psycopg2.InterfaceError", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.OperationalError", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.SerializationFailure", NAME_IS, ODOO_RETRY,
	 ERR_AGAIN},
	{"psycopg2.errors.LockNotAvailable", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.DeadlockDetected", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.QueryCanceled", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.AdminShutdown", NAME_IS, ODOO_RETRY, ERR_AGAIN},
	{"psycopg2.errors.InFailedSqlTransaction", NAME_IS, ODOO_RETRY,
	 ERR_AGAIN},
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

static bool named(const char *name, size_t i)
{
	size_t len = strlen(exceptions[i].name);

	return exceptions[i].how == NAME_IS
		       ? !strcmp(name, exceptions[i].name)
		       : !strncmp(name, exceptions[i].name, len);
}

static void grade_error(struct verdict *v, const struct reply *r)
{
	const char *m = r->message;
	size_t i;

	grade(v, ODOO_REJECT, ERR_REFUSED);
	v->reject = verdict_reject_code(m);
	if (!strcmp(r->name, "odoo.exceptions.AccessError"))
		v->reject = "odoo-access";
	if (!strcmp(r->name, "builtins.KeyError"))
		sayf(v, "Odoo knows no '%s'", m);
	else
		say(v, *m ? m : r->name);
	for (i = 0; i < N_OF(exceptions); i++) {
		if (named(r->name, i)) {
			grade(v, exceptions[i].what, exceptions[i].code);
			break;
		}
	}
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
	if (r->status == 429)
		grade(v, ODOO_RETRY, ERR_AGAIN);
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
