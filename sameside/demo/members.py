"""Tarnwick, the story company, and the people who work there. Neither exists; every address ends in `.example`.

The people do not depend on the seed, so that a guide may say "sign in as Nora". One person stands for each role.
"""

from dataclasses import dataclass

from sameside.people.roles import Role

COMPANY = "Tarnwick (demo)"
PARTNER_COMPANY = "Korvane Advisory"
BRAND = "Tarnwick"
DOMAIN = "tarnwick.example"
CURRENCY = "EUR"
IGNORING_TEAM = "Sales South"


@dataclass(frozen=True)
class TeamPlan:
    name: str
    side: str
    size: int
    role: Role
    lead_title: str
    titles: tuple[str, ...]


_AE = ("Account Executive", "Senior Account Executive", "Account Executive", "Enterprise Account Executive")
_SDR = ("Sales Development Representative",)
_AM = ("Account Manager", "Senior Account Manager")
TEAMS = (
    TeamPlan("Sales North", "sales", 8, Role.SELLER, "Sales Director North", _AE),
    TeamPlan("Sales South", "sales", 8, Role.SELLER, "Sales Director South", _AE),
    TeamPlan("Sales DACH", "sales", 8, Role.SELLER, "Sales Director DACH", _AE),
    TeamPlan("Sales Americas", "sales", 7, Role.SELLER, "Sales Director Americas", _AE),
    TeamPlan("Sales Development", "sales", 7, Role.SELLER, "Head of Sales Development", _SDR),
    TeamPlan("Account Management", "sales", 6, Role.SELLER, "Head of Account Management", _AM),
    TeamPlan("Demand Generation", "marketing", 6, Role.MARKETER, "Head of Demand Generation", ("Campaign Manager",)),
    TeamPlan("Content Studio", "marketing", 5, Role.EDITOR, "Managing Editor", ("Content Editor", "Content Writer")),
    TeamPlan("Product Marketing", "marketing", 4, Role.MARKETER, "Head of Product Marketing", ("Product Marketer",)),
    TeamPlan("Field Marketing", "marketing", 3, Role.MARKETER, "Field Marketing Lead", ("Event Manager",)),
    TeamPlan(
        "Customer Success", "success", 6, Role.SUCCESS, "Head of Customer Success", ("Customer Success Manager",)
    ),
    TeamPlan(
        "Executive Board", "other", 3, Role.EXECUTIVE, "Chief Executive Officer",
        ("Chief Revenue Officer", "Chief Financial Officer"),
    ),
    TeamPlan("Revenue Operations", "other", 2, Role.ADMIN, "Head of Revenue Operations", ("CRM Administrator",)),
)  # fmt: skip

