libsluice_a_SOURCES += \
	src/expr/ast.h \
	src/expr/checks.c src/expr/checks.h \
	src/expr/each.c \
	src/expr/expr.c src/expr/expr.h \
	src/expr/fn.c src/expr/fn.h \
	src/expr/fn_check.c \
	src/expr/fn_choice.c \
	src/expr/fn_code.c \
	src/expr/fn_date.c \
	src/expr/fn_list.c \
	src/expr/fn_mask.c \
	src/expr/fn_normal.c \
	src/expr/fn_num.c \
	src/expr/fn_sum.c \
	src/expr/fn_text.c \
	src/expr/fn_unicode.c \
	src/expr/fn_unit.c \
	src/expr/lex.c \
	src/expr/lookup.c src/expr/lookup.h \
	src/expr/lookup_file.c \
	src/expr/members.c src/expr/members.h \
	src/expr/parse.c src/expr/parse.h \
	src/expr/parse_call.c \
	src/expr/parse_value.c \
	src/expr/pattern.c \
	src/expr/units.c src/expr/units.h \
	src/expr/val.c src/expr/val.h \
	src/expr/vat.c \
	src/expr/zone.c src/expr/zone.h
