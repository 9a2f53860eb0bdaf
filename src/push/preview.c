#include "push/preview.h"

#include "core/rec.h"
#include "core/utf8.h"

#define SHOWN_MAX 160 /* characters of a value */

static const struct {
	const char *outcome, *sign, *colour, *said;
} looks[] = {
	{"created", "+", "32", ""},
	{"updated", "~", "33", ""},
	{"archived", "-", "31", "  to be archived"},
	{"adopted", ">", "36", "  to be taken over"},
	{"skipped", "=", "2", "  stays as it is"},
	{"held", "?", "35", "  held"},
};
#define N_LOOKS (sizeof(looks) / sizeof(looks[0]))

/* Members that the first line has, or nobody needs here. */
static const char *const told[] = {
	"entity", "key", "outcome", "model", "id",     "xid",
	"ms",     "src", "changes", "site",  "fields", "reason",
};

static void put_text(struct buf *out, struct span s)
{
	size_t chars = 0, i = 0;

	while (i < s.len && chars < SHOWN_MAX) {
		size_t n = utf8_seq(s.p + i, s.len - i);

		if (s.p[i] == '\n' || s.p[i] == '\t')
			buf_addc(out, ' ');
		else if (n && utf8_is_shown(utf8_get(s.p + i, n)))
			buf_add(out, s.p + i, n);
		else
			buf_addc(out, '?');
		chars++;
		i += n ? n : 1;
	}
	if (i < s.len)
		buf_adds(out, "\xE2\x80\xA6"); /* an ellipsis */
}

static void put_value(struct buf *out, struct rec *r, const struct rec_node *n)
{
	struct span s = rec_text(r, n);

	if (s.len)
		put_text(out, s);
	else
		buf_adds(out, "(empty)");
}

static void put_changes(struct buf *out, struct rec *r,
			const struct rec_node *changes)
{
	const struct rec_node *m, *old, *held;

	rec_each (r, changes, m) {
		old = rec_get(r, m, "old");
		held = rec_get(r, m, "overwrote");
		buf_adds(out, "    ");
		put_text(out, rec_key(r, m));
		buf_adds(out, ": ");
		if (old) {
			put_value(out, r, old);
			buf_adds(out, " -> ");
		}
		put_value(out, r, rec_get(r, m, "new"));
		if (held) {
			buf_adds(out, " (now ");
			put_value(out, r, held);
			buf_addc(out, ')');
		}
		buf_addc(out, '\n');
	}
}

/* "    stays (owner): name, notes" */
static void put_left(struct buf *out, struct rec *r)
{
	const struct rec_node *fields = rec_get(r, r->node, "fields"), *f;
	bool first = true;

	if (!rec_is(fields, REC_ARRAY))
		return;
	buf_adds(out, "    left to Odoo (");
	put_text(out, rec_text(r, rec_get(r, r->node, "reason")));
	buf_addc(out, ')');
	rec_each (r, fields, f) {
		buf_adds(out, first ? ": " : ", ");
		put_text(out, rec_text(r, f));
		first = false;
	}
	buf_addc(out, '\n');
}

static bool is_told(struct span name)
{
	size_t i;

	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (span_is(name, told[i]))
			return true;
	return false;
}

/* Whatever else the receipt says: what a held record waits for. */
static void put_others(struct buf *out, struct rec *r)
{
	const struct rec_node *m;

	rec_each (r, r->node, m) {
		if (is_told(rec_key(r, m)))
			continue;
		buf_adds(out, "    ");
		put_text(out, rec_key(r, m));
		buf_adds(out, ": ");
		put_value(out, r, m);
		buf_addc(out, '\n');
	}
}

static void put_receipt(struct buf *out, struct rec *r, bool colour)
{
	struct span outcome = rec_text(r, rec_get(r, r->node, "outcome"));
	const struct rec_node *id = rec_get(r, r->node, "id");
	const struct rec_node *changes = rec_get(r, r->node, "changes");
	size_t i = 0;

	if (span_is(outcome, "unchanged"))
		return;
	while (i < N_LOOKS && !span_is(outcome, looks[i].outcome))
		i++;
	if (colour && i < N_LOOKS)
		buf_addf(out, "\033[%sm", looks[i].colour);
	buf_addf(out, "%s ", i < N_LOOKS ? looks[i].sign : "*");
	put_text(out, rec_text(r, rec_get(r, r->node, "entity")));
	buf_addc(out, ' ');
	put_text(out, rec_text(r, rec_get(r, r->node, "key")));
	if (id) {
		buf_adds(out, " (");
		put_text(out, rec_text(r, rec_get(r, r->node, "model")));
		buf_addc(out, ' ');
		put_text(out, rec_text(r, id));
		buf_addc(out, ')');
	}
	if (i < N_LOOKS) {
		buf_adds(out, looks[i].said);
	} else {
		buf_adds(out, "  ");
		put_text(out, outcome);
	}
	buf_adds(out, colour && i < N_LOOKS ? "\033[0m\n" : "\n");
	if (rec_is(changes, REC_OBJECT))
		put_changes(out, r, changes);
	put_left(out, r);
	put_others(out, r);
}

void preview_put(struct buf *out, size_t from, bool colour)
{
	struct buf json = BUF_INIT(2 * LINE_CEILING);
	struct rec r = REC_INIT;
	struct err ignored = ERR_INIT;

	buf_add(&json, out->data + from, out->len - from);
	out->len = from;
	if (rec_parse(&r, json.data, json.len, &ignored) == 0)
		put_receipt(out, &r, colour);
	rec_release(&r);
	buf_release(&json);
}

/* Of the job's counts those that are outcomes of records. */
static const struct {
	const char *count, *said;
} totals[] = {
	{"created", "created"},
	{"updated", "updated"},
	{"transitioned", "transitioned"},
	{"archived", "archived"},
	{"adopted", "adopted"},
	{"held", "held"},
	{"skipped_owner", "left to Odoo"},
	{"skipped_exists", "there already"},
	{"skipped_conflict", "left to Odoo in a conflict"},
	{"unchanged", "unchanged"},
};

static void put_total(struct buf *out, size_t from, uint64_t n,
		      const char *said)
{
	if (n)
		buf_addf(out, "%s%llu %s", out->len > from ? ", " : "",
			 (unsigned long long)n, said);
}

void preview_totals(const struct job *job, struct buf *out)
{
	size_t from = out->len, i, k;

	for (i = 0; i < sizeof(totals) / sizeof(totals[0]); i++)
		for (k = 0; k < job->n_counts; k++)
			if (span_is(span_of(job->count[k].name),
				    totals[i].count))
				put_total(out, from, job->count[k].n,
					  totals[i].said);
	put_total(out, from, job->rejected, "rejected");
	if (out->len == from)
		buf_adds(out, "no records");
}
