       01  R.
           05  A.
               10  B PIC X.
           50  D PIC X.
