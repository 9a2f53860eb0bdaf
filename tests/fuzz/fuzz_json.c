/*
 * The readers of JSON with a record path over any bytes.  The first byte
 * chooses path, format and character set.
 */
#include "fuzz.h"
#include "fuzz_read.h"

static const char *const paths[] = {NULL,   "a",    "$.a[*]", "/a/b",
				    "a[1]", "/a/*", "*",      "$['a'].b"};
static const char *const sets[] = {NULL, "CP1252", "UTF-16", "SHIFT_JIS"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct read_conf conf;

	if (len < 1)
		return 0;
	read_conf_init(&conf);
	conf.format = data[0] & 8 ? "jsonl" : "json";
	conf.record = paths[data[0] & 7];
	conf.encoding = sets[data[0] >> 4 & 3];
	fuzz_read(&conf, data + 1, len - 1);
	return 0;
}
