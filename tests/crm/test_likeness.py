"""What is left of names, addresses and numbers once spelling is taken away."""

import pytest

from sameside.crm import likeness


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ACME, Inc.", "acme"),
        ("Acme", "acme"),
        ("The Acme Group", "acme"),
        ("Müller & Söhne GmbH & Co. KG", "muller sohne"),
        ("GmbH", "gmbh"),
        ("", ""),
        ("日本電気 株式会社", "日本電気 株式会社"),
        ("A.C.M.E. S.A.", "acme"),
    ],
)
def test_company_names(name, key):
    assert likeness.company_name(name) == key


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://www.Acme.com/about", "acme.com"),
        ("ada@acme.co.uk", "acme.co.uk"),
        ("acme", ""),
        ("", ""),
        ("http://gmail.com", ""),
        ("acme.github.io", ""),
        ("shop.acme.de:8080", "shop.acme.de"),
    ],
)
def test_own_domains(address, found):
    assert likeness.own_domain(address) == found


def test_stems():
    assert [likeness.domain_stem(one) for one in ("acme.com", "acme.co.uk", "shop.acme.de", "acme")] == [
        "acme",
        "acme",
        "acme",
        "",
    ]


@pytest.mark.parametrize(
    ("number", "country", "found"),
    [
        ("+49 (0)30 123456", "", "+4930123456"),
        ("030 123456", "Germany", "+4930123456"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("000000000", "US", ""),
        ("none", "", ""),
        ("030 123456", "", "030123456"),
    ],
)
def test_phones(number, country, found):
    assert likeness.phone(number, country) == found


@pytest.mark.parametrize(
    ("email", "found"),
    [
        ("Ada+news@Acme.com ", "ada@acme.com"),
        ("info@acme.com", ""),
        ("sales2@acme.com", ""),
        ("ada", ""),
        ("@acme.com", ""),
    ],
)
def test_personal_mailboxes(email, found):
    assert likeness.personal_mailbox(email) == found


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (("ada", "fox"), ("ada", "fox"), True),
        (("fox", "ada"), ("ada", "fox"), True),
        (("a", "fox"), ("ada", "fox"), True),
        (("bill", "fox"), ("william", "fox"), True),
        (("", "fox"), ("ada", "fox"), True),
        (("", ""), ("ada", "fox"), True),
        (("ada", "fox"), ("eve", "fox"), False),
        (("ada", "fox"), ("ada", "ray"), False),
    ],
)
def test_names_that_may_be_one_persons(one, other, agree):
    assert likeness.names_agree(one, other) is agree
