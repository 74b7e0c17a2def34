"""The CRM core as Salesforce's weekly export has it: users, accounts, contacts, campaigns, leads, opportunities."""

from pathlib import Path

import numpy as np

from sameside.demo import ids, times
from sameside.demo.campaigns import CLASSES
from sameside.demo.deals import LOST, PROBABILITY, STAGES, WON
from sameside.demo.dirt import Rows, planted
from sameside.demo.leads import CONVERTED, STATUSES
from sameside.demo.lexicon import COUNTRIES, VERTICALS
from sameside.demo.members import CAST, MEMBERS
from sameside.demo.plan import Plan
from sameside.demo.times import DAY, dates, stamps
from sameside.demo.writing import Table, look_up

USERS = ids.span("User", len(MEMBERS))
QUEUE = ids.span("Group", 1)[0]
CAMPAIGN_IDS = ids.span("Campaign", 100)
_MADE = ("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp")


def _table(folder: Path, name: str, columns: tuple[str, ...], count: int, rows_of: Rows) -> int:
    with Table(folder, f"{name}.csv", columns) as table:
        table.chunks(count, planted(name, columns, rows_of))
        return table.rows


def users(folder: Path, plan: Plan) -> int:
    columns = (
        "Id", "Username", "FirstName", "LastName", "CompanyName", "Department", "Title", "Email", "Alias", "IsActive",
        "TimeZoneSidKey", "LocaleSidKey", "UserType", *_MADE,
    )  # fmt: skip
    hired = stamps(np.array([plan.start - (90 + 11 * member.number) * DAY + 9 * 3600 for member in MEMBERS]))

    def rows(start: int, stop: int) -> list[list[str]]:
        return [
            [
                USERS[one.number], one.email, one.first_name, one.last_name, "Tarnwick", one.team, one.title, one.email,
                one.last_name[:5].lower(), str(int(one.is_active)), "Europe/London", "en_GB", "Standard",
                hired[one.number], USERS[0], hired[one.number], USERS[0], hired[one.number],
            ]
            for one in MEMBERS[start:stop]
        ]  # fmt: skip

    return _table(folder, "User", columns, len(MEMBERS), rows)


def accounts(folder: Path, plan: Plan) -> int:
    columns = (
        "Id", "IsDeleted", "MasterRecordId", "Name", "Type", "ParentId", "BillingStreet", "BillingCity",
        "BillingPostalCode", "BillingCountry", "Phone", "Website", "Industry", "AnnualRevenue", "NumberOfEmployees",
        "Description", "OwnerId", *_MADE,
    )  # fmt: skip
    companies = plan.companies
    made, created = ids.span("Account", len(companies.name)), stamps(companies.created)
    customers = {int(plan.deals.company[deal]) for deal, stage in enumerate(plan.deals.stage) if stage == WON}

    def row(n: int) -> list[str]:
        country, vertical = COUNTRIES[companies.country[n]], VERTICALS[companies.vertical[n]]
        street = f"Unit {n % 40 + 1}\n{n % 190 + 1} Mill Lane" if n % 9 == 4 else f"{n % 190 + 1} Mill Lane"
        note = f'Also known as "{companies.name[n].split()[0]}"' if n % 23 == 6 else ""
        owner = USERS[companies.owner[n]]
        return [
            made[n], "0", ids.NONE, companies.name[n], "Customer" if n in customers else "Prospect", ids.NONE, street,
            companies.city[n], f"{10000 + n % 80000}", country.name, companies.phone[n], f"www.{companies.domain[n]}",
            vertical.industry, f"{companies.revenue[n]}.0", str(companies.employees[n]), note, owner,
            created[n], owner, created[n], owner, created[n],
        ]  # fmt: skip

    return _table(folder, "Account", columns, len(made), lambda a, b: [row(n) for n in range(a, b)])


