"""Generate docs/reference from the code: the tables in the book are the tables in force.

python scripts/reference.py           write the pages
python scripts/reference.py --check   say which pages are out of date, change nothing
"""

from __future__ import annotations

import os
import sys

from qingyuan.commands.main import main

if __name__ == "__main__":
    for name in ("QINGYUAN_HOST", "QINGYUAN_PORT"):  # the defaults, not this machine's
        os.environ.pop(name, None)
    raise SystemExit(main(["docs", "generate", *sys.argv[1:]]))
