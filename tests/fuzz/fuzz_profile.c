/*
 * The files of a profiles folder but for contracts: each is loaded as what it
 * is.  A line
 * "=== feeds/f.yaml" begins a file; names that are not in the table below
 * are passed over.  The folder is a scratch one, nothing is read but it.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/target.h"
#include "core/fs.h"
#include "core/mem.h"
#include "fuzz.h"
#include "map/map.h"
#include "map/merge.h"
#include "map/trace.h"
#include "push/binding.h"
#include "read/read_conf.h"
#include "run/flow.h"

static char *root;

/* Whether a load failed as it should: with a place or a reason. */
static void said_why(const struct err *err)
{
	if (!*err->msg || err->code == ERR_NONE || err->code == ERR_BUG)
		abort();
}

static void load_feed(void)
{
	static const char *const formats[] = {"csv", "jsonl", NULL};
	static const char line[] = "{\"raw\":{\"A\":\"1\",\"B\":[{\"C\":2}]}}";
	struct map_trace trace = {.key = SPAN("1"),
				  .out = BUF_INIT(LINE_CEILING)};
	struct buf out = BUF_INIT(LINE_CEILING);
	struct rec rec = REC_INIT;
	struct err err = ERR_INIT;
	struct read_conf conf;
	struct feed feed;
	struct map map;
	size_t n, failed;

	if (feed_load(&feed, root, "f", &err) < 0) {
		said_why(&err);
		return;
	}
	read_conf_init(&conf);
	if (read_conf_load(&conf, feed.read, formats, &err) < 0)
		said_why(&err);
	read_conf_release(&conf);
	if (feed.map && map_compile(&map, &feed, root, &err) == 0) {
		if (rec_parse(&rec, line, sizeof(line) - 1, &err) == 0) {
			map_run(&map, &rec, &out, &n);
			map.trace = &trace;
			map_run(&map, &rec, &out, &n);
			map.trace = NULL;
		}
		map_examples(&map, &out, &n, &failed, &err);
		map_explain(&map, &out);
		map_release(&map);
	} else if (feed.map) {
		said_why(&err);
	}
	feed_release(&feed);
	rec_release(&rec);
	buf_release(&out);
	buf_release(&trace.out);
}

static void load_merge(void)
{
	struct buf out = BUF_INIT(LINE_CEILING);
	struct err err = ERR_INIT;
	struct merge m;
	size_t n, failed;

	if (merge_load(&m, root, "m", &err) < 0) {
		said_why(&err);
		return;
	}
	if (merge_examples(&m, &out, &n, &failed, &err) < 0)
		said_why(&err);
	merge_explain(&m, &out);
	merge_release(&m);
	buf_release(&out);
}

static void load_binding(void)
{
	struct err err = ERR_INIT;
	struct binding *b = binding_load(root, "thing", 19, &err);

	if (!b)
		said_why(&err);
	binding_free(b);
}

static void load_flow(void)
{
	struct err err = ERR_INIT;
	struct flow flow;

	if (flow_load(&flow, root, "f", root, &err) < 0)
		said_why(&err);
	else
		flow_release(&flow);
}

static void load_target(void)
{
	struct err err = ERR_INIT;
	struct target *t = target_load(root, NULL, "t", &err);

	if (!t)
		said_why(&err);
	target_free(t);
}

/* All that may be there; those without a function are named by others. */
static const struct kind {
	const char *path;
	void (*load)(void);
} kinds[] = {
	{"feeds/f.yaml", load_feed},   {"feeds/base.yaml", NULL},
	{"merges/m.yaml", load_merge}, {"tables/t.yaml", NULL},
	{"tables/u.csv", NULL},        {"odoo/base/thing.yaml", load_binding},
	{"odoo/19/thing.yaml", NULL},  {"odoo/base/other.yaml", NULL},
	{"flows/f.yaml", load_flow},   {"targets.yaml", load_target},
};
#define N_KINDS (sizeof(kinds) / sizeof(*kinds))

static void clean(void)
{
	static const char *const folders[] = {
		"feeds", "tables",    "odoo/base", "odoo/19", "odoo",
		"flows", "contracts", "merges",    ""};
	size_t i;

	for (i = 0; i < N_KINDS + sizeof(folders) / sizeof(*folders); i++) {
		char *path = fs_join(root, i < N_KINDS ? kinds[i].path
						       : folders[i - N_KINDS]);

		remove(path);
		free(path);
	}
	free(root);
}

static void begin(void)
{
	const char *tmp = getenv("TMPDIR");
	struct err err = ERR_INIT;
	size_t i;

	if (root)
		return;
	root = mem_printf("%s/sluice-fuzz.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(root) || atexit(clean))
		abort();
	setenv("SLUICE_PROFILES", root, 1);
	setenv("XDG_CONFIG_HOME", root, 1);
	for (i = 0; i < N_KINDS; i++) {
		char *path = fs_join(root, kinds[i].path);
		char *dir = fs_dir(path);

		if (fs_mkdirs(dir, 0700, &err) < 0)
			abort();
		free(dir);
		free(path);
	}
}

static void write_file(const char *name, struct span text)
{
	struct err err = ERR_INIT;
	char *path = fs_join(root, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || fs_write_all(fd, text.p, text.len, &err) < 0)
		abort();
	close(fd);
	free(path);
}

/* The file that begins at the mark `p`; the next mark, or NULL. */
static char *take(char *p, const char *end, bool there[N_KINDS])
{
	static const char mark[] = "\n=== ";
	char *nl = memchr(p, '\n', (size_t)(end - p));
	char *next, *text = nl ? nl + 1 : p + (end - p);
	size_t i;

	next = memmem(text - 1, (size_t)(end - text) + 1, mark,
		      sizeof(mark) - 1);
	if (nl)
		*nl = '\0';
	for (i = 0; i < N_KINDS; i++) {
		struct span s = {text,
				 (size_t)((next ? next + 1 : end) - text)};

		if (strcmp(p, kinds[i].path) != 0)
			continue;
		write_file(p, s);
		there[i] = true;
	}
	return next ? next + sizeof(mark) - 1 : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = mem_dup((const char *)data, len), *p;
	bool there[N_KINDS] = {false};
	size_t i;

	begin();
	p = len > 4 && !memcmp(copy, "=== ", 4) ? copy + 4 : NULL;
	while (p)
		p = take(p, copy + len, there);
	for (i = 0; i < N_KINDS; i++)
		if (there[i] && kinds[i].load)
			kinds[i].load();
	for (i = 0; i < N_KINDS; i++) {
		char *path = there[i] ? fs_join(root, kinds[i].path) : NULL;

		if (path)
			unlink(path);
		free(path);
	}
	free(copy);
	return 0;
}