def contacts(folder: Path, plan: Plan) -> int:
    columns = (
        "Id", "IsDeleted", "MasterRecordId", "AccountId", "Salutation", "FirstName", "LastName", "MailingCity",
        "MailingCountry", "Phone", "Email", "Title", "Department", "LeadSource", "OwnerId", "HasOptedOutOfEmail",
        *_MADE,
    )  # fmt: skip
    people, companies = plan.contacts, plan.companies
    made, created = ids.span("Contact", len(people.company)), stamps(people.created)
    accounts_made = ids.span("Account", len(companies.name))
    company_of = people.company.tolist()

    def row(n: int) -> list[str]:
        company, lead = company_of[n], int(people.from_lead[n])
        source = CLASSES[plan.leads.sort[lead]].lead_source if lead >= 0 and plan.leads.sort[lead] >= 0 else ""
        owner = USERS[companies.owner[company]]
        return [
            made[n], "0", ids.NONE, accounts_made[company], "", people.first[n], people.last[n],
            companies.city[company],
            COUNTRIES[companies.country[company]].name, companies.phone[company], people.email[n], people.title[n], "",
            source, owner, "1" if n % 37 == 5 else "0", created[n], owner, created[n], owner, created[n],
        ]  # fmt: skip

    return _table(folder, "Contact", columns, len(made), lambda a, b: [row(n) for n in range(a, b)])


def campaigns(folder: Path, plan: Plan) -> int:
    columns = (
        "Id", "IsDeleted", "Name", "ParentId", "Type", "Status", "StartDate", "EndDate", "ExpectedRevenue",
        "BudgetedCost", "ActualCost", "NumberSent", "IsActive", "Description", "NumberOfLeads", "NumberOfResponses",
        "OwnerId", *_MADE,
    )  # fmt: skip
    leads = np.bincount(plan.leads.campaign[plan.leads.campaign >= 0], minlength=len(plan.campaigns)).tolist()
    answers = np.bincount(plan.memberships.campaign[plan.memberships.responded], minlength=len(plan.campaigns)).tolist()
    noise = plan.stream(20).uniform(0.9, 1.12, len(plan.campaigns)).tolist()

    def row(n: int) -> list[str]:
        one = plan.campaigns[n]
        cost = round((leads[n] * one.of.cost + answers[n] * 0.6) * noise[n])
        begins, ends = dates(np.array([one.starts, one.ends - DAY]))
        made = stamps(np.array([one.starts - 14 * DAY + 10 * 3600]))[0]
        owner, runs = USERS[one.owner], one.ends >= plan.end
        return [
            CAMPAIGN_IDS[n], "0", one.name, ids.NONE, one.of.type, "In Progress" if runs else "Completed", begins, ends,
            "", f"{round(cost * 1.05 / 100) * 100}.0", f"{cost}.0", str(answers[n] * 5), str(int(runs)), "",
            str(leads[n]),
            str(answers[n]), owner, made, owner, made, owner, made,
        ]  # fmt: skip

    return _table(folder, "Campaign", columns, len(plan.campaigns), lambda a, b: [row(n) for n in range(a, b)])


