#include "odoo/verdict.h"

#include <jansson.h>
#include <stdlib.h>

#include "core/buf.h"
#include "core/mem.h"
#include "odoo/verdict_words.h"
#include "unit.h"

/* A reply with Odoo's error; release it. */
static struct reply error(int status, const char *name, const char *message)
{
	return (struct reply){
		.how = REPLY_ERROR,
		.status = status,
		.retry_after_ms = -1,
		.name = mem_strdup(name),
		.message = mem_strdup(message),
	};
}

static struct reply result(const char *json)
{
	struct reply r = REPLY_INIT;

	r.how = REPLY_RESULT;
	r.status = 200;
	r.result = json_loads(json, JSON_DECODE_ANY, NULL);
	ck_assert_ptr_nonnull(r.result);
	return r;
}

/* ---- any call ----------------------------------------------------------- */

static const struct {
	int status;
	const char *name, *message;
	enum odoo_verdict what;
	enum err_code code;
} errors[] = {
	/* the key, the database: the same for every record */
	{200, "odoo.exceptions.AccessDenied", "Access Denied", ODOO_STOP,
	 ERR_PERM},
	{401, "werkzeug.exceptions.Unauthorized", "Invalid apikey", ODOO_STOP,
	 ERR_PERM},
	{200, "psycopg2.OperationalError",
	 "connection to server on socket \"/run/s\" failed: FATAL:  database "
	 "\"old\" does not exist\n",
	 ODOO_STOP, ERR_CONFIG},
	/* rolled back, and nobody's fault */
	{200, "psycopg2.InterfaceError", "cursor already closed", ODOO_RETRY,
	 ERR_AGAIN},
	{200, "psycopg2.InterfaceError", "connection already closed",
	 ODOO_RETRY, ERR_AGAIN},
	{200, "psycopg2.OperationalError",
	 "server closed the connection unexpectedly\n", ODOO_RETRY, ERR_AGAIN},
	{200, "psycopg2.errors.SerializationFailure",
	 "could not serialize access due to concurrent update\n", ODOO_RETRY,
	 ERR_AGAIN},
	{200, "psycopg2.errors.DeadlockDetected", "deadlock detected\n",
	 ODOO_RETRY, ERR_AGAIN},
	{200, "psycopg2.errors.LockNotAvailable",
	 "could not obtain lock on row\n", ODOO_RETRY, ERR_AGAIN},
	{200, "odoo.exceptions.UserError",
	 "could not obtain lock on relation \"stock_quant\"", ODOO_RETRY,
	 ERR_AGAIN},
	{409, "odoo.exceptions.LockError", "Cannot grab a lock on records",
	 ODOO_RETRY, ERR_AGAIN},
	{429, "werkzeug.exceptions.TooManyRequests", "slow down", ODOO_RETRY,
	 ERR_AGAIN},
	/* rights, names: no record of this model works */
	{403, "odoo.exceptions.AccessError",
	 "You are not allowed to create 'Product' (product.template) "
	 "records.\n\nThis operation is allowed for the following groups:",
	 ODOO_STOP, ERR_PERM},
	{403, "odoo.exceptions.AccessError",
	 "Private methods (such as 'x._y') cannot be called remotely.",
	 ODOO_STOP, ERR_PERM},
	{200, "odoo.exceptions.UserError", "Object no.such.model doesn't exist",
	 ODOO_STOP, ERR_CONFIG},
	{404, "werkzeug.exceptions.NotFound", "the model 'x' does not exist",
	 ODOO_STOP, ERR_CONFIG},
	{200, "builtins.AttributeError",
	 "type object 'res.partner' has no attribute 'frobnicate'", ODOO_STOP,
	 ERR_CONFIG},
	{200, "builtins.ValueError", "Invalid field name 'x'", ODOO_STOP,
	 ERR_CONFIG},
	{200, "builtins.KeyError", "'x'", ODOO_STOP, ERR_CONFIG},
	{422, "werkzeug.exceptions.UnprocessableEntity",
	 "missing a required argument: 'data'", ODOO_STOP, ERR_CONFIG},
	{200, "odoo.exceptions.UserError", "Invalid language code: xx_XX",
	 ODOO_STOP, ERR_CONFIG},
	/* this record */
	{403, "odoo.exceptions.AccessError",
	 "Uh-oh! Looks like you have stumbled upon some top-secret records.",
	 ODOO_REJECT, ERR_PERM},
	{404, "odoo.exceptions.MissingError",
	 "Record does not exist or has been deleted.", ODOO_REJECT,
	 ERR_REFUSED},
	{422, "odoo.exceptions.ValidationError", "The price is negative.",
	 ODOO_REJECT, ERR_REFUSED},
	{200, "odoo.exceptions.UserError",
	 "The entry INV/1 (id 1) must be in draft.", ODOO_REJECT, ERR_REFUSED},
	{500, "builtins.ValueError",
	 "Wrong value for product.template.type: 'zz'", ODOO_REJECT,
	 ERR_REFUSED},
	{200, "psycopg2.errors.UniqueViolation",
	 "duplicate key value violates unique constraint \"x\"", ODOO_REJECT,
	 ERR_REFUSED},
	/* a key that is too old, in both transports */
	{403, "odoo.exceptions.AccessDenied", "Access Denied", ODOO_STOP,
	 ERR_PERM},
	{200, "odoo.http.SessionExpiredException", "Session expired", ODOO_STOP,
	 ERR_PERM},
	/* the database is restarting, full, or only for reading */
	{200, "psycopg2.errors.CannotConnectNow", "starting up", ODOO_RETRY,
	 ERR_AGAIN},
	{500, "psycopg2.errors.ReadOnlySqlTransaction",
	 "cannot execute INSERT in a read-only transaction", ODOO_RETRY,
	 ERR_AGAIN},
	{500, "psycopg2.errors.DiskFull", "could not extend file", ODOO_RETRY,
	 ERR_AGAIN},
	/* the same in other languages, known by the class */
	{500, "psycopg2.errors.SerializationFailure",
	 "konnte Zugriff nicht serialisieren wegen gleichzeitiger "
	 "Aktualisierung",
	 ODOO_RETRY, ERR_AGAIN},
	/* statuses of whoever stands in front count before names */
	{503, "werkzeug.exceptions.ServiceUnavailable", "maintenance",
	 ODOO_UNKNOWN, ERR_AGAIN},
	{504, "werkzeug.exceptions.GatewayTimeout", "late", ODOO_UNKNOWN,
	 ERR_AGAIN},
	{408, "werkzeug.exceptions.RequestTimeout", "late", ODOO_UNKNOWN,
	 ERR_AGAIN},
	/* too much at once */
	{500, "psycopg2.errors.OutOfMemory", "out of memory", ODOO_DIVIDE,
	 ERR_REFUSED},
	{200, "werkzeug.exceptions.RequestEntityTooLarge",
	 "413 Request Entity Too Large", ODOO_DIVIDE, ERR_REFUSED},
	{200, "builtins.MemoryError", "", ODOO_DIVIDE, ERR_REFUSED},
};

