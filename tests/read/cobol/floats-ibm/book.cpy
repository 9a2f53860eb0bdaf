       01  R.
           05  A   COMP-1.
           05  B   COMP-2.
