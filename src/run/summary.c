#include "run/summary.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/lines.h"
#include "core/rec.h"
#include "core/utf8.h"

#define REASONS_SHOWN 5  /* of each stage and file */
#define VALUE_SHOWN   60 /* bytes of a value */
#define NAME_WIDTH    16
#define FILE_WIDTH    24

/* ---- text ------------------------------------------------------------------
 */

/* One line, no control characters (C1 too), at most `max` bytes. */
static void put_clean(struct buf *b, struct span s, size_t max)
{
	size_t i, seq;

	for (i = 0; i < s.len && i < max; i += seq) {
		uint32_t cp;

		seq = utf8_seq(s.p + i, s.len - i);
		cp = seq ? utf8_get(s.p + i, seq) : 0;
		if (!seq)
			seq = 1;
		if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
			buf_addc(b, ' ');
		else
			buf_add(b, s.p + i, seq);
	}
	if (i < s.len)
		buf_adds(b, "...");
}

static void put_padded(struct buf *b, const char *s, size_t width)
{
	size_t n = utf8_chars(s, strlen(s));

	put_clean(b, span_of(s), LINE_CEILING);
	do
		buf_addc(b, ' ');
	while (++n < width + 1);
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* ---- the headline
 * ------------------------------------------------------------ */

struct totals {
	uint64_t rejected, not_taken, failed, missing, waiting, earlier;
};

static uint64_t not_taken(const struct pipeline *p)
{
	return pipeline_outcome(p, "held") + pipeline_outcome(p, "conflict");
}

static void count(const struct run *r, struct totals *t)
{
	size_t i;

	*t = (struct totals){.rejected = 0};
	for (i = 0; i < r->n_inputs; i++) {
		const struct run_input *in = &r->input[i];

		t->failed += in->state == RUN_FAILED;
		t->missing += in->state == RUN_MISSING;
		t->waiting +=
			in->state == RUN_BLOCKED || in->state == RUN_GROWING;
		if (in->state != RUN_DONE)
			continue;
		t->rejected += pipeline_rejected(&in->line);
		t->not_taken += not_taken(&in->line);
	}
	for (i = 0; i < r->history.n_done; i++)
		if (!r->history.done[i].told &&
		    strcmp(r->history.done[i].run, r->id) != 0)
			t->earlier += r->history.done[i].rejected;
}

static void put_part(struct buf *b, bool *first, uint64_t n, const char *what,
		     const char *behind)
{
	if (!n)
		return;
	buf_addf(b, "%s%llu %s%s%s", *first ? ": " : ", ",
		 (unsigned long long)n, what, plural(n), behind);
	*first = false;
}

static void put_headline(struct buf *b, const struct run *r)
{
	struct totals t;
	bool first = true;

	count(r, &t);
	buf_addf(b, "sluice-run: flow %s", r->flow.name);
	if (r->opt->dry_run)
		buf_adds(b, " (nothing was changed)");
	put_part(b, &first, t.failed, "file", " not done");
	put_part(b, &first, t.missing, "file", " missing");
	put_part(b, &first, t.rejected + t.earlier, "record", " rejected");
	put_part(b, &first, t.not_taken, "record", " held or in conflict");
	put_part(b, &first, r->n_differences, "difference", "");
	put_part(b, &first, t.waiting, "file", " waiting");
	if (first)
		buf_adds(b, ": all is well");
	buf_addf(b, "\nrun %s, target %s", r->id, r->target);
	if (r->begun)
		buf_addf(b, "; files named below are in\n%s", r->dir);
	buf_addc(b, '\n');
	if (r->stop) {
		buf_adds(b, "stopped: ");
		put_clean(b, span_of(r->stop), LINE_CEILING);
		buf_addc(b, '\n');
	}
}

/* ---- the table
 * --------------------------------------------------------------- */

static const struct stage *find_stage(const struct pipeline *p,
				      const char *name)
{
	size_t i;

	for (i = 0; i < p->n_stages; i++)
		if (!strcmp(p->stage[i].name, name))
			return &p->stage[i];
	return NULL;
}

static uint64_t rejected_by(const struct pipeline *p, const char *name)
{
	const struct stage *s = find_stage(p, name);

	return s ? s->rejected : 0;
}

static uint64_t skipped(const struct pipeline *p)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < p->n_stages; i++)
		n += p->stage[i].skipped;
	return n;
}

