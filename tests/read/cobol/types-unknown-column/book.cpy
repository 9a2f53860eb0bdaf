       01  R.
           05  KIND                PIC X.
           05  DETAIL.
               10  ITEM-NO         PIC X(4).
               10  QTY             PIC S9(3) COMP-3.
           05  COMMENT-TEXT REDEFINES DETAIL PIC X(6).
           05  TOTAL REDEFINES DETAIL.
               10  AMOUNT          PIC S9(5)V99 COMP-3.
