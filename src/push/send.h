/*
 * send.h - what send.c and count.c share: intents and waiting
 */
#ifndef SLUICE_SEND_H
#define SLUICE_SEND_H

#include "push/push.h"

/* Commit the intent to send v[row[0]], v[row[1]], ... as one batch. */
int send_intend(struct push *p, const struct binding *b, const char *op,
		struct span columns, struct item **v, const uint32_t *row,
		size_t n, int64_t *batch, struct err *err);

/* Wait before the next try.  -1 with ERR_AGAIN: no more tries, or a signal. */
int send_wait(struct push *p, unsigned tries, const struct verdict *v,
	      struct err *err);

#endif