START_TEST(errors_of_odoo)
{
	struct reply r =
		error(errors[_i].status, errors[_i].name, errors[_i].message);
	struct verdict v;

	verdict_reply(&v, &r);
	ck_assert_int_eq(v.what, errors[_i].what);
	ck_assert_int_eq(v.code, errors[_i].code);
	ck_assert_int_gt((int)strlen(v.why), 0);
	ck_assert(!strcmp(errors[_i].name, "odoo.exceptions.AccessError") ==
		  !strcmp(v.reject, "odoo-access"));
	ck_assert_ptr_null(strchr(v.why, '\n'));
	reply_release(&r);
}
END_TEST

static const struct {
	int status;
	int64_t retry_after_ms;
	enum odoo_verdict what;
	enum err_code code;
} pages[] = {
	{200, -1, ODOO_UNKNOWN, ERR_REFUSED}, /* a login wall */
	{302, -1, ODOO_STOP, ERR_REFUSED},
	{400, -1, ODOO_STOP, ERR_REFUSED},
	{401, -1, ODOO_STOP, ERR_PERM},
	{403, -1, ODOO_STOP, ERR_REFUSED},
	{404, -1, ODOO_RETRY, ERR_AGAIN},
	{408, -1, ODOO_UNKNOWN, ERR_AGAIN},
	{413, -1, ODOO_DIVIDE, ERR_REFUSED},
	{429, 2000, ODOO_RETRY, ERR_AGAIN},
	{429, -1, ODOO_RETRY, ERR_AGAIN},
	{500, -1, ODOO_UNKNOWN, ERR_AGAIN},
	{502, -1, ODOO_UNKNOWN, ERR_AGAIN},
	{503, 1000, ODOO_RETRY, ERR_AGAIN},
	{503, -1, ODOO_UNKNOWN, ERR_AGAIN},
	{504, -1, ODOO_UNKNOWN, ERR_AGAIN},
};

