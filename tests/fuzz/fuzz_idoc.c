/*
 * The reader of IDocs over any bytes, and of their layouts.
 *
 * The first byte chooses: a layout or none for a file, or a layout as CSV.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "fuzz_read.h"
#include "read/idoc_layout.h"

static const char layout[] = "segments:\n"
			     "  E1K: {max: 1, fields: {A: 3, B: 10}}\n"
			     "  E1P: {fields: {C: 6, D: 5}}\n"
			     "  E1Q: {parent: E1P, fields: {E: 1}}\n";

/* A layout is told by its name: a link to the file in memory has one. */
static void load_csv(const uint8_t *data, size_t len)
{
	static char path[64];
	struct err err = ERR_INIT;
	int fd;
	FILE *f;

	if (!path[0]) {
		snprintf(path, sizeof(path), "/tmp/fuzz-XXXXXX.csv");
		fd = mkstemps(path, 4);
		if (fd < 0)
			abort();
		close(fd);
	}
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, len, f) != len || fclose(f))
		abort();
	idoc_layout_free(idoc_layout_load(path, &err));
	unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char path[64];
	struct read_conf conf;

	if (!path[0]) {
		int fd = memfd_create("layout", 0);
		ssize_t n = (ssize_t)strlen(layout);

		if (fd < 0 || write(fd, layout, (size_t)n) != n)
			abort();
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (len < 1)
		return 0;
	if (data[0] & 0x80) {
		load_csv(data + 1, len - 1);
		return 0;
	}
	read_conf_init(&conf);
	conf.format = "idoc";
	conf.layout = data[0] & 1 ? path : NULL;
	conf.encoding = data[0] & 2 ? "CP1252" : data[0] & 4 ? "UTF-16" : NULL;
	fuzz_read(&conf, data + 1, len - 1);
	return 0;
}