_FIRST = [
    "Ben",
    "Hanna",
    "Oskar",
    "Freya",
    "Callum",
    "Ines",
    "Rhys",
    "Maeve",
    "Camille",
    "Hugo",
    "Elodie",
    "Mateo",
    "Lucie",
    "Bastien",
    "Noemi",
    "Adrien",
    "Katja",
    "Moritz",
    "Leonie",
    "Florian",
    "Svenja",
    "Ruben",
    "Annika",
    "Valentin",
    "Dana",
    "Marcus",
    "Tessa",
    "Kofi",
    "Paige",
    "Elliot",
    "Rosa",
    "Lena",
    "Samir",
    "Grace",
    "Niklas",
    "Zoe",
    "Amir",
    "Clara",
    "Petra",
    "Julian",
    "Marta",
    "Owen",
    "Sofia",
    "Linus",
    "Nora",
    "Felix",
    "Ayla",
    "Pascal",
    "Greta",
    "Tobias",
    "Margot",
    "Emil",
    "Yasmin",
    "Leo",
    "Aurora",
    "Iris",
    "Daniel",
    "Selma",
    "Victor",
    "Mina",
    "Arne",
    "Bianca",
    "Tomas",
    "Heidi",
    "Remy",
    "Olga",
    "Nils",
    "Aisha",
    "Ruth",
    "Gerald",
    "Ingrid",
    "Jonas",
    "Milena",
]
_LAST = [
    "Okonjo",
    "Verrall",
    "Lindahl",
    "Ashgrove",
    "Pryde",
    "Solberg",
    "Maddern",
    "Quillan",
    "Durandet",
    "Salvain",
    "Perrigny",
    "Orozal",
    "Montreval",
    "Castaneu",
    "Delorme-Vey",
    "Aubrac",
    "Brandtner",
    "Eichloh",
    "Wiesengrund",
    "Kastel",
    "Rohrmoos",
    "Haldimann",
    "Steinweg",
    "Obermatt",
    "Whitlow",
    "Tremaine",
    "Arbuckle",
    "Mensahn",
    "Larkin-Rowe",
    "Castellane",
    "Vidalgo",
    "Foss",
    "Hadjari",
    "Penhale",
    "Bergvall",
    "Marchetta",
    "Rahimzad",
    "Novaczek",
    "Ulmerich",
    "Thackery",
    "Zielonka",
    "Barrowby",
    "Ferreyra",
    "Ekdahl",
    "Lindqvay",
    "Hartwell",
    "Demirel",
    "Rousselin",
    "Nyquara",
    "Falkner",
    "Lacombe",
    "Sundby",
    "Karimova",
    "Abendroth",
    "Vellani",
    "Thornby",
    "Okpara",
    "Halloran-Key",
    "Reinholt",
    "Sarkany",
    "Bjorklo",
    "Castell",
    "Vesely",
    "Amsler",
    "Gautreau",
    "Petrenka",
    "Dahlin",
    "Suleyman",
    "Adlersen",
    "Fairbourne",
    "Holmquist",
    "Brandtvik",
    "Sorescu",
]


@dataclass(frozen=True)
class Member:
    """Somebody of the company, as `User.csv` has them."""

    number: int
    first_name: str
    last_name: str
    title: str
    team: str
    side: str
    role: Role
    is_active: bool = True
    domain: str = DOMAIN

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@{self.domain}".lower()


def _members() -> tuple[Member, ...]:
    made: list[Member] = []
    for team in TEAMS:
        for place in range(team.size):
            title = team.lead_title if place == 0 else team.titles[(place - 1) % len(team.titles)]
            number = len(made)
            made.append(Member(number, _FIRST[number], _LAST[number], title, team.name, team.side, team.role))
    for first, last in (("Greg", "Mallorine"), ("Uta", "Fennweg")):  # they left, their deals stayed
        made.append(
            Member(len(made), first, last, "Account Executive", "Sales North", "sales", Role.SELLER, is_active=False)
        )
    return tuple(made)


MEMBERS = _members()
BY_TEAM: dict[str, tuple[Member, ...]] = {
    team.name: tuple(member for member in MEMBERS if member.team == team.name and member.is_active) for team in TEAMS
}


OUTSIDER = Member(
    len(MEMBERS), "Lucia", "Ferrandal", "Implementation Consultant", "", "partner", Role.PARTNER,
    domain="korvane.example",
)  # fmt: skip
"""Somebody of the partner company: signs in, and is in no export of Tarnwick's."""


def _lead_of(team: str, place: int = 0) -> Member:
    return BY_TEAM[team][place]


# Who signs in for each role; the seller leads no team, so that Today shows a seller's own work.
CAST: dict[Role, Member] = {
    Role.SELLER: _lead_of("Sales North", 1),
    Role.MARKETER: _lead_of("Demand Generation"),
    Role.EDITOR: _lead_of("Content Studio"),
    Role.SUCCESS: _lead_of("Customer Success"),
    Role.EXECUTIVE: _lead_of("Executive Board"),
    Role.ADMIN: _lead_of("Revenue Operations"),
    Role.PARTNER: OUTSIDER,
}
