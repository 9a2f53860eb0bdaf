#include "core/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/mem.h"

/* Once a secret is in memory, a crash leaves no file with it behind. */
static void forbid_core_files(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
}

/* The first line of what `fd` gives, at most SECRET_MAX bytes. */
static int read_secret(struct secret *s, int fd, const char *what,
		       struct err *err)
{
	char *p = mem_zalloc(SECRET_MAX + 1);
	size_t len = 0;
	ssize_t n;

	forbid_core_files();
	*s = (struct secret){.text = p, .len = SECRET_MAX};
	do {
		n = read(fd, p + len, SECRET_MAX + 1 - len);
		if (n > 0)
			len += (size_t)n;
	} while (len <= SECRET_MAX && (n > 0 || (n < 0 && errno == EINTR)));
	if (n < 0) {
		err_sys(err, "cannot read %s", what);
		goto fail;
	}
	if (len > SECRET_MAX) {
		err_set(err, ERR_PERM, "%s is too long for a key", what);
		goto fail;
	}
	while (len && (p[len - 1] == '\n' || p[len - 1] == '\r'))
		p[--len] = '\0';
	if (!len || memchr(p, '\n', len) || strlen(p) != len) {
		err_set(err, ERR_PERM, "%s does not hold a key on one line",
			what);
		goto fail;
	}
	s->len = len;
	return 0;
fail:
	s->len = SECRET_MAX;
	secret_release(s);
	return -1;
}

static int open_secret(struct secret *s, const char *path, const char *what,
		       bool private, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	int rc = -1;

	if (fd < 0 && errno == ENOENT)
		return err_set(err, ERR_CONFIG, "%s is not there", what);
	if (fd < 0 || fstat(fd, &st) < 0) {
		err_sys(err, "cannot open %s", what);
	} else if (S_ISDIR(st.st_mode)) {
		err_set(err, ERR_CONFIG, "%s is a folder", what);
	} else if (private && S_ISREG(st.st_mode) && (st.st_mode & 077)) {
		err_set(err, ERR_PERM,
			"%s can be read by others (mode %03o): chmod 600", what,
			(unsigned)(st.st_mode & 0777));
	} else {
		rc = read_secret(s, fd, what, err);
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

int secret_from_file(struct secret *s, const char *path, struct err *err)
{
	char *what = mem_printf("the key file %s", path);
	int rc = open_secret(s, path, what, true, err);

	free(what);
	return rc;
}

int secret_from_credential(struct secret *s, const char *name, struct err *err)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char *what, *path;
	int rc;

	if (!*name || *name == '.' || strchr(name, '/'))
		return err_set(err, ERR_CONFIG, "'%s' is no credential name",
			       name);
	if (!dir || !*dir)
		return err_set(err, ERR_CONFIG,
			       "credential '%s': $CREDENTIALS_DIRECTORY is "
			       "not set (LoadCredential= in the unit?)",
			       name);
	what = mem_printf("the credential %s", name);
	path = mem_printf("%s/%s", dir, name);
	/* systemd guards the folder; the mode inside is its business */
	rc = open_secret(s, path, what, false, err);
	free(path);
	free(what);
	return rc;
}

/* Start `sh -c command` with its output into *out. */
static int start_command(const char *command, pid_t *pid, int *out,
			 struct err *err)
{
	char *text = mem_strdup(command);
	char *const argv[] = {(char[]){"sh"}, (char[]){"-c"}, text, NULL};
	posix_spawn_file_actions_t act;
	int end[2], rc;

	if (pipe2(end, O_CLOEXEC) < 0) {
		err_sys(err, "cannot make a pipe");
		free(text);
		return -1;
	}
	posix_spawn_file_actions_init(&act);
	posix_spawn_file_actions_addopen(&act, STDIN_FILENO, "/dev/null",
					 O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&act, end[1], STDOUT_FILENO);
	rc = posix_spawn(pid, "/bin/sh", &act, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&act);
	close(end[1]);
	free(text);
	if (rc) {
		close(end[0]);
		errno = rc;
		return err_sys(err, "cannot start the key command");
	}
	*out = end[0];
	return 0;
}

int secret_from_command(struct secret *s, const char *command, struct err *err)
{
	pid_t pid = -1;
	int fd = -1, status = 0, rc;

	if (start_command(command, &pid, &fd, err) < 0)
		return -1;
	rc = read_secret(s, fd, "the output of the key command", err);
	close(fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		if (rc == 0)
			secret_release(s);
		if (WIFEXITED(status))
			return err_set(err, ERR_PERM,
				       "the key command ended with %d",
				       WEXITSTATUS(status));
		return err_set(err, ERR_PERM,
			       "the key command was ended by signal %d",
			       WTERMSIG(status));
	}
	return rc;
}

void secret_release(struct secret *s)
{
	if (s->text)
		explicit_bzero(s->text, s->len);
	free(s->text);
	*s = (struct secret)SECRET_INIT;
}