START_TEST(pages_of_others)
{
	struct reply r = {
		.how = REPLY_STRANGE,
		.status = pages[_i].status,
		.retry_after_ms = pages[_i].retry_after_ms,
	};
	struct verdict v;

	verdict_reply(&v, &r);
	ck_assert_int_eq(v.what, pages[_i].what);
	ck_assert_int_eq(v.code, pages[_i].code);
	ck_assert_int_eq(v.retry_after_ms, pages[_i].retry_after_ms);
}
END_TEST

static const struct {
	enum reply_lost lost;
	enum odoo_verdict what;
	enum err_code code;
} losses[] = {
	{LOST_UNSENT, ODOO_RETRY, ERR_AGAIN},
	{LOST_BIG, ODOO_DIVIDE, ERR_REFUSED},
	{LOST_TIMEOUT, ODOO_UNKNOWN, ERR_AGAIN},
	{LOST_CUT, ODOO_UNKNOWN, ERR_AGAIN},
	{LOST_TLS, ODOO_STOP, ERR_REFUSED},
	{LOST_LARGE, ODOO_UNKNOWN, ERR_REFUSED},
	{LOST_STOPPED, ODOO_UNKNOWN, ERR_AGAIN},
};

START_TEST(no_answer)
{
	struct reply r = {.how = REPLY_NONE, .lost = losses[_i].lost};
	struct verdict v;

	verdict_reply(&v, &r);
	ck_assert_int_eq(v.what, losses[_i].what);
	ck_assert_int_eq(v.code, losses[_i].code);
}
END_TEST

START_TEST(none_is_a_result)
{
	struct reply r = result("null");
	struct verdict v;

	verdict_reply(&v, &r);
	ck_assert_int_eq(v.what, ODOO_DONE);
	reply_release(&r);
}
END_TEST

/* ---- words -------------------------------------------------------------- */

static const char *const words[][2] = {
	{"Unknown error during import: <class "
	 "'odoo.exceptions.ValidationError'>: Serial numbers must be "
	 "unique.\nTwice:\n - Lot: A1",
	 "Serial numbers must be unique. Twice: - Lot: A1"},
	{"Unknown error during import: something", "something"},
	{"Missing required value for the field 'Name' (name).\nModel: "
	 "'Product' (product.template)\n- create/update: a mandatory field is "
	 "not set\n",
	 "Missing required value for the field 'Name' (name)"},
	{"The operation cannot be completed: A name is needed.",
	 "A name is needed."},
	{"duplicate key\nDETAIL:  Key (barcode)=(4006) already exists.\n",
	 "duplicate key Key (barcode)=(4006) already exists."},
	{"a\x1b[31mb\tc\x7f\xc2\x9b"
	 "d",
	 "a [31mb c d"},
	{"\xe2\x80\xaeyalp\xff", "yalp\xef\xbf\xbd"},
	{"  \n ", ""},
	{"'Contacts require a name'", "Contacts require a name"},
	{"'a' is not 'b'", "'a' is not 'b'"},
	{"'", "'"},
	{"The operation cannot be completed:\n- Create/update: a mandatory "
	 "field is not set.\n- Delete: another model requires the record being "
	 "deleted. If possible, archive it instead.\n\nModel: Product "
	 "(product.template), Field: Name (name)\n",
	 "a mandatory field is not set.; field: Name (name)"},
	{"invalid input syntax for type integer: \"abc\"\nLINE 1: ... = "
	 "'abc'))\n"
	 "                 ^\n",
	 "invalid input syntax for type integer: \"abc\""},
	{"violates check constraint \"x\"\nDETAIL:  Failing row contains (4, "
	 "a).",
	 "violates check constraint \"x\""},
};