static void put_number(struct buf *b, uint64_t n)
{
	buf_addf(b, " %8llu", (unsigned long long)n);
}

static void put_counts(struct buf *b, const struct pipeline *p)
{
	uint64_t created = pipeline_outcome(p, "created");
	uint64_t unchanged = pipeline_outcome(p, "unchanged"), all = 0;
	size_t i;

	for (i = 0; i < p->n_outcomes; i++)
		all += p->outcome[i].n;
	put_number(b, p->stage[0].in);
	put_number(b, skipped(p));
	put_number(b, rejected_by(p, "extract"));
	put_number(b, rejected_by(p, "map"));
	put_number(b, rejected_by(p, "validate"));
	put_number(b, rejected_by(p, "push") + not_taken(p));
	put_number(b, created);
	put_number(b, all - created - unchanged - not_taken(p));
	put_number(b, unchanged);
}

static void put_state(struct buf *b, const struct run_input *in)
{
	switch (in->state) {
	case RUN_DONE:
		put_counts(b, &in->line);
		break;
	case RUN_SEEN:
		buf_adds(b, " seen before");
		break;
	case RUN_GROWING:
		buf_adds(b, " still being written: left for the next run");
		break;
	case RUN_MISSING:
		buf_adds(b, " missing");
		break;
	case RUN_FAILED:
		buf_adds(b, " not done, stays in the inbox");
		break;
	case RUN_BLOCKED:
		buf_addf(b, " waits for %s", in->why);
		break;
	}
}

static void put_table(struct buf *b, const struct run *r)
{
	size_t i;

	if (!r->n_inputs)
		return;
	buf_addc(b, '\n');
	put_padded(b, "", NAME_WIDTH + FILE_WIDTH + 1);
	buf_addf(b, " %8s %8s %35s %8s %8s %8s\n", "read", "skipped",
		 "rejected by", "created", "changed", "same");
	put_padded(b, "feed", NAME_WIDTH);
	put_padded(b, "file", FILE_WIDTH);
	buf_addf(b, " %8s %8s %8s %8s %8s %8s\n", "", "", "extract", "map",
		 "validate", "push");
	for (i = 0; i < r->n_inputs; i++) {
		const struct run_input *in = &r->input[i];

		put_padded(b, in->feed->feed, NAME_WIDTH);
		put_padded(b, in->name, FILE_WIDTH);
		put_state(b, in);
		buf_addc(b, '\n');
	}
}

/* ---- reasons
 * ------------------------------------------------------------------- */

static struct span text_of(struct rec *r, const char *name)
{
	return rec_text(r, rec_get(r, r->node, name));
}

/* "ITEMS.csv:41 ", of a src member. */
static void put_origin(struct buf *b, struct rec *r, const struct rec_node *src)
{
	struct span row;

	if (!rec_is(src, REC_OBJECT))
		return;
	row = rec_text(r, rec_get(r, src, "row"));
	put_clean(b, rec_text(r, rec_get(r, src, "file")), LINE_CEILING);
	if (row.len)
		buf_addf(b, ":%.*s", SPAN_FMT(row));
	buf_addc(b, ' ');
}

/* "ITEMS.csv:41 000843 CREATED '20241301': month 13" */
static void put_reason(struct buf *b, struct rec *r)
{
	const struct rec_node *src = rec_get(r, r->node, "src");
	const struct rec_node *record = rec_get(r, r->node, "record");
	struct span field = text_of(r, "field"), value = text_of(r, "value");
	struct span key = {NULL, 0};

	buf_adds(b, "    ");
	put_origin(b, r, src);
	if (rec_is(record, REC_OBJECT))
		key = rec_text(r, rec_get(r, record, "key"));
	if (key.len) {
		put_clean(b, key, VALUE_SHOWN);
		buf_addc(b, ' ');
	}
	put_clean(b, field, VALUE_SHOWN);
	if (value.len) {
		buf_adds(b, field.len ? " '" : "'");
		put_clean(b, value, VALUE_SHOWN);
		buf_addc(b, '\'');
	}
	buf_adds(b, field.len || value.len ? ": " : "");
	put_clean(b, text_of(r, "why"), LINE_CEILING);
	buf_addc(b, '\n');
}

