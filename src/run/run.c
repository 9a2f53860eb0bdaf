#include "run/run.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/crash.h"
#include "core/fs.h"
#include "core/lock.h"
#include "core/mem.h"
#include "run/archive.h"

#define FOLDER_MODE 0700

/* ---- small things ----------------------------------------------------------
 */

/* Statuses of which one outweighs the other, heaviest first. */
static int weight(int status)
{
	static const int order[] = {ERR_BUG,    ERR_OS,    ERR_CREATE,
				    ERR_IO,     ERR_PERM,  ERR_REFUSED,
				    ERR_CONFIG, ERR_AGAIN, ERR_DATA,
				    ERR_USAGE,  ERR_SOME};
	int i, n = (int)(sizeof(order) / sizeof(*order));

	for (i = 0; i < n; i++)
		if (order[i] == status)
			return n - i;
	return status ? n + 1 : 0;
}

void run_note_status(struct run *r, int status)
{
	if (weight(status) > weight(r->status))
		r->status = status;
}

/* ---- opening --------------------------------------------------------------
 */

static int choose_target(struct run *r, struct err *err)
{
	r->target = r->opt->target ? r->opt->target : r->flow.target;
	if (r->target)
		return 0;
	return err_set(err, ERR_USAGE,
		       "the flow %s names no target: say --target",
		       r->flow.name);
}

static int check_only(const struct run *r, struct err *err)
{
	size_t i;

	for (i = 0; i < r->opt->only->n; i++)
		if (!flow_feed(&r->flow, r->opt->only->item[i]))
			return err_set(err, ERR_USAGE,
				       "the flow %s has no feed %s",
				       r->flow.name, r->opt->only->item[i]);
	return 0;
}

static int take_lock(struct run *r, struct err *err)
{
	char *path = mem_printf("%s/lock", r->folder);

	r->lock_fd = lock_take(path, err);
	free(path);
	return r->lock_fd < 0 ? -1 : 0;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* Whether an entry nobody was told of still wants to be reconciled. */
static bool is_wanted(const struct run *r, const char *spool)
{
	size_t i;

	for (i = 0; i < r->history.n_done; i++)
		if (!r->history.done[i].told &&
		    !strcmp(r->history.done[i].spool, spool))
			return true;
	return false;
}

/* Of use only while the run lasts. */
static bool is_passing(const char *name)
{
	return ends_with(name, ".spool") || ends_with(name, ".summary") ||
	       ends_with(name, ".all");
}

static void sweep_run(struct run *r, const char *name)
{
	char *path = fs_join(r->folder, name), *spool, *full;
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		if (!is_passing(e->d_name))
			continue;
		spool = mem_printf("%s/%s", name, e->d_name);
		full = fs_join(r->folder, spool);
		if (!is_wanted(r, spool))
			unlink(full);
		free(full);
		free(spool);
	}
	if (d) {
		closedir(d);
		rmdir(path); /* stays where something is in it */
	}
	free(path);
}

/* Spools of runs that were killed: up to the size of the input each. */
static void sweep(struct run *r)
{
	DIR *d = opendir(r->folder);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			sweep_run(r, e->d_name);
	if (d)
		closedir(d);
}

static int open_history(struct run *r, struct err *err)
{
	char *path = mem_printf("%s/history.jsonl", r->folder);
	int rc = history_open(&r->history, path, err);
	size_t i;

	free(path);
	for (i = 0; rc == 0 && i < r->history.n_done; i++) {
		if (r->history.done[i].told)
			continue;
		r->n_earlier++;
		if (r->history.done[i].rejected)
			run_note_status(r, ERR_SOME);
	}
	return rc;
}

