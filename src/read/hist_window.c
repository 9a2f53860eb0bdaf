#include "read/hist_window.h"

#include <stdlib.h>

#include "core/date.h"
#include "core/mem.h"
#include "core/rec.h"

/* Names, each kept once, in the order they came. */
struct names {
	char **name;
	size_t n, cap;
	size_t *slot; /* hash table: index + 1, 0: free */
	size_t n_slots;
};

struct windows {
	bool grouped;
	char point;
	struct names by;
	struct window *open; /* one for each of them */
	size_t cap;
	struct names tags; /* of groups */
	size_t rest;       /* of those at the end, the next */
};

/* ---- names -------------------------------------------------------------- */

/* FNV-1a. */
static size_t hash(struct span s)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

static void names_init(struct names *n)
{
	n->n_slots = 64;
	n->slot = mem_zalloc(mem_mul(n->n_slots, sizeof(*n->slot)));
}

static void names_release(struct names *n)
{
	size_t i;

	for (i = 0; i < n->n; i++)
		free(n->name[i]);
	free(n->name);
	free(n->slot);
}

static size_t *find(const struct names *n, struct span name)
{
	size_t i = hash(name) & (n->n_slots - 1);

	while (n->slot[i] && !span_is(name, n->name[n->slot[i] - 1]))
		i = (i + 1) & (n->n_slots - 1);
	return &n->slot[i];
}

static void enlarge(struct names *n)
{
	size_t i;

	free(n->slot);
	n->n_slots *= 2;
	n->slot = mem_zalloc(mem_mul(n->n_slots, sizeof(*n->slot)));
	for (i = 0; i < n->n; i++)
		*find(n, span_of(n->name[i])) = i + 1;
}

/* A name that is not there yet. */
static const char *enter_name(struct names *n, struct span name)
{
	if (n->n * 2 >= n->n_slots)
		enlarge(n);
	n->name = mem_grow(n->name, n->n, &n->cap, sizeof(*n->name));
	n->name[n->n] = mem_dup(name.p, name.len);
	*find(n, name) = n->n + 1;
	return n->name[n->n++];
}

/* ---- windows ------------------------------------------------------------ */

struct windows *windows_new(bool grouped, char point)
{
	struct windows *w = mem_zalloc(sizeof(*w));

	w->grouped = grouped;
	w->point = point;
	names_init(&w->by);
	names_init(&w->tags);
	return w;
}

void windows_free(struct windows *w)
{
	if (!w)
		return;
	names_release(&w->by);
	names_release(&w->tags);
	free(w->open);
	free(w);
}

static struct window *enter(struct windows *w, struct span by)
{
	size_t i = w->by.n;

	w->open = mem_grow(w->open, i, &w->cap, sizeof(*w->open));
	w->open[i] = (struct window){.by = enter_name(&w->by, by)};
	return &w->open[i];
}

/* The tag of a sample is among those of its group's window. */
static void note_tag(struct windows *w, struct window *win, struct span tag)
{
	size_t *slot;
	size_t i;

	if (win->n_tags > WINDOW_NAMED)
		return;
	for (i = win->n_tags; i > 0; i--)
		if (span_is(tag, win->tag[i - 1]))
			return;
	if (win->n_tags == WINDOW_NAMED) {
		win->n_tags++;
		return;
	}
	slot = find(&w->tags, tag);
	win->tag[win->n_tags++] =
		*slot ? w->tags.name[*slot - 1] : enter_name(&w->tags, tag);
}

static int add_value(struct window *win, struct dec v, struct err *err)
{
	struct dec sum = v;

	if (win->count && dec_add(win->sum, v, &sum) < 0)
		return err_set(err, ERR_DATA,
			       "the sum of its window would have too many "
			       "digits");
	win->sum = sum;
	if (!win->count || dec_cmp(v, win->min) < 0)
		win->min = v;
	if (!win->count || dec_cmp(v, win->max) > 0)
		win->max = v;
	if (!win->count)
		win->first = v;
	win->last = v;
	win->count++;
	return 0;
}

