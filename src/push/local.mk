libsluice_a_SOURCES += \
	src/push/binding.h src/push/cell.h
