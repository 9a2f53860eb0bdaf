       01  R.
           COPY PARTS REPLACING ==:TAG:== BY ==SHIP==
                                LEADING ==OLD-== BY ==NEW-==
                                QTY BY QUANTITY
                                ==PIC X(2)== BY ==PIC X(3)==.
           05  LAST-ONE  PIC X.
