/*
 * unit.h - what a unit test program is: a suite, run by main_unit.c
 */
#ifndef SLUICE_UNIT_H
#define SLUICE_UNIT_H

#include <check.h>

Suite *unit_suite(void);

/* A suite of one case; add tests with tcase_add_test. */
static inline Suite *unit_new(const char *name, TCase **tc)
{
	Suite *s = suite_create(name);

	*tc = tcase_create(name);
	suite_add_tcase(s, *tc);
	return s;
}

#endif