/* A difference: "product 000815 list_price: 1299 here, 1249 there". */
static void put_difference(struct buf *b, struct rec *r)
{
	static const char *const parts[] = {"entity", "key", "field"};
	size_t i;

	buf_adds(b, "   ");
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct span s = text_of(r, parts[i]);

		if (!s.len)
			continue;
		buf_addc(b, ' ');
		put_clean(b, s, VALUE_SHOWN);
	}
	buf_adds(b, ": ");
	put_clean(b, text_of(r, "diff"), VALUE_SHOWN);
	if (rec_get(r, r->node, "here") || rec_get(r, r->node, "there")) {
		buf_adds(b, ", '");
		put_clean(b, text_of(r, "here"), VALUE_SHOWN);
		buf_adds(b, "' in the files, '");
		put_clean(b, text_of(r, "there"), VALUE_SHOWN);
		buf_adds(b, "' in the target");
	}
	buf_addc(b, '\n');
}

static bool is_any(struct rec *r)
{
	return !rec_get(r, r->node, "sluice");
}

static bool is_held(struct rec *r)
{
	return span_is(text_of(r, "outcome"), "held");
}

/* A record that is held: "ITEMS.csv:41 GD-48 waits for category 0499". */
static void put_held(struct buf *b, struct rec *r)
{
	const struct rec_node *src = rec_get(r, r->node, "src");
	const struct rec_node *list = rec_get(r, r->node, "waits_for"), *w;
	bool first = true;

	buf_adds(b, "    ");
	put_origin(b, r, src);
	put_clean(b, text_of(r, "key"), VALUE_SHOWN);
	if (rec_is(list, REC_ARRAY))
		rec_each (r, list, w) {
			buf_adds(b, first ? " waits for " : ", ");
			first = false;
			put_clean(b, rec_text(r, rec_get(r, w, "entity")),
				  VALUE_SHOWN);
			buf_addc(b, ' ');
			put_clean(b, rec_text(r, rec_get(r, w, "key")),
				  VALUE_SHOWN);
		}
	buf_addc(b, '\n');
}

/* The first lines of a file of JSON lines that are `wanted`, through `put`;
 * there are `n` of them. */
static void put_first(struct buf *b, const char *path, uint64_t n,
		      bool (*wanted)(struct rec *r),
		      void (*put)(struct buf *b, struct rec *r))
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct err ignored = ERR_INIT;
	struct rec r = REC_INIT;
	struct lines lines;
	struct span line;
	uint64_t shown = 0;

	if (fd < 0)
		return;
	lines_init(&lines, fd);
	while (shown < REASONS_SHOWN &&
	       lines_next(&lines, &line, &ignored) == LINES_LINE) {
		if (rec_parse(&r, line.p, line.len, &ignored) < 0 ||
		    !wanted(&r))
			continue;
		put(b, &r);
		shown++;
	}
	if (n > shown)
		buf_addf(b, "    and %llu more\n",
			 (unsigned long long)(n - shown));
	lines_release(&lines);
	rec_release(&r);
	close(fd);
}

static void put_stage(struct buf *b, const struct stage *s)
{
	if (!s->rejected)
		return;
	buf_addf(b, "  %llu rejected by %s: %s\n",
		 (unsigned long long)s->rejected, s->name, fs_base(s->rejects));
	put_first(b, s->rejects, s->rejected, is_any, put_reason);
}

