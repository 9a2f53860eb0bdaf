# SL_TRY_FLAG(VARIABLE, FLAG): append FLAG to VARIABLE where the compiler and
# the linker take it without a word.  An unknown warning flag is only a warning
# to clang, hence -Werror while probing.
AC_DEFUN([SL_TRY_FLAG], [
	AC_MSG_CHECKING([whether $CC takes $2])
	sl_save_CFLAGS=$CFLAGS
	sl_save_LDFLAGS=$LDFLAGS
	m4_if([$1], [SL_LDFLAGS],
		[LDFLAGS="$LDFLAGS -Werror $2"],
		[CFLAGS="$CFLAGS -Werror $2"])
	AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
		[AC_MSG_RESULT([yes]); $1="$$1 $2"],
		[AC_MSG_RESULT([no])])
	CFLAGS=$sl_save_CFLAGS
	LDFLAGS=$sl_save_LDFLAGS
])

# SL_FLAGS: language level, warnings, hardening, sanitizers.
# Sets SL_CFLAGS, SL_CPPFLAGS and SL_LDFLAGS.
AC_DEFUN([SL_FLAGS], [
	SL_CPPFLAGS="-D_GNU_SOURCE"
	SL_CFLAGS="-std=c17"
	SL_LDFLAGS=
	m4_foreach_w([sl_flag], [-Wall -Wextra -Wconversion -Wshadow
		-Wformat=2 -Wstrict-prototypes -Wmissing-prototypes
		-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wundef
		-Wnull-dereference -Wimplicit-fallthrough -Wdouble-promotion],
		[SL_TRY_FLAG([SL_CFLAGS], m4_defn([sl_flag]))])
	AS_IF([test "x$enable_werror" = xyes],
		[SL_CFLAGS="$SL_CFLAGS -Werror"])

	SL_TRY_FLAG([SL_LDFLAGS], [[-Wl,--as-needed]])
	AS_IF([test "x$enable_sanitize" = xyes], [
		SL_CFLAGS="$SL_CFLAGS -fsanitize=address,undefined"
		SL_CFLAGS="$SL_CFLAGS -fno-sanitize-recover=all"
		SL_CFLAGS="$SL_CFLAGS -fno-omit-frame-pointer"
		SL_LDFLAGS="$SL_LDFLAGS -fsanitize=address,undefined"
	], [test "x$enable_hardening" != xno], [
		m4_foreach_w([sl_flag], [-fstack-protector-strong
			-fstack-clash-protection -fcf-protection -fPIE],
			[SL_TRY_FLAG([SL_CFLAGS], m4_defn([sl_flag]))])
		m4_foreach_w([sl_flag], [-pie -Wl,-z,relro -Wl,-z,now
			-Wl,-z,noexecstack],
			[SL_TRY_FLAG([SL_LDFLAGS], m4_defn([sl_flag]))])
		# Fortify wants optimisation; where the distribution's flags
		# have set a level already, theirs stands.
		AS_CASE(["$CFLAGS $CPPFLAGS"],
			[*_FORTIFY_SOURCE*], [],
			[*-O0*], [],
			[*-O*], [SL_CPPFLAGS="$SL_CPPFLAGS -D_FORTIFY_SOURCE=2"])
	])
	AC_SUBST([SL_CPPFLAGS])
	AC_SUBST([SL_CFLAGS])
	AC_SUBST([SL_LDFLAGS])
])
