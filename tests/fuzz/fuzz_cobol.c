/*
 * The reader of COBOL files over any bytes, along a copybook of every kind of
 * item or along one that is made of the input, too.
 *
 * The first two bytes choose settings; where the third is not 0 so many times
 * eight bytes behind it are the copybook.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"
#include "fuzz_read.h"

static const char usual[] = "01 R.\n"
			    " 02 N PIC 9.\n"
			    " 02 T OCCURS 0 TO 3 DEPENDING ON N.\n"
			    "  03 A PIC X(2).\n"
			    "  03 P PIC S9(3)V9 COMP-3.\n"
			    "  03 M OCCURS 2 DEPENDING ON N PIC 9 COMP-6.\n"
			    " 02 D PIC S9(4)PP.\n"
			    " 02 E REDEFINES D PIC -9.99.\n"
			    " 02 F REDEFINES D COMP-1.\n"
			    " 02 G COMP-2 SYNC.\n"
			    " 02 B PIC S9(30) COMP.\n"
			    " 02 S PIC S99 SIGN LEADING SEPARATE.\n"
			    " 02 U PIC N(2).\n"
			    "01 Q. 02 X PIC X(9).\n";

static const char *const sets[] = {"CP037", "ASCII",  "CP273",     "UTF-8",
				   "CP930", "CP1252", "SHIFT_JIS", "CP1140"};

static char path[64];

static void clean(void)
{
	unlink(path);
	*strrchr(path, '/') = 0;
	rmdir(path);
}

/* A folder of its own, since COPY looks into it. */
static void write_copybook(const void *p, size_t len)
{
	FILE *f;

	if (!*path) {
		snprintf(path, sizeof(path), "/tmp/fuzz_cobol.XXXXXX");
		if (!mkdtemp(path))
			abort();
		snprintf(path + strlen(path), 8, "/book");
		atexit(clean);
	}
	f = fopen(path, "w");
	if (!f || fwrite(p, 1, len, f) != len || fclose(f) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct read_conf conf;
	size_t book;

	if (len < 3)
		return 0;
	read_conf_init(&conf);
	conf.format = "cobol";
	conf.copybook = path;
	conf.framing = data[0] % 7;
	conf.occurs = data[0] >> 3 & 1;
	conf.floats = data[0] >> 4 & 1;
	conf.invalid = data[0] >> 5 & 1;
	conf.encoding = sets[data[1] & 7];
	conf.skip_bytes = data[1] >> 3 & 1;
	conf.drop_bytes = conf.framing == READ_LINES ? 0 : data[1] >> 4 & 3;
	book = (size_t)data[2] * 8;
	data += 3;
	len -= 3;
	if (book > len)
		book = len;
	if (book)
		write_copybook(data, book);
	else
		write_copybook(usual, sizeof(usual) - 1);
	fuzz_read(&conf, data + book, len - book);
	return 0;
}