START_TEST(words_are_cleaned)
{
	struct buf b = BUF_INIT(1000);

	verdict_clean(&b, span_of(words[_i][0]));
	ck_assert_str_eq(buf_str(&b), words[_i][1]);
	buf_release(&b);
}
END_TEST

START_TEST(long_words_are_cut_between_characters)
{
	struct reply r = error(200, "odoo.exceptions.UserError", "");
	struct verdict v;
	size_t i;

	free(r.message);
	r.message = mem_zalloc(2 * VERDICT_WHY_MAX + 2);
	r.message[0] = 'x';
	for (i = 0; i < VERDICT_WHY_MAX; i++)
		memcpy(r.message + 1 + 2 * i, "\xc3\xa9", 2);
	verdict_reply(&v, &r);
	ck_assert_uint_eq(strlen(v.why), VERDICT_WHY_MAX - 1);
	ck_assert_int_eq((unsigned char)v.why[VERDICT_WHY_MAX - 2], 0xa9);
	r.message[0] = '\xc3';
	memmove(r.message, r.message + 1, 2 * VERDICT_WHY_MAX);
	verdict_reply(&v, &r);
	ck_assert_uint_eq(strlen(v.why), VERDICT_WHY_MAX - 2);
	reply_release(&r);
}
END_TEST

/* ---- load --------------------------------------------------------------- */

static void check_load(const char *json, const struct span *xid, size_t n,
		       enum odoo_verdict whole, const char *states)
{
	static const char letters[] = "LABS"; /* as enum load_row_state */
	struct reply r = result(json);
	struct load_verdict v;
	char got[32] = "";
	size_t i;

	verdict_load(&v, &r, xid, n);
	ck_assert_int_eq(v.whole.what, whole);
	for (i = 0; i < n; i++)
		got[i] = letters[v.row[i].state];
	ck_assert_str_eq(got, states);
	load_verdict_release(&v);
	load_verdict_release(&v);
	reply_release(&r);
}

#define MSG(record, text)                                 \
	"{\"type\":\"error\",\"record\":" #record         \
	",\"rows\":{\"from\":" #record ",\"to\":" #record \
	"},\"message\":\"" text "\"}"
#define REFUSED(messages) \
	"{\"ids\":false,\"nextrow\":0,\"messages\":[" messages "]}"
#define INTERRUPTED                                                      \
	"{\"type\":\"warning\",\"message\":\"Found more than 10 errors " \
	"and more than one error per 10 records, interrupted to avoid "  \
	"showing too many errors.\"}"

START_TEST(load_kept)
{
	check_load("{\"ids\":[7,8,9],\"messages\":[],\"nextrow\":0}", NULL, 3,
		   ODOO_DONE, "LLL");
	check_load("{\"ids\":[],\"messages\":[],\"nextrow\":0}", NULL, 0,
		   ODOO_DONE, "");
}
END_TEST

START_TEST(load_kept_with_a_warning)
{
	struct reply r = result(
		"{\"ids\":[7,8],\"messages\":[{\"type\":\"warning\","
		"\"record\":1,\"rows\":{\"from\":1,\"to\":1},\"message\":"
		"\"Unknown value 'maybe' for boolean field 'Company'\"}]}");
	struct load_verdict v;

	verdict_load(&v, &r, NULL, 2);
	ck_assert_int_eq(v.whole.what, ODOO_DONE);
	ck_assert_int_eq(v.row[1].state, ROW_LOADED);
	ck_assert_int_eq(v.row[1].id, 8);
	ck_assert_ptr_null(v.row[0].why);
	ck_assert_str_eq(v.row[1].why,
			 "Unknown value 'maybe' for boolean field 'Company'");
	load_verdict_release(&v);
	reply_release(&r);
}
END_TEST

