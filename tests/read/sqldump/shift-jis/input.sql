INSERT INTO `a` (x) VALUES ('ƒ\•\'), ('b');
