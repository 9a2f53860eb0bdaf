#include "core/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"

static char *beside_this(const char *program)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *dir, *path;

	if (n <= 0)
		return NULL;
	self[n] = '\0';
	dir = fs_dir(self);
	path = fs_join(dir, program);
	free(dir);
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static char *in_path(const char *program)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		size_t len = strcspn(path, ":");
		char *dir = mem_dup(path, len);
		char *full = fs_join(len ? dir : ".", program);

		free(dir);
		if (access(full, X_OK) == 0)
			return full;
		free(full);
		path += len + (path[len] == ':');
	}
	return NULL;
}

char *proc_find(const char *program, struct err *err)
{
	char *path = beside_this(program);

	if (!path)
		path = in_path(program);
	if (!path)
		err_set(err, ERR_USAGE, "there is no program %s", program);
	return path;
}

/* In the child: nothing but calls that are safe after fork. */
static bool take_fd(int from, int to)
{
	if (from < 0)
		from = open("/dev/null",
			    to == STDIN_FILENO ? O_RDONLY : O_WRONLY);
	return from >= 0 && dup2(from, to) >= 0;
}

static void become(const char *path, char *const *argv, struct proc_fds fds,
		   pid_t parent)
{
	static const int reset[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
	size_t i;

	for (i = 0; i < sizeof(reset) / sizeof(*reset); i++)
		signal(reset[i], SIG_DFL);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent)
		_exit(ERR_OS);
	if (take_fd(fds.in, STDIN_FILENO) && take_fd(fds.out, STDOUT_FILENO) &&
	    take_fd(fds.err, STDERR_FILENO))
		execv(path, argv);
	_exit(ERR_OS);
}

pid_t proc_start(const char *path, char *const *argv, struct proc_fds fds,
		 struct err *err)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		become(path, argv, fds, parent);
	if (pid < 0) {
		err_sys(err, "cannot start %s", argv[0]);
		err->code = ERR_OS;
	}
	return pid;
}

bool proc_ended(pid_t pid, struct proc_end *end)
{
	int status;
	pid_t got = waitpid(pid, &status, WNOHANG);

	if (got == 0 || (got < 0 && errno == EINTR))
		return false;
	if (got < 0) {
		*end = (struct proc_end){.status = ERR_OS};
		return true;
	}
	end->signalled = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	end->status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	return true;
}

int proc_pipe(int fd[2], struct err *err)
{
	if (pipe2(fd, O_CLOEXEC) == 0)
		return 0;
	fd[0] = fd[1] = -1;
	err_sys(err, "cannot make a pipe");
	err->code = ERR_OS;
	return -1;
}
