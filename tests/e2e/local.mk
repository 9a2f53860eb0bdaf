# End-to-end scripts: one suite, three servers.  make check runs it against the
# sandbox; tests/lib/target.sh says what a script may call.
E2E_TESTS = \
	tests/e2e/e010-target.sh \
	tests/e2e/e060-reconcile.sh \
	tests/e2e/e100-run-nights.sh \
	tests/e2e/e105-run-nights-14.sh \
	tests/e2e/e110-push-crash.sh \
	tests/e2e/e120-push-lost-answers.sh \
	tests/e2e/e122-push-killed-servers.sh \
	tests/e2e/e125-push-heavy-record.sh \
	tests/e2e/e127-push-older-state.sh \
	tests/e2e/e128-push-pictures.sh \
	tests/e2e/e126-push-snapshot.sh \
	tests/e2e/e130-run-trouble.sh \
	tests/e2e/e135-run-snapshot.sh \
	tests/e2e/e140-reconcile.sh \
	tests/e2e/e150-push-plan.sh \
	tests/e2e/e151-push-conflicts.sh \
	tests/e2e/e155-push-held.sh \
	tests/e2e/e156-push-adopt.sh \
	tests/e2e/e157-push-circles.sh \
	tests/e2e/e165-push-parallel.sh \
	tests/e2e/e166-push-counts.sh \
	tests/e2e/e167-push-surprises.sh \
	tests/e2e/e171-validate-target.sh \
	tests/e2e/e172-validate-fit.sh \
	tests/e2e/e180-extract-odoo.sh

TESTS += $(E2E_TESTS)
EXTRA_DIST += $(E2E_TESTS) tests/lib/night.sh tests/lib/target.sh

# The same scripts on real servers, one at a time: each starts with a reset.
.PHONY: check-odoo check-odoo-19 check-odoo-14
check-odoo:
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) check-odoo-19
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) check-odoo-14
check-odoo-19 check-odoo-14:
	$(AM_V_at)release=$@; release=$${release#check-odoo-}; \
	$(top_srcdir)/scripts/odoo up $$release && \
	$(top_srcdir)/scripts/odoo hold $$release env SLUICE_E2E=$$release \
		$(MAKE) $(AM_MAKEFLAGS) -j1 check TESTS='$(E2E_TESTS)'

# Many children of few parents over four connections and over one, on servers
# with two workers: some ten minutes.
.PHONY: check-parallel check-parallel-19 check-parallel-14
check-parallel:
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) check-parallel-19
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) check-parallel-14
check-parallel-19 check-parallel-14:
	$(AM_V_at)release=$@; release=$${release#check-parallel-}; \
	$(top_srcdir)/scripts/odoo up $$release --workers 2 && \
	$(top_srcdir)/scripts/odoo hold $$release env SLUICE_E2E=$$release \
		PARALLEL_PARENTS=50 PARALLEL_CHILDREN=18000 \
		$(MAKE) $(AM_MAKEFLAGS) -j1 check \
		TESTS=tests/e2e/e165-push-parallel.sh
