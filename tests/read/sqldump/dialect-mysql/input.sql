INSERT INTO items VALUES ('it\'s');
