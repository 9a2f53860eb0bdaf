--
-- PostgreSQL database dump
--
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
\restrict abc
CREATE FUNCTION public.f() RETURNS trigger
    LANGUAGE plpgsql
    AS $body$
BEGIN
  INSERT INTO public.items VALUES (99, 'not a row');
  RETURN NEW;
END;
$body$;
CREATE TABLE public.items (
    id integer NOT NULL,
    sku character varying(20) DEFAULT 'x'::character varying,
    price numeric(10,2),
    note text,
    CONSTRAINT c CHECK ((price > (0)::numeric))
);
COPY public.items (id, sku, price, note) FROM stdin;
1	P-100	12.50	a\tb\nc\\d
2	P-200	\N	
3	Müll	-0.5	\x41\101\q\.
\.


COPY public.empty (id) FROM stdin;
\.
INSERT INTO public.items VALUES (4, 'a\b', 1, E'tab\there\u00e9'), (5, 'x'::text, '1.5'::numeric(10,2), U&'d\0061t\+000061 \\');
INSERT INTO public."Odd Table" ("Odd ""Name""", b) OVERRIDING SYSTEM VALUE VALUES (DATE '2024-01-31', $$it's$$) ON CONFLICT DO NOTHING;
INSERT INTO items (id) VALUES (CAST('7' AS integer)), ((8)), (NULL::int);
