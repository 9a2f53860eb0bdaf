/*
 * Samples of a historian: any bytes as a file of them, with and without
 * windows.  The first byte chooses.
 */
#include "fuzz.h"
#include "fuzz_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct read_conf conf;

	if (!len)
		return 0;
	read_conf_init(&conf);
	conf.format = "historian";
	conf.window = data[0] & 1 ? "1h" : NULL;
	if (data[0] & 128) {
		conf.window = "1d";
		conf.by = "by";
	}
	conf.zone = data[0] & 2 ? "Europe/Berlin" : NULL;
	conf.time_format = data[0] & 4 ? "%d.%m.%Y %H:%M" : NULL;
	conf.ragged = data[0] >> 3 & 1;
	conf.decimal = data[0] & 16 ? ',' : READ_UNSET;
	conf.detect = data[0] >> 5 & 1;
	conf.quality = data[0] & 64 ? "q" : NULL;
	fuzz_read(&conf, data + 1, len - 1);
	return 0;
}
