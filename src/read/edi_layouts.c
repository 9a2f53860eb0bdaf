/*
 * edi_layouts.c - layouts by name, from the profiles' folder edi
 */
#include <stdlib.h>
#include <string.h>

#include "conf/profile.h"
#include "core/log.h"
#include "read/edi_layout.h"

/* Names kept, also of those that are not there; a file has a few. */
#define KEPT     ((size_t)32)
#define NAME_LEN ((size_t)80)

struct kept {
	char name[NAME_LEN + 1];
	struct edi_layout *layout; /* NULL: there is none */
};

struct edi_layouts {
	const struct read_conf *conf;
	struct edi_layout *given; /* by the setting `layout` */
	struct kept kept[KEPT];
	size_t n, next; /* next: the one that goes when there is no room */
	bool told;      /* that there is none for a type */
};

struct edi_layouts *edi_layouts_new(const struct read_conf *conf,
				    struct err *err)
{
	struct edi_layouts *l = mem_zalloc(sizeof(*l));
	char *path;

	l->conf = conf;
	if (!conf->layout)
		return l;
	path = read_conf_file(conf, "layout", conf->layout, "edi", err);
	if (path)
		l->given = edi_layout_load(path, err);
	free(path);
	if (l->given)
		return l;
	edi_layouts_free(l);
	return NULL;
}

void edi_layouts_free(struct edi_layouts *l)
{
	size_t i;

	if (!l)
		return;
	edi_layout_free(l->given);
	for (i = 0; i < l->n; i++)
		edi_layout_free(l->kept[i].layout);
	free(l);
}

static bool is_name(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
		    !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
	}
	return s.len && s.len <= NAME_LEN;
}

/* Look for one name; 0 also where there is none. */
static int load(struct edi_layouts *l, struct kept *k, struct err *err)
{
	char *path =
		profile_find_optional(l->conf->profiles, "edi", k->name, err);

	if (!path)
		return err->code == ERR_NONE ? 0 : -1;
	k->layout = edi_layout_load(path, err);
	free(path);
	return k->layout ? 0 : -1;
}

static int find_one(struct edi_layouts *l, struct span name,
		    const struct edi_layout **out, struct err *err)
{
	struct kept *k;
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (span_is(name, l->kept[i].name)) {
			*out = l->kept[i].layout;
			return 0;
		}
	}
	if (l->n < KEPT) {
		k = &l->kept[l->n++];
	} else {
		k = &l->kept[l->next];
		l->next = (l->next + 1) % KEPT;
		edi_layout_free(k->layout);
	}
	memcpy(k->name, name.p, name.len);
	k->name[name.len] = '\0';
	k->layout = NULL;
	if (load(l, k, err) < 0)
		return -1;
	*out = k->layout;
	return 0;
}

int edi_layouts_find(struct edi_layouts *l, struct span message,
		     const struct span *name, size_t n,
		     const struct edi_layout **out, struct err *err)
{
	size_t i;

	*out = l->given;
	if (l->given &&
	    (!l->given->message || span_is(message, l->given->message)))
		return 0;
	*out = NULL;
	for (i = 0; i < n && !*out; i++)
		if (is_name(name[i]) && find_one(l, name[i], out, err) < 0)
			return -1;
	if (!*out && !l->told && n && is_name(name[n - 1])) {
		log_warn("no layout %.*s in the profiles' folder edi: its "
			 "segments are a list; this is said once",
			 (int)name[n - 1].len, name[n - 1].p);
		l->told = true;
	}
	return 0;
}
