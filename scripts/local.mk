EXTRA_DIST += .clang-tidy .shellcheckrc scripts/check-layers scripts/check-man \
	scripts/check-style scripts/cppcheck.cfg scripts/deps scripts/odoo \
	scripts/odoo-setup.py scripts/quickstart scripts/test

# What a machine can judge of the sources; the tests are not run for it.
.PHONY: check-style
check-style: all
	$(AM_V_at)$(top_srcdir)/scripts/check-style --build $(abs_builddir)

# For clang-tidy and editors, which have to see what the compiler sees.
CLEANFILES += compile_flags.txt
compile_flags.txt: Makefile
	$(AM_V_GEN)for flag in -std=c17 $(DEFS) $(AM_CPPFLAGS) \
		-I$(abs_top_srcdir)/tests/lib; do \
		printf '%s\n' "$$flag"; done >$@
