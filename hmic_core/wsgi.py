"""The web server's entry point for the workspace."""

import os

from django.core.wsgi import get_wsgi_application

from hmic_core.processes import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hmic_core.settings")
application = get_wsgi_application()
settle()
