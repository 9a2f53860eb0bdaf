#include "core/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/num.h"
#include "core/span.h"

#define PID_TEXT_MAX 24

/* Who has it, as far as the file can be trusted. */
static long owner(int fd)
{
	char text[PID_TEXT_MAX];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	int64_t pid;

	if (n <= 0 || num_parse(span_trim((struct span){text, (size_t)n}), 1,
				INT32_MAX, &pid) < 0)
		return 0;
	return (long)pid;
}

/* Only for people: a failure changes nothing. */
static void sign(int fd)
{
	char text[PID_TEXT_MAX];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)n, 0) < 0)
		return;
}

int lock_take(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	long pid;

	if (fd < 0) {
		err_sys(err, "cannot open %s", path);
		if (err->code == ERR_IO)
			err->code = ERR_CREATE;
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		sign(fd);
		return fd;
	}
	if (errno != EWOULDBLOCK)
		err_sys(err, "cannot lock %s", path);
	else if ((pid = owner(fd)) > 0)
		err_set(err, ERR_AGAIN,
			"%s is held by another run, process %ld", path, pid);
	else
		err_set(err, ERR_AGAIN, "%s is held by another run", path);
	close(fd);
	return -1;
}

void lock_release(int fd)
{
	if (fd >= 0)
		close(fd);
}
