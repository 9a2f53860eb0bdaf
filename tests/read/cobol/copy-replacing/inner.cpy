           05  OLD-NAME   PIC X(2).
