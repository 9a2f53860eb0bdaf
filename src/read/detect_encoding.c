/*
 * The encoding: UTF-8 where that is valid, UTF-16 and UTF-32 by their NULs,
 * else a set of single bytes by what stands beside its letters.
 */
#include <stdio.h>

#include "core/utf8.h"
#include "read/detect.h"

/* What speaks for one of the sets of single bytes. */
struct signs {
	size_t windows, dos, cyrillic;
	size_t high; /* bytes beyond ASCII */
};

static bool is_letter(unsigned char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static void say(struct detect *d, const char *name, const char *why)
{
	snprintf(d->encoding, sizeof(d->encoding), "%s", name);
	snprintf(d->why[DETECT_ENCODING], DETECT_WHY_MAX, "%s", why);
}

/* UTF-16 and UTF-32 have a NUL in each unit of ASCII. */
static bool try_wide(struct detect *d, struct span head)
{
	size_t nul[4] = {0}, n = head.len / 4, i;
	const char *name = NULL;
	char why[DETECT_WHY_MAX];

	for (i = 0; i < n * 4; i++)
		nul[i % 4] += !head.p[i];
	if (n < 2)
		return false;
	if (nul[1] == n && nul[2] == n && nul[3] == n && !nul[0])
		name = "UTF-32LE";
	else if (nul[0] == n && nul[1] == n && nul[2] == n && !nul[3])
		name = "UTF-32BE";
	else if (nul[1] + nul[3] > n && (nul[0] + nul[2]) * 20 < n)
		name = "UTF-16LE";
	else if (nul[0] + nul[2] > n && (nul[1] + nul[3]) * 20 < n)
		name = "UTF-16BE";
	if (!name)
		return false;
	snprintf(why, sizeof(why), "%zu of %zu bytes are NUL, in a pattern",
		 nul[0] + nul[1] + nul[2] + nul[3], n * 4);
	say(d, name, why);
	return true;
}

/* UTF-8, also where few bytes are not. */
static bool try_utf8(struct detect *d, struct span head, bool whole)
{
	size_t at = 0, good = 0, bad = 0;
	char why[DETECT_WHY_MAX];

	while (at < head.len) {
		size_t n = utf8_seq(head.p + at, head.len - at);

		if (n > 1)
			good++;
		/* A sequence may be cut where the part ends. */
		if (!n && (whole || head.len - at > 3))
			bad++;
		at += n ? n : 1;
	}
	if (bad && good < bad * 4)
		return false;
	if (!good)
		snprintf(why, sizeof(why), "all bytes are ASCII");
	else if (bad)
		snprintf(why, sizeof(why),
			 "%zu sequences are, %zu bytes are not: those rows "
			 "will be rejected",
			 good, bad);
	else
		snprintf(why, sizeof(why), "%zu sequences, all valid", good);
	say(d, "UTF-8", why);
	return true;
}

/* A high byte between others: what would it be in which set? */
static void look(struct signs *s, unsigned char before, unsigned char c,
		 unsigned char after)
{
	bool left = is_letter(before), right = is_letter(after);
	bool quote =
		c == 0x91 || c == 0x92 || c == 0x85 || c == 0x96 || c == 0x97;

	s->high++;
	/* In CP1252 these are no characters, in CP850 they are letters. */
	if (c == 0x81 || c == 0x8D || c == 0x8F || c == 0x90)
		s->dos += 2;
	else if (c >= 0x80 && c <= 0xA5 && c != 0xA0 && !quote && right &&
		 (left || c == 0x8E || c == 0x99 || c == 0x9A))
		s->dos++;
	else if (c >= 0xC0 && c != 0xD7 && c != 0xF7 && c != 0xE1 &&
		 (left || right))
		s->windows++;
	else if ((c == 0x92 && left && right) || c == 0x93 || c == 0xA0)
		s->windows++;
	if (c >= 0xC0 && before >= 0xC0 && after >= 0xC0)
		s->cyrillic++;
}

static void take_bytes(struct detect *d, struct span head)
{
	struct signs s = {0};
	char why[DETECT_WHY_MAX];
	size_t i;

	for (i = 0; i < head.len; i++) {
		unsigned char c = (unsigned char)head.p[i];

		if (c >= 0x80)
			look(&s, i ? (unsigned char)head.p[i - 1] : 0, c,
			     i + 1 < head.len ? (unsigned char)head.p[i + 1]
					      : 0);
	}
	if (s.cyrillic * 2 > s.high && s.high >= 8) {
		snprintf(why, sizeof(why),
			 "not UTF-8; %zu of %zu high bytes stand in words of "
			 "their own",
			 s.cyrillic, s.high);
		say(d, "CP1251", why);
	} else if (s.dos >= 2 && s.dos > s.windows * 3) {
		snprintf(why, sizeof(why),
			 "not UTF-8; %zu bytes are letters in it and none in "
			 "CP1252",
			 s.dos);
		say(d, "CP850", why);
	} else {
		snprintf(why, sizeof(why),
			 "not UTF-8; %zu of %zu high bytes fit it", s.windows,
			 s.high);
		say(d, "CP1252", why);
	}
}

void detect_encoding(struct detect *d, struct span head, bool whole)
{
	if (!try_wide(d, head) && !try_utf8(d, head, whole))
		take_bytes(d, head);
}
