"""整治、销号: one plan per outlet, works with evidence, and a closure that proves itself.

An outlet enters when it is classified: what its facts say against the rules of its unit becomes
findings, and the competent body lists it as a problem or finds none. It goes through a plan (一口一策),
an order where it is to be closed, works with evidence, acceptance by those whom the scheme names
and, where asked, the filing one level up; it leaves as retained, merged or closed, with a sealed
closing pack, and comes back when a relapse is confirmed. The stage, and every milestone, is the
register's (济源 三(三), 安阳 二(二), 新绛 三(四)(五), 大同 三(四)–(七), 吉林 二(六)).
"""
