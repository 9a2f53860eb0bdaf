           05  A PIC X(2).
           05  B PIC 9(2).
