/*
 * dbf_head.h - the header of a DBF file: version, code page, fields
 *
 * Spec: "Xbase File Format Description" (E. Bachmann, 2000); Microsoft, "Table
 * File Structure" and "Code Pages Supported by Visual FoxPro" (Visual FoxPro
 * 9.0, 2005).
 */
#ifndef SLUICE_DBF_HEAD_H
#define SLUICE_DBF_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "read/columns.h"
#include "read/input.h"

enum dbf_family { DBF_II, DBF_III, DBF_IV, DBF_FOX, DBF_VISUAL };

struct dbf_field {
	char type;        /* as in the file */
	size_t from, len; /* in the record, behind the deletion mark */
	unsigned decimals;
	bool system, nullable, binary;
	bool memo;             /* it holds the number of a block */
	bool varies;           /* its length is in the last byte */
	int null_bit, len_bit; /* of the null flags; -1: none */
	struct span prefix;    /* "NAME": escaped, owned by the head */
	const char *name;
};

struct dbf_head {
	uint8_t version, page; /* bytes 0 and 29 */
	enum dbf_family family;
	uint64_t records;
	size_t record_len;
	struct dbf_field *field;
	size_t n, cap;
	struct columns names; /* of the fields that are not of the system */
	const struct dbf_field *nulls;
	char *prefixes;
};

/*
 * Take the header from `in` and open `cs`: `encoding`, or what the file says,
 * else CP850, and CP1252 of Visual FoxPro.  -1 with ERR_DATA;
 * dbf_head_release it also then.
 */
int dbf_head_read(struct dbf_head *h, struct input *in, const char *encoding,
		  struct charset *cs, struct err *err);
void dbf_head_release(struct dbf_head *h);

/* Numbers as they are in these files. */
static inline uint32_t dbf_u16(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint32_t)b[0] | (uint32_t)b[1] << 8;
}

static inline uint32_t dbf_u32(const char *p)
{
	return dbf_u16(p) | dbf_u16(p + 2) << 16;
}

static inline uint32_t dbf_u32_big(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
}

#endif
