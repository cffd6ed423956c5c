"""The WSGI entry."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from qingyuan.core import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingyuan.project.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # all pages are loaded before anybody asks for one
memory.settle()
