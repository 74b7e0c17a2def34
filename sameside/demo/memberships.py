"""Who is in a buying group, and who answered which campaign."""

from dataclasses import dataclass

import numpy as np

from sameside.demo import campaigns as campaign_plan
from sameside.demo import lexicon, times
from sameside.demo.campaigns import CLASSES, Campaign
from sameside.demo.companies import Contacts, Ints
from sameside.demo.deals import Deals
from sameside.demo.leads import Leads
from sameside.demo.times import DAY

ANSWERS_PER_CONTACT = 13.0
ONLY_SENT = 0.25


@dataclass
class BuyingGroups:
    deal: Ints
    contact: Ints
    role: list[str]
    is_first: list[bool]
    of_deal: list[list[int]]  # the contacts of each deal


@dataclass
class Memberships:
    campaign: Ints
    lead: Ints
    contact: Ints
    at: Ints
    responded: "np.ndarray[tuple[int], np.dtype[np.bool_]]"


def of_company(contacts: Contacts, companies: int) -> tuple[Ints, Ints]:
    """Where each company's contacts begin in the second array, which lists contacts by company."""
    order = np.argsort(contacts.company, kind="stable")
    return np.searchsorted(contacts.company[order], np.arange(companies + 1)), order


def groups(rng: np.random.Generator, deals: Deals, contacts: Contacts, leads: Leads, *, companies: int) -> BuyingGroups:
    """One to five contacts of the company for every deal, the converted lead first."""
    starts, order = of_company(contacts, companies)
    wanted = (1 + rng.poisson(1.5, len(deals.company))).tolist()
    draws = rng.integers(0, 1 << 30, len(deals.company)).tolist()
    deal_of: list[int] = []
    contact_of: list[int] = []
    role: list[str] = []
    is_first: list[bool] = []
    of_deal: list[list[int]] = []
    for deal, (company, lead, many, draw) in enumerate(
        zip(deals.company.tolist(), deals.lead.tolist(), wanted, draws, strict=True)
    ):
        pool = order[starts[company] : starts[company + 1]].tolist()
        turn = draw % len(pool)
        chosen = (pool[turn:] + pool[:turn])[:many]
        if lead >= 0:
            own = int(leads.contact[lead])
            chosen = [own] + [contact for contact in chosen if contact != own]
        of_deal.append(chosen)
        for place, contact in enumerate(chosen):
            deal_of.append(deal)
            contact_of.append(contact)
            role.append(lexicon.ROLES[(draw + place) % len(lexicon.ROLES)])
            is_first.append(place == 0)
    return BuyingGroups(np.array(deal_of), np.array(contact_of), role, is_first, of_deal)


def draw(
    rng: np.random.Generator, campaigns: tuple[Campaign, ...], leads: Leads, deals: Deals, contacts: Contacts,
    buying: BuyingGroups, *, start: int, end: int,
) -> Memberships:  # fmt: skip
    """Leads by the campaign they came from, buying groups in webinars and referrals, contacts in everything."""
    columns: list[tuple[Ints, Ints, Ints, Ints, Ints]] = []

    def add(campaign: Ints, lead: Ints, contact: Ints, at: Ints, responded: Ints) -> None:
        columns.append((campaign, lead, contact, at, responded))

    own = np.flatnonzero(leads.campaign >= 0)
    add(leads.campaign[own], own, leads.contact[own], leads.created[own], np.ones(len(own), dtype=np.int64))

    for key, flags in (("webinar", deals.webinar), ("referral", deals.referral)):
        flagged = [deal for deal, flag in enumerate(flags) if flag]
        picks = rng.random((len(flagged), 2)).tolist()
        contact: list[int] = []
        at: list[int] = []
        for deal, (when, who) in zip(flagged, picks, strict=True):
            group = buying.of_deal[deal]
            limit = deals.ended[deal] or end
            opens = int(deals.created[deal]) - 45 * DAY
            for place in range(1 + int(who * 2.4)):
                contact.append(group[place % len(group)])
                at.append(max(opens + int((when + place * 0.13) % 1.0 * (limit - opens) * 0.8), start))
        times_of = times.to_office(rng, np.array(at, dtype=np.int64), latest=end)
        chosen = campaign_plan.running(campaigns, key, times_of)
        add(chosen, np.full(len(at), -1), np.array(contact, dtype=np.int64), times_of, np.ones(len(at), dtype=np.int64))

    shares = np.array([sort.members for sort in CLASSES])
    total = round(len(contacts.company) * ANSWERS_PER_CONTACT)
    liveliness = rng.gamma(0.8, 1.0, len(contacts.company))
    who = rng.choice(len(contacts.company), size=total, p=liveliness / liveliness.sum())
    at_all = times.seasonal(rng, total, start=start, end=end)
    sort_of = rng.choice(len(CLASSES), size=total, p=shares / shares.sum())
    chosen_all = np.zeros(total, dtype=np.int64)
    for place, sort in enumerate(CLASSES):
        mine = sort_of == place
        if mine.any():
            chosen_all[mine] = campaign_plan.running(campaigns, sort.key, at_all[mine])
    add(chosen_all, np.full(total, -1), who, at_all, (rng.random(total) >= ONLY_SENT).astype(np.int64))

    campaign, lead, contact_all, at_joined, responded = (
        np.concatenate([np.asarray(column[place], dtype=np.int64) for column in columns]) for place in range(5)
    )
    keep = np.ones(len(campaign), dtype=bool)  # a person is a member of a campaign once
    key_of = campaign * 10**9 + np.where(contact_all >= 0, contact_all, 5 * 10**8 + lead)
    order = np.argsort(key_of, kind="stable")
    same = np.zeros(len(campaign), dtype=bool)
    same[order[1:]] = key_of[order[1:]] == key_of[order[:-1]]
    keep &= ~same
    order = np.flatnonzero(keep)[np.argsort(at_joined[keep], kind="stable")]
    return Memberships(campaign[order], lead[order], contact_all[order], at_joined[order], responded[order] > 0)
