"""The site's settings with a home that lasts as long as the test run. Nothing else differs from a real site."""

import atexit
import os
import shutil
import tempfile

# Every worker of a parallel run is a process of its own and gets a home of its own.
_home = tempfile.mkdtemp(prefix="qingyuan-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["QINGYUAN_HOME"] = _home
os.environ.setdefault("QINGYUAN_SECRET_KEY", "only-for-tests")

from qingyuan.project.settings import *  # noqa: E402, F403
from qingyuan.project.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "qingyuan.project.embedded":
    _pragmas = DATABASES["default"]["OPTIONS"]["init_command"]
    DATABASES["default"]["OPTIONS"]["init_command"] = _pragmas.replace("synchronous=NORMAL", "synchronous=OFF")

# Argon2 is slow on purpose; tests sign in hundreds of times. The hashing itself is tested with its own settings.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "django.contrib.auth.hashers.Argon2PasswordHasher"]

# pytest watches the streams itself: a handler made here would hold one that is closed by the next test.
LOGGING_CONFIG = None
