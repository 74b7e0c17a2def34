"""What somebody may write about a collection."""

from django import forms

from sameside.library.browsing.collections import NAME
from sameside.library.models import Collection
from sameside.people.models import Person

DESCRIPTION = 2_000


class CollectionForm(forms.Form):
    name = forms.CharField(max_length=NAME)
    description = forms.CharField(
        max_length=DESCRIPTION, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="What it is for."
    )
    owner = forms.ModelChoiceField(Person.objects.none(), required=False, empty_label=None)
    verified_until = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="Until when it is right as it is."
    )

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101  (narrows the type)
        owner.queryset = Person.objects.who_may_sign_in().order_by("name")
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
