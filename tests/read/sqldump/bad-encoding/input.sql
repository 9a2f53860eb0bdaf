INSERT INTO a (x, y) VALUES (1, 'Café'), (2, 'ok');
