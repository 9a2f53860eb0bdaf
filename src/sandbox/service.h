/*
 * service.h - the data and the users, opened and closed
 */
#ifndef SLUICE_SANDBOX_SERVICE_H
#define SLUICE_SANDBOX_SERVICE_H

#include "core/err.h"
#include "sandbox/call.h"

#define SERVICE_DATABASE "sandbox"

/*
 * Open the data (`path` NULL: memory), fill it where it is fresh, and read
 * or make the users' keys.
 */
int service_open(struct service *s, const char *path, int release,
		 struct err *err);
void service_close(struct service *s);

#endif
