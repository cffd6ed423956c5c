"""演示: a site full of made-up outlets in real places, walked through their lives by the register's own actions.

What enters: a seed. What leaves: the five schemes with outlets at every stage and of every type, bodies, officers who
can sign in, papers, zones and facts, every record marked 演示. The same seed gives the same register.
"""
