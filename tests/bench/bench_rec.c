/*
 * bench_rec.c - the record codec beside jansson on the same lines
 *
 * Scans and re-writes the reference records, member by member as a command
 * does, and prints CPU seconds of both and their ratio.
 *
 *	bench_rec [RECORDS]
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/num.h"
#include "core/rec.h"

struct lines {
	struct buf text;
	size_t *end; /* offset behind each line */
	size_t n;
};

static double cpu_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Canonical records of some 220 bytes, as the reference file maps to. */
static void make_lines(struct lines *l, size_t n)
{
	static const char *const uoms[] = {"C62", "KGM", "MTR", "LTR"};
	size_t i;

	l->text.ceiling = (size_t)1 << 31;
	l->end = malloc(n * sizeof(*l->end));
	l->n = n;
	for (i = 0; i < n; i++) {
		buf_addf(
			&l->text,
			"{\"entity\":\"product\",\"key\":\"P-%07zu\",\"op\":"
			"\"upsert\",\"fields\":{\"sku\":\"P-%07zu\",\"name\":"
			"\"Kugelhahn \\\"DN%zu\\\" "
			"gr\xC3\xBCn\",\"uom\":\"%s\","
			"\"list_price\":%zu.%02zu,\"active\":true},\"src\":{"
			"\"feed\":\"wms-items\",\"file\":\"ITEMS.csv\",\"row\":"
			"%zu}}",
			i, i, i % 300, uoms[i % 4], i % 5000, i % 100, i + 2);
		l->end[i] = l->text.len;
	}
}

static size_t codec(const struct lines *l, struct buf *out)
{
	struct rec rec = REC_INIT;
	struct err err = ERR_INIT;
	size_t i, from = 0, bytes = 0;

	for (i = 0; i < l->n; from = l->end[i++]) {
		const struct rec_node *m;

		buf_clear(out);
		if (rec_parse(&rec, l->text.data + from, l->end[i] - from,
			      &err) < 0)
			exit(1);
		rec_put_open(out, '{');
		rec_each (&rec, rec.node, m) {
			rec_put_key_raw(out, (struct span){m->key, m->key_len});
			rec_put_node(out, &rec, m);
		}
		rec_put_close(out, '}');
		bytes += out->len;
	}
	rec_release(&rec);
	return bytes;
}

static int count_bytes(const char *p, size_t len, void *data)
{
	(void)p;
	*(size_t *)data += len;
	return 0;
}

static size_t oracle(const struct lines *l)
{
	size_t i, from = 0, bytes = 0;

	for (i = 0; i < l->n; from = l->end[i++]) {
		json_t *v = json_loadb(l->text.data + from, l->end[i] - from, 0,
				       NULL);

		if (!v || json_dump_callback(v, count_bytes, &bytes,
					     JSON_COMPACT) < 0)
			exit(1);
		json_decref(v);
	}
	return bytes;
}

int main(int argc, char **argv)
{
	struct lines l = {.n = 0};
	struct buf out = BUF_INIT(LINE_CEILING);
	int64_t n = 1000000;
	double t0, t1, t2;
	size_t a, b;

	if (argc > 1 && num_parse(span_of(argv[1]), 1, 10000000, &n) < 0)
		return 64;
	make_lines(&l, (size_t)n);
	t0 = cpu_s();
	a = codec(&l, &out);
	t1 = cpu_s();
	b = oracle(&l);
	t2 = cpu_s();
	printf("codec  %zu records of %zu bytes: %.2f CPU s (%zu bytes)\n", l.n,
	       l.text.len / l.n, t1 - t0, a);
	printf("jansson the same:                %.2f CPU s (%zu bytes)\n",
	       t2 - t1, b);
	printf("ratio jansson / codec:           %.1f\n",
	       (t2 - t1) / (t1 - t0));
	buf_release(&out);
	buf_release(&l.text);
	free(l.end);
	return 0;
}
