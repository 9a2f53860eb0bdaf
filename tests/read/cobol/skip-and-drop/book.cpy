       01  ITEM-RECORD.
           05  ITEM-NO             PIC X(8).
           05  DESCR               PIC X(12).
           05  QTY                 PIC S9(5).
           05  PRICE               PIC S9(5)V99 COMP-3.
           05  PACKS               PIC S9(4)    COMP.
           05  FILLER              PIC X(3).
           05  STATUS-CODE         PIC 9.
