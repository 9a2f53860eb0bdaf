#include "core/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"

#define FIRST_MS 2000
#define EVERY_MS 500
#define LOOK_AT  256 /* calls between two looks at the clock */

void progress_begin(struct progress *p, const char *what, bool quiet)
{
	*p = (struct progress){.what = what};
	p->on = !quiet && isatty(STDERR_FILENO);
	p->began_ms = clock_ms();
	p->next_ms = p->began_ms + FIRST_MS;
}

static void show(struct progress *p, int64_t now, uint64_t done, uint64_t part,
		 uint64_t total)
{
	double s = (double)(now - p->began_ms) / 1000;

	fprintf(stderr, "\r%llu %s, %.0f a second", (unsigned long long)done,
		p->what, (double)done / s);
	if (total && part && part <= total) {
		double left = s * (double)(total - part) / (double)part;

		fprintf(stderr, ", %.0f %%, %02d:%02d left",
			100.0 * (double)part / (double)total, (int)left / 60,
			(int)left % 60);
	}
	fputs("\033[K", stderr);
	fflush(stderr);
	p->shown = true;
}

void progress_tick(struct progress *p, uint64_t done, uint64_t part,
		   uint64_t total)
{
	int64_t now;

	if (!p->on || ++p->calls % LOOK_AT)
		return;
	now = clock_ms();
	if (now < p->next_ms)
		return;
	p->next_ms = now + EVERY_MS;
	show(p, now, done, part, total);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
