       01  ITEM-RECORD.
           05  ITEM-NO             PIC X(12).
           05  DESCR               PIC X(40).
           05  UOM                 PIC X(3).
           05  QTY                 PIC S9(9)V99 COMP-3.
           05  PRICE               PIC S9(7)V9(4) COMP-3.
           05  STOCK               PIC S9(7).
           05  PACKS               PIC S9(8) COMP.
           05  FILLER              PIC X(10).
           05  PRICES OCCURS 3.
               10  FROM-QTY        PIC 9(5) COMP-3.
               10  AMOUNT          PIC S9(7)V99 COMP-3.
           05  STATUS-CODE         PIC X.
