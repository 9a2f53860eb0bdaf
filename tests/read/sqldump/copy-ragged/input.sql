COPY a (x, y) FROM stdin;
1	2
3
4	5	6
\N	7
\.
