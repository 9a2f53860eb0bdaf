>>SOURCE FORMAT IS FREE
*> an item
01 r.
  05 item-no pic x(3). *> the key
  05 qty pic 9(3)
     usage display.
  88 none value 0.
  05 price pic 9(3)v99 value 1.50.