START_TEST(load_with_fewer_ids_than_rows)
{
	check_load("{\"ids\":[7],\"messages\":[]}", NULL, 2, ODOO_STOP, "AA");
	check_load("true", NULL, 2, ODOO_STOP, "AA");
}
END_TEST

START_TEST(load_with_more_ids_than_rows)
{
	check_load("{\"ids\":[7,8,9,10],\"messages\":[]}", NULL, 2,
		   ODOO_UNKNOWN, "AA");
}
END_TEST

START_TEST(load_names_bad_rows)
{
	struct reply r = result(REFUSED(
		"{\"type\":\"error\",\"record\":2,\"rows\":{\"from\":2,"
		"\"to\":2},\"field\":\"type\",\"message\":\"Value 'gadget' not "
		"found in selection field 'Product Type'\",\"moreinfo\":"
		"[\"Goods\"]}," MSG(
			1, "Missing required value for the field 'Name'")));
	struct load_verdict v;

	verdict_load(&v, &r, NULL, 4);
	ck_assert_int_eq(v.whole.what, ODOO_REJECT);
	ck_assert_int_eq(v.row[0].state, ROW_AGAIN);
	ck_assert_int_eq(v.row[1].state, ROW_BAD);
	ck_assert_str_eq(v.row[1].reject, "odoo-required");
	ck_assert_ptr_null(v.row[1].field);
	ck_assert_int_eq(v.row[2].state, ROW_BAD);
	ck_assert_str_eq(v.row[2].reject, "odoo-selection");
	ck_assert_str_eq(v.row[2].field, "type");
	ck_assert(!v.interrupted);
	load_verdict_release(&v);
	reply_release(&r);
}
END_TEST

START_TEST(load_blames_record_0_with_anothers_words)
{
	check_load(REFUSED(MSG(0, "must be unique\\nA1") "," MSG(
			   1, "must be unique\\nA1")),
		   NULL, 3, ODOO_REJECT, "SBA");
	/* 0 is bad itself when it has words of its own */
	check_load(
		REFUSED(MSG(0, "must be unique A1") "," MSG(
			0, "a name is needed") "," MSG(1, "must be unique A1")),
		NULL, 3, ODOO_REJECT, "BBA");
	/* alone it is believed */
	check_load(REFUSED(MSG(0, "a name is needed")), NULL, 3, ODOO_REJECT,
		   "BAA");
}
END_TEST

START_TEST(load_stops_after_ten_errors)
{
	struct reply r = result(REFUSED(MSG(1, "no") "," INTERRUPTED));
	struct load_verdict v;

	verdict_load(&v, &r, NULL, 40);
	ck_assert(v.interrupted);
	ck_assert_int_eq(v.whole.what, ODOO_REJECT);
	ck_assert_int_eq(v.row[1].state, ROW_BAD);
	ck_assert_int_eq(v.row[39].state, ROW_AGAIN);
	load_verdict_release(&v);
	reply_release(&r);
}
END_TEST

START_TEST(load_rows_that_refer_to_a_bad_one)
{
	const struct span xid[] = {SPAN("s.a"), SPAN("s.b"), SPAN("s.c")};
	static const char json[] = REFUSED(MSG(1, "a name is needed") "," MSG(
		2, "No matching record found for external id 's.b' in field "
		   "'Parent'"));

	check_load(json, xid, 3, ODOO_REJECT, "ABS");
	/* not of this call: its own fault */
	check_load(json, NULL, 3, ODOO_REJECT, "ABB");
	/* itself as its parent */
	check_load(REFUSED(MSG(1, "No matching record found for external id "
				  "'s.b' in field 'Parent'")),
		   xid, 3, ODOO_REJECT, "ABA");
}
END_TEST

START_TEST(load_conflicts_are_no_rows_fault)
{
	check_load(REFUSED(MSG(0,
			       "could not serialize access due to concurrent "
			       "update\\n") "," MSG(1, "could not serialize "
						       "access due to "
						       "concurrent "
						       "update\\n")),
		   NULL, 2, ODOO_RETRY, "AA");
	check_load(REFUSED(MSG(1, "deadlock detected")), NULL, 2, ODOO_RETRY,
		   "AA");
	check_load(REFUSED(MSG(0, "current transaction is aborted, commands "
				  "ignored until end of transaction block")),
		   NULL, 1, ODOO_RETRY, "A");
}
END_TEST

