"""A title becomes a seniority and a department; an industry a vertical; a country a language; a source a channel."""

import pytest

from sameside.crm import channels, titles, verticals


@pytest.mark.parametrize(
    ("title", "seniority", "department"),
    [
        ("CFO", "c-level", "finance"),
        ("Geschäftsführer", "c-level", "management"),
        ("Directrice Générale", "c-level", "management"),
        ("SVP, Procurement", "vp", "procurement"),
        ("Vice President", "vp", ""),
        ("Leiterin Einkauf", "director", "procurement"),
        ("Director of Vendor Relations", "director", "procurement"),
        ("Head of IT", "director", "it"),
        ("Responsable Marketing", "manager", "marketing"),
        ("Jefe de Compras", "manager", "procurement"),
        ("Account Manager", "staff", "sales"),
        ("Assistant to the CEO", "staff", "management"),
        ("Software Engineer", "staff", "engineering"),
        ("", "", ""),
    ],
)
def test_titles(title, seniority, department):
    assert (titles.seniority(title), titles.department(title)) == (seniority, department)


def test_the_department_that_the_crm_gives_comes_first():
    assert titles.department("Manager", "Kundenservice") == "customer-service"


@pytest.mark.parametrize(
    ("industry", "vertical"),
    [
        ("Banking", "banking"),
        ("Finance", "banking"),
        ("Oil & Gas", "energy"),
        ("Biotechnology", "healthcare"),
        ("public-sector", "public-sector"),
        ("Energie", "energy"),
        ("Unheard of", ""),
    ],
)
def test_verticals(industry, vertical):
    assert verticals.vertical_of(industry) == vertical


@pytest.mark.parametrize(
    ("country", "language"), [("Schweiz", "de"), ("España", "es"), ("U.S.A.", "en"), ("fr", "fr"), ("", "")]
)
def test_languages(country, language):
    assert verticals.language_of(country) == language


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("Trade Show", "event"),
        ("Seminar / Conference", "event"),
        ("LinkedIn Ads", "paid-social"),
        ("Google AdWords", "paid-search"),
        ("social media", "social"),
        ("Webinar", "webinar"),
        ("Email", "email"),
        ("Partner Referral", "partner"),
        ("Online Form", "website"),
        ("Cold Call", "sales-call"),
        ("direct-mail", "direct-mail"),
        ("Whatever", "other"),
    ],
)
def test_channels(text, channel):
    assert channels.channel_of(text) == channel


def test_a_campaign_without_a_telling_type_is_judged_by_its_name():
    assert channels.campaign_channel("Other", "Spring webinar") == "webinar"


def test_every_channel_that_a_rule_gives_has_a_label():
    assert {channel for channel, _ in channels.RULES} | channels.PAID <= set(channels.CHANNELS)
