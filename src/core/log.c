#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/rec.h"
#include "core/utf8.h"

#define MESSAGE_MAX ((size_t)64 * 1024)

static const char *log_program = "sluice";
static const char *log_run = "";
static enum log_level log_show = LOG_INFO;
static bool log_json;

void log_setup(const char *program, const char *run, enum log_level show,
	       bool json)
{
	log_program = program;
	log_run = run;
	log_show = show;
	log_json = json;
}

bool log_shows(enum log_level level)
{
	return level <= log_show;
}

/* Line ends become spaces, controls '?', bad UTF-8 U+FFFD. */
static void defuse(struct buf *out, struct span s)
{
	size_t i, from = out->len;

	utf8_repair(out, s);
	for (i = from; i < out->len; i++) {
		unsigned char c = (unsigned char)out->data[i];

		if (c == '\n' || c == '\t')
			out->data[i] = ' ';
		else if (c < 0x20 || c == 0x7F)
			out->data[i] = '?';
		else if (c == 0xC2 && i + 1 < out->len &&
			 (unsigned char)out->data[i + 1] < 0xA0)
			out->data[i] = out->data[i + 1] = '?'; /* C1 */
	}
}

void log_put(enum log_level level, const char *fmt, ...)
{
	static const char *const names[] = {"error", "warning", "info",
					    "debug"};
	struct buf text = BUF_INIT(MESSAGE_MAX);
	struct buf line = BUF_INIT(MESSAGE_MAX * 2);
	char message[8192], at[CLOCK_TEXT_MAX];
	ssize_t ignored;
	va_list ap;

	if (!log_shows(level))
		return;
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	defuse(&text, span_of(message));
	if (log_json) {
		clock_now(at);
		rec_put_open(&line, '{');
		rec_add_str(&line, "at", span_of(at));
		rec_add_str(&line, "run", span_of(log_run));
		rec_add_str(&line, "program", span_of(log_program));
		rec_add_str(&line, "level", span_of(names[level]));
		rec_add_str(&line, "message", buf_span(&text));
		rec_put_close(&line, '}');
	} else {
		buf_addf(&line, "%s: %s", log_program,
			 level == LOG_WARN ? "warning: " : "");
		buf_add_span(&line, buf_span(&text));
	}
	buf_addc(&line, '\n');
	/* One write, so that lines of several stages do not mix. */
	ignored = write(STDERR_FILENO, line.data, line.len);
	(void)ignored;
	buf_release(&text);
	buf_release(&line);
}
