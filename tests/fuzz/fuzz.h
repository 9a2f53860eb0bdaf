/*
 * fuzz.h - what a fuzz target is: one function over one input
 *
 * Linked with libFuzzer by `make check-fuzz`, with fuzz_replay.c by
 * `make check`, which runs the target over its corpus.  A finding aborts.
 */
#ifndef SLUICE_FUZZ_H
#define SLUICE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#endif
