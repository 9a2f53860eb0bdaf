/* Any text as a feed: compiled, its examples run, two records mapped. */
#include <stdlib.h>

#include "fuzz.h"
#include "map/map.h"

static const char *const lines[] = {
	"{\"raw\":{\"A\":\"1\",\"B\":\"x\",\"C\":\"20240131\"},\"src\":{\"n\":"
	"1}}",
	"{\"raw\":{\"B\":[1,2],\"A\":\"\",\"D\":{\"E\":\"y\"}}}",
};

/* What is written must be records again. */
static void check_lines(const struct buf *out)
{
	struct span rest = buf_span(out);
	struct rec rec = REC_INIT;
	struct err err = ERR_INIT;

	while (rest.len) {
		const char *nl = memchr(rest.p, '\n', rest.len);
		size_t n = nl ? (size_t)(nl - rest.p) : 0;

		if (!nl || rec_parse(&rec, rest.p, n, &err) < 0)
			abort();
		rest.p += n + 1;
		rest.len -= n + 1;
	}
	rec_release(&rec);
}

static void run(struct map *m)
{
	struct buf out = BUF_INIT(LINE_CEILING),
		   report = BUF_INIT(LINE_CEILING);
	struct rec rec = REC_INIT;
	struct err err = ERR_INIT;
	size_t i, n, failed;

	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (rec_parse(&rec, lines[i], strlen(lines[i]), &err) == 0)
			map_run(m, &rec, &out, &n);
	check_lines(&out);
	map_examples(m, &report, &n, &failed, &err);
	map_explain(m, &report);
	rec_release(&rec);
	buf_release(&out);
	buf_release(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char path[] = "feeds/f.yaml";
	struct feed feed = {.version = 1, .name = "f"};
	struct err err = ERR_INIT;
	struct map map;

	feed.root = yt_parse("f.yaml", (struct span){(const char *)data, len},
			     &err);
	feed.map = yt_get(feed.root, "map");
	feed.examples = yt_get(feed.root, "examples");
	feed.read = yt_get(feed.root, "read");
	if (feed.map && feed.map->type == YT_LIST &&
	    (!feed.examples || feed.examples->type == YT_LIST)) {
		feed.path = path;
		if (map_compile(&map, &feed, NULL, &err) == 0) {
			run(&map);
			map_release(&map);
		}
	}
	yt_free(feed.root);
	return 0;
}