static void put_input(struct buf *b, const struct run_input *in)
{
	const struct pipeline *p = &in->line;
	size_t i;

	if (!in->status)
		return;
	buf_addf(b, "\n%s, ", in->feed->feed);
	put_clean(b, span_of(in->name), LINE_CEILING);
	buf_addc(b, '\n');
	if (in->why) {
		buf_adds(b, "  ");
		if (in->started && p->failed < p->n_stages && p->status)
			buf_addf(b, "%s: ", p->stage[p->failed].name);
		put_clean(b, span_of(in->why), LINE_CEILING);
		buf_addc(b, '\n');
	}
	/* Of a file that failed otherwise, chance decides how far they got. */
	for (i = 0; in->status == ERR_SOME && in->started && i < p->n_stages;
	     i++)
		put_stage(b, &p->stage[i]);
	if (in->started && not_taken(p))
		buf_addf(b, "  %llu held or in conflict: %s\n",
			 (unsigned long long)not_taken(p),
			 fs_base(p->receipts));
	if (in->started && pipeline_outcome(p, "held"))
		put_first(b, p->receipts, pipeline_outcome(p, "held"), is_held,
			  put_held);
}

static void put_earlier(struct buf *b, const struct run *r)
{
	size_t i;

	for (i = 0; i < r->history.n_done; i++) {
		const struct history_done *d = &r->history.done[i];

		if (d->told || !d->rejected || !strcmp(d->run, r->id))
			continue;
		buf_addf(b,
			 "\n%s, %s, in run %s, which was interrupted\n"
			 "  %s; see %s/%s\n",
			 d->feed, d->file, d->run, d->why, r->folder, d->run);
	}
}

static void put_differences(struct buf *b, const struct run *r)
{
	if (!r->n_differences)
		return;
	buf_addf(b, "\nafterwards, files and target differ: %s\n",
		 fs_base(r->differences));
	put_first(b, r->differences, r->n_differences, is_any, put_difference);
}

/* ---- what to do
 * ------------------------------------------------------------------ */

static void put_option(struct buf *b, const char *name, const char *value)
{
	if (value)
		buf_addf(b, " --%s %s", name, value);
}

/* This run's command line once more, for one feed. */
static void put_command(struct buf *b, const struct run *r, const char *feed)
{
	const struct run_options *o = r->opt;

	buf_adds(b, "    sluice-run");
	put_option(b, "profiles", o->profiles);
	put_option(b, "targets", o->targets);
	put_option(b, "target", o->target);
	put_option(b, "state", o->state);
	put_option(b, "base", strcmp(o->base, ".") != 0 ? o->base : NULL);
	buf_addf(b, " --again --only %s %s\n", feed, o->flow);
}

static void put_advice(struct buf *b, const struct run *r)
{
	const struct run_input *rejected = NULL, *failed = NULL;
	size_t i;

	for (i = 0; i < r->n_inputs; i++) {
		const struct run_input *in = &r->input[i];

		if (in->state == RUN_DONE && in->status && !rejected)
			rejected = in;
		if (in->state == RUN_FAILED && !failed)
			failed = in;
	}
	if (r->opt->dry_run || (!rejected && !failed))
		return;
	buf_adds(b, "\nWhat to do\n");
	if (failed)
		buf_addf(b,
			 "  A file that is not done stays in %s and is tried "
			 "again by every run.\n  Replace it, or correct what "
			 "is named above.\n",
			 r->flow.inbox);
	if (!rejected)
		return;
	buf_adds(b, "  Correct rejected records where they come from; the next "
		    "export brings them.\n");
	if (!rejected->archive)
		return;
	buf_addf(b,
		 "  Where a profile or table was at fault, correct it and run "
		 "the same file again:\n    zcat %s/%s >%s/%s\n",
		 r->flow.archive, rejected->archive, r->flow.inbox,
		 rejected->name);
	put_command(b, r, rejected->feed->feed);
}

void summary_put(struct buf *b, const struct run *r)
{
	size_t i;

	put_headline(b, r);
	put_table(b, r);
	for (i = 0; i < r->n_inputs; i++)
		put_input(b, &r->input[i]);
	put_earlier(b, r);
	put_differences(b, r);
	put_advice(b, r);
}

int summary_put_rejects(struct buf *b, const struct run *r, struct err *err)
{
	size_t i, k;

	for (i = 0; i < r->n_inputs; i++) {
		const struct pipeline *p = &r->input[i].line;

		for (k = 0; r->input[i].started && k < p->n_stages; k++)
			if (p->stage[k].rejected &&
			    fs_read_file(p->stage[k].rejects, b, err) < 0)
				return -1;
	}
	return 0;
}
