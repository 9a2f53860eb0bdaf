/*
 * rd_historian.c - samples of a process historian: time, tag, value, quality
 *
 * The rows are read as CSV.  Without a window each is a record, its time an
 * instant.  With one the good values of a tag, or of all tags of a group, are
 * taken together from instant to instant: one window is open for each, so that
 * memory is that of the tags and not of the rows.
 *
 * Spec: sluice-formats(7).
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "core/date.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/rec.h"
#include "expr/zone.h"
#include "read/hist_clock.h"
#include "read/hist_group.h"
#include "read/hist_window.h"
#include "read/reader.h"

enum part { PART_TIME, PART_TAG, PART_VALUE, PART_QUALITY, N_PARTS };

/* What the columns are called where the feed does not say. */
static const char *const usual[N_PARTS][7] = {
	{"time", "timestamp", "datetime", "date_time", "date time", "ts", NULL},
	{"tag", "tagname", "tag_name", "tag name", "point", "name", NULL},
	{"value", "val", "pv", NULL},
	{"quality", "status", "q", "confidence", NULL},
};
static const char *const part_name[N_PARTS] = {"time", "tag", "value",
					       "quality"};

struct hist {
	struct input *in;
	const struct read_conf *conf;
	struct read_conf csv_conf;
	void *csv;
	struct rec columns; /* their names; node[1 + i] */
	struct buf names;
	size_t n_columns;
	size_t part[N_PARTS]; /* which column, SIZE_MAX: none */
	struct zone *zone;    /* NULL: UTC */
	struct hist_clock clock;
	struct windows *windows;
	struct hist_group *group; /* NULL: by tag, or by a column */
	size_t by;                /* this one, SIZE_MAX: none */
	struct rec row;
	struct buf time; /* of a sample, as an instant */
	bool ended;
};

static void hist_close(void *state)
{
	struct hist *h = state;

	if (!h)
		return;
	rd_csv.close(h->csv);
	rec_release(&h->columns);
	rec_release(&h->row);
	buf_release(&h->names);
	buf_release(&h->time);
	windows_free(h->windows);
	hist_group_free(h->group);
	zone_free(h->zone);
	free(h);
}

/* ---- settings ----------------------------------------------------------- */

static bool same(struct span s, const char *name)
{
	return s.len == strlen(name) && !strncasecmp(s.p, name, s.len);
}

static const char *wanted(const struct read_conf *c, enum part part)
{
	const char *const names[N_PARTS] = {c->time, c->tag, c->value,
					    c->quality};

	return names[part];
}

static size_t column_of(struct hist *h, const char *name)
{
	size_t i;

	for (i = 0; i < h->n_columns; i++)
		if (span_is(rec_text(&h->columns, &h->columns.node[1 + i]),
			    name))
			return i;
	return SIZE_MAX;
}

static size_t find_column(struct hist *h, enum part part)
{
	const char *name = wanted(h->conf, part);
	size_t i, k;

	if (name)
		return column_of(h, name);
	for (k = 0; usual[part][k]; k++)
		for (i = 0; i < h->n_columns; i++)
			if (same(rec_text(&h->columns, &h->columns.node[1 + i]),
				 usual[part][k]))
				return i;
	return SIZE_MAX;
}

static int no_column(struct hist *h, const char *name, struct err *err)
{
	return err_set(err, ERR_DATA,
		       "%s: no column '%s'; the columns are %.*s", h->in->path,
		       name, SPAN_FMT(buf_span(&h->names)));
}

static int find_columns(struct hist *h, struct err *err)
{
	const struct read_conf *c = h->conf;
	enum part part;

	rd_csv.columns(h->csv, &h->names);
	if (rec_parse(&h->columns, h->names.data, h->names.len, err) < 0)
		return -1;
	h->n_columns = h->columns.node->count;
	for (part = 0; part < N_PARTS; part++) {
		h->part[part] = find_column(h, part);
		if (h->part[part] != SIZE_MAX || !h->n_columns ||
		    (part == PART_QUALITY && !h->conf->quality))
			continue;
		return no_column(
			h, wanted(c, part) ? wanted(c, part) : part_name[part],
			err);
	}
	h->by = SIZE_MAX;
	if (!c->by || c->groups || !h->n_columns)
		return 0;
	h->by = column_of(h, c->by);
	return h->by == SIZE_MAX ? no_column(h, c->by, err) : 0;
}

