#include "expr/units.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/span.h"

enum unit_kind {
	UNIT_MASS,
	UNIT_LENGTH,
	UNIT_AREA,
	UNIT_VOLUME,
	UNIT_TIME,
	UNIT_COUNT,
	UNIT_ENERGY,
	UNIT_POWER,
	UNIT_PRESSURE,
	UNIT_DATA,
};

/* One of it is mul/div of the kind's own unit, which is 1/1. */
struct unit {
	const char *code;
	enum unit_kind kind;
	int64_t mul, div;
};

/* By code.  Factors are those the units are defined by, none is rounded. */
static const struct unit units[] = {
	{"2P", UNIT_DATA, 1000, 1},
	{"2U", UNIT_MASS, 1000, 1},
	{"3B", UNIT_ENERGY, 1000000, 1},
	{"4G", UNIT_VOLUME, 1, 1000000000},
	{"4H", UNIT_LENGTH, 1, 1000000},
	{"4L", UNIT_DATA, 1000000, 1},
	{"A44", UNIT_VOLUME, 1, 100},
	{"A45", UNIT_LENGTH, 10, 1},
	{"A90", UNIT_POWER, 1000000000, 1},
	{"A97", UNIT_PRESSURE, 100, 1},
	{"AD", UNIT_DATA, 1, 1},
	{"AK", UNIT_LENGTH, 18288, 10000},
	{"APZ", UNIT_MASS, 311034768, 10000000000},
	{"ARE", UNIT_AREA, 100, 1},
	{"ATM", UNIT_PRESSURE, 101325, 1},
	{"B98", UNIT_TIME, 1, 1000000},
	{"BAR", UNIT_PRESSURE, 100000, 1},
	{"BLL", UNIT_VOLUME, 158987294928, 1000000000000},
	{"C26", UNIT_TIME, 1, 1000},
	{"C31", UNIT_POWER, 1, 1000},
	{"C45", UNIT_LENGTH, 1, 1000000000},
	{"C62", UNIT_COUNT, 1, 1},
	{"CEN", UNIT_COUNT, 100, 1},
	{"CGM", UNIT_MASS, 1, 100000},
	{"CLT", UNIT_VOLUME, 1, 100000},
	{"CMK", UNIT_AREA, 1, 10000},
	{"CMQ", UNIT_VOLUME, 1, 1000000},
	{"CMT", UNIT_LENGTH, 1, 100},
	{"CTM", UNIT_MASS, 2, 10000},
	{"CWA", UNIT_MASS, 45359237, 1000000},
	{"CWI", UNIT_MASS, 5080234544, 100000000},
	{"DAY", UNIT_TIME, 86400, 1},
	{"DG", UNIT_MASS, 1, 10000},
	{"DJ", UNIT_MASS, 1, 100},
	{"DLT", UNIT_VOLUME, 1, 10000},
	{"DMK", UNIT_AREA, 1, 100},
	{"DMQ", UNIT_VOLUME, 1, 1000},
	{"DMT", UNIT_LENGTH, 1, 10},
	{"DPC", UNIT_COUNT, 12, 1},
	{"DPR", UNIT_COUNT, 24, 1},
	{"DTN", UNIT_MASS, 100, 1},
	{"DWT", UNIT_MASS, 155517384, 100000000000},
	{"DZN", UNIT_COUNT, 12, 1},
	{"E34", UNIT_DATA, 1000000000, 1},
	{"E35", UNIT_DATA, 1000000000000, 1},
	{"EA", UNIT_COUNT, 1, 1},
	{"FOT", UNIT_LENGTH, 3048, 10000},
	{"FTK", UNIT_AREA, 9290304, 100000000},
	{"FTQ", UNIT_VOLUME, 28316846592, 1000000000000},
	{"GGR", UNIT_COUNT, 1728, 1},
	{"GLI", UNIT_VOLUME, 454609, 100000000},
	{"GLL", UNIT_VOLUME, 3785411784, 1000000000000},
	{"GRM", UNIT_MASS, 1, 1000},
	{"GRN", UNIT_MASS, 6479891, 100000000000},
	{"GRO", UNIT_COUNT, 144, 1},
	{"GV", UNIT_ENERGY, 1000000000, 1},
	{"GWH", UNIT_ENERGY, 3600000000000, 1},
	{"H87", UNIT_COUNT, 1, 1},
	{"HAR", UNIT_AREA, 10000, 1},
	{"HC", UNIT_COUNT, 100, 1},
	{"HD", UNIT_COUNT, 6, 1},
	{"HGM", UNIT_MASS, 1, 10},
	{"HLT", UNIT_VOLUME, 1, 10},
	{"HMT", UNIT_LENGTH, 100, 1},
	{"HUR", UNIT_TIME, 3600, 1},
	{"INH", UNIT_LENGTH, 254, 10000},
	{"INK", UNIT_AREA, 64516, 100000000},
	{"INQ", UNIT_VOLUME, 16387064, 1000000000000},
	{"JOU", UNIT_ENERGY, 1, 1},
	{"K6", UNIT_VOLUME, 1, 1},
	{"KGM", UNIT_MASS, 1, 1},
	{"KJO", UNIT_ENERGY, 1000, 1},
	{"KMK", UNIT_AREA, 1000000, 1},
	{"KMT", UNIT_LENGTH, 1000, 1},
	{"KPA", UNIT_PRESSURE, 1000, 1},
	{"KTN", UNIT_MASS, 1000000, 1},
	{"KWH", UNIT_ENERGY, 3600000, 1},
	{"KWT", UNIT_POWER, 1000, 1},
	{"LBR", UNIT_MASS, 45359237, 100000000},
	{"LTN", UNIT_MASS, 10160469088, 10000000},
	{"LTR", UNIT_VOLUME, 1, 1000},
	{"M86", UNIT_MASS, 5, 10},
	{"MAL", UNIT_VOLUME, 1000, 1},
	{"MAW", UNIT_POWER, 1000000, 1},
	{"MBR", UNIT_PRESSURE, 100, 1},
	{"MC", UNIT_MASS, 1, 1000000000},
	{"MGM", UNIT_MASS, 1, 1000000},
	{"MIK", UNIT_AREA, 2589988110336, 1000000},
	{"MIL", UNIT_COUNT, 1000, 1},
	{"MIN", UNIT_TIME, 60, 1},
	{"MIO", UNIT_COUNT, 1000000, 1},
	{"MLT", UNIT_VOLUME, 1, 1000000},
	{"MMK", UNIT_AREA, 1, 1000000},
	{"MMQ", UNIT_VOLUME, 1, 1000000000},
	{"MMT", UNIT_LENGTH, 1, 1000},
	{"MPA", UNIT_PRESSURE, 1000000, 1},
	{"MTK", UNIT_AREA, 1, 1},
	{"MTQ", UNIT_VOLUME, 1, 1},
	{"MTR", UNIT_LENGTH, 1, 1},
	{"MWH", UNIT_ENERGY, 3600000000, 1},
	{"NAR", UNIT_COUNT, 1, 1},
	{"NMI", UNIT_LENGTH, 1852, 1},
	{"NPR", UNIT_COUNT, 2, 1},
	{"ONZ", UNIT_MASS, 28349523125, 1000000000000},
	{"OZA", UNIT_VOLUME, 295735295625, 10000000000000000},
	{"OZI", UNIT_VOLUME, 284130625, 10000000000000},
	{"PAL", UNIT_PRESSURE, 1, 1},
	{"PR", UNIT_COUNT, 2, 1},
	{"PTI", UNIT_VOLUME, 56826125, 100000000000},
	{"PTL", UNIT_VOLUME, 473176473, 1000000000000},
	{"QTI", UNIT_VOLUME, 11365225, 10000000000},
	{"QTL", UNIT_VOLUME, 946352946, 1000000000000},
	{"SCO", UNIT_COUNT, 20, 1},
	{"SEC", UNIT_TIME, 1, 1},
	{"SMI", UNIT_LENGTH, 1609344, 1000},
	{"STI", UNIT_MASS, 635029318, 100000000},
	{"STN", UNIT_MASS, 90718474, 100000},
	{"T3", UNIT_COUNT, 1000, 1},
	{"TNE", UNIT_MASS, 1000, 1},
	{"WEE", UNIT_TIME, 604800, 1},
	{"WHR", UNIT_ENERGY, 3600, 1},
	{"WTT", UNIT_POWER, 1, 1},
	{"YDK", UNIT_AREA, 83612736, 100000000},
	{"YDQ", UNIT_VOLUME, 764554857984, 1000000000000},
	{"YRD", UNIT_LENGTH, 9144, 10000},
};

