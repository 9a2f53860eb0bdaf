       01  R.
           05  CODE-NO  PIC X(4).
           05  NAME     PIC X(6).
