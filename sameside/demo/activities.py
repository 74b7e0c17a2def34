"""Calls, e-mails and meetings: attempts at leads, the work on deals, keeping in touch; tasks that name a document."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sameside.demo import times
from sameside.demo.companies import Ints
from sameside.demo.times import DAY

if TYPE_CHECKING:
    from sameside.demo.plan import Plan

CALL, EMAIL, MEETING, TODO = range(4)
KEEPING_IN_TOUCH = 0.16  # of all activities: with contacts outside of any deal
SUBJECTS = (
    (
        "Call: follow-up", "Call: left a message", "Call: questions about the process", "Call: budget and timing",
        "Call: who else should be involved", "Call: next steps", "Call: reference check", "Rückruf: offene Fragen",
        "Appel : suite de notre échange",
    ),
    (
        "Email: thank you for your time", "Email: agenda for our meeting", "Email: answers to your questions",
        "Email: introduction", "Email: following up", "Email: summary of today", "Email: proposal for a date",
        "Email: Zusammenfassung unseres Gesprächs", "Email: compte rendu de notre réunion",
    ),
    (
        "Meeting: discovery", "Meeting: demonstration", "Meeting: success plan", "Meeting: with the finance team",
        "Meeting: security questions", "Meeting: on site", "Meeting: review of the proposal", "Termin: Workshop",
        "Réunion : démonstration",
    ),
    ("To do: send the summary", "To do: call back", "To do: prepare the workshop", "To do: check the contract"),
)  # fmt: skip
NOTES = (
    "Spoke for ten minutes. They compare three vendors.",
    'They said: "show us one plant that runs on it, then we talk".',
    "Wants to see figures from a company of the same size.\nNext call in two weeks.",
    "No answer.",
    "Budget is approved, decision in the next quarter.",
    "Asked who else in their industry works with us.",
    "Needs the answer in writing.\n\n- data location\n- backup\n- exit",
    "The champion moved to another department, we start again.",
)  # fmt: skip


@dataclass
class Activities:
    """By column, in the order of time. `asset` is the document that subject and note name, else -1."""

    kind: Ints
    at: Ints
    owner: Ints
    contact: Ints
    lead: Ints
    deal: Ints
    company: Ints
    asset: Ints
    subject: Ints
    note: Ints  # -1 for none
    is_done: Ints


def draw(rng: np.random.Generator, plan: "Plan", *, wanted: int) -> Activities:
    """`wanted` activities that are done, and some still to do."""
    parts = [_attempts(rng, plan), _mentions(rng, plan)]
    rest = max(wanted - sum(len(part[0]) for part in parts), 10)
    loose = round(rest * KEEPING_IN_TOUCH)
    parts += [_deal_work(rng, plan, rest - loose), _in_touch(rng, plan, loose), _to_do(rng, plan)]
    kind, at, owner, contact, lead, deal, company, asset = (
        np.concatenate([part[place] for part in parts]).astype(np.int64) for place in range(8)
    )
    order = np.argsort(at, kind="stable")
    kind = kind[order]
    most = np.array([len(words) for words in SUBJECTS])[kind]
    count = len(order)
    note = np.where(rng.random(count) < 0.13, rng.integers(0, len(NOTES), count), -1)
    return Activities(
        kind=kind, at=at[order], owner=owner[order], contact=contact[order], lead=lead[order], deal=deal[order],
        company=company[order], asset=asset[order], subject=(rng.random(count) ** 1.4 * most).astype(np.int64),
        note=note, is_done=(kind != TODO).astype(np.int64),
    )  # fmt: skip


Columns = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints]


def _columns(kind: Ints, at: Ints, owner: Ints, **others: Ints) -> Columns:
    none = np.full(len(at), -1, dtype=np.int64)
    names = ("contact", "lead", "deal", "company", "asset")
    contact, lead, deal, company, asset = (others.get(name, none) for name in names)
    return kind, at, owner, contact, lead, deal, company, asset


def _attempts(rng: np.random.Generator, plan: "Plan") -> Columns:
    """The calls and e-mails to leads; the first is the one that the time to first touch is measured by."""
    leads = plan.leads
    lead = np.repeat(np.arange(len(leads.created)), leads.attempts)
    first = np.concatenate([[True], lead[1:] != lead[:-1]])
    places = np.arange(len(lead)) - np.maximum.accumulate(np.where(first, np.arange(len(lead)), 0))
    at = leads.first_attempt[lead] + (places * rng.uniform(1.2, 4.5, len(lead)) * DAY).astype(np.int64)
    at = np.where(first, at, times.to_office(rng, at, latest=plan.end * 2))
    before = at < plan.end
    lead, at = lead[before], at[before]
    return _columns(rng.integers(CALL, MEETING, len(lead)), at, leads.owner[lead], lead=lead)


def _mentions(rng: np.random.Generator, plan: "Plan") -> Columns:
    at, person, asset, deal, lead = plan.usage.mentions
    company = np.where(deal >= 0, plan.deals.company[deal], -1)
    first = np.array([group[0] for group in plan.buying_groups.of_deal])
    contact = np.where(deal >= 0, first[deal], -1)
    kind = np.full(len(at), EMAIL)
    return _columns(kind, at, person, contact=contact, lead=lead, deal=deal, company=company, asset=asset)


def _deal_work(rng: np.random.Generator, plan: "Plan", count: int) -> Columns:
    """Spread over deals by how long they lived, within their life; more with wins than with losses."""
    deals = plan.deals
    ends = np.where(np.array(deals.ended) > 0, deals.ended, plan.end)
    life = np.maximum(ends - deals.created, DAY)
    weights = (
        np.sqrt(life / DAY) * np.exp(rng.normal(0, 0.4, len(life))) * np.where(np.array(deals.stage) == 6, 1.4, 1.0)
    )
    deal = np.repeat(np.arange(len(life)), rng.multinomial(count, weights / weights.sum()))
    at = deals.created[deal] + (rng.random(len(deal)) * life[deal]).astype(np.int64)
    at = np.maximum(times.to_office(rng, at, latest=plan.end), deals.created[deal] + 60)
    groups = plan.buying_groups.of_deal
    sizes = np.array([len(group) for group in groups])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    flat = np.array([contact for group in groups for contact in group])
    contact = flat[starts[deal] + (rng.random(len(deal)) * sizes[deal]).astype(np.int64)]
    kind = np.searchsorted([0.33, 0.8], rng.random(len(deal)))
    return _columns(kind, at, deals.owner[deal], contact=contact, deal=deal, company=deals.company[deal])


def _in_touch(rng: np.random.Generator, plan: "Plan", count: int) -> Columns:
    contact = rng.integers(0, len(plan.contacts.company), count)
    at = times.seasonal(rng, count, start=plan.start, end=plan.end - DAY)
    known = plan.contacts.created[contact]
    at = np.where(at < known, known + (rng.random(count) * (plan.end - known)).astype(np.int64), at)
    company = plan.contacts.company[contact]
    kind = np.searchsorted([0.35, 0.92], rng.random(count))
    return _columns(kind, at, plan.companies.owner[company], contact=contact, company=company)


def _to_do(rng: np.random.Generator, plan: "Plan") -> Columns:
    """What is planned for the next three weeks, on open deals."""
    deals = plan.deals
    is_open = np.flatnonzero(np.array(deals.ended) == 0)
    deal = is_open[rng.random(len(is_open)) < 0.7]
    due = plan.end + rng.integers(-4 * DAY, 21 * DAY, len(deal))
    kind = np.full(len(deal), TODO)
    return _columns(kind, due, deals.owner[deal], deal=deal, company=deals.company[deal])
