       01  R.
           05  FILLER   PIC X(2) VALUE 'A.B'.
           05  FILLER.
               10  A    PIC X.
               10  FILLER PIC X.
               10  B    PIC X.
           05  FILLER OCCURS 2.
               10  C    PIC X.
           05           PIC X.
           05  NOTHING.
               10  FILLER PIC X.
           05  A        PIC X.
