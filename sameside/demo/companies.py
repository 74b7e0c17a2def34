"""The companies Tarnwick sells to, and the people who work in them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sameside.demo import lexicon, times
from sameside.demo.lexicon import COUNTRIES, VERTICALS
from sameside.demo.members import BY_TEAM

if TYPE_CHECKING:
    from sameside.demo.leads import Leads

Ints = NDArray[np.int64]
TEAM_OF_COUNTRY = tuple(country.team for country in COUNTRIES)


@dataclass
class Companies:
    """One array per column; a company is its place in them."""

    name: list[str]
    domain: list[str]
    country: Ints
    vertical: Ints
    city: list[str]
    phone: list[str]
    employees: Ints
    revenue: Ints
    owner: Ints  # numbers of `members.MEMBERS`
    created: Ints


@dataclass
class Contacts:
    company: Ints
    first: list[str]
    last: list[str]
    email: list[str]
    title: list[str]
    created: Ints
    from_lead: Ints  # the lead it was converted from, else -1


_PLAIN = str.maketrans("äöüéèêëàâçñóôíîúû' ", "aoueeeeaacnooiiuu--")


def plain(text: str) -> str:
    """The letters a host name or an address may have."""
    return text.lower().translate(_PLAIN)


def of_team(rng: np.random.Generator, team: str, count: int) -> Ints:
    """Members of `team`, drawn `count` times; its leader sells less."""
    members = BY_TEAM[team]
    weights = np.array([0.5] + [1.0] * (len(members) - 1))
    numbers = np.array([member.number for member in members], dtype=np.int64)
    return np.asarray(rng.choice(numbers, size=count, p=weights / weights.sum()), dtype=np.int64)


def by_country_team(rng: np.random.Generator, countries: Ints) -> Ints:
    """A seller of the team that has the country, for each."""
    sellers = np.zeros(len(countries), dtype=np.int64)
    for team in sorted(set(TEAM_OF_COUNTRY)):
        own = np.isin(countries, [place for place, name in enumerate(TEAM_OF_COUNTRY) if name == team])
        sellers[own] = of_team(rng, team, int(own.sum()))
    return sellers


def names(rng: np.random.Generator, countries: Ints, verticals: Ints) -> tuple[list[str], list[str]]:
    """Company names that mean nothing but sound like their vertical and country, with a domain of `.example`."""
    order = rng.permutation(len(lexicon.BASES))
    made: list[str] = []
    domains: list[str] = []
    for place, (country, vertical) in enumerate(zip(countries.tolist(), verticals.tolist(), strict=True)):
        base = lexicon.BASES[order[place % len(order)]]
        suffixes = VERTICALS[vertical].suffixes
        suffix = suffixes[(place // len(order) + place) % len(suffixes)]
        legal = COUNTRIES[country].legal
        made.append(f"{base} {suffix} {legal[place % len(legal)]}")
        turn = place // (len(order) * len(suffixes))
        domains.append(f"{base}-{suffix.split()[0]}{turn or ''}.example".lower())
    return made, domains


def persons(rng: np.random.Generator, countries: Ints) -> tuple[list[str], list[str]]:
    """First and last names that fit the language of the country."""
    draws = rng.random((len(countries), 2)).tolist()
    first: list[str] = []
    last: list[str] = []
    for country, (one, other) in zip(countries.tolist(), draws, strict=True):
        language = COUNTRIES[country].language
        firsts, lasts = lexicon.FIRST_NAMES[language], lexicon.LAST_NAMES[language]
        first.append(firsts[int(one * len(firsts))])
        last.append(lasts[int(other * len(lasts))])
    return first, last


def titles(rng: np.random.Generator, countries: Ints) -> list[str]:
    """Job titles; one in four in the language of the country where there are some."""
    weights = np.array([weight for _, weight in lexicon.TITLES], dtype=np.float64)
    chosen = rng.choice(len(lexicon.TITLES), size=len(countries), p=weights / weights.sum()).tolist()
    local = rng.random(len(countries)).tolist()
    made: list[str] = []
    for country, pick, draw in zip(countries.tolist(), chosen, local, strict=True):
        own = lexicon.LOCAL_TITLES.get(COUNTRIES[country].language)
        made.append(own[int(draw * 4 * len(own))] if own and draw < 0.25 else lexicon.TITLES[pick][0])
    return made


def addresses(first: list[str], last: list[str], domains: list[str]) -> list[str]:
    return [f"{plain(a)}.{plain(b)}@{domain}" for a, b, domain in zip(first, last, domains, strict=True)]


def draw(rng: np.random.Generator, *, count: int, start: int, end: int) -> Companies:
    """`count` companies; most were there before the two years began."""
    country = rng.choice(len(COUNTRIES), size=count, p=np.array([country.weight for country in COUNTRIES]))
    vertical = rng.choice(len(VERTICALS), size=count, p=np.array([vertical.weight for vertical in VERTICALS]))
    name, domain = names(rng, country, vertical)
    employees = np.clip(np.exp(rng.normal(5.9, 1.15, count)), 12, 60_000).astype(np.int64)
    revenue = (employees * rng.uniform(90_000, 320_000, count) / 1000).astype(np.int64) * 1000
    owner = by_country_team(rng, country)
    managed = rng.random(count) < 0.15
    owner[managed] = of_team(rng, "Account Management", int(managed.sum()))
    created = np.where(
        rng.random(count) < 0.72,
        start - rng.integers(30, 1200, count) * times.DAY,
        times.seasonal(rng, count, start=start, end=end - 30 * times.DAY),
    )
    created = times.to_office(rng, created.astype(np.int64), latest=end)
    cities = [COUNTRIES[c].cities[place % len(COUNTRIES[c].cities)] for place, c in enumerate(country.tolist())]
    numbers = rng.integers(1_000_000, 9_999_999, count).tolist()
    phones = [
        f"{COUNTRIES[c].dial} {n // 100_000} {n % 100_000:05d}" for c, n in zip(country.tolist(), numbers, strict=True)
    ]
    return Companies(name, domain, country, vertical, cities, phones, employees, revenue, owner, created)


def draw_contacts(rng: np.random.Generator, companies: Companies, *, end: int) -> Contacts:
    """One to about six people of every company."""
    count = len(companies.name)
    company = np.repeat(np.arange(count), 1 + rng.poisson(1.35, count))
    country = companies.country[company]
    first, last = persons(rng, country)
    email = addresses(first, last, [companies.domain[c] for c in company.tolist()])
    created = companies.created[company] + rng.integers(0, 200, len(company)) * times.DAY
    created = times.to_office(rng, np.minimum(created, end - times.DAY), latest=end)
    return Contacts(company, first, last, email, titles(rng, country), created, np.full(len(company), -1))


def add_converted(contacts: Contacts, leads: "Leads") -> None:
    """Every converted lead becomes a contact of its account."""
    converted = np.flatnonzero(leads.converted > 0)
    leads.contact[converted] = len(contacts.company) + np.arange(len(converted))
    contacts.company = np.concatenate([contacts.company, leads.company[converted]])
    contacts.created = np.concatenate([contacts.created, leads.converted[converted]])
    contacts.from_lead = np.concatenate([contacts.from_lead, converted])
    for lead in converted.tolist():
        contacts.first.append(leads.first[lead])
        contacts.last.append(leads.last[lead])
        contacts.email.append(leads.email[lead])
        contacts.title.append(leads.title[lead])
