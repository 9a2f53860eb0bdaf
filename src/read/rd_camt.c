/*
 * rd_camt.c - bank statements of ISO 20022: each entry is a record
 *
 * camt.052 (reports), camt.053 (statements) and camt.054 (notifications) of
 * any version.  A record has the members of Ntry, and before them what the
 * message and the statement say ahead of their entries: GrpHdr, and Stmt, Rpt
 * or Ntfctn.
 *
 * Spec: ISO 20022 message definitions camt.052.001.01 to .13, camt.053 and
 * camt.054 of the same versions.
 */
#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/rec.h"
#include "read/camt_check.h"
#include "read/reader.h"
#include "read/xml_record.h"
#include "read/xml_stream.h"
#include "read/xml_tree.h"

/* Elements in the head of a statement; any real one has less. */
#define HEAD_DEPTH_MAX 20

struct camt {
	struct xml_stream stream;
	struct xml_tree group, head, entry;
	struct xml_tree *into; /* what events go to, or NULL */
	unsigned stmt;         /* depth of the open statement, or 0 */
	char name[8];          /* its element: Stmt, Rpt, Ntfctn */
	bool message;          /* there was one */
	bool fresh;            /* head_json is what `head` has */
	bool entries;          /* the statement had a record */
	char behind[36];       /* an element of it behind them, or "" */
	struct buf group_json, head_json, entry_json;
	struct rec rec;
	struct camt_check sums;
	struct bank_check check;
};

/* Elements that may come several times and usually do not. */
static struct span list_names[] = {
	{"AdrLine", 7}, {"Avlbty", 6},   {"Bal", 3},
	{"Intrst", 6},  {"NtryDtls", 8}, {"RfrdDocInf", 10},
	{"Strd", 4},    {"TxDtls", 6},   {"Ustrd", 5},
};
static const struct xml_lists lists = {list_names, sizeof(list_names) /
							   sizeof(*list_names)};

static bool is_statement(struct span name)
{
	return span_is(name, "Stmt") || span_is(name, "Rpt") ||
	       span_is(name, "Ntfctn");
}

static void begin_statement(struct camt *c, struct span name)
{
	c->stmt = c->stream.depth;
	memcpy(c->name, name.p, name.len);
	c->name[name.len] = '\0';
	c->fresh = c->entries = false;
	c->behind[0] = '\0';
	xml_tree_begin(&c->head);
	camt_begin(&c->sums);
}

static void on_start(void *ctx, const struct xml_name *name, const char **att)
{
	struct camt *c = ctx;
	struct span local = name->local;

	if (!c->into && c->stmt && span_is(local, "Ntry")) {
		c->into = &c->entry;
		xml_record_begin(&c->stream);
	} else if (!c->into && c->stmt) {
		c->into = &c->head;
		c->fresh = false;
		if (c->entries)
			snprintf(c->behind, sizeof(c->behind), "%.*s",
				 (int)local.len, local.p);
	} else if (!c->into && c->message && span_is(local, "GrpHdr")) {
		c->into = &c->group;
	} else if (!c->into) {
		if (local.len > 9 && !memcmp(local.p, "BkToCstmr", 9)) {
			c->message = true;
			buf_clear(&c->group_json);
		} else if (c->message && is_statement(local)) {
			begin_statement(c, local);
		}
		return;
	}
	if (c->into != &c->entry && c->into->depth >= HEAD_DEPTH_MAX) {
		xml_fail(&c->stream,
			 "the head of a statement is nested too deep");
		return;
	}
	xml_tree_start(c->into, name, att);
}

static void on_text(void *ctx, struct span text)
{
	struct camt *c = ctx;

	if (c->into)
		xml_tree_text(c->into, text);
}

static bool make_json(struct camt *c, struct xml_tree *t, struct buf *b)
{
	buf_clear(b);
	if (!xml_tree_fails(t))
		tree_put(&t->tree, b);
	if (!xml_tree_fails(t) && !b->over)
		return true;
	xml_fail(&c->stream, "the head of a statement is too long");
	return false;
}

static void end_statement(struct camt *c)
{
	struct err e = ERR_INIT;

	c->stmt = 0;
	if (!make_json(c, &c->head, &c->head_json))
		return;
	if (rec_parse(&c->rec, c->head_json.data, c->head_json.len, &e) < 0) {
		xml_fail(&c->stream, "the head of a statement: %s", e.msg);
		return;
	}
	if (c->behind[0] && !c->fresh)
		log_warn("%s: %s of the statement that ends in line %llu "
			 "stands behind its entries and is in no record",
			 c->stream.in->path, c->behind,
			 (unsigned long long)XML_GetCurrentLineNumber(
				 c->stream.parser));
	if (c->sums.unknown || c->sums.mixed)
		log_warn("%s: balances of the statement that ends in line %llu "
			 "are not checked: %s",
			 c->stream.in->path,
			 (unsigned long long)XML_GetCurrentLineNumber(
				 c->stream.parser),
			 c->sums.mixed ? "it has several currencies"
				       : "an entry could not be read");
	camt_end(&c->sums, &c->rec, c->rec.node, c->stream.in->path, &c->check);
	xml_tree_end(&c->head);
}