int run_open(struct run *r, const struct run_options *opt, const char *id,
	     struct err *err)
{
	*r = (struct run){.opt = opt, .id = id, .lock_fd = -1};
	r->history.fd = -1;
	if (flow_load(&r->flow, opt->profiles, opt->flow, opt->base, err) < 0)
		return -1;
	if (choose_target(r, err) < 0 || check_only(r, err) < 0)
		return -1;
	if (!fs_is_dir(r->flow.inbox))
		return err_set(err, ERR_IO,
			       "there is no folder %s, the inbox of flow %s (a "
			       "share that is not mounted? --base?)",
			       r->flow.inbox, r->flow.name);
	r->folder = mem_printf("%s/%s", r->flow.work, r->flow.name);
	r->dir = mem_printf("%s/%s", r->folder, id);
	if (fs_mkdirs(r->folder, FOLDER_MODE, err) < 0 ||
	    take_lock(r, err) < 0 || open_history(r, err) < 0)
		return -1;
	if (!opt->dry_run)
		sweep(r);
	return 0;
}

/* Runs that find nothing to do leave no trace. */
int run_begin(struct run *r, struct err *err)
{
	if (r->begun)
		return 0;
	if (mkdir(r->dir, FOLDER_MODE) < 0) {
		if (errno == EEXIST)
			return err_set(err, ERR_CREATE,
				       "%s is there already: was the run's id "
				       "used before?",
				       r->dir);
		err_sys(err, "cannot create %s", r->dir);
		err->code = ERR_CREATE;
		return -1;
	}
	r->begun = true;
	if (r->opt->dry_run)
		return 0;
	return history_begin(&r->history, r->id, r->flow.name, r->target, err);
}

/* ---- one input --------------------------------------------------------------
 */

static struct run_input *add_input(struct run *r, const struct flow_feed *feed,
				   const char *name)
{
	struct run_input *in;

	r->input = mem_grow(r->input, r->n_inputs, &r->cap_inputs,
			    sizeof(*r->input));
	in = &r->input[r->n_inputs++];
	*in = (struct run_input){.feed = feed, .name = mem_strdup(name)};
	return in;
}

static void fail_input(struct run *r, struct run_input *in,
		       enum run_state state, int status, const char *why)
{
	in->state = state;
	in->status = status;
	in->why = mem_strdup(why);
	run_note_status(r, status);
}

/* What went wrong at the target goes wrong for every feed. */
static bool stops_all(const struct pipeline *p)
{
	bool at_push = p->failed < p->n_stages &&
		       !strcmp(p->stage[p->failed].name, "push");

	switch (p->status) {
	case ERR_SOME:
	case ERR_DATA:
		return false;
	case ERR_CONFIG:
	case ERR_USAGE:
		return at_push;
	default:
		return true;
	}
}

static void take_failure(struct run *r, struct run_input *in)
{
	struct pipeline *p = &in->line;

	fail_input(r, in, RUN_FAILED, p->status, buf_str(&p->why));
	if (stops_all(p) && !r->stop)
		r->stop = mem_printf("%s: %s",
				     p->failed < p->n_stages
					     ? p->stage[p->failed].name
					     : "counts",
				     in->why);
}

/* Records the target did not take, though they were good so far. */
static uint64_t not_taken(const struct pipeline *p)
{
	return pipeline_outcome(p, "held") + pipeline_outcome(p, "conflict");
}

static char *archive_name(const struct run *r, const char *name)
{
	return mem_printf("%s.%s.gz", name, r->id);
}

/* Into the archive, out of the inbox; may be done again at any time. */
static int put_away(struct run *r, const struct inbox_file *f,
		    const char *archive, struct err *err)
{
	char *to = fs_join(r->flow.archive, archive);
	int rc = archive_store(f->path, f->sha256, to, err);

	free(to);
	if (rc < 0)
		return -1;
	crash_point("archived");
	return archive_remove(f->path, err);
}

static void put_reasons(struct buf *b, const struct pipeline *p)
{
	size_t i;

	for (i = 0; i < p->n_stages; i++)
		if (p->stage[i].rejected)
			buf_addf(b, "%s%s: %llu rejected", b->len ? ", " : "",
				 p->stage[i].name,
				 (unsigned long long)p->stage[i].rejected);
	if (not_taken(p))
		buf_addf(b, "%s%llu held or in conflict", b->len ? ", " : "",
			 (unsigned long long)not_taken(p));
}

