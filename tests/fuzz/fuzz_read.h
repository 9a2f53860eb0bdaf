/*
 * fuzz_read.h - a reader over any bytes: what it writes must be lines of a
 * stream, what it rejects must say why
 */
#ifndef SLUICE_FUZZ_READ_H
#define SLUICE_FUZZ_READ_H

#include <stdint.h>

#include "core/span.h"
#include "read/read_conf.h"

/* Read `data` as a file of conf->format to its end; aborts on a finding. */
void fuzz_read(const struct read_conf *conf, const uint8_t *data, size_t len);

/* Say what was found, with the text it was found in, and abort. */
_Noreturn void fuzz_stop(const char *what, struct span text);

#endif
