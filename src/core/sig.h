/*
 * sig.h - the stop flag
 *
 * For commands that must finish what they began: SIGINT, SIGTERM and SIGHUP
 * set a flag, SIGPIPE is ignored (EPIPE tells).  Once it has written down how
 * far it got, the command lets main() raise the signal again, so that its
 * parent sees the truth.
 */
#ifndef SLUICE_SIG_H
#define SLUICE_SIG_H

#include <stdbool.h>

void sig_install(void);
/* Whether to stop; cheap. */
bool sig_stop(void);
/* Die of the signal that came, as if it had not been caught. */
void sig_reraise(void);

#endif