/* What PostgreSQL says where its lc_messages is another language. */
static const char *const other_tongues[] = {
	"konnte Zugriff nicht serialisieren wegen gleichzeitiger "
	"Aktualisierung\\n",
	"Verklemmung (Deadlock) entdeckt\\n",
	"konnte Sperre f\xc3\xbcr Zeile in Relation \xc2\xbbx\xc2\xab nicht "
	"setzen",
	"n'a pas pu s\xc3\xa9rialiser un acc\xc3\xa8s \xc3\xa0 cause d'une "
	"mise \xc3\xa0 jour en parall\xc3\xa8le",
	"interblocage (deadlock) d\xc3\xa9tect\xc3\xa9",
	"no se pudo serializar el acceso debido a un update concurrente",
	"serializzazione dell'accesso fallita a causa di modifiche concorrenti",
	"kunde inte serialisera \xc3\xa5tkomst p\xc3\xa5 grund av samtidig "
	"uppdatering",
	/* any language, by the class */
	"Erreur inconnue durant l'import : <class "
	"'psycopg2.errors.SerializationFailure'>: x",
	"Unbekannter Fehler: <class 'odoo.exceptions.LockError'>: gesperrt",
	"could not extend file \\\"base/1\\\": No space left on device",
	"Cannot grab a lock on records",
	"canceling statement due to lock timeout",
};

START_TEST(load_conflicts_in_other_languages)
{
	char *json = mem_printf(REFUSED("{\"type\":\"error\",\"record\":0,"
					"\"rows\":{\"from\":0,\"to\":0},"
					"\"message\":\"%s\"}"),
				other_tongues[_i]);

	check_load(json, NULL, 2, ODOO_RETRY, "AA");
	check_load(json, NULL, 1, ODOO_RETRY, "A");
	free(json);
}
END_TEST

START_TEST(load_in_a_worker_without_memory)
{
	static const char json[] = REFUSED(
		MSG(1, "Unknown error during import: <class 'MemoryError'>: "));
	struct reply r = result(REFUSED(MSG(
		0, "Unknown error during import: <class 'MemoryError'>: ")));
	struct load_verdict v;

	/* which row it hit says nothing about that row */
	check_load(json, NULL, 3, ODOO_DIVIDE, "AAA");
	verdict_load(&v, &r, NULL, 1);
	ck_assert_int_eq(v.whole.what, ODOO_REJECT);
	ck_assert_int_eq(v.row[0].state, ROW_BAD);
	ck_assert_str_eq(v.row[0].reject, "odoo-too-large");
	load_verdict_release(&v);
	reply_release(&r);
}
END_TEST