/* "15m": seconds, minutes, hours or days. */
static int read_window(const struct read_conf *c, int64_t *seconds,
		       struct err *err)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	struct span s = span_of(c->window);
	size_t i;
	int64_t n;

	for (i = 0; i < 4; i++) {
		if (s.p[s.len - 1] != units[i].unit)
			continue;
		s.len--;
		if (num_parse(s, 1, 366 * 86400 / units[i].seconds, &n) < 0)
			break;
		*seconds = n * units[i].seconds;
		return 0;
	}
	return read_conf_wrong(c, "window", err,
			       "a number and s, m, h or d, not '%s'",
			       c->window);
}

static int prepare(struct hist *h, struct err *err)
{
	const struct read_conf *c = h->conf;
	size_t at;
	struct err e = ERR_INIT;

	if (c->time_format &&
	    date_format_check(span_of(c->time_format), true, &at, &e) < 0)
		return read_conf_wrong(c, "time-format", err, "%s", e.msg);
	if (c->zone) {
		h->zone = zone_new(span_of(c->zone), &e);
		if (!h->zone)
			return read_conf_wrong(c, "zone", err, "%s", e.msg);
	}
	h->clock.zone = h->zone;
	if (!c->window)
		return c->by || c->groups
			       ? read_conf_wrong(c, "by", err,
						 "there is no window")
			       : 0;
	if (read_window(c, &h->clock.seconds, err) < 0)
		return -1;
	if (c->groups) {
		h->group = hist_group_new(c, err);
		if (!h->group)
			return -1;
	}
	h->windows = windows_new(c->by || c->groups,
				 c->decimal > 0 ? (char)c->decimal : '.');
	return 0;
}

static void *hist_open(struct input *in, const struct read_conf *conf,
		       struct err *err)
{
	struct hist *h = mem_zalloc(sizeof(*h));

	h->in = in;
	h->conf = conf;
	h->names = (struct buf)BUF_INIT(LINE_CEILING);
	h->time = (struct buf)BUF_INIT(2 * LINE_CEILING);
	h->columns = h->row = (struct rec)REC_INIT;
	h->csv_conf = *conf;
	if (prepare(h, err) == 0)
		h->csv = rd_csv.open(in, &h->csv_conf, err);
	if (h->csv && find_columns(h, err) == 0)
		return h;
	hist_close(h);
	return NULL;
}

/* ---- a sample ----------------------------------------------------------- */

/* Whether the quality is one of the good ones. */
static bool is_good(const struct hist *h, struct span quality)
{
	const char *list = h->conf->good ? h->conf->good : "Good,OK,G,192,";

	for (;;) {
		const char *comma = strchr(list, ',');
		struct span word =
			comma ? (struct span){list, (size_t)(comma - list)}
			      : span_of(list);

		word = span_trim(word);
		if (word.len == quality.len &&
		    (!word.len || !strncasecmp(word.p, quality.p, word.len)))
			return true;
		if (!comma)
			return false;
		list = comma + 1;
	}
}

/* "2024-01-31 08:00:00", also with a T, with decimals, with Z or an offset. */
static int scan_iso(struct span s, struct date_time *t, struct err *err)
{
	static const char *const formats[] = {
		"%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z",
		"%Y-%m-%dT%H:%M:%S.%f",   "%Y-%m-%dT%H:%M:%S",
		"%Y-%m-%d %H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S%z",
		"%Y-%m-%d %H:%M:%S.%f",   "%Y-%m-%d %H:%M:%S",
		"%Y-%m-%d %H:%M",
	};
	bool tee = s.len > 10 && s.p[10] == 'T';
	bool dot = memchr(s.p, '.', s.len);
	bool zone = s.len > 19 && (s.p[s.len - 1] == 'Z' ||
				   memchr(s.p + 19, '+', s.len - 19) ||
				   memchr(s.p + 19, '-', s.len - 19));
	size_t i = (tee ? 0U : 4U) + (zone ? 0U : 2U) + (dot ? 0U : 1U);

	return date_scan(s,
			 span_of(s.len == 16 && !tee ? formats[8] : formats[i]),
			 t, err);
}

