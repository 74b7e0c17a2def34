"""The form of a conversion: who is here already stands first, and what is made new is said."""

from collections.abc import Sequence
from typing import Any

from django import forms

from sameside.crm import likeness
from sameside.crm.models import Company, Contact, Deal, PipelineStage
from sameside.leads import matches
from sameside.leads.conversion import NewDeal
from sameside.leads.models import Lead
from sameside.people.models import Person

NEW, NONE = "new", "none"
_DEALS = 20
Option = tuple[str, str]


class ConversionForm(forms.Form):
    company = forms.ChoiceField(label="Company", widget=forms.RadioSelect)
    contact = forms.ChoiceField(label="Contact", widget=forms.RadioSelect)
    role = forms.CharField(label="Role in the buying group", max_length=80, required=False)
    deal = forms.ChoiceField(label="Deal", widget=forms.RadioSelect)
    name = forms.CharField(label="Name of the deal", max_length=255, required=False)
    stage = forms.CharField(label="Stage", max_length=120, required=False)
    amount = forms.DecimalField(label="Amount", min_value=0, max_digits=18, decimal_places=2, required=False)
    close_on = forms.DateField(
        label="Closes on", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, lead: Lead, by: Person, data: Any = None) -> None:
        self.companies = list(matches.companies(lead))
        self.contacts = list(matches.contacts(lead))
        self.deals = list(
            Deal.objects.visible_to(by)
            .filter(company__in=self.companies, is_closed=False, deleted_in_source=False)
            .order_by("-created_at", "-pk")[:_DEALS]
        )
        certain = matches.same_company(lead), matches.same_contact(lead)
        super().__init__(data, initial=self._proposed(lead, *certain))
        self.certain = certain
        self._choices("company", _companies(lead, self.companies, certain[0]))
        self._choices("contact", _contacts(lead, self.contacts, certain[1]))
        self._choices(
            "deal", [(NONE, "No deal yet"), (NEW, "A new deal"), *((str(one.pk), one.name) for one in self.deals)]
        )
        for name in ("role", "name", "stage", "amount", "close_on"):
            self.fields[name].widget.attrs.setdefault("class", "form-control")
        self.fields["stage"].widget.attrs["list"] = "stages"

    def _choices(self, name: str, choices: Sequence[Option]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (narrows the type)
        field.choices = list(choices)

    @staticmethod
    def _proposed(lead: Lead, company: Company | None, contact: Contact | None) -> dict[str, Any]:
        """What is chosen before anybody chooses: who is certainly the same, else a new one."""
        owner = contact.company_id if contact and contact.company_id else company.pk if company else None
        return {
            "company": str(owner) if owner else NEW if _new_company(lead) else NONE,
            "contact": str(contact.pk) if contact else NEW,
            "deal": NONE,
            "name": f"{lead.company_name or lead} – {lead.campaign or lead.lead_source or 'new'}"[:255],
        }

    def stages(self) -> Sequence[str]:
        """The names of the stages that deals have been in, for the field of a new one."""
        known = PipelineStage.objects.order_by("label").values_list("label", flat=True).distinct()[:50]
        return list(known) or list(Deal.objects.order_by("stage").values_list("stage", flat=True).distinct()[:50])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("deal") == NEW:
            for name, missing in (("name", "Give the deal a name."), ("stage", "Say which stage it is in.")):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, missing)
        return given

    def chosen(self) -> dict[str, Any]:
        """What the verb wants; without a company or a contact it makes one, or takes who is certainly the same."""
        given = self.cleaned_data
        found: dict[str, Any] = {"role": given["role"]}
        for name, rows in (("company", self.companies), ("contact", self.contacts), ("deal", self.deals)):
            found[name] = next((one for one in rows if str(one.pk) == given[name]), None)
        if given["deal"] == NEW:
            found["deal"] = NewDeal(given["name"], given["stage"], given["amount"], given["close_on"])
        return found


def _new_company(lead: Lead) -> str:
    name = lead.company_name if likeness.employer(lead.company_name) else ""
    return name or likeness.own_domain(lead.email)


def _companies(lead: Lead, found: Sequence[Company], certain: Company | None) -> list[Option]:
    options = [(str(one.pk), " · ".join(filter(None, (one.name, one.domain, one.country)))) for one in found]
    if certain is None and _new_company(lead):
        options.append((NEW, f"New company: {_new_company(lead)}"))
    return options if options else [(NONE, "No company: the lead names none")]


def _contacts(lead: Lead, found: Sequence[Contact], certain: Contact | None) -> list[Option]:
    options = [
        (str(one.pk), " · ".join(filter(None, (str(one), one.email, one.company.name if one.company else ""))))
        for one in found
    ]
    return options if certain is not None else [*options, (NEW, f"New contact: {lead}")]
