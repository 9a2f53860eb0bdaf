#include "run/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/fs.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/rec.h"

#define HISTORY_CEILING ((size_t)1 << 30)

/* ---- reading ---------------------------------------------------------- */

static char *member(struct rec *r, const char *name)
{
	struct span s = rec_text(r, rec_get(r, r->node, name));

	return mem_dup(s.p ? s.p : "", s.len);
}

static uint64_t member_count(struct rec *r, const char *name)
{
	const struct rec_node *n = rec_get(r, r->node, name);
	int64_t v = 0;

	if (!rec_is(n, REC_NUMBER) ||
	    num_parse(rec_text(r, n), 0, INT64_MAX, &v) < 0)
		return 0;
	return (uint64_t)v;
}

static void open_run(struct history *h, char *run)
{
	h->open = mem_grow(h->open, h->n_open, &h->cap_open, sizeof(*h->open));
	h->open[h->n_open++] = run;
}

static void end_run(struct history *h, const char *run)
{
	size_t i;

	for (i = 0; i < h->n_done; i++)
		if (!strcmp(h->done[i].run, run))
			h->done[i].told = true;
	for (i = 0; i < h->n_open; i++) {
		if (strcmp(h->open[i], run) != 0)
			continue;
		free(h->open[i]);
		h->open[i] = h->open[--h->n_open];
		return;
	}
}

static struct history_done *add_done(struct history *h)
{
	struct history_done *d;

	h->done = mem_grow(h->done, h->n_done, &h->cap_done, sizeof(*h->done));
	d = &h->done[h->n_done++];
	*d = (struct history_done){.told = false};
	return d;
}

static void take_done(struct history *h, struct rec *r)
{
	struct history_done *d = add_done(h);

	d->run = member(r, "run");
	d->target = member(r, "target");
	d->feed = member(r, "feed");
	d->file = member(r, "file");
	d->sha256 = member(r, "sha256");
	d->archive = member(r, "archive");
	d->spool = member(r, "spool");
	d->why = member(r, "why");
	d->records = member_count(r, "records");
	d->rejected = member_count(r, "rejected");
}

static int take_line(struct history *h, struct span line, struct rec *r,
		     struct err *err)
{
	struct span event;
	char *run;

	if (rec_parse(r, line.p, line.len, err) < 0)
		return -1;
	event = rec_text(r, rec_get(r, r->node, "event"));
	if (span_is(event, "begin")) {
		open_run(h, member(r, "run"));
	} else if (span_is(event, "done")) {
		take_done(h, r);
	} else if (span_is(event, "end")) {
		run = member(r, "run");
		end_run(h, run);
		free(run);
	}
	return 0;
}

static int take_all(struct history *h, struct span text, struct err *err)
{
	struct rec r = REC_INIT;
	size_t number = 0;
	int rc = 0;

	while (rc == 0 && text.len) {
		const char *end = memchr(text.p, '\n', text.len);
		struct span line = {text.p, (size_t)(end - text.p)};

		number++;
		rc = take_line(h, line, &r, err);
		text.p = end + 1;
		text.len -= line.len + 1;
	}
	rec_release(&r);
	if (rc < 0)
		err_wrap(err, "%s:%zu", h->path, number);
	return rc;
}

static int read_back(struct history *h, struct err *err)
{
	struct buf b = BUF_INIT(HISTORY_CEILING);
	size_t whole;
	int rc = -1;

	if (fs_read_file(h->path, &b, err) == 0) {
		whole = b.len;
		while (whole && b.data[whole - 1] != '\n')
			whole--;
		if (whole < b.len && ftruncate(h->fd, (off_t)whole) < 0)
			err_sys(err, "cannot mend %s", h->path);
		else
			rc = take_all(h, (struct span){b.data, whole}, err);
	}
	buf_release(&b);
	return rc;
}

int history_open(struct history *h, const char *path, struct err *err)
{
	*h = (struct history){.path = mem_strdup(path)};
	h->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (h->fd < 0) {
		err_sys(err, "cannot open %s", path);
		if (err->code == ERR_IO)
			err->code = ERR_CREATE;
	} else if (fs_sync_parent(path, err) == 0 && read_back(h, err) == 0) {
		return 0;
	}
	history_close(h);
	return -1;
}

