/* cmd_validate_schema.c - any JSON value a line held to a JSON Schema */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmd_validate.h"
#include "conf/json_tree.h"

static int take_values(struct validate *v, struct lines *lines,
		       const char *name, struct err *err)
{
	struct span line;

	for (;;) {
		bool whole = true;

		switch (lines_next(lines, &line, err)) {
		case LINES_LINE:
			break;
		case LINES_CUT:
			return err_set(err, ERR_DATA,
				       "%s: the last line has no end: it was "
				       "cut short",
				       name);
		case LINES_LONG:
			line = (struct span){"", 0};
			whole = false;
			err_set(err, ERR_DATA, "a line of more than %zu bytes",
				LINE_CEILING);
			break;
		case LINES_END:
			return 0;
		case LINES_FAIL:
			return err_wrap(err, "%s", name);
		}
		v->job->in++;
		progress_tick(&v->progress, v->job->in, 0, 0);
		if (!whole || rec_parse(&v->rec, line.p, line.len, err) < 0) {
			if (validate_reject_line(v, line, err) < 0)
				return -1;
			continue;
		}
		check_begin(&v->check, &v->rec);
		if (schema_check(v->schema, &v->check, v->rec.node))
			validate_put(v, line);
		else if (validate_reject(v, line, NULL, err) < 0)
			return -1;
	}
}

static int take_file(struct validate *v, const char *path, struct err *err)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct lines lines;
	int rc;

	if (fd < 0)
		return err_sys(err, "cannot open %s", path);
	lines_init(&lines, fd);
	rc = take_values(v, &lines, is_stdin ? "standard input" : path, err);
	lines_release(&lines);
	if (!is_stdin)
		close(fd);
	return rc;
}

int validate_schema(struct validate *v, int argc, char **argv, struct err *err)
{
	struct schema_load l = {
		.assert_formats =
			v->o->formats && !strcmp(v->o->formats, "assert"),
		.map = &v->map,
	};
	struct yt_node *root = json_tree_load(v->o->schema, err);
	int i, rc = 0;

	if (!root)
		return -1;
	v->schema = schema_compile(root, &l, err);
	yt_free(root);
	if (!v->schema)
		return -1;
	if (!argc)
		return take_file(v, "-", err);
	for (i = 0; rc == 0 && i < argc; i++)
		rc = take_file(v, argv[i], err);
	return rc;
}
