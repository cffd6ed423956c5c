"""帮助: the user's handbook inside the site, and for each page its handbook page and the clauses it rests on."""
