libsluice_a_SOURCES += \
	src/map/ast.h \
	src/map/checks.c src/map/checks.h \
	src/map/examples.c \
	src/map/explain.c \
	src/map/expr.c src/map/expr.h \
	src/map/fn.c src/map/fn.h \
	src/map/fn_check.c \
	src/map/fn_choice.c \
	src/map/fn_code.c \
	src/map/fn_date.c \
	src/map/fn_list.c \
	src/map/fn_mask.c \
	src/map/fn_num.c \
	src/map/fn_text.c \
	src/map/fn_unicode.c \
	src/map/fn_unit.c \
	src/map/lex.c \
	src/map/lookup.c src/map/lookup.h \
	src/map/lookup_file.c \
	src/map/map.c src/map/map.h \
	src/map/members.c src/map/members.h \
	src/map/parse.c src/map/parse.h \
	src/map/parse_call.c \
	src/map/parse_value.c \
	src/map/pattern.c \
	src/map/units.c src/map/units.h \
	src/map/val.c src/map/val.h \
	src/map/vat.c \
	src/map/zone.c src/map/zone.h
