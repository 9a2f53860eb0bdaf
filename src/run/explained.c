#include "run/explained.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/lines.h"

/* Entity, site and key of `n`, a canonical record or a difference. */
static struct sip_hash identity(struct rec *r, const struct rec_node *n)
{
	static const char *const parts[] = {"entity", "site", "key"};
	struct sip sip;
	size_t i;

	sip_init(&sip);
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct span s = rec_text(r, rec_get(r, n, parts[i]));

		sip_add(&sip, &s.len, sizeof(s.len));
		sip_add(&sip, s.p, s.len);
	}
	return sip_end(&sip);
}

static int take_lines(struct hset *set, struct lines *lines, struct err *err)
{
	struct rec r = REC_INIT;
	const struct rec_node *record;
	enum lines_got got;
	struct span line;
	bool fresh;

	while ((got = lines_next(lines, &line, err)) == LINES_LINE) {
		if (rec_parse(&r, line.p, line.len, err) < 0) {
			got = LINES_FAIL;
			break;
		}
		record = rec_get(&r, r.node, "record");
		if (!record &&
		    span_is(rec_text(&r, rec_get(&r, r.node, "outcome")),
			    "held"))
			record = r.node;
		if (rec_is(record, REC_OBJECT))
			hset_add(set, identity(&r, record), 0, &fresh);
	}
	rec_release(&r);
	return got == LINES_FAIL ? -1 : 0;
}

int explained_take(struct hset *set, const char *path, struct err *err)
{
	struct lines lines;
	int fd, rc;

	if (!fs_is_file(path))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, "cannot open %s", path);
	lines_init(&lines, fd);
	rc = take_lines(set, &lines, err);
	lines_release(&lines);
	close(fd);
	return rc < 0 ? err_wrap(err, "%s", path) : 0;
}

bool explained_has(const struct hset *set, struct rec *r)
{
	return hset_find(set, identity(r, r->node)) != NULL;
}
