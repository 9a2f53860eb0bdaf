/*
 * The readers of CSV and JSON lines over any bytes: what they write must be
 * lines of a stream, and libcsv and our own reader must agree on every cell.
 *
 * The first three bytes choose format, character set and dialect.
 */
#include "csv_oracle.h"
#include "fuzz.h"
#include "fuzz_read.h"

static const char *const sets[] = {"UTF-8",  "CP1252",    "CP850", "UTF-16",
				   "UTF-32", "SHIFT_JIS", "CP037", "UTF-16BE"};
static const char *const delimiters[] = {",", ";", "||", "\xC2\xA7"};

static void choose(const uint8_t *b, struct read_conf *conf)
{
	read_conf_init(conf);
	conf->format = b[0] & 1 ? "jsonl" : "csv";
	conf->encoding = sets[b[0] >> 1 & 7];
	conf->ragged = b[0] >> 4 & 1;
	conf->skip = b[0] >> 5 & 1;
	if (b[1] & 4)
		conf->delimiter = span_of(delimiters[b[1] & 3]);
	conf->quote = b[1] & 8 ? '\'' : b[1] & 16 ? READ_NONE : READ_UNSET;
	conf->escape = b[1] & 32 ? '\\' : b[1] & 64 ? READ_NONE : READ_UNSET;
	conf->detect = b[2] >> 2 & 1;
	if (b[2] >> 3 & 1)
		conf->encoding = NULL;
	conf->header = (int)(b[2] & 3) - 1;
	if (conf->header < 0)
		conf->header = READ_UNSET;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct csv_dialect usual = {.delimiter = {",", 1},
						 .quote = '"',
						 .escape = -1,
						 .doubled = true};
	struct read_conf conf;
	const char *wrong;

	if (len < 3)
		return 0;
	choose(data, &conf);
	fuzz_read(&conf, data + 3, len - 3);
	wrong = csv_both(&usual, (const char *)data + 3, len - 3);
	if (wrong)
		fuzz_stop(wrong,
			  (struct span){(const char *)data + 3, len - 3});
	return 0;
}
