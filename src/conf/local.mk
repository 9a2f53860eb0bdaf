libsluice_a_SOURCES += \
	src/conf/entity.c src/conf/entity.h \
	src/conf/feed.c src/conf/feed.h \
	src/conf/json_tree.c src/conf/json_tree.h \
	src/conf/overlay.c src/conf/overlay.h \
	src/conf/profile.c src/conf/profile.h \
	src/conf/target.c src/conf/target.h \
	src/conf/yaml_call.c src/conf/yaml_call.h \
	src/conf/yaml_tree.c src/conf/yaml_tree.h
