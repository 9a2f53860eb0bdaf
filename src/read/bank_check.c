#include "read/bank_check.h"

void bank_wrong(struct bank_check *c, const char *fmt, ...)
{
	va_list ap;

	if (c->n++)
		return;
	va_start(ap, fmt);
	err_vset(&c->first, ERR_DATA, fmt, ap);
	va_end(ap);
}

int bank_settle(const struct bank_check *c, struct err *err)
{
	if (!c->n)
		return 0;
	if (c->n == 1)
		return err_set(err, ERR_DATA, "%s", c->first.msg);
	return err_set(err, ERR_DATA, "%s (and %llu more of its kind)",
		       c->first.msg, (unsigned long long)c->n - 1);
}

void bank_add(struct bank_sum *s, struct dec d)
{
	if (dec_add(s->sum, d, &s->sum) < 0)
		s->unknown = true;
}

void bank_compare(struct bank_check *c, const char *path, const char *where,
		  const char *what, struct dec says, const struct bank_sum *s)
{
	char one[DEC_TEXT_MAX], two[DEC_TEXT_MAX];

	if (s->unknown || dec_cmp(says, s->sum) == 0)
		return;
	dec_text(says, one);
	dec_text(s->sum, two);
	bank_wrong(c, "%s: %s: %s is %s, but its lines make %s", path, where,
		   what, one, two);
}
