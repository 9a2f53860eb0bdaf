/*
 * The reader of SQL dumps over any bytes; the first one chooses dialect,
 * character set and table.
 */
#include "fuzz.h"
#include "fuzz_read.h"

static const char *const sets[] = {"UTF-8", "CP1252", "UTF-16LE", "SHIFT_JIS"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct read_conf conf;

	if (len < 1)
		return 0;
	read_conf_init(&conf);
	conf.format = "sqldump";
	conf.dialect = (data[0] & 3) == 3 ? READ_UNSET : data[0] & 3;
	conf.encoding = sets[data[0] >> 2 & 3];
	conf.record = data[0] & 16 ? "a" : NULL;
	fuzz_read(&conf, data + 1, len - 1);
	return 0;
}