/* Reasons that are a row's own, one of a kind, and their codes. */
static const struct {
	const char *words, *code;
} reasons[] = {
	{"Unknown error during import: <class 'odoo.exceptions.AccessError'>: "
	 "Due to security restrictions",
	 "odoo-access"},
	/* a user whose language is French, on 14 */
	{"Erreur inconnue pendant l'import : <class "
	 "'odoo.exceptions.AccessError'>: Vous n'\xc3\xaates pas "
	 "autoris\xc3\xa9",
	 "odoo-access"},
	{"Unknown error during import: <class "
	 "'odoo.exceptions.ValidationError'>: You cannot create recursive "
	 "Partner hierarchies.",
	 "odoo-refused"},
	{"You cannot create recursive Partner hierarchies.", "odoo-refused"},
	{"duplicate key value violates unique constraint "
	 "\\\"product_product_barcode_uniq\\\"\\nDETAIL:  Key (barcode)=(400) "
	 "already exists.\\n",
	 "odoo-duplicate"},
	{"Barcode(s) already assigned:\\n\\n- Barcode \\\"400\\\" already "
	 "assigned to product(s): A and B",
	 "odoo-duplicate"},
	{"No matching record found for external id 'x.nosuch' in field "
	 "'Product Category'",
	 "odoo-missing-reference"},
	{"No matching record found for database id '99999999' in field "
	 "'Country'",
	 "odoo-missing-reference"},
	{"Value 'gadget' not found in selection field 'Product Type'",
	 "odoo-selection"},
	{"'1,5' does not seem to be a number for field 'Price'", "odoo-format"},
	{"'31/12/2024' does not seem to be a valid date for field 'Date'",
	 "odoo-format"},
	{"'7.0' does not seem to be an integer for field 'Sequence'",
	 "odoo-format"},
	{"Unknown value 'maybe' for boolean field 'Is a Company'",
	 "odoo-format"},
	{"Missing required value for the field 'Name' (name).\\nModel: "
	 "'Product' (product.template)\\n- create/update: a mandatory field is "
	 "not set",
	 "odoo-required"},
	{"For external id x.acme when trying to create/update a record of "
	 "model product.template found record of different model res.partner "
	 "(4)",
	 "odoo-identity"},
	{"Unknown error during import: <class 'ValueError'>: A string literal "
	 "cannot contain NUL",
	 "odoo-refused"},
	/* an exception whose class ends a run elsewhere is a row's own here */
	{"Unknown error during import: <class 'KeyError'>: 'x'",
	 "odoo-refused"},
};

START_TEST(load_reasons_of_a_row)
{
	char *json = mem_printf(REFUSED("{\"type\":\"error\",\"record\":1,"
					"\"rows\":{\"from\":1,\"to\":1},"
					"\"message\":\"%s\"}"),
				reasons[_i].words);
	struct reply r = result(json);
	struct load_verdict v;

	verdict_load(&v, &r, NULL, 3);
	ck_assert_int_eq(v.whole.what, ODOO_REJECT);
	ck_assert_int_eq(v.row[0].state, ROW_AGAIN);
	ck_assert_int_eq(v.row[1].state, ROW_BAD);
	ck_assert_str_eq(v.row[1].reject, reasons[_i].code);
	ck_assert_ptr_null(strstr(v.row[1].why, "<class"));
	ck_assert_int_eq(v.row[2].state, ROW_AGAIN);
	load_verdict_release(&v);
	reply_release(&r);
	free(json);
}
END_TEST

START_TEST(load_rows_that_refer_to_a_bad_one_in_french)
{
	const struct span xid[] = {SPAN("s.a"), SPAN("s.b-1"), SPAN("s.c")};

	check_load(REFUSED(MSG(1, "il faut un nom") "," MSG(
			   2, "Aucun enregistrement pour l'identifiant "
			      "externe \xc2\xab s.b-1 \xc2\xbb")),
		   xid, 3, ODOO_REJECT, "ABS");
	/* a longer id is another one */
	check_load(REFUSED(MSG(1, "il faut un nom") "," MSG(
			   2, "Aucun enregistrement pour 's.b-12'")),
		   xid, 3, ODOO_REJECT, "ABB");
}
END_TEST

START_TEST(load_stops_after_ten_and_names_them)
{
	char states[41];
	struct buf b = BUF_INIT(100000);
	int i;

	buf_adds(&b, "{\"ids\":false,\"nextrow\":0,\"messages\":[");
	for (i = 0; i < 10; i++)
		buf_addf(&b,
			 "{\"type\":\"error\",\"record\":%d,\"rows\":{"
			 "\"from\":%d,\"to\":%d},\"message\":\"no %d\"},",
			 2 * i, 2 * i, 2 * i, i);
	/* translated: known by naming no row */
	buf_adds(&b, "{\"type\":\"warning\",\"message\":\"Plus de 10 "
		     "erreurs\"}]}");
	for (i = 0; i < 40; i++)
		states[i] = "AB"[i < 20 && i % 2 == 0];
	states[40] = '\0';
	{
		struct reply r = result(buf_str(&b));
		struct load_verdict v;

		verdict_load(&v, &r, NULL, 40);
		ck_assert(v.interrupted);
		ck_assert_int_eq(v.whole.what, ODOO_REJECT);
		for (i = 0; i < 40; i++)
			ck_assert_int_eq("LABS"[v.row[i].state], states[i]);
		load_verdict_release(&v);
		reply_release(&r);
	}
	buf_release(&b);
}
END_TEST

