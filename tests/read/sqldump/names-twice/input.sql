INSERT INTO a (x, x, "") VALUES (1, 2, 3);
