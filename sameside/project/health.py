"""Whether this process answers and reaches its database; for load balancers and for `sameside demo` while it starts."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

from sameside.people.policies import public


@public
def health(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
