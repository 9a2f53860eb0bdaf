libsluice_a_SOURCES += \
	src/contract/check.c src/contract/check.h \
	src/contract/contract.c src/contract/contract.h \
	src/contract/envelope.c src/contract/envelope.h \
	src/contract/format.c \
	src/contract/jnum.c src/contract/jnum.h \
	src/contract/kw_array.c \
	src/contract/kw_core.c \
	src/contract/kw_number.c \
	src/contract/kw_object.c \
	src/contract/kw_string.c \
	src/contract/kw_value.c \
	src/contract/rule.c src/contract/rule.h \
	src/contract/schema.c src/contract/schema.h
