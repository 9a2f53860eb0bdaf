#include "push/rights.h"

#include <stdlib.h>

#include "unit.h"

static const struct {
	const char *words;
	const char *groups; /* as JSON */
} cases[] = {
	{"You are not allowed to create 'Product' (product.template) records."
	 "\n\nThis operation is allowed for the following groups:\n\t- "
	 "Products/Create\n\nContact your administrator",
	 "[\"Products/Create\"]"},
	/* the same in French; a name that two applications share */
	{"Cette op\xc3\xa9ration est autoris\xc3\xa9"
	 "e pour les groupes suivants :\n\t- Ventes/Administrateur\n\t- "
	 "Achats/Administrateur\n\t- Ventes/Administrateur\n",
	 "[\"Ventes/Administrateur\",\"Achats/Administrateur\"]"},
	{"You do not have enough rights to access the field \"x\" on Contact "
	 "(res.partner).\n\nOperation: read\nUser: 8\nGroups: allowed for "
	 "groups 'Show Accounting', 'Invoicing'",
	 "[\"Show Accounting\",\"Invoicing\"]"},
	{"Groups: allowed for groups 'cut", "[]"},
	{"No group currently allows this operation.", "[]"},
	{"", "[]"},
	{NULL, "[]"},
};

START_TEST(groups_in_words)
{
	json_t *got = rights_in_words(cases[_i].words);
	char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);

	ck_assert_str_eq(text, cases[_i].groups);
	free(text);
	json_decref(got);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("rights", &tc);

	tcase_add_loop_test(tc, groups_in_words, 0,
			    (int)(sizeof(cases) / sizeof(*cases)));
	return s;
}
