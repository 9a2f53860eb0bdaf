/*
 * The readers of bank statements that are lines over any bytes.  The first
 * byte chooses the format and the character set.
 */
#include "fuzz.h"
#include "fuzz_read.h"

static const char *const sets[] = {NULL, "CP1252", "UTF-16", "CP850"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct read_conf conf;

	if (len < 1)
		return 0;
	read_conf_init(&conf);
	conf.format = data[0] & 1 ? "bai2" : "mt940";
	conf.encoding = sets[data[0] >> 1 & 3];
	fuzz_read(&conf, data + 1, len - 1);
	return 0;
}
