#include "core/sig.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t caught;

static void on_signal(int signo)
{
	caught = signo;
}

void sig_install(void)
{
	static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction sa = {.sa_handler = on_signal};
	size_t i;

	sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(stops) / sizeof(*stops); i++)
		sigaction(stops[i], &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
}

bool sig_stop(void)
{
	return caught != 0;
}

void sig_reraise(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};

	sigemptyset(&sa.sa_mask);
	sigaction(caught, &sa, NULL);
	raise(caught);
}
