       01  HEADER-REC.
           05  REC-TYPE    PIC X.
           05  RUN-DATE    PIC 9(8).
       01  DETAIL-REC.
           05  REC-TYPE    PIC X.
           05  ITEM-NO     PIC X(5).
           05  QTY         PIC S9(5) COMP-3.
       01  TRAILER-REC.
           05  REC-TYPE    PIC X.
           05  REC-COUNT   PIC 9(5).
