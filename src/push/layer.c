#include "push/layer.h"

static bool is_map(const struct yt_node *n)
{
	return n && n->type == YT_MAP;
}

const struct yt_node *layer_node(struct layer l)
{
	const struct yt_node *n = l.over ? l.over : l.base;

	return n && !yt_is_null(n) ? n : NULL;
}

bool layer_is_map(struct layer l)
{
	return is_map(layer_node(l));
}

struct layer layer_get(struct layer l, const char *key)
{
	struct layer m = {NULL, NULL};

	if (is_map(l.base) && (!l.over || is_map(l.over)))
		m.base = yt_get(l.base, key);
	if (is_map(l.over))
		m.over = yt_get(l.over, key);
	return m;
}

/* How many members of the base are to be walked. */
static size_t base_members(struct layer l)
{
	return is_map(l.base) && (!l.over || is_map(l.over)) ? l.base->n : 0;
}

bool layer_next(struct layer l, size_t *at, const char **key,
		struct layer *member)
{
	size_t n_base = base_members(l);
	size_t n_all = n_base + (is_map(l.over) ? l.over->n : 0);

	while (*at < n_all) {
		bool in_over = *at >= n_base;
		const struct yt_node *n = in_over ? &l.over->child[*at - n_base]
						  : &l.base->child[*at];

		(*at)++;
		*member = layer_get(l, n->key);
		if (in_over && member->base)
			continue; /* came with the base */
		if (!layer_node(*member))
			continue;
		*key = n->key;
		return true;
	}
	return false;
}
