       01  R.
           05  A   PIC S9(3)    SIGN LEADING SEPARATE.
           05  B   PIC S9(3)    SIGN IS TRAILING SEPARATE CHARACTER.
           05  C   PIC S9(3)    SIGN LEADING.
           05  D   PIC 9(2)PPP.
           05  E   PIC VPP9(2).
           05  F   PIC 9(3).99-.
           05  G   PIC ZZ,ZZ9.99CR.
           05  H   PIC ZZ9,99.
           05  I   PIC 9(4) BLANK WHEN ZERO.
           05  J   PIC $$$9.99.
           05  K   PIC 99/99/9999.
           05  L   PIC S9(18)   COMP-5.
           05  M   PIC 9(4)     COMP-6.
           05  N   PIC S9(3)V9(2) PACKED-DECIMAL.
           05  O   PIC +9(3).
