           05  :TAG:-NO   PIC X(2).
           05  QTY        PIC 9(3).
           COPY "inner.cpy".
