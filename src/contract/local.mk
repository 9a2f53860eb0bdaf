libsluice_a_SOURCES += \
	src/contract/check.c src/contract/check.h \
	src/contract/choice.c \
	src/contract/compat.c src/contract/compat.h \
	src/contract/compat_kw.c \
	src/contract/compat_tree.c \
	src/contract/compat_value.c \
	src/contract/contract.c src/contract/contract.h \
	src/contract/cycle.c src/contract/cycle.h \
	src/contract/deprecated.c src/contract/deprecated.h \
	src/contract/ecma.c src/contract/ecma.h \
	src/contract/envelope.c src/contract/envelope.h \
	src/contract/format.c \
	src/contract/format_net.c src/contract/format_net.h \
	src/contract/jnum.c src/contract/jnum.h \
	src/contract/judge.c src/contract/judge.h \
	src/contract/judge_check.c src/contract/judge_int.h \
	src/contract/judge_say.c \
	src/contract/judge_twins.c \
	src/contract/keys.c src/contract/keys.h \
	src/contract/kw_apply.c \
	src/contract/kw_array.c \
	src/contract/kw_core.c \
	src/contract/kw_member.c \
	src/contract/kw_number.c \
	src/contract/kw_object.c \
	src/contract/kw_rest.c \
	src/contract/kw_string.c \
	src/contract/kw_value.c \
	src/contract/mask.c \
	src/contract/rule.c src/contract/rule.h \
	src/contract/same.c src/contract/same.h \
	src/contract/schema.c src/contract/schema.h \
	src/contract/schema_docs.c src/contract/schema_docs.h \
	src/contract/schema_set.c src/contract/schema_set.h \
	src/contract/uri.c src/contract/uri.h \
	src/contract/vocab.c
