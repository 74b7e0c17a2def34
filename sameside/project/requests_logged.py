"""What the log says of a request: method and path, never what stands behind the question mark.

That is what people search for, with the names and addresses they type, and what links carry in place of a sign-in.
"""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLog(RequestMiddleware):  # type: ignore[misc]  # the package is not typed
    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
