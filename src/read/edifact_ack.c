#include "read/edifact_ack.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/fs.h"

/* Of a file's answer; a message takes about 40 bytes of it. */
#define ACK_CEILING ((size_t)256 << 20)

struct edifact_ack {
	struct buf out;  /* whole interchanges */
	struct buf body; /* behind UCI */
	struct buf set;  /* behind UCF */
	struct buf unb, ung;
	struct edifact_marks marks;
	char date[9], time[5]; /* CCYYMMDD, HHMM */
	bool version_4, open, in_group;
	uint64_t segments; /* of body and set */
	uint64_t answered, contrl;
	uint64_t group_contrl, group_answered;
};

struct edifact_ack *edifact_ack_new(void)
{
	struct edifact_ack *a = mem_zalloc(sizeof(*a));
	char now[CLOCK_TEXT_MAX];

	a->out = a->body = a->set = a->unb = a->ung =
		(struct buf)BUF_INIT(ACK_CEILING);
	clock_now(now);
	memcpy(a->date, now, 4);
	memcpy(a->date + 4, now + 5, 2);
	memcpy(a->date + 6, now + 8, 2);
	memcpy(a->time, now + 11, 2);
	memcpy(a->time + 2, now + 14, 2);
	return a;
}

void edifact_ack_free(struct edifact_ack *a)
{
	if (!a)
		return;
	buf_release(&a->out);
	buf_release(&a->body);
	buf_release(&a->set);
	buf_release(&a->unb);
	buf_release(&a->ung);
	free(a);
}

/* ---- writing ------------------------------------------------------------- */

static void put(const struct edifact_ack *a, struct buf *b, struct span text)
{
	buf_addc(b, a->marks.element);
	buf_add_span(b, text);
}

static void put_number(const struct edifact_ack *a, struct buf *b, uint64_t n)
{
	buf_addc(b, a->marks.element);
	buf_addf(b, "%llu", (unsigned long long)n);
}

static void end_segment(const struct edifact_ack *a, struct buf *b)
{
	buf_addc(b, a->marks.segment);
}

/* Action, error and the segment it is in. */
static void put_action(const struct edifact_ack *a, struct buf *b, char action,
		       const struct edifact_fault *f)
{
	put(a, b, (struct span){&action, 1});
	if (!f->code || f->position)
		return;
	put_number(a, b, f->code);
	if (f->tag)
		put(a, b, span_of(f->tag));
}

static void put_una(struct edifact_ack *a)
{
	const struct edifact_marks *m = &a->marks;

	if (!m->una)
		return;
	buf_adds(&a->out, "UNA");
	buf_addc(&a->out, m->component);
	buf_addc(&a->out, m->element);
	buf_addc(&a->out, m->decimal);
	buf_addc(&a->out, m->release ? m->release : ' ');
	buf_addc(&a->out, m->una_repeat ? m->una_repeat : ' ');
	end_segment(a, &a->out);
}

static struct span of_unb(const struct edifact_ack *a, unsigned n)
{
	return edifact_raw(&a->marks, buf_span(&a->unb), n);
}

static struct span of_ung(const struct edifact_ack *a, unsigned n)
{
	return edifact_raw(&a->marks, buf_span(&a->ung), n);
}

static void put_unb(struct edifact_ack *a)
{
	struct span test = of_unb(a, 11);
	unsigned n;

	put_una(a);
	buf_adds(&a->out, "UNB");
	put(a, &a->out, of_unb(a, 1));
	put(a, &a->out, of_unb(a, 3));
	put(a, &a->out, of_unb(a, 2));
	put(a, &a->out, span_of(a->date + (a->version_4 ? 0 : 2)));
	buf_addc(&a->out, a->marks.component);
	buf_adds(&a->out, a->time);
	put(a, &a->out, of_unb(a, 5));
	for (n = 6; test.len && n < 11; n++)
		put(a, &a->out, SPAN(""));
	if (test.len)
		put(a, &a->out, test);
	end_segment(a, &a->out);
}

