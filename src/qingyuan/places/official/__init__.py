"""官方文件: zones, waters and divisions replaced by the file of the authority that draws them.

Enter: features read at the door, with source, map approval number and day. Happens: they are compared with what stands
(comparing), broken ones named with what is wrong (outlines), all of it shown before anything changes; one confirmation
takes everything in or nothing (acts, entering), and it can be undone while nothing later touched it. Knows no outlet:
the door tells how many stand where (`Occupied`). Leave: new versions; what was is kept with its last day.
"""
