"""What a HubSpot table becomes here: built for each file from the columns that its header turned out to have.

Persons who own records are looked up before a batch is merged (see `owners`), which then carries their number.
"""

from collections.abc import Callable
from itertools import count

from sameside.connectors import values
from sameside.connectors.hubspot import rules
from sameside.connectors.hubspot.columns import Columns, Dated
from sameside.connectors.hubspot.vocabulary import lifecycle_of
from sameside.connectors.objects import Census, Derived, Field, Join, Key, Kind, Object, Reference
from sameside.connectors.salesforce import rules as crm_rules

SOURCE = "hubspot"
Value = str | None
Naming = Callable[[str, str, str, str], Value]
"""The name of a stage here, from (stage, pipeline, stage id, pipeline id) as the file has them."""

OWNER = Join("owner", "people_person", "owner", on="{alias}.id::text = substr({ref}, 2) AND {ref} LIKE '=%%'")
_damaged = count(1)


def same_id(cell: str) -> str:
    """Two spellings of one id; of ids that a spreadsheet rounded none is the same as another."""
    try:
        return rules.record_id(cell) or ""
    except ValueError:
        return f"{cell} {next(_damaged)}"


def key(found: Columns, label: str = "Record ID") -> Key:
    return Key(found.of("id"), read=rules.record_id, same=same_id, missing=f"{label} is empty")


class _Fields:
    """Makes the fields of one object out of the columns found."""

    def __init__(self, found: Columns) -> None:
        self.found = found

    def __call__(
        self, column: str, *names: str, kind: Kind = "text", most: int = 0, read: "Callable[[str], Value] | None" = None
    ) -> Field:
        return Field(column, self.found.of(*(names or (column,))), kind, most, read=read)

    def helper(self, column: str, *names: str, kind: Kind = "text", most: int = 0) -> Field:
        return Field(column, self.found.of(*(names or (column,))), kind, most, helper=True)

    def dated(self) -> tuple[Field, ...]:
        return tuple(Field(each.column, (each.header,), "moment", helper=True) for each in self.found.dated)


def owner_of(found: Columns) -> Reference:
    return Reference("owner", found.of("owner", "owner_id"), read=values.text_id, label="owner")


def _company(found: Columns) -> Reference:
    """The company by its number; by its name alone in an export that has no numbers."""
    if not found.has("primary_company_ids", "company_ids"):
        return Reference("company", found.of("primary_company_names", "company_names"), label="company")
    return Reference("company", found.of("primary_company_ids", "company_ids"), read=rules.first_id, label="company")


_COMPANY = Join("company", "crm_company", "company")
_COMPANY_BY_NAME = Join(
    "company",
    "crm_company",
    "company",
    on="{alias}.source = 'hubspot' AND upper({alias}.name) = upper({ref})",
    unique=True,
)


def _company_join(found: Columns) -> Join:
    return _COMPANY if found.has("primary_company_ids", "company_ids") else _COMPANY_BY_NAME


def company(found: Columns) -> Object:
    of = _Fields(found)
    return Object(
        "Company",
        "crm_company",
        source=SOURCE,
        key=key(found),
        deleted=found.of("deleted"),
        fields=(
            of("name", most=255),
            of("domain", "domain", "website", most=255),
            of("industry", most=120),
            of("country", most=80),
            of("employees", kind="whole"),
            of("annual_revenue", kind="amount"),
            of("phone", most=60),
            of("created_at", "created", kind="moment"),
            of.helper("merged"),
        ),
        references=(owner_of(found),),
        joins=(OWNER,),
        derived=(
            Derived("domain", ("domain",), crm_rules.domain),
            Derived("name", ("name", "domain"), rules.either),
            Derived("vertical", ("industry",), crm_rules.vertical),
            Derived("language", ("country",), crm_rules.language),
        ),
        targets={"owner_id": "owner.id"},
        required={"name": "The company has neither name nor domain"},
        label="Companies",
        census=Census(),
    )


