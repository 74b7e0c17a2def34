"""Forms of the people pages: they read and check what was typed; the verbs decide whether it may be done."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from sameside.people import partners
from sameside.people.models import Organisation, Partner, Person, Team
from sameside.people.roles import Role

NO_ROLE = "No role: may not sign in"


def _style(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        if isinstance(field.widget, forms.CheckboxInput):
            continue
        kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        field.widget.attrs.setdefault("class", kind)


class MembershipForm(forms.Form):
    """Role, team and partner company; whether they go together is said by `partners`."""

    role = forms.ChoiceField(choices=[("", NO_ROLE), *Role.choices], required=False)
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label="No team")
    partner = forms.ModelChoiceField(
        Partner.objects.none(),
        label="Partner company",
        required=False,
        empty_label="None: of our own company",
        help_text="For the role Partner only. A partner sees the content that was granted to partners.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.all()  # type: ignore[attr-defined]
        self.fields["partner"].queryset = Partner.objects.all()  # type: ignore[attr-defined]
        _style(self)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        problem = partners.problem_with(cleaned.get("role", ""), cleaned.get("team"), cleaned.get("partner"))
        if problem and not self.errors:
            self.add_error("partner", problem)
        return cleaned


class InvitationForm(MembershipForm):
    email = forms.EmailField(label="E-mail address", max_length=254)
    name = forms.CharField(label="Name", max_length=200)
    role = forms.ChoiceField(choices=Role.choices)
    field_order = ("email", "name", "role", "team", "partner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "off"


class PasswordForm(forms.Form):
    """A new password, checked by the validators of the settings against the person it is for."""

    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=200,
        help_text="At least 12 characters, not a common password.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        _style(self)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.person)
        return password


class SettingsForm(forms.Form):
    name = forms.CharField(label="Organisation", max_length=200)
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label="Currency",
        help_text="Three letters, for example EUR. Amounts without a currency of their own are read as this one.",
        error_messages={"invalid": "Three letters, for example EUR, USD or CHF."},
    )
    seller_scope = forms.ChoiceField(label="Sellers see", choices=Organisation.SellerScope.choices)
    truth_window_days = forms.IntegerField(
        label="Window of the content truth, in days",
        min_value=7,
        max_value=730,
        help_text="Content counts as used when it was used within this many days.",
    )
    truth_min_impressions = forms.IntegerField(
        label="Impressions below which content counts as not found",
        min_value=1,
        max_value=1000,
        help_text="The k of the rule: shown fewer times than this although there was demand.",
    )
    verified_for_months = forms.IntegerField(
        label="Content counts as right for, in months",
        min_value=1,
        max_value=60,
        help_text="From the day it comes in or is verified. Then it leaves search until somebody verifies it again.",
    )
    review_reminders = forms.BooleanField(
        label="Remind owners by mail: 30, 7 and 0 days before the date, then every week", required=False
    )
    search_words_days = forms.IntegerField(
        label="Keep the words of searches for, in days",
        min_value=1,
        max_value=3650,
        help_text="Then a search keeps only what it showed and what became of it. Addresses and numbers never stay.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _style(self)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class TeamForm(forms.Form):
    name = forms.CharField(label="Team", max_length=120)
    side = forms.ChoiceField(label="Side", choices=Team.Side.choices)

    def __init__(self, *args: Any, team: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        _style(self)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Team.objects.filter(name__iexact=name)
        if (others.exclude(pk=self.team.pk) if self.team else others).exists():
            raise ValidationError("There is a team with this name already.")
        return name


class PartnerForm(forms.Form):
    name = forms.CharField(label="Partner company", max_length=200)

    def __init__(self, *args: Any, partner: Partner | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partner = partner
        _style(self)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Partner.objects.filter(name__iexact=name)
        if (others.exclude(pk=self.partner.pk) if self.partner else others).exists():
            raise ValidationError("There is a partner company with this name already.")
        return name