static int account(struct run *r, struct run_input *in,
		   const struct inbox_file *f, struct err *err)
{
	struct buf why = BUF_INIT(LINE_CEILING);
	struct history_done d = {
		.run = mem_strdup(r->id),
		.target = mem_strdup(r->target),
		.feed = mem_strdup(in->feed->feed),
		.file = mem_strdup(in->name),
		.sha256 = mem_strdup(f->sha256),
		.archive = mem_strdup(in->archive),
		.spool = mem_printf("%s/%s.spool", r->id, in->line.stem),
		.records = in->line.stage[0].in,
		.rejected = pipeline_rejected(&in->line) + not_taken(&in->line),
	};
	int rc;

	put_reasons(&why, &in->line);
	d.why = mem_strdup(buf_str(&why));
	buf_release(&why);
	rc = history_done(&r->history, &d, err);
	history_done_release(&d);
	return rc;
}

static int finish(struct run *r, struct run_input *in,
		  const struct inbox_file *f, struct err *err)
{
	if (pipeline_rejected(&in->line) || not_taken(&in->line)) {
		in->status = ERR_SOME;
		run_note_status(r, ERR_SOME);
	}
	in->state = RUN_DONE;
	if (r->opt->dry_run)
		return 0;
	in->archive = archive_name(r, in->name);
	crash_point("pushed");
	if (account(r, in, f, err) < 0)
		return -1;
	crash_point("accounted for");
	if (put_away(r, f, in->archive, err) < 0)
		return -1;
	crash_point("out of the inbox");
	return 0;
}

static int process(struct run *r, struct run_input *in,
		   const struct inbox_file *f, const char *stem,
		   struct err *err)
{
	const char *limit = r->opt->max_rejects ? r->opt->max_rejects
						: in->feed->max_rejects;
	const struct pipeline_conf conf = {
		.profiles = r->opt->profiles,
		.target = r->target,
		.targets = r->opt->targets,
		.state = r->opt->state,
		.dir = r->dir,
		.max_change = in->feed->max_change,
		.snapshot = in->feed->snapshot,
		.dry_run = r->opt->dry_run,
	};
	struct pipeline *p = &in->line;

	pipeline_init(p, &conf, in->feed->feed, stem);
	in->started = true;
	if (pipeline_prepare(p, &conf, f->path, limit, err) < 0)
		return -1;
	if (p->status) {
		take_failure(r, in);
		return 0;
	}
	if (!inbox_same(f)) {
		fail_input(r, in, RUN_FAILED, ERR_AGAIN,
			   "the file changed while it was read");
		return 0;
	}
	crash_point("spooled");
	if (pipeline_push(p, &conf, limit, err) < 0)
		return -1;
	if (p->status) {
		take_failure(r, in);
		return 0;
	}
	return finish(r, in, f, err);
}

static int take_seen(struct run *r, struct run_input *in,
		     const struct inbox_file *f, const char *archive,
		     struct err *err)
{
	in->state = RUN_SEEN;
	in->archive = mem_strdup(archive);
	return r->opt->dry_run ? 0 : put_away(r, f, archive, err);
}

/* ---- one feed
 * ------------------------------------------------------------------ */

static bool failed(const struct run *r, const char *feed)
{
	size_t i;

	for (i = 0; i < r->n_inputs; i++)
		if (!strcmp(r->input[i].feed->feed, feed) &&
		    (r->input[i].state == RUN_FAILED ||
		     r->input[i].state == RUN_BLOCKED))
			return true;
	return false;
}

/* The feed that keeps this one from running, or NULL. */
static const char *blocker(const struct run *r, const struct flow_feed *feed)
{
	size_t i;

	if (failed(r, feed->feed))
		return feed->feed;
	for (i = 0; i < r->flow.n_feeds; i++)
		if (flow_needs(feed, r->flow.feed[i].feed) &&
		    failed(r, r->flow.feed[i].feed))
			return r->flow.feed[i].feed;
	return NULL;
}

