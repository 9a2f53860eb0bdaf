       01  R.
           05  A OCCURS 99999.
               10  B OCCURS 99999 PIC X(9).