static bool has_offset(const char *format, struct span s)
{
	if (format)
		return strstr(format, "%z");
	return s.len > 19 &&
	       (s.p[s.len - 1] == 'Z' || memchr(s.p + 19, '+', s.len - 19) ||
		memchr(s.p + 19, '-', s.len - 19));
}

/* Instants that leave room in the calendar for a zone and a window. */
#define FIRST_S (INT64_C(-62135596800) + 366 * 86400)
#define LAST_S  (INT64_C(253402300799) - 367 * 86400)

/* The instant of a sample. */
static int read_time(struct hist *h, struct span s, int64_t *instant,
		     struct err *err)
{
	const char *format = h->conf->time_format;
	struct date_time t;
	int64_t local;

	s = span_trim(s);
	if (!s.len)
		return err_set(err, ERR_DATA, "empty");
	if ((format ? date_scan(s, span_of(format), &t, err)
		    : scan_iso(s, &t, err)) < 0)
		return -1;
	local = date_time_instant(&t);
	*instant = local;
	if (!has_offset(format, s) &&
	    hist_clock_instant(&h->clock, local, instant, err) < 0)
		return -1;
	if (*instant < FIRST_S || *instant > LAST_S)
		return err_set(err, ERR_DATA,
			       "beyond the years 2 to 9998, with its zone and "
			       "window");
	return 0;
}

static struct span cell(struct hist *h, enum part part)
{
	if (h->part[part] == SIZE_MAX)
		return SPAN("");
	return rec_text(&h->row, &h->row.node[1 + h->part[part]]);
}

/* The row again, with its time as an instant. */
static void put_sample(struct hist *h, struct rd_record *r, int64_t instant)
{
	char text[INSTANT_TEXT_MAX];
	const struct rec_node *m;
	struct buf *b = r->out;
	size_t i = 0;

	instant_text(instant, text);
	rd_begin(r, r->row);
	rec_put_open(b, '{');
	rec_each (&h->row, h->row.node, m) {
		rec_put_key_raw(b, (struct span){m->key, m->key_len});
		if (i++ == h->part[PART_TIME])
			rec_put_str(b, span_of(text));
		else
			rec_put_node(b, &h->row, m);
	}
	rec_put_close(b, '}');
}

static enum rd_status reject(struct hist *h, struct rd_record *r,
			     const char *code, size_t column, const char *why)
{
	struct span name = rec_text(&h->columns, &h->columns.node[1 + column]);

	rd_reject(r, code, input_marked(h->in), rd_csv_charset(h->csv));
	buf_add_span(&r->field, name);
	buf_adds(&r->why, why);
	return RD_REJECT;
}

/* ---- windows ------------------------------------------------------------ */

static enum rd_status put_window(struct hist *h, struct rd_record *r,
				 const struct window *w)
{
	rd_begin(r, w->row);
	window_put(h->windows, w, r->out);
	r->cells = r->columns = 0;
	return rd_end(r) ? RD_RECORD : RD_END;
}

/* What the sample's window is of; NULL, or the code of a reject. */
static const char *find_by(struct hist *h, struct sample *s, struct err *why)
{
	if (h->group) {
		if (hist_group_find(h->group, s->tag, &s->by, why) < 0)
			return "unmapped-tag";
	} else if (h->by != SIZE_MAX) {
		s->by = rec_text(&h->row, &h->row.node[1 + h->by]);
	} else {
		s->by = s->tag;
	}
	if (s->by.len <= WINDOW_NAME_MAX && s->tag.len <= WINDOW_NAME_MAX)
		return NULL;
	err_set(why, ERR_DATA, "a tag or group of more than %zu bytes",
		WINDOW_NAME_MAX);
	return "too-long";
}

