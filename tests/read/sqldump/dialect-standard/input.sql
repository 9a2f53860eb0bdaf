INSERT INTO items VALUES ('a\'), ('b');
