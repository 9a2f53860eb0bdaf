      * nothing
