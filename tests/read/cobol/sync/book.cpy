       01  R.
           05  A   PIC X.
           05  B   PIC S9(4) COMP SYNC.
           05  C   PIC X.
           05  D   PIC S9(9) COMP SYNCHRONIZED RIGHT.
           05  T OCCURS 2.
               10  E   PIC S9(9) COMP SYNC.
               10  F   PIC X.
           05  G   PIC X.
