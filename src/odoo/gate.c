#include "odoo/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"

#define ALIVE_US ((int64_t)GATE_ALIVE_MS * 1000)
#define LOOK_MS  100
/* How soon to ask again while others go first. */
#define BEHIND_US ((int64_t)50 * 1000)

const char *const gate_words[GATE_PRIORITIES + 1] = {"urgent", "normal", "bulk",
						     NULL};

int gate_priority_of(const char *word, enum gate_priority *out)
{
	int i;

	for (i = 0; i < GATE_PRIORITIES; i++) {
		if (!strcmp(word, gate_words[i])) {
			*out = (enum gate_priority)i;
			return 0;
		}
	}
	return -1;
}

/* ---- arithmetic --------------------------------------------------------- */

/* Seen a moment ago; a time ahead of the clock is from before it began. */
static bool is_alive(int64_t seen_us, int64_t now_us)
{
	return seen_us > 0 && seen_us <= now_us && now_us - seen_us < ALIVE_US;
}

static bool is_behind(const struct gate_book *b, enum gate_priority p,
		      int64_t now_us)
{
	int i;

	for (i = 0; i < (int)p; i++) {
		if (is_alive(b->waiting_us[i], now_us))
			return true;
	}
	return false;
}

int64_t gate_book_take(struct gate_book *b, enum gate_priority p,
		       int64_t every_us, int64_t now_us)
{
	int64_t wait;

	b->working_us[p] = now_us;
	if (!every_us)
		return 0;
	/* nobody books ahead: then the clock, or the limit, is another one */
	if (b->next_us > now_us + every_us)
		b->next_us = now_us;
	wait = b->next_us > now_us ? b->next_us - now_us : 0;
	if (!wait && is_behind(b, p, now_us))
		wait = BEHIND_US;
	if (wait) {
		b->waiting_us[p] = now_us;
		return wait < ALIVE_US / 2 ? wait : ALIVE_US / 2;
	}
	b->waiting_us[p] = 0;
	/* a slot taken a little late does not push the later ones */
	if (now_us - b->next_us > every_us)
		b->next_us = now_us;
	b->next_us += every_us;
	return 0;
}

bool gate_book_crowded(const struct gate_book *b, enum gate_priority p,
		       int64_t now_us)
{
	int i;

	for (i = 0; i < (int)p; i++) {
		if (is_alive(b->working_us[i], now_us))
			return true;
	}
	return false;
}

/* ---- the file ----------------------------------------------------------- */

struct gate {
	int fd;
	enum gate_priority priority;
	int64_t every_us;
	int64_t looked_ms; /* 0: not yet */
	bool crowded;
};

static const char magic[8] = "sluice1";

struct page {
	char magic[sizeof(magic)];
	struct gate_book book;
};

struct gate *gate_open(const char *path, enum gate_priority p,
		       int64_t per_minute, struct err *err)
{
	char *dir = fs_dir(path);
	struct gate *g = NULL;
	struct stat st;
	int fd = -1;

	if (fs_mkdirs(dir, 0700, err) < 0)
		goto out;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		err_set(err, ERR_CREATE, "%s: %s", path,
			fd < 0 ? strerror(errno) : "is no file");
		if (fd >= 0)
			close(fd);
		goto out;
	}
	g = mem_zalloc(sizeof(*g));
	g->fd = fd;
	g->priority = p;
	if (per_minute > 0)
		g->every_us = (int64_t)60 * 1000 * 1000 / per_minute;
out:
	free(dir);
	return g;
}

void gate_close(struct gate *g)
{
	if (!g)
		return;
	close(g->fd);
	free(g);
}

/* Lock the file and read it; a damaged one begins anew. */
static bool book_open(const struct gate *g, struct page *page)
{
	ssize_t n;

	while (flock(g->fd, LOCK_EX) < 0) {
		if (errno != EINTR)
			return false;
	}
	n = pread(g->fd, page, sizeof(*page), 0);
	if (n != (ssize_t)sizeof(*page) ||
	    memcmp(page->magic, magic, sizeof(magic)) != 0) {
		memset(page, 0, sizeof(*page));
		memcpy(page->magic, magic, sizeof(magic));
	}
	return true;
}

static void book_close(const struct gate *g, const struct page *page)
{
	if (pwrite(g->fd, page, sizeof(*page), 0) != (ssize_t)sizeof(*page))
		log_debug("gate: %s", strerror(errno));
	flock(g->fd, LOCK_UN);
}

int64_t gate_take(struct gate *g)
{
	struct page page;
	int64_t wait;

	if (!book_open(g, &page))
		return 0;
	wait = gate_book_take(&page.book, g->priority, g->every_us,
			      clock_ms() * 1000);
	book_close(g, &page);
	return (wait + 999) / 1000;
}

bool gate_crowded(struct gate *g)
{
	int64_t now = clock_ms();
	struct page page;

	if (g->looked_ms && now - g->looked_ms < LOOK_MS)
		return g->crowded;
	if (!book_open(g, &page))
		return false;
	page.book.working_us[g->priority] = now * 1000;
	g->crowded = gate_book_crowded(&page.book, g->priority, now * 1000);
	book_close(g, &page);
	g->looked_ms = now;
	return g->crowded;
}