enum window_step windows_add(struct windows *w, const struct sample *s,
			     struct window *done, struct err *err)
{
	size_t *slot = find(&w->by, s->by);
	struct window *win = *slot ? &w->open[*slot - 1] : NULL;
	enum window_step step = WINDOW_TAKEN;
	struct dec v = {0};

	if (win && s->from < win->from)
		return WINDOW_LATE;
	if (s->good && dec_parse(s->value, &v) < 0 &&
	    dec_parse_as(s->value, w->point, SPAN(""), &v, err) < 0)
		return WINDOW_NO_NUMBER;
	if ((!win && w->by.n >= WINDOW_TAGS_MAX) ||
	    w->tags.n >= WINDOW_TAGS_MAX) {
		err_set(err, ERR_DATA, "more than %zu tags", WINDOW_TAGS_MAX);
		return WINDOW_TOO_MANY;
	}
	if (win && s->from > win->from) {
		*done = *win;
		*win = (struct window){.by = win->by};
		step = WINDOW_DONE;
	} else if (!win) {
		win = enter(w, s->by);
	}
	if (!win->count && !win->bad) {
		win->from = s->from;
		win->to = s->to;
		win->row = s->row;
	}
	if (w->grouped)
		note_tag(w, win, s->tag);
	if (!s->good)
		win->bad++;
	else if (add_value(win, v, err) < 0)
		return WINDOW_NO_NUMBER;
	return step;
}

bool windows_rest(struct windows *w, struct window *done)
{
	if (w->rest == w->by.n)
		return false;
	*done = w->open[w->rest++];
	return true;
}

static void put_dec(struct buf *b, const char *name, struct dec d)
{
	char text[DEC_TEXT_MAX];
	size_t len = dec_text(d, text);

	rec_add_str(b, name, (struct span){text, len});
}

static void put_instant(struct buf *b, const char *name, int64_t instant)
{
	char text[INSTANT_TEXT_MAX];

	instant_text(instant, text);
	rec_add_str(b, name, span_of(text));
}

/* Six digits more than the values have, where there is room for them. */
static void put_mean(struct buf *b, const struct window *win)
{
	unsigned more = WINDOW_DIGITS;
	struct dec mean;

	while (dec_div(win->sum, dec_of((long long)win->count),
		       win->sum.scale + more, DEC_HALF_EVEN, &mean) < 0) {
		if (!more--)
			return;
	}
	put_dec(b, "mean", dec_strip(mean));
}

static void put_count(struct buf *b, const char *name, uint64_t n)
{
	struct buf text = BUF_INIT(32);

	buf_addf(&text, "%llu", (unsigned long long)n);
	rec_add_str(b, name, buf_span(&text));
	buf_release(&text);
}

/* Between commas, and "..." where there are more. */
static void put_tags(struct buf *b, const struct window *win)
{
	struct buf list = BUF_INIT((WINDOW_NAMED + 1) * (WINDOW_NAME_MAX + 1));
	size_t i;

	for (i = 0; i < win->n_tags && i < WINDOW_NAMED; i++)
		buf_addf(&list, "%s%s", i ? "," : "", win->tag[i]);
	if (win->n_tags > WINDOW_NAMED)
		buf_adds(&list, ",...");
	rec_add_str(b, "tags", buf_span(&list));
	buf_release(&list);
}

void window_put(const struct windows *w, const struct window *win,
		struct buf *b)
{
	rec_put_open(b, '{');
	rec_add_str(b, w->grouped ? "by" : "tag", span_of(win->by));
	if (w->grouped)
		put_tags(b, win);
	put_instant(b, "from", win->from);
	put_instant(b, "to", win->to);
	if (win->count) {
		put_dec(b, "sum", win->sum);
		put_mean(b, win);
		put_dec(b, "min", win->min);
		put_dec(b, "max", win->max);
		put_dec(b, "first", win->first);
		put_dec(b, "last", win->last);
	}
	put_count(b, "count", win->count);
	put_count(b, "bad", win->bad);
	rec_put_close(b, '}');
}
