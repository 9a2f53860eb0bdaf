       01 R.
          02 N PIC 9.
          02 G OCCURS 2 DEPENDING ON N.
             03 N PIC 9.
             03 H OCCURS 0 TO 3 DEPENDING ON N OF G.
                04 C PIC X.
          02 T PIC X(2).
