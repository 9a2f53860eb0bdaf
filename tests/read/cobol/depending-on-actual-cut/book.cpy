       01  ORDER-RECORD.
           05  ORDER-NO            PIC X(4).
           05  LINE-COUNT          PIC 9.
           05  LINES OCCURS 0 TO 3 TIMES DEPENDING ON LINE-COUNT
                     INDEXED BY LINE-IX.
               10  ITEM-NO         PIC X(3).
               10  QTY             PIC 9(2).
           05  REMARK              PIC X(3).
