#include "read/csv_detect.h"

#include <stdio.h>

#include "core/log.h"

int csv_detect_encoding(struct csv_detect *c, struct input *in,
			const struct read_conf *conf, struct err *err)
{
	struct detect *d = &c->found;
	struct span head;
	size_t mark;

	c->conf = *conf;
	if (input_peek(in, DETECT_BYTES, &head, err) < 0)
		return -1;
	d->given[DETECT_ENCODING] = conf->encoding || charset_bom(head, &mark);
	if (d->given[DETECT_ENCODING])
		return 0;
	detect_encoding(d, head, in->eof);
	c->conf.encoding = d->encoding;
	return 0;
}

static void say(const struct csv_detect *c, const struct input *in,
		enum detect_what what, const char *name, const char *value)
{
	const char *why = c->found.why[what];

	if (*why)
		log_info("%s: %s %s: %s", in->path, name, value, why);
}

static void say_character(const struct csv_detect *c, const struct input *in,
			  enum detect_what what, const char *name, int ch)
{
	char text[2] = {(char)ch, 0}, value[32];

	detect_name((struct span){text, ch >= 0}, value, sizeof(value));
	say(c, in, what, name, value);
}

static void report(const struct csv_detect *c, const struct input *in)
{
	const struct detect *d = &c->found;
	char value[32];

	say(c, in, DETECT_ENCODING, "encoding", d->encoding);
	detect_name(span_of(d->delimiter), value, sizeof(value));
	say(c, in, DETECT_DELIMITER, "delimiter", value);
	say_character(c, in, DETECT_QUOTE, "quote", d->quote);
	say_character(c, in, DETECT_ESCAPE, "escape", d->escape);
	snprintf(value, sizeof(value), "%lld", (long long)d->skip);
	say(c, in, DETECT_SKIP, "skip", value);
	snprintf(value, sizeof(value), "%d", d->header);
	say(c, in, DETECT_HEADER, "header", value);
}

/* What a sep= line or the settings say stays. */
static void note_given(struct csv_detect *c, struct span delimiter)
{
	const struct read_conf *conf = &c->conf;
	struct detect *d = &c->found;

	if (conf->delimiter.len)
		delimiter = conf->delimiter;
	snprintf(d->delimiter, sizeof(d->delimiter), "%.*s",
		 SPAN_FMT(delimiter));
	d->given[DETECT_DELIMITER] = delimiter.len > 0;
	d->given[DETECT_QUOTE] = conf->quote != READ_UNSET;
	d->quote = conf->quote;
	d->given[DETECT_ESCAPE] = conf->escape != READ_UNSET;
	d->escape = conf->escape >= 0 ? conf->escape : -1;
	d->doubled = conf->escape != READ_NONE;
	d->given[DETECT_SKIP] = read_conf_given(conf, "skip");
	d->given[DETECT_HEADER] = conf->header != READ_UNSET;
	d->header = conf->header;
}

int csv_detect_dialect(struct csv_detect *c, struct input *in,
		       struct charset *cs, struct span delimiter,
		       struct err *err)
{
	struct buf text = BUF_INIT(4 * DETECT_BYTES + 64);
	struct detect *d = &c->found;
	struct span ahead;
	bool whole;
	size_t bad;
	int rc;

	note_given(c, delimiter);
	if (input_peek(in, DETECT_BYTES, &ahead, err) < 0)
		return -1;
	whole = in->eof && ahead.len <= DETECT_BYTES;
	if (ahead.len > DETECT_BYTES)
		ahead.len = DETECT_BYTES;
	charset_convert(cs, ahead, &text, &bad);
	rc = detect_dialect(d, buf_span(&text), whole, err);
	buf_release(&text);
	if (rc < 0)
		return -1;
	report(c, in);
	c->conf.delimiter = span_of(d->delimiter);
	c->conf.quote = d->quote;
	c->conf.escape = d->escape >= 0 ? d->escape
			 : d->doubled   ? READ_UNSET
					: READ_NONE;
	c->conf.header = d->header;
	c->conf.skip = d->given[DETECT_SKIP] ? 0 : d->skip;
	return 0;
}

/* A setting that was found, as a line of a feed. */
static void put_found(const struct csv_detect *c, enum detect_what what,
		      const char *name, const char *value, struct buf *b)
{
	const char *why = c->found.why[what];

	if (!*why)
		return;
	buf_addf(b, "  %s: ", name);
	yt_put_text(b, span_of(value));
	buf_addf(b, " # %s\n", why);
}

void csv_detect_put(const struct csv_detect *c, struct buf *b)
{
	const struct detect *d = &c->found;
	char character[2] = {0, 0}, number[24];

	put_found(c, DETECT_ENCODING, "encoding", d->encoding, b);
	put_found(c, DETECT_DELIMITER, "delimiter", d->delimiter, b);
	character[0] = (char)d->quote;
	put_found(c, DETECT_QUOTE, "quote", d->quote < 0 ? "none" : character,
		  b);
	character[0] = (char)d->escape;
	if (d->escape >= 0 || !d->doubled)
		put_found(c, DETECT_ESCAPE, "escape",
			  d->escape < 0 ? "none" : character, b);
	snprintf(number, sizeof(number), "%lld", (long long)d->skip);
	put_found(c, DETECT_SKIP, "skip", number, b);
	snprintf(number, sizeof(number), "%d", d->header);
	put_found(c, DETECT_HEADER, "header", number, b);
}
