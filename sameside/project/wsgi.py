"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sameside.project.settings")
application = get_wsgi_application()

from sameside.library.usage import recorder  # noqa: E402  (models exist only now)

recorder.serve()
