       01  R.
           05  A   PIC X(5).
           05  B   PIC X(5) JUSTIFIED RIGHT.
           05  C   PIC A(3)X(2).
           05  D   PIC N(3).
