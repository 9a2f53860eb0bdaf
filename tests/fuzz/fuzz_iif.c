/*
 * QuickBooks IIF: any bytes as such a file.  The first byte chooses the
 * character set.
 */
#include "fuzz.h"
#include "fuzz_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct read_conf conf;

	if (!len)
		return 0;
	read_conf_init(&conf);
	conf.format = "iif";
	conf.encoding = data[0] & 1   ? "CP1252"
			: data[0] & 2 ? "UTF-16LE"
				      : NULL;
	fuzz_read(&conf, data + 1, len - 1);
	return 0;
}
