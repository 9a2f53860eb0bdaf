000100 01  R.                                                           REF-0001
000200*    a comment
000300/    a page
000400 EJECT
       SKIP1
000500     05  ITEM-NO                 PIC X(3) VALUE 'one. and                 
000600-    'two'.
000700     05  ITEM-                                                        XXXX
000800-    NAME  PIC X(3).
	   05  QTY	PIC 9(3).
000900D    05  DEBUG-ONLY              PIC X(3).
       66  ALIAS RENAMES ITEM-NO THRU QTY.
           88  NO-QTY VALUE ZERO, 1 THRU 5.
