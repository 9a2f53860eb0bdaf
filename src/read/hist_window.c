#include "read/hist_window.h"

#include <stdlib.h>

#include "core/date.h"
#include "core/mem.h"
#include "core/rec.h"

struct windows {
	int64_t seconds;
	char point;
	struct window *open; /* one for each tag, in the order they came */
	size_t n, cap;
	size_t *slot; /* hash table: index + 1, 0: free */
	size_t n_slots;
	size_t rest; /* of those at the end, the next */
};

struct windows *windows_new(int64_t seconds, char point)
{
	struct windows *w = mem_zalloc(sizeof(*w));

	w->seconds = seconds;
	w->point = point;
	w->n_slots = 64;
	w->slot = mem_zalloc(mem_mul(w->n_slots, sizeof(*w->slot)));
	return w;
}

void windows_free(struct windows *w)
{
	size_t i;

	if (!w)
		return;
	for (i = 0; i < w->n; i++)
		free((char *)(uintptr_t)w->open[i].tag);
	free(w->open);
	free(w->slot);
	free(w);
}

/* FNV-1a. */
static size_t hash(struct span s)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

static size_t *find(const struct windows *w, struct span tag)
{
	size_t i = hash(tag) & (w->n_slots - 1);

	while (w->slot[i] && !span_is(tag, w->open[w->slot[i] - 1].tag))
		i = (i + 1) & (w->n_slots - 1);
	return &w->slot[i];
}

static void enlarge(struct windows *w)
{
	size_t i;

	free(w->slot);
	w->n_slots *= 2;
	w->slot = mem_zalloc(mem_mul(w->n_slots, sizeof(*w->slot)));
	for (i = 0; i < w->n; i++)
		*find(w, span_of(w->open[i].tag)) = i + 1;
}

static struct window *enter(struct windows *w, struct span tag)
{
	if (w->n * 2 >= w->n_slots)
		enlarge(w);
	w->open = mem_grow(w->open, w->n, &w->cap, sizeof(*w->open));
	w->open[w->n] = (struct window){.tag = mem_dup(tag.p, tag.len)};
	*find(w, tag) = ++w->n;
	return &w->open[w->n - 1];
}

/* The start of the window an instant is in; instants before 1970, too. */
static int64_t start_of(const struct windows *w, int64_t instant)
{
	int64_t behind = instant % w->seconds;

	return instant - behind - (behind < 0 ? w->seconds : 0);
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
	size_t *slot = find(w, s->tag);
	struct window *win = *slot ? &w->open[*slot - 1] : NULL;
	int64_t from = start_of(w, s->instant);
	enum window_step step = WINDOW_TAKEN;
	struct dec v = {0};

	if (win && from < win->from)
		return WINDOW_LATE;
	if (s->good && dec_parse(s->value, &v) < 0 &&
	    dec_parse_as(s->value, w->point, SPAN(""), &v, err) < 0)
		return WINDOW_NO_NUMBER;
	if (!win && w->n >= WINDOW_TAGS_MAX) {
		err_set(err, ERR_DATA, "more than %zu tags", WINDOW_TAGS_MAX);
		return WINDOW_TOO_MANY;
	}
	if (win && from > win->from) {
		*done = *win;
		*win = (struct window){.tag = win->tag};
		step = WINDOW_DONE;
	} else if (!win) {
		win = enter(w, s->tag);
	}
	if (!win->count && !win->bad) {
		win->from = from;
		win->row = s->row;
	}
	if (!s->good)
		win->bad++;
	else if (add_value(win, v, err) < 0)
		return WINDOW_NO_NUMBER;
	return step;
}

bool windows_rest(struct windows *w, struct window *done)
{
	if (w->rest == w->n)
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

void window_put(const struct windows *w, const struct window *win,
		struct buf *b)
{
	rec_put_open(b, '{');
	rec_add_str(b, "tag", span_of(win->tag));
	put_instant(b, "from", win->from);
	put_instant(b, "to", win->from + w->seconds);
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
