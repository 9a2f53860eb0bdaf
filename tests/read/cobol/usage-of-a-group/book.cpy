       01  R.
           05  G COMP-3.
               10  A   PIC S9(3).
               10  B   PIC 9(5) USAGE DISPLAY.
           05  H SIGN LEADING SEPARATE.
               10  C   PIC S9(2).
               10  D   PIC 9(2).
