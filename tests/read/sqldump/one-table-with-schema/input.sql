COPY s.b (x) FROM stdin;
1
\.
COPY t.b (x) FROM stdin;
2
\.
INSERT INTO s.b VALUES (3);
