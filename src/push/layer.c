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

/* Member `at` of both maps in turn, whether it counts or not. */
static const struct yt_node *nth(struct layer l, size_t at)
{
	size_t n_base =
		is_map(l.base) && (!l.over || is_map(l.over)) ? l.base->n : 0;

	if (at < n_base)
		return &l.base->child[at];
	at -= n_base;
	if (is_map(l.over) && at < l.over->n)
		return &l.over->child[at];
	return NULL;
}

bool layer_next(struct layer l, size_t *at, const char **key,
		struct layer *member)
{
	const struct yt_node *n;

	while ((n = nth(l, *at))) {
		bool in_over = is_map(l.over) && n >= l.over->child &&
			       n < l.over->child + l.over->n;

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
