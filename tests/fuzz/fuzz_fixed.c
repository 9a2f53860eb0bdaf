/*
 * The reader of fixed-width records over any bytes.
 *
 * The first byte chooses layout and character set.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "fuzz_read.h"

static const char *const sets[] = {"UTF-8", "CP1252", "CP037", "SHIFT_JIS",
				   "UTF-16"};
#define N_SETS (sizeof(sets) / sizeof(*sets))

static const char *const layouts[] = {
	/* several records, contexts, totals */
	"nul: blank\nfigurative: true\nrecords:\n"
	"  h: {when: {at: 1, is: H}, into: HEAD, fields: {A: 2-5}}\n"
	"  d: {when: {at: 1, is: D}, fields: {B: {at: 2, length: 3, type: "
	"decimal, scale: 1, sign: overpunch}, C: {length: 4, trim: both}}}\n"
	"  s: {role: total, when: {at: 1, is: S}, sum: {B: T}, fields: {T: "
	"2-9}}\n"
	"  x: {role: skip, when: LINE matches '^ *page'}\n"
	"  t: {role: trailer, of: h, when: \"K = 'T'\", count: N, counts: all, "
	"sum: {B: T}, hash: {C: N}, fields: {K: 1, N: 2-4, T: 5-9}}\n",
	/* pages */
	"page: {carriage: asa, heading: 2}\nskip: [{at: 1, is: '--'}]\n"
	"fields: {A: 1-4, B: {length: 6, type: decimal, groups: ','}}\n",
	/* blocks */
	"record_length: 7\nshort: reject\n"
	"fields: {A: 1-4, B: {length: 3, type: decimal, sign: trailing}}\n",
	/* bytes */
	"unit: bytes\ntrim: none\nfields: {A: 1-3, B: 4-5, C: 7-30}\n",
	/* characters */
	"fields: {A: 1-3, B: {length: 3, trim: left}, C: {length: 300}}\n",
};
#define N_LAYOUTS (sizeof(layouts) / sizeof(*layouts))

static char path[N_LAYOUTS][64];

static void write_layouts(void)
{
	size_t i;

	for (i = 0; i < N_LAYOUTS; i++) {
		int fd = memfd_create("layout", 0);
		size_t len = strlen(layouts[i]);

		if (fd < 0 || write(fd, layouts[i], len) != (ssize_t)len)
			abort();
		snprintf(path[i], sizeof(path[i]), "/proc/self/fd/%d", fd);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct read_conf conf;
	size_t layout;

	if (!path[0][0])
		write_layouts();
	if (len < 1)
		return 0;
	layout = data[0] % N_LAYOUTS;
	read_conf_init(&conf);
	conf.format = "fixed";
	conf.layout = path[layout];
	conf.encoding = sets[data[0] / N_LAYOUTS % N_SETS];
	/* Refused where a character has no size of its own. */
	if (layout == 1 && !strcmp(conf.encoding, "UTF-16"))
		conf.encoding = "UTF-8";
	fuzz_read(&conf, data + 1, len - 1);
	return 0;
}
