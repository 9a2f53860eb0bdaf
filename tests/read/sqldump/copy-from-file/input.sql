COPY a FROM '/tmp/a.txt';
INSERT INTO a VALUES (1);