def contact(found: Columns) -> Object:
    of = _Fields(found)
    return Object(
        "Contact",
        "crm_contact",
        source=SOURCE,
        key=key(found),
        deleted=found.of("deleted"),
        fields=(
            of("first_name", most=120),
            of("last_name", most=160),
            of("email", most=254),
            of("phone", "phone", "mobile", most=60),
            of("title", most=255),
            of("lead_source", "source", most=80),
            of("created_at", "created", kind="moment"),
            of.helper("given_department", most=255),
            of.helper("company_name", most=255),
            of.helper("industry", most=120),
            of.helper("country", most=80),
            of.helper("lifecycle", most=120),
            of.helper("lead_status", most=120),
            of.helper("owner_assigned", kind="moment"),
            of.helper("company_ids", "company_ids", "primary_company_ids"),
            of.helper("company_names", "company_names"),
            of.helper("primary_company_names"),
            of.helper("merged"),
            Field("opted_out", found.of("opted_out"), "boolean", helper=True, read=rules.told),
            *of.dated(),
        ),
        references=(owner_of(found), _company(found)),
        joins=(OWNER, _company_join(found)),
        derived=(
            Derived("email", ("email",), rules.email),
            Derived("seniority", ("title",), rules.seniority),
            Derived("department", ("title", "given_department"), rules.department),
        ),
        targets={"owner_id": "owner.id", "company_id": "company.id"},
        label="Contacts",
        census=Census(beside=("leads_lead",)),
    )


LEAD = Object(
    "Lead",
    "leads_lead",
    source=SOURCE,
    key=Key(),
    fields=tuple(
        Field(column, ())
        for column in (
            *("first_name", "last_name", "email", "phone", "title", "seniority", "department", "company_name"),
            *("industry", "vertical", "country", "lead_source", "status", "rating", "created_at", "is_converted"),
            "converted_on",
        )
    ),
    references=(Reference("owner", ()), Reference("company", ()), Reference("contact", ())),
    joins=(OWNER, _COMPANY, Join("contact", "crm_contact", "contact")),
    targets={
        "owner_id": "owner.id",
        "company_id": "COALESCE(company.id, contact.company_id)",
        "contact_id": "contact.id",
    },
    constants={"fate": "'waiting'", "attempts": "0"},
)
LEAD_STAGE = Object(
    "LeadStage",
    "leads_leadstage",
    source=SOURCE,
    key=Key(),
    fields=(Field("stage", ()), Field("at", ())),
    references=(Reference("lead", ()), Reference("owner", ())),
    joins=(Join("lead", "leads_lead", "lead", required="the lead is not here"), OWNER),
    targets={"lead_id": "lead.id", "owner_id": "owner.id"},
)
ROLE = Object(
    "DealContact",
    "crm_dealcontact",
    source=SOURCE,
    key=Key(),
    fields=(Field("role", (), most=80), Field("is_primary", ())),
    references=(Reference("deal", (), label="deal"), Reference("contact", (), label="contact")),
    joins=(
        Join("deal", "crm_deal", "deal", required="the deal is not here"),
        Join("contact", "crm_contact", "contact", required="the contact is not here"),
    ),
    targets={"deal_id": "deal.id", "contact_id": "contact.id"},
)
STAGE_CHANGE = Object(
    "StageChange",
    "crm_stagechange",
    source=SOURCE,
    key=Key(),
    fields=(Field("stage", (), most=120), Field("at", ())),
    references=(Reference("deal", ()),),
    joins=(Join("deal", "crm_deal", "deal", required="the deal is not here"),),
    targets={"deal_id": "deal.id"},
    constants={"inferred": "false"},
)


