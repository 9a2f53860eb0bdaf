/*
 * env.c - see env.h
 */
#include "sandbox/env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"

const json_t *env_context(const struct env *env, const char *key)
{
	return env->context ? json_object_get(env->context, key) : NULL;
}

bool json_truth(const json_t *v)
{
	if (!v)
		return false;
	switch (json_typeof(v)) {
	case JSON_STRING:
		return json_string_length(v) > 0;
	case JSON_INTEGER:
		return json_integer_value(v) != 0;
	case JSON_REAL:
		return json_real_value(v) < 0 || json_real_value(v) > 0;
	case JSON_TRUE:
		return true;
	case JSON_FALSE:
	case JSON_NULL:
		return false;
	case JSON_ARRAY:
		return json_array_size(v) > 0;
	case JSON_OBJECT:
		return json_object_size(v) > 0;
	}
	return false;
}

bool env_flag(const struct env *env, const char *key)
{
	return json_truth(env_context(env, key));
}

void env_set_now(struct env *env)
{
	char text[CLOCK_TEXT_MAX];
	struct timespec ts;
	unsigned us = 0;

	clock_now(text);
	if (!getenv("SLUICE_NOW") && clock_gettime(CLOCK_REALTIME, &ts) == 0)
		us = (unsigned)(ts.tv_nsec / 1000) % 1000000;
	snprintf(env->now, sizeof(env->now), "%.10s %.8s.%06u", text, text + 11,
		 us);
}
