/* a /* nested */ comment; INSERT INTO a VALUES (0); */
-- INSERT INTO a VALUES (0);
INSERT /* here */ INTO a -- and
(x) VALUES /* ; */ (1 /* ) */), -- ')
(2);