void history_done_release(struct history_done *d)
{
	free(d->run);
	free(d->target);
	free(d->feed);
	free(d->file);
	free(d->sha256);
	free(d->archive);
	free(d->spool);
	free(d->why);
	*d = (struct history_done){.told = false};
}

void history_close(struct history *h)
{
	size_t i;

	for (i = 0; i < h->n_done; i++)
		history_done_release(&h->done[i]);
	for (i = 0; i < h->n_open; i++)
		free(h->open[i]);
	free(h->done);
	free(h->open);
	free(h->path);
	if (h->fd >= 0)
		close(h->fd);
	*h = (struct history){.fd = -1};
}

const struct history_done *history_seen(const struct history *h,
					const char *target, const char *feed,
					const char *file, const char *sha256)
{
	bool newest_of_feed = true;
	size_t i;

	for (i = h->n_done; i-- > 0;) {
		const struct history_done *d = &h->done[i];
		bool named = !strcmp(d->file, file);

		if (strcmp(d->target, target) != 0 ||
		    strcmp(d->feed, feed) != 0)
			continue;
		if ((newest_of_feed || named) && !strcmp(d->sha256, sha256))
			return d;
		if (named)
			return NULL;
		newest_of_feed = false;
	}
	return NULL;
}

/* ---- writing ---------------------------------------------------------- */

static void begin_line(struct buf *b, const char *event, const char *run)
{
	rec_put_open(b, '{');
	rec_add_str(b, "event", span_of(event));
	rec_add_str(b, "run", span_of(run));
}

static int append(struct history *h, struct buf *b, struct err *err)
{
	char at[CLOCK_TEXT_MAX];
	int rc = 0;

	clock_now(at);
	rec_add_str(b, "at", span_of(at));
	rec_put_close(b, '}');
	buf_addc(b, '\n');
	if (b->over)
		rc = err_set(err, ERR_BUG, "a line too long for %s", h->path);
	else if (fs_write_all(h->fd, b->data, b->len, err) < 0)
		rc = err_wrap(err, "%s", h->path);
	else if (fdatasync(h->fd) < 0)
		rc = err_sys(err, "cannot sync %s", h->path);
	buf_release(b);
	return rc;
}

int history_begin(struct history *h, const char *run, const char *flow,
		  const char *target, struct err *err)
{
	struct buf b = BUF_INIT(LINE_CEILING);

	begin_line(&b, "begin", run);
	rec_add_str(&b, "flow", span_of(flow));
	rec_add_str(&b, "target", span_of(target));
	return append(h, &b, err);
}

int history_done(struct history *h, const struct history_done *d,
		 struct err *err)
{
	struct buf b = BUF_INIT(LINE_CEILING);
	struct history_done *to;

	begin_line(&b, "done", d->run);
	rec_add_str(&b, "target", span_of(d->target));
	rec_add_str(&b, "feed", span_of(d->feed));
	rec_add_str(&b, "file", span_of(d->file));
	rec_add_str(&b, "sha256", span_of(d->sha256));
	rec_add_str(&b, "archive", span_of(d->archive));
	rec_add_str(&b, "spool", span_of(d->spool));
	rec_add_count(&b, "records", d->records);
	rec_add_count(&b, "rejected", d->rejected);
	rec_add_str(&b, "why", span_of(d->why));
	if (append(h, &b, err) < 0)
		return -1;
	to = add_done(h);
	to->run = mem_strdup(d->run);
	to->target = mem_strdup(d->target);
	to->feed = mem_strdup(d->feed);
	to->file = mem_strdup(d->file);
	to->sha256 = mem_strdup(d->sha256);
	to->archive = mem_strdup(d->archive);
	to->spool = mem_strdup(d->spool);
	to->why = mem_strdup(d->why);
	to->records = d->records;
	to->rejected = d->rejected;
	return 0;
}

static int write_end(struct history *h, const char *run, int status,
		     struct err *err)
{
	struct buf b = BUF_INIT(LINE_CEILING);

	begin_line(&b, "end", run);
	rec_add_count(&b, "status", (uint64_t)status);
	return append(h, &b, err);
}

int history_end(struct history *h, const char *run, int status, struct err *err)
{
	while (h->n_open) {
		if (write_end(h, h->open[0], status, err) < 0)
			return -1;
		end_run(h, h->open[0]);
	}
	if (write_end(h, run, status, err) < 0)
		return -1;
	end_run(h, run);
	return 0;
}
