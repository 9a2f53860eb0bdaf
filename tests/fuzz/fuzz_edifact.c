/*
 * The reader of EDIFACT over any bytes, with the layouts shipped and without.
 * The first byte chooses the character set.
 */
#include "fuzz.h"
#include "fuzz_read.h"

static const char *const sets[] = {NULL,    "CP1252", "UTF-8",  "EUC-KR",
				   "CP037", "ASCII",  "UTF-16", "SHIFT_JIS"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct read_conf conf;

	if (len < 1)
		return 0;
	read_conf_init(&conf);
	conf.format = "edifact";
	conf.encoding = sets[data[0] & 7];
	fuzz_read(&conf, data + 1, len - 1);
	return 0;
}
