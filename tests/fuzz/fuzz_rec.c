/* The record codec against jansson, over any bytes. */
#include "fuzz.h"
#include "rec_oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *wrong = oracle_check((const char *)data, len);

	if (wrong) {
		fprintf(stderr, "%s: %.*s\n", wrong, (int)len,
			(const char *)data);
		abort();
	}
	return 0;
}
