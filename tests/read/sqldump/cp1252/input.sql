INSERT INTO a (x, `naïve`) VALUES (1, 'Café €'), (2, 'it''s é');
