/*
 * gen_items.c - the reference file of the benchmarks
 *
 * usage: gen_items [ROWS]
 *
 * Writes the item master of a factory as CSV: UTF-8, comma, a header and
 * ROWS rows (default 1,000,000) of 10 columns, 127 bytes a row in the mean.
 * Prices have decimal commas and so are quoted, as is a description with a
 * comma or a quote; a share of the descriptions has letters beyond ASCII.
 * The same ROWS give the same bytes anywhere.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t seed = UINT64_C(0x9E3779B97F4A7C15);

/* xorshift64*: good enough, and the same everywhere. */
static uint32_t draw(uint32_t below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * UINT64_C(0x2545F4914F6CDD1D)) >> 33) % below;
}

/* Inside quotes, so with quotes doubled. */
static const char *const thing[] = {
	"Hexagon bolt",        "Schraube für Gehäuse", "Ball bearing 6204",
	"Flange gasket",       "Tôle perforée",        "Bracket, welded",
	"Steel sheet 1.4301",  "O-ring 24x3",          "Pipe 3/4\"\" seamless",
	"Cable harness",       "Tornillo métrico",     "Drive shaft",
	"Spring washer",       "Housing, lower half",  "Bushing bronze",
	"Sealing compound",    "Gear wheel z=42",      "Hydraulic hose DN12",
	"Limit switch IP67",   "Vodicí lišta",         "Nameplate",
	"Cover plate painted", "Valve body cast",      "Terminal block 2.5",
};

static const char *const grade[] = {
	"zinc plated ISO 4017 grade 8.8",  "stainless A2-70 DIN 933",
	"black oxide strength class 10.9", "RAL 7035 powder coated",
	"with certificate 3.1 EN 10204",   "for series K and KX only",
	"galvanised, packed by 100",       "old drawing 4711-b",
};

static const char *const uom[] = {"EA", "ST", "KG", "M", "PCE", "L", "SET"};
static const char *const group[] = {"RAW-STEEL", "FASTENER", "BEARING",
				    "ELECTRIC",  "SEAL",     "MADE-PART"};

/* One draw a statement: the order of arguments is the compiler's. */
static void put_number(const char *before, uint32_t whole_below,
		       uint32_t part_below, int places, char point,
		       const char *after)
{
	uint32_t whole = draw(whole_below), part = draw(part_below);

	printf("%s%" PRIu32 "%c%0*" PRIu32 "%s", before, whole, point, places,
	       part, after);
}

static void put_row(uint32_t n)
{
	char letter = (char)('A' + draw(26));
	const char *what = thing[draw(N_OF(thing))];
	const char *how = grade[draw(N_OF(grade))];
	uint32_t size = 4 + draw(90), length = 10 + draw(990);
	const char *q = strpbrk(what, ",\"") || strchr(how, ',') ? "\"" : "";
	uint32_t year, month, day, vendor;

	printf("P-%06" PRIu32 "-%c,", n, letter);
	printf("%s%s M%" PRIu32 "x%" PRIu32 " %s%s,", q, what, size, length,
	       how, q);
	printf("%s,", uom[draw(N_OF(uom))]);
	printf("%s,", group[draw(N_OF(group))]);
	put_number("\"", 20000, 100, 2, ',', "\",");
	put_number("\"", 9000, 10000, 4, ',', "\",");
	put_number("", 400, 1000, 3, '.', ",");
	year = 2005 + draw(20);
	month = 1 + draw(12);
	day = 1 + draw(28);
	vendor = 1000 + draw(9000);
	printf("%" PRIu32 "%02" PRIu32 "%02" PRIu32 ",V-%06" PRIu32 ",", year,
	       month, day, vendor);
	puts(draw(10) ? "ACTIVE" : (draw(2) ? "BLOCKED" : "DELETED"));
}

int main(int argc, char **argv)
{
	uint64_t rows = 1000000, i;
	char *end = NULL;

	if (argc > 1)
		rows = strtoull(argv[1], &end, 10);
	if (argc > 2 || (end && *end) || rows > UINT32_MAX) {
		fprintf(stderr, "usage: gen_items [ROWS]\n");
		return 64;
	}
	puts("ITEMNO,DESCR,UOM,GROUP,PRICE,COST,WEIGHT,UPDDATE,VENDOR,STATUS");
	for (i = 1; i <= rows; i++)
		put_row((uint32_t)i);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 74;
}
