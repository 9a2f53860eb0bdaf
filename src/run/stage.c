#include "run/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/rec.h"
#include "core/utf8.h"

#define SUMMARY_CEILING ((size_t)1 << 20)
#define WORDS_CEILING   ((size_t)4 << 20)

int stage_init(struct stage *s, const char *name, const char *dir,
	       const char *stem, const char *profiles, struct err *err)
{
	char *program = mem_printf("sluice-%s", name);

	*s = (struct stage){.name = name};
	s->program = proc_find(program, err);
	stage_add(s, program);
	s->rejects = mem_printf("%s/%s.%s.rejects", dir, stem, name);
	s->summary = mem_printf("%s/%s.%s.summary", dir, stem, name);
	s->log = mem_printf("%s/%s.%s.log", dir, stem, name);
	stage_option(s, "--rejects", s->rejects);
	stage_option(s, "--summary", s->summary);
	stage_option(s, "--profiles", profiles);
	free(program);
	if (s->program)
		return 0;
	err->code = ERR_OS;
	stage_release(s);
	return -1;
}

void stage_release(struct stage *s)
{
	size_t i;

	for (i = 0; i < s->argc; i++)
		free(s->argv[i]);
	free(s->argv);
	free(s->program);
	free(s->rejects);
	free(s->summary);
	free(s->log);
	*s = (struct stage){.name = NULL};
}

void stage_add(struct stage *s, const char *arg)
{
	s->argv =
		mem_grow(s->argv, s->argc + 1, &s->cap_args, sizeof(*s->argv));
	s->argv[s->argc++] = mem_strdup(arg);
	s->argv[s->argc] = NULL;
}

void stage_option(struct stage *s, const char *option, const char *value)
{
	if (!value)
		return;
	stage_add(s, option);
	stage_add(s, value);
}

int stage_start(struct stage *s, int in, int out, struct err *err)
{
	struct proc_fds fds = {.in = in, .out = out};
	pid_t pid;

	fds.err = open(s->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fds.err < 0) {
		err_sys(err, "cannot create %s", s->log);
		err->code = ERR_CREATE;
		return -1;
	}
	pid = proc_start(s->program, s->argv, fds, err);
	close(fds.err);
	if (pid < 0)
		return -1;
	s->pid = pid;
	return 0;
}

static void take_number(struct stage *s, struct span name, int64_t n)
{
	struct stage_count *c = &s->count[s->n_counts];

	if (s->n_counts == STAGE_COUNT_MAX || name.len >= sizeof(c->name))
		return;
	memcpy(c->name, name.p, name.len);
	c->name[name.len] = '\0';
	c->n = (uint64_t)n;
	s->n_counts++;
}

int stage_read_summary(struct stage *s, struct err *err)
{
	struct buf b = BUF_INIT(SUMMARY_CEILING);
	struct rec r = REC_INIT;
	const struct rec_node *m;
	int64_t n;
	int rc = 0;

	if (!fs_is_file(s->summary))
		return 0; /* it died before; the status tells */
	if (fs_read_file(s->summary, &b, err) < 0 ||
	    rec_parse(&r, b.data, b.len, err) < 0) {
		rc = err_wrap(err, "%s", s->summary);
	} else {
		s->counted = true;
		s->whole = rec_is(rec_get(&r, r.node, "whole"), REC_TRUE);
		rec_each (&r, r.node, m)
			if (rec_is(m, REC_NUMBER) &&
			    num_parse(rec_text(&r, m), 0, INT64_MAX, &n) == 0)
				take_number(s, rec_key(&r, m), n);
		s->in = stage_number(s, "in");
		s->out = stage_number(s, "out");
		s->rejected = stage_number(s, "rejected");
		s->skipped = stage_number(s, "skipped");
	}
	rec_release(&r);
	buf_release(&b);
	return rc;
}

uint64_t stage_number(const struct stage *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n_counts; i++)
		if (!strcmp(s->count[i].name, name))
			return s->count[i].n;
	return 0;
}

int stage_verdict(const struct stage *s)
{
	if (s->end.signalled)
		return ERR_BUG;
	if (s->end.status > ERR_SOME)
		return s->end.status;
	if (!s->counted)
		return ERR_BUG;
	if (!s->whole)
		return s->end.status ? s->end.status : ERR_BUG;
	return 0;
}

/* The line's text without "sluice-map: ". */
static struct span without_name(const struct stage *s, struct span line)
{
	struct span name = span_of(s->argv[0]);

	if (line.len > name.len + 2 && !memcmp(line.p, name.p, name.len) &&
	    !memcmp(line.p + name.len, ": ", 2)) {
		line.p += name.len + 2;
		line.len -= name.len + 2;
	}
	return line;
}

void stage_words(const struct stage *s, struct buf *out)
{
	struct buf b = BUF_INIT(WORDS_CEILING);
	struct err ignored = ERR_INIT;
	struct span text, line;

	fs_read_file(s->log, &b, &ignored);
	text = span_trim(buf_span(&b));
	line = text;
	while (line.len && text.p[line.len - 1] != '\n')
		line.len--;
	line = without_name(s, (struct span){text.p + line.len,
					     text.len - line.len});
	if (line.len)
		utf8_repair(out, line);
	else if (s->end.signalled)
		buf_addf(out, "%s died of signal %d (%s)", s->argv[0],
			 s->end.signalled, strsignal(s->end.signalled));
	else
		buf_addf(out, "%s ended with status %d and no word", s->argv[0],
			 s->end.status);
	buf_release(&b);
}

static void remove_if_empty(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && st.st_size == 0)
		unlink(path);
}

void stage_tidy(struct stage *s)
{
	unlink(s->summary);
	remove_if_empty(s->rejects);
	remove_if_empty(s->log);
}