static char *make_stem(const struct flow_feed *feed, size_t i)
{
	char *stem = i ? mem_printf("%s.%zu", feed->feed, i + 1)
		       : mem_strdup(feed->feed);
	char *p;

	for (p = stem; *p; p++)
		if (*p == '/')
			*p = '_';
	return stem;
}

static int take_file(struct run *r, const struct flow_feed *feed,
		     const struct inbox_file *f, size_t i, struct err *err)
{
	struct run_input *in = add_input(r, feed, f->name);
	const struct history_done *seen;
	const char *by = blocker(r, feed);
	char *stem;
	int rc;

	if (by) {
		in->state = RUN_BLOCKED;
		in->why = mem_strdup(by);
		return 0;
	}
	if (f->growing) {
		in->state = RUN_GROWING;
		if (feed->required)
			run_note_status(r, ERR_AGAIN);
		return 0;
	}
	seen = r->opt->again ? NULL
			     : history_seen(&r->history, r->target, feed->feed,
					    f->name, f->sha256);
	if (seen)
		return take_seen(r, in, f, seen->archive, err);
	if (run_begin(r, err) < 0)
		return -1;
	stem = make_stem(feed, i);
	rc = process(r, in, f, stem, err);
	free(stem);
	return rc;
}

static int take_feed(struct run *r, const struct flow_feed *feed,
		     struct err *err)
{
	struct inbox box;
	int rc = 0;
	size_t i;

	if (inbox_scan(&box, r->flow.inbox, feed->files, r->flow.settle_s,
		       err) < 0)
		return -1;
	for (i = 0; rc == 0 && !r->stop && i < box.n; i++)
		rc = take_file(r, feed, &box.file[i], i, err);
	if (!box.n && feed->required) {
		struct run_input *in = add_input(r, feed, feed->files);

		fail_input(r, in, RUN_MISSING, ERR_SOME,
			   "no such file in the inbox");
	}
	inbox_release(&box);
	return rc;
}

static bool is_wanted_feed(const struct run *r, const struct flow_feed *f)
{
	size_t i;

	for (i = 0; i < r->opt->only->n; i++)
		if (!strcmp(r->opt->only->item[i], f->feed))
			return true;
	return !r->opt->only->n;
}

int run_inputs(struct run *r, struct err *err)
{
	size_t i;

	for (i = 0; i < r->flow.n_feeds && !r->stop; i++)
		if (is_wanted_feed(r, &r->flow.feed[i]) &&
		    take_feed(r, &r->flow.feed[i], err) < 0)
			return -1;
	return 0;
}

/* ---- the end ------------------------------------------------------------- */

bool run_needs_person(const struct run *r)
{
	size_t i;

	if ((r->status && r->status != ERR_AGAIN) || r->n_differences)
		return true;
	for (i = 0; i < r->n_inputs; i++)
		if (r->input[i].status && r->input[i].status != ERR_AGAIN)
			return true;
	for (i = 0; i < r->history.n_done; i++)
		if (!r->history.done[i].told && r->history.done[i].rejected)
			return true;
	return false;
}

int run_close(struct run *r, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < r->n_inputs; i++)
		if (r->input[i].started)
			pipeline_release(&r->input[i].line);
	if (r->reconcile.name)
		stage_tidy(&r->reconcile);
	if (!r->opt->dry_run) {
		if (r->n_earlier && run_begin(r, err) < 0)
			return -1;
		if (r->begun)
			rc = history_end(&r->history, r->id, r->status, err);
	}
	crash_point("ended");
	sweep(r);
	return rc;
}

void run_release(struct run *r)
{
	size_t i;

	for (i = 0; i < r->n_inputs; i++) {
		struct run_input *in = &r->input[i];

		if (in->started)
			pipeline_release(&in->line);
		free(in->name);
		free(in->archive);
		free(in->why);
	}
	free(r->input);
	if (r->reconcile.name)
		stage_release(&r->reconcile);
	free(r->differences);
	free(r->folder);
	free(r->dir);
	free(r->stop);
	if (r->history.path)
		history_close(&r->history);
	flow_release(&r->flow);
	lock_release(r->lock_fd);
	*r = (struct run){.lock_fd = -1};
}