static void on_end(void *ctx)
{
	struct camt *c = ctx;
	bool last;

	if (!c->into) {
		if (c->stmt == c->stream.depth)
			end_statement(c);
		return;
	}
	last = xml_tree_end(c->into);
	if (c->into == &c->entry && last) {
		xml_record_end(&c->stream);
		xml_pause(&c->stream);
		c->into = NULL;
	} else if (c->into == &c->group && last) {
		c->into = NULL;
		make_json(c, &c->group, &c->group_json);
	} else if (c->into == &c->head && c->head.depth == 1) {
		c->into = NULL;
	}
}

static const struct xml_events events = {on_start, on_end, on_text};

static void camt_close(void *state)
{
	struct camt *c = state;

	if (!c)
		return;
	xml_close(&c->stream);
	xml_tree_release(&c->group);
	xml_tree_release(&c->head);
	xml_tree_release(&c->entry);
	buf_release(&c->group_json);
	buf_release(&c->head_json);
	buf_release(&c->entry_json);
	rec_release(&c->rec);
	free(c);
}

static void *camt_open(struct input *in, const struct read_conf *conf,
		       struct err *err)
{
	struct camt *c = mem_zalloc(sizeof(*c));

	c->stream.cs.conv = (iconv_t)-1;
	c->rec = (struct rec)REC_INIT;
	xml_tree_init(&c->group, &lists);
	xml_tree_init(&c->head, &lists);
	xml_tree_init(&c->entry, &lists);
	c->group_json = (struct buf)BUF_INIT(LINE_CEILING);
	c->head_json = (struct buf)BUF_INIT(LINE_CEILING);
	c->entry_json = (struct buf)BUF_INIT(LINE_CEILING);
	if (xml_open(&c->stream, in, conf->encoding, &events, c, err) < 0) {
		camt_close(c);
		return NULL;
	}
	return c;
}

/* The heads, then the entry's own members. */
static enum rd_status put(struct camt *c, struct rd_record *r)
{
	const struct buf *own = &c->entry_json;

	rec_put_open(r->out, '{');
	if (c->group_json.len)
		rec_add_raw(r->out, "GrpHdr", buf_span(&c->group_json));
	rec_add_raw(r->out, c->name, buf_span(&c->head_json));
	if (own->len > strlen("{}")) {
		buf_addc(r->out, ',');
		buf_add(r->out, own->data + 1, own->len - 1);
	} else {
		rec_put_close(r->out, '}');
	}
	if (rd_end(r))
		return RD_RECORD;
	xml_stream_reject(&c->stream, r, false);
	return RD_REJECT;
}

static enum rd_status take(struct camt *c, struct rd_record *r, struct err *err)
{
	const char *field, *why;

	xml_stream_begin(&c->stream, r);
	buf_clear(&c->entry_json);
	if (!xml_tree_fails(&c->entry))
		tree_put(&c->entry.tree, &c->entry_json);
	if (xml_tree_fails(&c->entry) || c->entry_json.over ||
	    c->stream.bad_at != UINT64_MAX) {
		c->sums.unknown = true;
		xml_stream_reject(&c->stream, r, c->entry.deep);
		return RD_REJECT;
	}
	if (!c->fresh) {
		if (xml_tree_fails(&c->head)) {
			err_set(err, ERR_DATA,
				"%s:%llu: the head of a statement is too long",
				c->stream.in->path,
				(unsigned long long)c->stream.line);
			return RD_FATAL;
		}
		buf_clear(&c->head_json);
		tree_put(&c->head.tree, &c->head_json);
		c->fresh = true;
	}
	c->entries = true;
	if (rec_parse(&c->rec, c->entry_json.data, c->entry_json.len, err) < 0)
		return RD_FATAL;
	if (camt_take(&c->sums, &c->rec, c->rec.node, &field, &why) < 0) {
		xml_stream_reject_value(&c->stream, r,
					!strcmp(field, "Amt") ? "bad-number"
							      : "bad-code",
					field, why);
		return RD_REJECT;
	}
	return put(c, r);
}

static enum rd_status camt_next(void *state, struct rd_record *r,
				struct err *err)
{
	struct camt *c = state;

	switch (xml_run(&c->stream, err)) {
	case XML_FAILED:
		return RD_FATAL;
	case XML_DONE:
		break;
	case XML_PAUSED:
		return take(c, r, err);
	}
	if (!c->message) {
		err_set(err, ERR_DATA,
			"%s: there is no camt.052, .053 or .054 message in it",
			c->stream.in->path);
		return RD_FATAL;
	}
	return bank_settle(&c->check, err) < 0 ? RD_FATAL : RD_END;
}

const struct reader_ops rd_camt = {
	.name = "camt",
	.open = camt_open,
	.next = camt_next,
	.close = camt_close,
};