/* RD_END: nothing to deliver yet. */
static enum rd_status add_sample(struct hist *h, struct rd_record *r,
				 int64_t instant, struct err *err)
{
	struct window done;
	struct err why = ERR_INIT;
	const char *code;
	struct sample s = {.tag = cell(h, PART_TAG),
			   .value = span_trim(cell(h, PART_VALUE)),
			   .row = r->row};

	s.good = h->part[PART_QUALITY] == SIZE_MAX ||
		 is_good(h, span_trim(cell(h, PART_QUALITY)));
	code = find_by(h, &s, &why);
	if (code)
		return reject(h, r, code, h->part[PART_TAG], why.msg);
	hist_clock_window(&h->clock, instant, &s.from, &s.to);
	switch (windows_add(h->windows, &s, &done, err)) {
	case WINDOW_TAKEN:
		rd_take_back(r);
		return RD_END;
	case WINDOW_DONE:
		rd_take_back(r);
		return put_window(h, r, &done);
	case WINDOW_LATE:
		return reject(h, r, "late", h->part[PART_TIME],
			      h->conf->by || h->conf->groups
				      ? "its window is closed: a later sample "
					"of this group came before it"
				      : "its window is closed: a later sample "
					"of this tag came before it");
	case WINDOW_NO_NUMBER:
		return reject(h, r, "bad-number", h->part[PART_VALUE],
			      err->msg);
	case WINDOW_TOO_MANY:
		return RD_FATAL;
	}
	return RD_FATAL;
}

static enum rd_status take_row(struct hist *h, struct rd_record *r,
			       struct err *err)
{
	struct err e = ERR_INIT;
	int64_t instant;
	size_t last = 0, i;

	for (i = 0; i < N_PARTS; i++)
		if (h->part[i] != SIZE_MAX && h->part[i] > last)
			last = h->part[i];
	if (h->by != SIZE_MAX && h->by > last)
		last = h->by;
	/* The caller rejects samples that are ragged, but knows no windows. */
	if (r->cells <= last ||
	    (h->windows && h->conf->ragged != 1 && r->cells != r->columns)) {
		rd_reject(r, "ragged", input_marked(h->in),
			  rd_csv_charset(h->csv));
		buf_addf(&r->why, "%zu cells where there are %zu columns",
			 r->cells, r->columns);
		return RD_REJECT;
	}
	buf_clear(&h->time);
	buf_add(&h->time, r->out->data + r->raw, r->out->len - r->raw - 1);
	if (rec_parse(&h->row, h->time.data, h->time.len, err) < 0)
		return RD_FATAL;
	if (read_time(h, cell(h, PART_TIME), &instant, &e) < 0)
		return reject(h, r, "bad-date", h->part[PART_TIME], e.msg);
	if (h->windows)
		return add_sample(h, r, instant, err);
	i = r->cells;
	last = r->columns;
	rd_take_back(r);
	put_sample(h, r, instant);
	r->cells = i;
	r->columns = last;
	return rd_end(r) ? RD_RECORD : RD_FATAL;
}

static enum rd_status hist_next(void *state, struct rd_record *r,
				struct err *err)
{
	struct hist *h = state;
	struct window w;

	while (!h->ended) {
		enum rd_status s = rd_csv.next(h->csv, r, err);

		if (s == RD_RECORD) {
			s = take_row(h, r, err);
			if (s == RD_END)
				continue;
		}
		if (s != RD_END)
			return s;
		h->ended = true;
	}
	if (h->windows && windows_rest(h->windows, &w))
		return put_window(h, r, &w);
	return RD_END;
}

static void hist_columns(void *state, struct buf *b)
{
	const struct hist *h = state;

	if (h->windows)
		buf_addf(b,
			 "[%s,\"from\",\"to\",\"sum\",\"mean\",\"min\","
			 "\"max\",\"first\",\"last\",\"count\",\"bad\"]",
			 h->conf->by || h->conf->groups ? "\"by\",\"tags\""
							: "\"tag\"");
	else
		buf_add_span(b, buf_span(&h->names));
}

const struct reader_ops rd_historian = {
	.name = "historian",
	.open = hist_open,
	.next = hist_next,
	.columns = hist_columns,
	.close = hist_close,
};
