/*
 * The reader of X12 over any bytes, with a layout that has every kind of item
 * and without one.
 *
 * The first byte chooses character set, layout and answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "fuzz_read.h"

static const char layout[] =
	"layout: fuzz\n"
	"segments:\n"
	"  - {segment: BEG, min: 1}\n"
	"  - {segment: REF, max: 3, when: {REF01: [A, B]}}\n"
	"  - loop: N1\n"
	"    max: 9\n"
	"    segments: [N1, {segment: N3, max: 2}]\n"
	"  - loop: HL\n"
	"    max: 99\n"
	"    area: detail\n"
	"    nest: {id: HL01, parent: HL02}\n"
	"    segments:\n"
	"      - HL\n"
	"      - {loop: N1, max: 2, segments: [N1, REF]}\n"
	"  - {segment: CTT, area: summary}\n";

/* The path of a file with the layout. */
static const char *layout_path(void)
{
	static char path[64];
	int fd;

	if (path[0])
		return path;
	fd = memfd_create("layout", 0);
	if (fd < 0 ||
	    write(fd, layout, strlen(layout)) != (ssize_t)strlen(layout))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct read_conf conf;

	if (!len)
		return 0;
	read_conf_init(&conf);
	conf.format = "x12";
	conf.encoding = data[0] & 1 ? "ISO-8859-1" : NULL;
	conf.layout = data[0] & 2 ? layout_path() : NULL;
	conf.ack = data[0] & 4 ? "/dev/null" : NULL;
	/* What is not in the profiles has no layout. */
	conf.profiles = "/dev/null";
	fuzz_read(&conf, data + 1, len - 1);
	return 0;
}
