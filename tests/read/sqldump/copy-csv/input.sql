COPY a (x, y) FROM stdin WITH (FORMAT csv);
1,2
\.
