       01  R.
           05  A PIC X(3) USAGE COMP-9.
