/*
 * log.h - messages to standard error
 *
 * Text: "sluice-map: message".  JSON: one object a line with at, run, program,
 * level and message.  Control characters are defused, since some of the text
 * comes from files and servers.
 */
#ifndef SLUICE_LOG_H
#define SLUICE_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* `program` and `run` are kept, not copied. */
void log_setup(const char *program, const char *run, enum log_level show,
	       bool json);

void log_put(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...) log_put(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_put(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_put(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_put(LOG_DEBUG, __VA_ARGS__)

/* Whether messages of this level are shown. */
bool log_shows(enum log_level level);

#endif