START_TEST(load_without_the_right)
{
	check_load(REFUSED(MSG(0, "Unknown error during import: <class "
				  "'odoo.exceptions.AccessError'>: You are not "
				  "allowed to create 'Product Template' "
				  "(product.template) records.\\n\\nThis")),
		   NULL, 1, ODOO_STOP, "A");
}
END_TEST

START_TEST(load_that_names_nobody)
{
	check_load(REFUSED(""), NULL, 3, ODOO_DIVIDE, "AAA");
	check_load(REFUSED(""), NULL, 1, ODOO_REJECT, "B");
	check_load(REFUSED("{\"type\":\"error\",\"message\":\"no\"}"), NULL, 2,
		   ODOO_DIVIDE, "AA");
	check_load(REFUSED(MSG(77, "no")), NULL, 2, ODOO_DIVIDE, "AA");
	check_load(REFUSED("3, null, {\"type\":4,\"record\":\"x\"}"), NULL, 2,
		   ODOO_DIVIDE, "AA");
}
END_TEST

START_TEST(load_that_breaks)
{
	struct reply r = error(500, "builtins.ZeroDivisionError", "by zero");
	struct load_verdict v;

	verdict_load(&v, &r, NULL, 5);
	ck_assert_int_eq(v.whole.what, ODOO_DIVIDE);
	load_verdict_release(&v);
	verdict_load(&v, &r, NULL, 1);
	ck_assert_int_eq(v.whole.what, ODOO_REJECT);
	ck_assert_int_eq(v.row[0].state, ROW_BAD);
	ck_assert_str_eq(v.row[0].why, "by zero");
	load_verdict_release(&v);
	reply_release(&r);
}
END_TEST

START_TEST(load_lost)
{
	struct reply r = {.how = REPLY_NONE, .lost = LOST_CUT};
	struct load_verdict v;

	verdict_load(&v, &r, NULL, 2);
	ck_assert_int_eq(v.whole.what, ODOO_UNKNOWN);
	ck_assert_int_eq(v.row[1].state, ROW_AGAIN);
	load_verdict_release(&v);
}
END_TEST

#define N_OF(a) ((int)(sizeof(a) / sizeof(*(a))))

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("verdict", &tc);

	tcase_add_loop_test(tc, errors_of_odoo, 0, N_OF(errors));
	tcase_add_loop_test(tc, pages_of_others, 0, N_OF(pages));
	tcase_add_loop_test(tc, no_answer, 0, N_OF(losses));
	tcase_add_test(tc, none_is_a_result);
	tcase_add_loop_test(tc, words_are_cleaned, 0, N_OF(words));
	tcase_add_test(tc, long_words_are_cut_between_characters);
	tcase_add_test(tc, load_kept);
	tcase_add_test(tc, load_kept_with_a_warning);
	tcase_add_test(tc, load_with_fewer_ids_than_rows);
	tcase_add_test(tc, load_with_more_ids_than_rows);
	tcase_add_test(tc, load_names_bad_rows);
	tcase_add_test(tc, load_blames_record_0_with_anothers_words);
	tcase_add_test(tc, load_stops_after_ten_errors);
	tcase_add_test(tc, load_rows_that_refer_to_a_bad_one);
	tcase_add_test(tc, load_conflicts_are_no_rows_fault);
	tcase_add_loop_test(tc, load_conflicts_in_other_languages, 0,
			    N_OF(other_tongues));
	tcase_add_test(tc, load_in_a_worker_without_memory);
	tcase_add_loop_test(tc, load_reasons_of_a_row, 0, N_OF(reasons));
	tcase_add_test(tc, load_rows_that_refer_to_a_bad_one_in_french);
	tcase_add_test(tc, load_stops_after_ten_and_names_them);
	tcase_add_test(tc, load_without_the_right);
	tcase_add_test(tc, load_that_names_nobody);
	tcase_add_test(tc, load_that_breaks);
	tcase_add_test(tc, load_lost);
	return s;
}
