#include "core/crash.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/log.h"
#include "core/num.h"

static const char *variable = "SLUICE_CRASH_AT";

void crash_variable(const char *name)
{
	variable = name;
}

void crash_point(const char *where)
{
	static int64_t left = -1; /* points to pass; 0: never */
	const char *env;

	if (left < 0) {
		env = getenv(variable);
		if (!env || num_parse(span_of(env), 0, INT32_MAX, &left) < 0)
			left = 0;
	}
	if (left == 0 || --left > 0)
		return;
	log_debug("stopped by %s at '%s'", variable, where);
	kill(getpid(), SIGKILL);
}
