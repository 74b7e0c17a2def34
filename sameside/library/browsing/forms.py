"""What somebody may write about a collection."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sameside.library.browsing.collections import NAME
from sameside.library.models import Collection
from sameside.people.models import Person
from sameside.people.roles import Role
from sameside.ui import markup
from sameside.ui.lists import Choice

DESCRIPTION = 2_000


class Names(forms.Select):
    """A select of everybody who may sign in: hundreds of options, joined in Python."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        people = Person.objects.who_may_sign_in().order_by("name").values_list("pk", "name")
        options = markup.options((Choice(str(pk), label) for pk, label in people), str(value or ""))
        given = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(given), options)


class CollectionForm(forms.Form):
    name = forms.CharField(max_length=NAME)
    description = forms.CharField(
        max_length=DESCRIPTION, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="What it is for."
    )
    owner = forms.ModelChoiceField(Person.objects.none(), required=False, empty_label=None, widget=Names)
    verified_until = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="Until when it is right as it is."
    )

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101  (narrows the type)
        owner.queryset = Person.objects.who_may_sign_in().exclude(role=Role.PARTNER).order_by("name")
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "owner" else "form-control"

    @classmethod
    def of(cls, collection: Collection) -> "CollectionForm":
        return cls(
            initial={
                "name": collection.name,
                "description": collection.description,
                "owner": collection.owner_id,
                "verified_until": collection.verified_until,
            }
        )