static void put_unh(struct edifact_ack *a)
{
	static const char *const type[2][4] = {{"CONTRL", "D", "3", "UN"},
					       {"CONTRL", "4", "1", "UN"}};
	size_t i;

	buf_adds(&a->out, "UNH");
	put(a, &a->out, SPAN("1"));
	for (i = 0; i < 4; i++) {
		buf_addc(&a->out, i ? a->marks.component : a->marks.element);
		buf_adds(&a->out, type[a->version_4][i]);
	}
	end_segment(a, &a->out);
}

/* ---- what was read ------------------------------------------------------- */

void edifact_ack_interchange(struct edifact_ack *a,
			     const struct edifact_marks *m, struct span unb,
			     bool version_4)
{
	if (!a)
		return;
	a->marks = *m;
	a->version_4 = version_4;
	a->open = true;
	a->in_group = false;
	a->segments = a->answered = a->contrl = 0;
	buf_clear(&a->unb);
	buf_add_span(&a->unb, unb);
	buf_clear(&a->body);
}

void edifact_ack_group(struct edifact_ack *a, struct span ung)
{
	if (!a || !a->open)
		return;
	buf_clear(&a->ung);
	buf_add_span(&a->ung, ung);
	buf_clear(&a->set);
	a->in_group = true;
	a->group_contrl = a->group_answered = 0;
}

void edifact_ack_message(struct edifact_ack *a, struct span reference,
			 struct span header, bool contrl,
			 const struct edifact_fault *fault)
{
	struct buf *b;

	if (!a || !a->open)
		return;
	a->contrl += contrl;
	a->group_contrl += contrl;
	if (contrl)
		return;
	a->answered++;
	a->group_answered++;
	b = a->in_group ? &a->set : &a->body;
	buf_adds(b, "UCM");
	put(a, b, reference);
	put(a, b, header);
	put_action(a, b, fault->code ? '4' : '7', fault);
	end_segment(a, b);
	a->segments++;
	if (!fault->code || !fault->position)
		return;
	buf_adds(b, "UCS");
	put_number(a, b, fault->position);
	put_number(a, b, fault->code);
	end_segment(a, b);
	a->segments++;
}

void edifact_ack_group_end(struct edifact_ack *a,
			   const struct edifact_fault *fault)
{
	struct buf *b;

	if (!a || !a->open || !a->in_group)
		return;
	a->in_group = false;
	if (a->group_contrl && !a->group_answered)
		return;
	b = &a->body;
	buf_adds(b, "UCF");
	put(a, b, of_ung(a, 5));
	put(a, b, of_ung(a, 2));
	put(a, b, of_ung(a, 3));
	put_action(a, b, '7', fault);
	end_segment(a, b);
	buf_add_span(b, buf_span(&a->set));
	b->over |= a->set.over;
	a->segments++;
}

void edifact_ack_interchange_end(struct edifact_ack *a,
				 const struct edifact_fault *fault)
{
	struct buf *b;

	if (!a || !a->open)
		return;
	a->open = false;
	if (a->contrl && !a->answered)
		return;
	b = &a->out;
	put_unb(a);
	put_unh(a);
	buf_adds(b, "UCI");
	put(a, b, of_unb(a, 5));
	put(a, b, of_unb(a, 2));
	put(a, b, of_unb(a, 3));
	put_action(a, b, '7', fault);
	end_segment(a, b);
	buf_add_span(b, buf_span(&a->body));
	b->over |= a->body.over;
	buf_adds(b, "UNT");
	put_number(a, b, a->segments + 3);
	put_number(a, b, 1);
	end_segment(a, b);
	buf_adds(b, "UNZ");
	put_number(a, b, 1);
	put(a, b, of_unb(a, 5));
	end_segment(a, b);
	if (a->marks.segment != '\n' && a->marks.segment != '\r')
		buf_addc(b, '\n');
}

int edifact_ack_write(const struct edifact_ack *a, const char *path,
		      struct err *err)
{
	if (a->out.over)
		return err_set(err, ERR_DATA,
			       "%s: the answer has more than %zu bytes", path,
			       ACK_CEILING);
	return fs_replace(path, &a->out, 0666, err);
}
