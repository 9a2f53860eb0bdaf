/*
 * ods_value.h - dates and durations of OpenDocument
 *
 * Spec: OpenDocument 1.3 part 3, 19.368 (date-value), 19.374 (time-value);
 * XML Schema part 2.
 */
#ifndef SLUICE_ODS_VALUE_H
#define SLUICE_ODS_VALUE_H

#include "core/buf.h"

/*
 * Append a date, or date and time, to the millisecond: "2024-01-31T12:00:00".
 * False, with nothing appended, where it is none of the years 1 to 9999.
 */
bool ods_put_date(struct buf *b, struct span text);

/* Append a duration as hh:mm:ss: "PT36H00M00S" is 36:00:00. */
bool ods_put_duration(struct buf *b, struct span text);

#endif
