#include "core/out.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define OUT_GATHER ((size_t)128 * 1024)
/* Of a pipe we write to, where it may be had: 64 KiB make the two ends wait
 * for each other. */
#define PIPE_ROOM (1024 * 1024)

void out_init(struct out *o, int fd, bool unbuffered)
{
	*o = (struct out){.fd = fd, .unbuffered = unbuffered};
	(void)fcntl(fd, F_SETPIPE_SZ, PIPE_ROOM); /* refused for no pipe */
	/* A record may be as long as a line, behind others not yet written. */
	o->buf.ceiling = 2 * LINE_CEILING + OUT_GATHER;
}

static void write_gathered(struct out *o)
{
	size_t done = 0;

	while (done < o->buf.len && !o->failed) {
		ssize_t n = write(o->fd, o->buf.data + done, o->buf.len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			o->failed = errno;
	}
	buf_clear(&o->buf);
}

void out_tick(struct out *o)
{
	if (o->unbuffered || o->buf.len >= OUT_GATHER)
		write_gathered(o);
}

int out_flush(struct out *o, struct err *err)
{
	write_gathered(o);
	if (!o->failed)
		return 0;
	errno = o->failed;
	return err_sys(err, "cannot write the output");
}

void out_release(struct out *o)
{
	buf_release(&o->buf);
}
