"""The background jobs of this part."""

from django.utils import timezone
from procrastinate.contrib.django import app

from sameside.search import checking, kinds
from sameside.search.models import IndexCheck


@app.task(name="search.check_index")
def check_index(check: int) -> None:
    one = IndexCheck.objects.get(pk=check)
    checking.run(one, kinds.by_name(one.kind), at=timezone.now())
