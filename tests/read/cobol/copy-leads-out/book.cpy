       01  R.
           05  A PIC X.
           COPY "../simple/book.cpy".
