/*
 * date.h - calendar dates and UTC instants
 *
 * The proleptic Gregorian calendar, years 1 to 9999, no leap seconds.  The
 * streams carry dates as YYYY-MM-DD and instants as YYYY-MM-DDThh:mm:ssZ.
 *
 * Formats are those of strptime(3), without its locale and its leniency:
 *
 *	%Y  year, 4 digits        %H  hour 0 to 23      %b %h %B  month, in
 *	%y  year, 2 digits:       %I  hour 1 to 12          English, short or
 *	    69 to 99 are 19yy     %p  AM or PM              long, any case
 *	%m  month                 %M  minute            %a %A  weekday, which
 *	%d %e  day                %S  second                must be right
 *	%j  day of the year, 3    %f  decimals of a     %z  Z, +hh:mm, +hhmm
 *	%F  %Y-%m-%d                  second, dropped       or +hh
 *	%T  %H:%M:%S              %R  %H:%M             %%  %
 *
 * Numbers of two digits may lack the leading zero, but not where another
 * number touches them: with %Y%m%d "2024111" is an error, not a guess.
 * White space in the format stands for any, also none.
 */
#ifndef SLUICE_DATE_H
#define SLUICE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"

#define DATE_TEXT_MAX    11 /* YYYY-MM-DD and NUL */
#define INSTANT_TEXT_MAX 21 /* YYYY-MM-DDThh:mm:ssZ and NUL */

struct date {
	int year;  /* 1 to 9999 */
	int month; /* 1 to 12 */
	int day;   /* 1 to 31 */
};

struct date_time {
	struct date date;
	int hour, minute, second;
	int offset_s; /* east of UTC; 0 unless the format has %z */
};

int date_days_in_month(int year, int month);

/* -1 with ERR_DATA: "there is no month 13", "April has no day 31". */
int date_check(struct date d, struct err *err);

/* Days since 1970-01-01, and back. */
int64_t date_to_days(struct date d);
struct date date_of_days(int64_t days);
/* 1 Monday to 7 Sunday. */
int date_weekday(struct date d);

/* Canonical text, NUL-terminated. */
void date_text(struct date d, char out[DATE_TEXT_MAX]);
void instant_text(int64_t seconds, char out[INSTANT_TEXT_MAX]);

/* Canonical text and nothing else, of a valid date.  0 or -1. */
int date_parse(struct span s, struct date *out);
int instant_parse(struct span s, int64_t *seconds);

/*
 * Whether `format` is one, and names a whole date; `time` allows and wants
 * hours too.  -1 with ERR_CONFIG.  *at is the offending byte of the format.
 */
int date_format_check(struct span format, bool time, size_t *at,
		      struct err *err);

/*
 * Read `s` by a format that date_format_check accepted; white space around
 * `s` is ignored.  -1 with ERR_DATA says what is wrong in words, without
 * repeating the value.
 */
int date_scan(struct span s, struct span format, struct date_time *out,
	      struct err *err);

/* The same with other centuries: %y from `pivot` to 99 is 19yy. */
int date_scan_pivot(struct span s, struct span format, int pivot,
		    struct date_time *out, struct err *err);

/* Seconds since 1970-01-01T00:00:00Z, offset taken off. */
int64_t date_time_instant(const struct date_time *t);

#endif
