#include "read/x12_ack.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/fs.h"

/* Of a file's answer; a transaction takes about 30 bytes of it. */
#define ACK_CEILING ((size_t)256 << 20)

struct x12_ack {
	struct buf out, set; /* set: the 997 in the making, behind its ST */
	struct x12_isa isa;
	struct x12_group group;
	char date[9], time[5]; /* CCYYMMDD, HHMM */
	bool isa_written, answering;
	uint64_t segments; /* of the 997, ST included */
	uint64_t received, accepted, groups;
};

struct x12_ack *x12_ack_new(void)
{
	struct x12_ack *a = mem_zalloc(sizeof(*a));
	char now[CLOCK_TEXT_MAX];

	a->out = (struct buf)BUF_INIT(ACK_CEILING);
	a->set = (struct buf)BUF_INIT(ACK_CEILING);
	clock_now(now);
	memcpy(a->date, now, 4);
	memcpy(a->date + 4, now + 5, 2);
	memcpy(a->date + 6, now + 8, 2);
	memcpy(a->time, now + 11, 2);
	memcpy(a->time + 2, now + 14, 2);
	return a;
}

void x12_ack_free(struct x12_ack *a)
{
	if (!a)
		return;
	buf_release(&a->out);
	buf_release(&a->set);
	free(a);
}

/* ---- writing ------------------------------------------------------------- */

static void put(struct x12_ack *a, struct buf *b, struct span text)
{
	buf_addc(b, a->isa.marks.element);
	buf_add_span(b, text);
}

static void put_number(struct x12_ack *a, struct buf *b, uint64_t n)
{
	buf_addc(b, a->isa.marks.element);
	buf_addf(b, "%llu", (unsigned long long)n);
}

/* Padded to the width an ISA has it in; `fill` on the left for numbers. */
static void put_padded(struct x12_ack *a, struct span text, size_t width,
		       bool number)
{
	size_t i;

	buf_addc(&a->out, a->isa.marks.element);
	for (i = text.len; number && i < width; i++)
		buf_addc(&a->out, '0');
	buf_add_span(&a->out, text);
	for (i = text.len; !number && i < width; i++)
		buf_addc(&a->out, ' ');
}

static void end_segment(struct x12_ack *a, struct buf *b)
{
	char end = a->isa.marks.segment;

	buf_addc(b, end);
	if (end != '\n' && end != '\r')
		buf_addc(b, '\n');
}

static void put_isa(struct x12_ack *a)
{
	const struct x12_isa *isa = &a->isa;
	const struct x12_marks *m = &isa->marks;

	buf_adds(&a->out, "ISA");
	put(a, &a->out, SPAN("00"));
	put_padded(a, SPAN(""), 10, false);
	put(a, &a->out, SPAN("00"));
	put_padded(a, SPAN(""), 10, false);
	put_padded(a, x12_isa_text(isa, 7), 2, false);
	put_padded(a, x12_isa_text(isa, 8), 15, false);
	put_padded(a, x12_isa_text(isa, 5), 2, false);
	put_padded(a, x12_isa_text(isa, 6), 15, false);
	put(a, &a->out, span_of(a->date + 2));
	put(a, &a->out, span_of(a->time));
	put(a, &a->out, span_of(isa->element[11]));
	put(a, &a->out, span_of(isa->element[12]));
	put_padded(a, x12_isa_text(isa, 13), 9, true);
	put(a, &a->out, SPAN("0"));
	put(a, &a->out, x12_isa_text(isa, 15));
	buf_addc(&a->out, m->element);
	/* Where there is none: one that the segment's end is not. */
	buf_addc(&a->out, m->component        ? m->component
			  : m->segment == ':' ? '>'
					      : ':');
	end_segment(a, &a->out);
	a->isa_written = true;
}

static void put_gs(struct x12_ack *a)
{
	const struct x12_group *g = &a->group;
	bool old = g->version[0] == '0' && strcmp(g->version, "004") < 0;

	buf_adds(&a->out, "GS");
	put(a, &a->out, SPAN("FA"));
	put(a, &a->out, span_of(g->receiver));
	put(a, &a->out, span_of(g->sender));
	put(a, &a->out, span_of(a->date + (old ? 2 : 0)));
	put(a, &a->out, span_of(a->time));
	put(a, &a->out, span_of(g->number));
	put(a, &a->out, SPAN("X"));
	put(a, &a->out, span_of(g->version));
	end_segment(a, &a->out);
}