def leads(folder: Path, plan: Plan) -> int:
    columns = (
        "Id", "IsDeleted", "MasterRecordId", "Salutation", "FirstName", "LastName", "Title", "Company", "City",
        "Country", "Phone", "Email", "Description", "LeadSource", "Status", "Industry", "Rating", "OwnerId",
        "IsConverted", "ConvertedDate", "ConvertedAccountId", "ConvertedContactId", "ConvertedOpportunityId", *_MADE,
        "Return_Reason__c",
    )  # fmt: skip
    all_leads, companies = plan.leads, plan.companies
    count = len(all_leads.created)
    made = ids.span("Lead", count)
    accounts_made = ids.span("Account", len(companies.name))
    contacts_made = ids.span("Contact", len(plan.contacts.company))
    deals_made = ids.span("Opportunity", len(plan.deals.company))
    changed = np.maximum(all_leads.created, np.maximum(all_leads.first_attempt, all_leads.converted))
    sources = ("Web", "Phone Inquiry", "Employee Referral", "Web")

    def rows(start: int, stop: int) -> list[list[str]]:
        created, modified = stamps(all_leads.created[start:stop]), stamps(changed[start:stop])
        converted = dates(all_leads.converted[start:stop])
        out: list[list[str]] = []
        for place in range(stop - start):
            n = start + place
            sort, status, owner = int(all_leads.sort[n]), int(all_leads.status[n]), int(all_leads.owner[n])
            country = COUNTRIES[all_leads.country[n]]
            is_converted = status == CONVERTED
            reason = all_leads.reason[n]
            is_private = all_leads.company_name[n] in ("Private", "n/a")
            out.append([
                made[n], "0", ids.NONE, "", all_leads.first[n], all_leads.last[n], all_leads.title[n],
                all_leads.company_name[n], country.cities[n % len(country.cities)], country.name,
                f"{country.dial} {n * 7919 % 9000000 + 1000000}", all_leads.email[n],
                f'{reason}.\n"Thanks, but not for us."' if reason and n % 11 == 3 else reason,
                CLASSES[sort].lead_source if sort >= 0 else sources[n % 4], STATUSES[status],
                "" if is_private else VERTICALS[all_leads.vertical[n]].industry,
                ("Hot", "Warm", "Warm", "Cold")[n % 4] if sort >= 0 else "",
                USERS[owner] if owner >= 0 else QUEUE, str(int(is_converted)), converted[place] if is_converted else "",
                look_up(accounts_made, int(all_leads.company[n])) if is_converted else ids.NONE,
                look_up(contacts_made, int(all_leads.contact[n])),
                look_up(deals_made, int(all_leads.deal[n])) if is_converted else ids.NONE,
                created[place], USERS[CAST_MARKETER], modified[place], USERS[max(owner, 0)], modified[place], reason,
            ])  # fmt: skip
        return out

    return _table(folder, "Lead", columns, count, rows)


CAST_MARKETER = next(member.number for member in CAST.values() if member.side == "marketing")


def opportunities(folder: Path, plan: Plan) -> int:
    columns = (
        "Id", "IsDeleted", "AccountId", "IsPrivate", "Name", "Description", "StageName", "Amount", "Probability",
        "ExpectedRevenue", "CloseDate", "Type", "NextStep", "LeadSource", "IsClosed", "IsWon", "ForecastCategory",
        "CampaignId", "OwnerId", *_MADE, "LastStageChangeDate", "Loss_Reason__c",
    )  # fmt: skip
    deals, companies = plan.deals, plan.companies
    count = len(deals.company)
    made = ids.span("Opportunity", count)
    accounts_made = ids.span("Account", len(companies.name))
    ended, since = np.array(deals.ended), np.array(deals.stage_since)
    ahead = plan.stream(21).integers(-12, 100, count) * DAY
    closes = dates(np.where(ended > 0, ended, np.maximum(plan.end + ahead, deals.created + 30 * DAY)))
    created, changed = stamps(deals.created), stamps(since)
    subjects = (
        "approvals",
        "month-end close",
        "audit records",
        "field service",
        "reconciliation",
        "onboarding",
        "billing",
    )
    steps = ("Agree the success plan", "Meet the finance lead", "Send the business case", "Security review", "Sign-off")

    def row(n: int) -> list[str]:
        stage, company = deals.stage[n], int(deals.company[n])
        closed = stage in (WON, LOST)
        amount, owner = int(deals.amount[n]), USERS[deals.owner[n]]
        what = f"{subjects[(n * 7 + company) % len(subjects)]}{' (extension)' if deals.existing[n] else ''}"
        return [
            made[n], "0", accounts_made[company], "0", f"{companies.name[company]}: {what}", "", STAGES[stage],
            f"{amount}.0", f"{PROBABILITY[stage]}.0", f"{amount * PROBABILITY[stage] / 100:.1f}", closes[n],
            "Existing Business" if deals.existing[n] else "New Business", "" if closed else steps[n % len(steps)],
            deals.source[n], str(int(closed)), str(int(stage == WON)), "Closed" if stage == WON else
            "Omitted" if stage == LOST else "Pipeline", look_up(CAMPAIGN_IDS, int(deals.campaign[n])), owner,
            created[n], owner, changed[n], owner, changed[n], changed[n], deals.reason[n],
        ]  # fmt: skip

    return _table(folder, "Opportunity", columns, count, lambda a, b: [row(n) for n in range(a, b)])


