SET standard_conforming_strings = off;
INSERT INTO "items" VALUES ('it\'s'), ('b\\c');
