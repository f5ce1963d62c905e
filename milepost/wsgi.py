"""The door for web servers."""

import os

from django.core.wsgi import get_wsgi_application

from milepost.web.warm import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.settings")
application = get_wsgi_application()
warm_up()
