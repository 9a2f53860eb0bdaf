/*
 * verdict_words.c - what words in a message tell, where nothing else does
 *
 * The messages of `load` are text and no more.  Odoo writes them in the
 * language of the call, PostgreSQL in that of its own configuration
 * (lc_messages); in front of an error that it did not expect Odoo puts the
 * Python class, which is the same in all.
 */
#include "odoo/verdict_words.h"

#include <string.h>

#define N_OF(a) (sizeof(a) / sizeof(*(a)))

/* Conflicts and lost sessions, which go away by themselves. */
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
	"Cannot grab a lock on",
	"No space left on device",
	/* German */
	"nicht serialisieren",
	"Verklemmung (Deadlock)",
	"konnte Sperre f",
	"storniere Anfrage wegen",
	"Verbindung wird abgebrochen aufgrund",
	"aktuelle Transaktion wurde abgebrochen",
	"das Datenbanksystem f",
	/* French */
	"pas pu s\xc3\xa9rialiser un acc\xc3\xa8s",
	"interblocage (deadlock)",
	"pas pu obtenir un verrou",
	"annulation de la requ\xc3\xaate \xc3\xa0 cause",
	"arr\xc3\xaat des connexions suite",
	"la transaction est annul\xc3\xa9"
	"e",
	/* Spanish */
	"no se pudo serializar el acceso",
	"se ha detectado un deadlock",
	"no se pudo bloquear un candado",
	"cancelando la sentencia debido a",
	"terminando la conexi\xc3\xb3n debido a",
	"transacci\xc3\xb3n abortada, las",
	/* Italian */
	"serializzazione dell'accesso fallita",
	"impossibile serializzare l'accesso",
	"rilevato deadlock",
	"annullamento dell'istruzione a causa",
	"interruzione della connessione su comando",
	"la transazione corrente \xc3\xa8 interrotta",
	/* Swedish */
	"kunde inte serialisera \xc3\xa5tkomst",
	"deadlock uppt\xc3\xa4"
	"ckt",
	"kunde inte ta l\xc3\xa5s",
	"kunde inte l\xc3\xa5sa rad",
};

bool verdict_transient(const char *message)
{
	size_t i;

	for (i = 0; i < N_OF(transient_words); i++) {
		if (strstr(message, transient_words[i]))
			return true;
	}
	return false;
}

bool verdict_class(struct span words, struct span *class)
{
	static const char open[] = "<class '", close[] = "'>: ";
	const char *p = NULL, *end = NULL;

	if (words.len)
		p = memmem(words.p, words.len, open, sizeof(open) - 1);
	if (p) {
		p += sizeof(open) - 1;
		end = memmem(p, words.len - (size_t)(p - words.p), close,
			     sizeof(close) - 1);
	}
	if (!end)
		return false;
	*class = (struct span){p, (size_t)(end - p)};
	return true;
}

static const char *code_of_class(struct span class)
{
	if (span_eq(class, SPAN("odoo.exceptions.AccessError")))
		return "odoo-access";
	if (span_eq(class, SPAN("odoo.exceptions.MissingError")))
		return "odoo-missing";
	return NULL;
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
		{"You do not have enough rights to ", "odoo-access"},
		{"security restrictions", "odoo-access"},
		{"top-secret records", "odoo-access"},
	};
	struct span class;
	size_t i;

	if (verdict_class(span_of(message), &class)) {
		const char *code = code_of_class(class);

		if (code)
			return code;
	}
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
