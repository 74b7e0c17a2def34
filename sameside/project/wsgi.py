"""The WSGI entry point that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sameside.project.settings")
django = get_wsgi_application()

from django.conf import settings  # noqa: E402  (they exist only now, like the models)

from sameside.library.usage import recorder  # noqa: E402
from sameside.project.chunked import Chunked  # noqa: E402

application = Chunked(django, most=settings.UPLOAD_MB * 1_000_000)

recorder.serve()

# What was loaded stays until the end, so the collector need not look through it; a request's own circles are few.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
