"""The web server's entry point for the public website."""

import os

from django.core.wsgi import get_wsgi_application

from hmic_core.processes import settle

os.environ["DJANGO_SETTINGS_MODULE"] = "hmic_core.settings_website"
application = get_wsgi_application()
settle()
