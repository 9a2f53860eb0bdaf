       01  R.
           05  A OCCURS 1 TO 5 DEPENDING ON B PIC X.
