       01  R.
           05  A   PIC X.
           05  A   PIC X.
           05  A_2 PIC X.
           05  G.
               10  A  PIC X.