def history(folder: Path, plan: Plan) -> int:
    columns = (
        "Id", "OpportunityId", "CreatedById", "CreatedDate", "StageName", "Amount", "ExpectedRevenue", "CloseDate",
        "Probability", "ForecastCategory", "SystemModstamp", "IsDeleted",
    )  # fmt: skip
    deals = plan.deals
    entries = sorted(deals.entries, key=lambda entry: (entry.at, entry.deal))
    at = np.array([entry.at for entry in entries])
    made, deals_made = ids.span("OpportunityHistory", len(entries)), ids.span("Opportunity", len(deals.company))
    moments, expected = stamps(at), dates(at + 60 * DAY)

    def row(n: int) -> list[str]:
        entry = entries[n]
        probability = PROBABILITY[entry.stage]
        return [
            made[n], deals_made[entry.deal], USERS[deals.owner[entry.deal]], moments[n], STAGES[entry.stage],
            f"{entry.amount}.0", f"{entry.amount * probability / 100:.1f}", expected[n], f"{probability}.0", "Pipeline",
            moments[n], "0",
        ]  # fmt: skip

    return _table(folder, "OpportunityHistory", columns, len(entries), lambda a, b: [row(n) for n in range(a, b)])


def roles(folder: Path, plan: Plan) -> int:
    columns = ("Id", "OpportunityId", "ContactId", "Role", "IsPrimary", *_MADE, "IsDeleted")
    groups, deals = plan.buying_groups, plan.deals
    made = ids.span("OpportunityContactRole", len(groups.role))
    deal_ids = ids.make("Opportunity", groups.deal)
    contact_ids = ids.make("Contact", groups.contact)
    created = stamps(deals.created[groups.deal])

    def row(n: int) -> list[str]:
        owner = USERS[deals.owner[groups.deal[n]]]
        return [
            made[n], deal_ids[n], contact_ids[n], groups.role[n], str(int(groups.is_first[n])),
            created[n], owner, created[n], owner, created[n], "0",
        ]  # fmt: skip

    return _table(folder, "OpportunityContactRole", columns, len(made), lambda a, b: [row(n) for n in range(a, b)])


def members(folder: Path, plan: Plan) -> int:
    columns = (
        "Id", "IsDeleted", "CampaignId", "LeadId", "ContactId", "Status", "HasResponded", *_MADE, "FirstRespondedDate",
    )  # fmt: skip
    joined = plan.memberships
    by = USERS[CAST_MARKETER]

    def rows(start: int, stop: int) -> list[list[str]]:
        made = ids.span("CampaignMember", stop - start, start=start)
        campaign = [CAMPAIGN_IDS[n] for n in joined.campaign[start:stop].tolist()]
        leads_made = _or_none("Lead", joined.lead[start:stop])
        contacts_made = _or_none("Contact", joined.contact[start:stop])
        moments, days = stamps(joined.at[start:stop]), dates(joined.at[start:stop])
        responded = joined.responded[start:stop].tolist()
        return [
            [
                one,
                "0",
                c,
                lead,
                contact,
                "Responded" if r else "Sent",
                "1" if r else "0",
                t,
                by,
                t,
                by,
                t,
                d if r else "",
            ]
            for one, c, lead, contact, r, t, d in zip(
                made, campaign, leads_made, contacts_made, responded, moments, days, strict=True
            )
        ]

    return _table(folder, "CampaignMember", columns, len(joined.campaign), rows)


def _or_none(kind: str, numbers: times.Seconds) -> list[str]:
    made = ids.make(kind, np.maximum(numbers, 0))
    return [one if number >= 0 else ids.NONE for one, number in zip(made, numbers.tolist(), strict=True)]


WRITERS = {
    "User": users,
    "Account": accounts,
    "Contact": contacts,
    "Campaign": campaigns,
    "Lead": leads,
    "Opportunity": opportunities,
    "OpportunityHistory": history,
    "OpportunityContactRole": roles,
    "CampaignMember": members,
}