/* ---- what was read ------------------------------------------------------- */

void x12_ack_interchange(struct x12_ack *a, const struct x12_isa *isa)
{
	if (!a)
		return;
	a->isa = *isa;
	a->isa_written = a->answering = false;
	a->groups = 0;
}

void x12_ack_group(struct x12_ack *a, const struct x12_group *g)
{
	if (!a)
		return;
	a->group = *g;
	a->answering = strcmp(g->code, "FA") != 0;
	a->received = a->accepted = 0;
	a->segments = 2;
	buf_clear(&a->set);
	if (!a->answering)
		return;
	buf_adds(&a->set, "AK1");
	put(a, &a->set, span_of(g->code));
	put(a, &a->set, span_of(g->number));
	end_segment(a, &a->set);
}

/* AK3 and AK4. */
static void put_fault(struct x12_ack *a, const struct x12_fault *f)
{
	if (!f->segment)
		return;
	buf_adds(&a->set, "AK3");
	put(a, &a->set, f->tag);
	put_number(a, &a->set, f->position);
	put(a, &a->set, SPAN(""));
	put_number(a, &a->set, f->segment);
	end_segment(a, &a->set);
	a->segments++;
	if (!f->element)
		return;
	buf_adds(&a->set, "AK4");
	put_number(a, &a->set, f->element);
	put(a, &a->set, SPAN(""));
	put_number(a, &a->set, f->data);
	end_segment(a, &a->set);
	a->segments++;
}

void x12_ack_set(struct x12_ack *a, struct span type, struct span number,
		 const struct x12_fault *fault)
{
	if (!a || !a->answering)
		return;
	a->received++;
	a->accepted += !fault->set;
	buf_adds(&a->set, "AK2");
	put(a, &a->set, type);
	put(a, &a->set, number);
	end_segment(a, &a->set);
	put_fault(a, fault);
	buf_adds(&a->set, "AK5");
	put(a, &a->set, fault->set ? SPAN("R") : SPAN("A"));
	if (fault->set)
		put_number(a, &a->set, fault->set);
	end_segment(a, &a->set);
	a->segments += 2;
}

static struct span group_code(const struct x12_ack *a,
			      enum x12_group_fault fault)
{
	if (a->received && !a->accepted)
		return SPAN("R");
	if (a->accepted < a->received)
		return SPAN("P");
	return fault ? SPAN("E") : SPAN("A");
}

void x12_ack_group_end(struct x12_ack *a, struct span included,
		       enum x12_group_fault fault)
{
	if (!a || !a->answering)
		return;
	buf_adds(&a->set, "AK9");
	put(a, &a->set, group_code(a, fault));
	if (included.len)
		put(a, &a->set, included);
	else
		put_number(a, &a->set, a->received);
	put_number(a, &a->set, a->received);
	put_number(a, &a->set, a->accepted);
	if (fault)
		put_number(a, &a->set, fault);
	end_segment(a, &a->set);
	a->segments++;
	if (!a->isa_written)
		put_isa(a);
	put_gs(a);
	buf_adds(&a->out, "ST");
	put(a, &a->out, SPAN("997"));
	put(a, &a->out, SPAN("0001"));
	end_segment(a, &a->out);
	buf_add_span(&a->out, buf_span(&a->set));
	if (a->set.over)
		a->out.over = true;
	buf_adds(&a->out, "SE");
	put_number(a, &a->out, a->segments + 1);
	put(a, &a->out, SPAN("0001"));
	end_segment(a, &a->out);
	buf_adds(&a->out, "GE");
	put_number(a, &a->out, 1);
	put(a, &a->out, span_of(a->group.number));
	end_segment(a, &a->out);
	a->groups++;
	a->answering = false;
}

void x12_ack_interchange_end(struct x12_ack *a)
{
	if (!a || !a->isa_written)
		return;
	buf_adds(&a->out, "IEA");
	put_number(a, &a->out, a->groups);
	put_padded(a, x12_isa_text(&a->isa, 13), 9, true);
	end_segment(a, &a->out);
	a->isa_written = false;
}

int x12_ack_write(const struct x12_ack *a, const char *path, struct err *err)
{
	if (a->out.over)
		return err_set(err, ERR_DATA,
			       "%s: the answer has more than %zu bytes", path,
			       ACK_CEILING);
	return fs_replace(path, &a->out, 0666, err);
}
