"""消息: what an officer is told inside the platform, and whether he has read it.

In comes a kind, its words, a link and the officers (or the bodies whose officers) to be told; one row for each of them
is made, once for one key. Out go the number of unread ones and pages of them. No clause asks for messages: the clauses
ask that bodies be told (大同 二(二), 济源 五(一)), and this is how. Nothing leaves the platform.
"""
