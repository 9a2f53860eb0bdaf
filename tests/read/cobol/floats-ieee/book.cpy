       01  R.
           05  A   USAGE COMP-1.
           05  B   USAGE IS COMPUTATIONAL-2.