#define N_UNITS (sizeof(units) / sizeof(*units))

static int by_code(const void *key, const void *item)
{
	return span_cmp(*(const struct span *)key,
			span_of(((const struct unit *)item)->code));
}

const struct unit *unit_find(struct span code)
{
	return bsearch(&code, units, N_UNITS, sizeof(*units), by_code);
}

const char *unit_code(const struct unit *u)
{
	return u->code;
}

const char *unit_kind(const struct unit *u)
{
	switch (u->kind) {
	case UNIT_MASS:
		return "mass";
	case UNIT_LENGTH:
		return "length";
	case UNIT_AREA:
		return "area";
	case UNIT_VOLUME:
		return "volume";
	case UNIT_TIME:
		return "time";
	case UNIT_COUNT:
		return "count";
	case UNIT_ENERGY:
		return "energy";
	case UNIT_POWER:
		return "power";
	case UNIT_PRESSURE:
		return "pressure";
	case UNIT_DATA:
		return "data";
	}
	return "";
}

bool unit_is_like(const struct unit *a, const struct unit *b)
{
	return a->kind == b->kind;
}

static dec_int common_divisor(dec_int a, dec_int b)
{
	while (b) {
		dec_int rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* What a quantity is multiplied with and divided by, in lowest terms. */
static void factor(const struct unit *from, const struct unit *to, dec_int *mul,
		   dec_int *div)
{
	dec_int a = (dec_int)from->mul * to->div;
	dec_int b = (dec_int)from->div * to->mul, g = common_divisor(a, b);

	*mul = a / g;
	*div = b / g;
}

int unit_convert(struct dec q, const struct unit *from, const struct unit *to,
		 unsigned places, enum dec_half half, struct dec *out)
{
	dec_int mul, div;

	factor(from, to, &mul, &div);
	if (dec_mul(q, (struct dec){mul, 0}, &q) < 0)
		return -1;
	return dec_div(q, (struct dec){div, 0}, places, half, out);
}

int unit_convert_exactly(struct dec q, const struct unit *from,
			 const struct unit *to, struct dec *out)
{
	dec_int mul, div, g;
	unsigned twos = 0, fives = 0;

	factor(from, to, &mul, &div);
	if (dec_mul(q, (struct dec){mul, 0}, &q) < 0)
		return -1;
	g = common_divisor(q.units < 0 ? -q.units : q.units, div);
	div /= g;
	q.units /= g;
	/* A divisor of twos and fives only has an end behind the point. */
	for (g = div; g % 2 == 0; g /= 2)
		twos++;
	for (; g % 5 == 0; g /= 5)
		fives++;
	if (g != 1)
		return -2;
	return dec_div(q, (struct dec){div, 0},
		       q.scale + (twos > fives ? twos : fives), DEC_HALF_UP,
		       out);
}