def deal(found: Columns, naming: Naming, *, told: Callable[[str, str], tuple[Value, Value]]) -> Object:
    """`told` gives (is closed, is won) of a (stage, pipeline) for which the source said it, by id or label."""
    of = _Fields(found)
    dated = found.dated

    def entered_now(stage_id: str, stage: str, pipeline: str, *moments: Value) -> Value:
        return _entered(dated, moments, stage_id or stage, pipeline)

    def created(given: Value, *moments: Value) -> Value:
        return given or min((at for at in moments if at), default=None)

    def closed_told(given: Value, stage_id: str, stage: str, pipeline: str) -> Value:
        return given if given is not None else told(stage_id or stage, pipeline)[0]

    def won_told(given: Value, stage_id: str, stage: str, pipeline: str) -> Value:
        return given if given is not None else told(stage_id or stage, pipeline)[1]

    raw = ("raw_stage_id", "raw_stage", "raw_pipeline")
    moments = tuple(each.column for each in dated)
    return Object(
        "Deal",
        "crm_deal",
        source=SOURCE,
        key=key(found),
        deleted=found.of("deleted"),
        fields=(
            of("name", most=255),
            of("amount_given", "amount_given", kind="amount"),
            of("amount_told", "amount", kind="amount"),
            of("currency", most=3),
            of("probability", kind="percentage"),
            of("kind", most=80),
            of("lead_source", most=80),
            of("created_at", "created", kind="moment"),
            of("close_on", kind="day"),
            of("lost_reason", most=255),
            of("next_step", most=255),
            of.helper("raw_stage", "stage", most=120),
            of.helper("raw_stage_id", "stage_id", most=64),
            of.helper("raw_pipeline", "pipeline", most=120),
            of.helper("raw_pipeline_id", "pipeline_id", most=64),
            Field("told_closed", found.of("is_closed"), "boolean", helper=True, read=rules.told),
            Field("told_won", found.of("is_won"), "boolean", helper=True, read=rules.told),
            of.helper("won_reason", most=255),
            of.helper("modified", kind="moment"),
            of.helper("primary_company_ids", "primary_company_ids", "company_ids"),
            of.helper("company_ids"),
            of.helper("company_names"),
            of.helper("primary_company_names"),
            of.helper("contact_ids"),
            of.helper("merged"),
            *of.dated(),
        ),
        references=(owner_of(found), _company(found)),
        joins=(OWNER, _company_join(found)),
        derived=(
            Derived("stage", ("raw_stage", "raw_pipeline", "raw_stage_id", "raw_pipeline_id"), naming),
            Derived("created_at", ("created_at", *moments), created),
            Derived("probability", ("probability",), rules.probability),
            Derived("currency", ("currency",), lambda cell: (cell or "").upper()),
            Derived("is_closed", ("told_closed", *raw), closed_told),
            Derived("is_won", ("told_won", *raw), won_told),
            Derived("is_won", ("stage", "is_won", "won_reason", "probability"), rules.is_won),
            Derived("is_closed", ("stage", "is_closed", "is_won", "lost_reason", "probability"), rules.is_closed),
            Derived("closed_at", (*raw, *moments), entered_now),
            Derived(
                "closed_at",
                ("is_closed", "closed_at", "close_on", "modified", "created_at", *moments),
                rules.closed_at,
            ),
        ),
        targets={"owner_id": "owner.id", "company_id": "company.id"},
        kept={
            "closed_at": "CASE WHEN t.is_closed AND EXCLUDED.is_closed AND t.close_on IS NOT DISTINCT FROM"
            " EXCLUDED.close_on THEN t.closed_at ELSE EXCLUDED.closed_at END"
        },
        required={
            "name": "Deal Name is empty",
            "created_at": "Create Date is empty, and no other date says when the deal began",
        },
        label="Deals",
        census=Census(),
    )


def _entered(dated: tuple[Dated, ...], moments: tuple[Value, ...], stage: str, pipeline: str) -> Value:
    """When the deal entered the stage it is in now."""
    told = [
        at
        for each, at in zip(dated, moments, strict=True)
        if at and stage in (each.entered.stage_id or each.entered.stage, each.entered.stage)
        and (not each.entered.pipeline or not pipeline or each.entered.pipeline == pipeline)
    ]  # fmt: skip
    return max(told, default=None)


def lifecycle_dates(found: Columns) -> list[tuple[str, str]]:
    """(lifecycle stage, column) of every column with the date of one; the new columns last, because they win."""
    return [
        (lifecycle_of(each.entered.stage) or each.entered.stage, each.column)
        for each in sorted(found.dated, key=lambda each: each.entered.is_new)
    ]
