/*
 * The readers of XML over any bytes.  The first byte chooses the format, the
 * record's path and the character set.
 */
#include "fuzz.h"
#include "fuzz_read.h"

static const char *const paths[] = {NULL,  "r",   "/a/r", "//r//x",
				    "a/*", "n:r", "{u}r", "/*"};
static const char *const sets[] = {NULL,     "CP1252",    "UTF-16", "UTF-8",
				   "UTF-32", "SHIFT_JIS", "CP037",  "ASCII"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct read_conf conf;

	if (len < 1)
		return 0;
	read_conf_init(&conf);
	conf.format = data[0] & 64 ? "camt" : "xml";
	if (!(data[0] & 64))
		conf.record = paths[data[0] & 7];
	conf.encoding = sets[data[0] >> 3 & 7];
	fuzz_read(&conf, data + 1, len - 1);
	return 0;
}
