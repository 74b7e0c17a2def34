"""The words by which facets are proposed, in English, German, French and Spanish. Tables only; see `proposals`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sameside.conversations.models import Kind
from sameside.library.models import Facet


@dataclass(frozen=True)
class Place:
    """A text in which words are looked for, and how much finding one there counts.

    `starts` are the places at which its pages after the first begin, and its end.
    """

    name: str
    text: str
    weight: int
    starts: Sequence[int] = ()


@dataclass(frozen=True)
class Rule:
    value: str
    pattern: "re.Pattern[str]"


@dataclass(frozen=True)
class Table:
    """The rules of one facet: a value needs a score of `least`, and at most `most` values are proposed."""

    facet: str
    least: int
    most: int
    rules: Sequence[Rule]


def _rule(value: str, words: str) -> Rule:
    """`words` are alternatives separated by `|`; a trailing `*` allows any ending; spaces match `-` and `_` too."""
    alternatives = []
    for word in words.split("|"):
        stem = re.escape(word.strip().rstrip("*")).replace(r"\ ", r"[\s_\-]+")
        alternatives.append(stem + (r"\w*" if word.strip().endswith("*") else ""))
    return Rule(value, re.compile(rf"(?<![^\W_])(?:{'|'.join(alternatives)})(?![^\W_])", re.IGNORECASE))


CONVERSATIONS = Table(
    Facet.CONVERSATION,
    least=5,
    most=2,
    rules=(
        _rule(
            Kind.TAILORED_POV,
            "point of view|pov|industry trend*|trend*|market outlook|outlook|state of|research|"
            "thought leadership|whitepaper|white paper|insight*|why change|perspective|future of|vision|"
            "studie|standpunkt|markttrend*|livre blanc|tendances|informe|tendencias|analyst report|benchmark|"
            "blog",
        ),
        _rule(
            Kind.RIGHT_PEOPLE,
            "stakeholder*|buying committee|buying group|buying center|org chart|champion|persona|personas|"
            "one pager|one page|for the cfo|for cfos|for the cio|for cios|for it leaders|for executives|"
            "decision maker*|entscheider*|ansprechpartner|décideur*|decisor*|introduction email|leave behind",
        ),
        _rule(
            Kind.RELEVANT_MEETING,
            "agenda|discovery|demo|demo deck|first meeting|meeting|presentation|deck|workshop|call script|"
            "talk track|qualification|questionnaire|vs|battlecard|battle card|erstgespräch|gesprächsleitfaden|"
            "bedarfsanalyse|fragebogen|product overview|solution overview|overview|produktüberblick|"
            "présentation|presentación|webinar",
        ),
        _rule(
            Kind.DEFINITION_OF_SUCCESS,
            "success plan|mutual action plan|mutual plan|roi|business case|implementation|"
            "implementation plan|value assessment|value calculator|calculator|onboarding|project plan|"
            "roadmap|rollout|migration|success criteria|pilot|proof of concept|poc|erfolgsplan|"
            "wirtschaftlichkeit|einführungsplan|plan de réussite|cas d'affaires|plan de éxito|"
            "caso de negocio|playbook|metrics",
        ),
        _rule(
            Kind.TANGIBLE_VALUE,
            "pricing|price list|price*|contract|agreement|proposal|quote|security|compliance|legal|privacy|"
            "gdpr|dpa|sla|terms|reference*|case study|case studies|customer story|success story|testimonial*|"
            "order form|preisliste|angebot|vertrag|datenschutz|sicherheit|referenz*|fallstudie|kundenbericht|"
            "tarif*|contrat|étude de cas|sécurité|precios|contrato|caso de éxito|seguridad|license|licence|"
            "policy",
        ),
    ),
)

VERTICALS = Table(
    Facet.VERTICAL,
    least=5,
    most=2,
    rules=(
        _rule("banking", "bank|banks|banking|banken|bankwesen|banque*|bancario|banca|credit union*|lender*|fintech"),
        _rule(
            "insurance",
            "insurance|insurer*|underwriting|versicherung*|versicherer|assurance*|assureur*|seguros|aseguradora*",
        ),
        _rule(
            "manufacturing",
            "manufactur*|factory|factories|shop floor|automotive|fertigung*|maschinenbau|produktion|"
            "industrie 4.0|usine*|fabrication|fabricación|manufactura",
        ),
        _rule(
            "healthcare",
            "healthcare|health care|hospital*|clinic*|patient*|pharma*|life sciences|gesundheit*|krankenh*|"
            "klinik*|santé|hôpita*|salud|sanitari*",
        ),
        _rule(
            "retail",
            "retail*|e commerce|ecommerce|store*|shopper*|consumer goods|einzelhandel|handel|"
            "commerce de détail|grande distribution|comercio minorista",
        ),
        _rule(
            "public-sector",
            "public sector|government*|federal|agency|municipal*|ministry|öffentlicher dienst|"
            "öffentliche verwaltung|behörde*|secteur public|administration publique|sector público|gobierno",
        ),
        _rule("software", "software|saas|developer*|devops|cloud native|kubernetes|open source|logiciel*|entwickler"),
        _rule(
            "energy",
            "energy|utilit*|oil and gas|power grid|renewable*|energie|energieversorg*|stadtwerke|énergie|energía",
        ),
        _rule(
            "logistics",
            "logistic*|supply chain|freight|warehous*|shipping|transportation|logistik|lieferkette|spedition|"
            "logistique|logística",
        ),
        _rule(
            "telecom",
            "telecom*|telco*|5g|network operator*|telekommunikation|télécom*|telecomunicaciones|mobile operator*",
        ),
        _rule(
            "education",
            "education|universit*|school*|student*|campus|bildung|hochschule*|schule*|éducation|educación|curriculum",
        ),
        _rule(
            "professional-services",
            "professional services|consultan*|law firm*|accounting firm*|advisory|beratung*|kanzlei*|"
            "cabinet de conseil|consultoría",
        ),
    ),
)

PERSONAS = Table(
    Facet.PERSONA,
    least=5,
    most=2,
    rules=(
        _rule(
            "finance",
            "cfo|cfos|finance|financial|controller|controlling|treasur*|finanzen|finanzvorstand|daf|finanzas|roi",
        ),
        _rule(
            "it",
            "cio|cios|cto|it leader*|it department|architect*|infrastructure|developer*|engineer*|sysadmin*|"
            "informatik|dsi",
        ),
        _rule("security", "ciso|cisos|security|compliance|risk|sicherheit|datenschutz|sécurité|seguridad"),
        _rule("operations", "coo|operations|process owner*|plant manager*|betrieb|opérations|operaciones|supply chain"),
        _rule("procurement", "procurement|purchasing|buyer*|einkauf|beschaffung|achats|compras|vendor management"),
        _rule(
            "hr",
            "chro|human resources|hr|people team|talent|recruit*|personalabteilung|ressources humaines|"
            "recursos humanos",
        ),
        _rule("marketing", "cmo|cmos|marketing|demand gen*|brand|campaign*|marketer*"),
        _rule("sales", "cro|sales|account executive*|seller*|sdr|vertrieb|ventes|ventas|revenue team*"),
        _rule("legal", "legal|general counsel|lawyer*|rechtsabteilung|juridique|legales|licens*"),
    ),
)

SENIORITIES = Table(
    Facet.SENIORITY,
    least=6,
    most=1,
    rules=(
        _rule(
            "executive",
            "cfo|cfos|cio|cios|cto|ceo|coo|cmo|ciso|chro|executive|executives|c level|board|vorstand|"
            "geschäftsführ*|direction générale|directivos",
        ),
        _rule("director", "director*|head of|vp|vice president|bereichsleit*|directeur*"),
        _rule("manager", "manager|managers|team lead*|abteilungsleit*|responsable*"),
        _rule(
            "practitioner",
            "developer*|engineer*|administrator*|analyst*|practitioner*|how to|hands on|quick start|"
            "user guide|anleitung|handbuch",
        ),
    ),
)

REGIONS = Table(
    Facet.REGION,
    least=5,
    most=1,
    rules=(
        _rule("dach", "dach|germany|deutschland|austria|österreich|switzerland|schweiz"),
        _rule("france", "france|frankreich|french market"),
        _rule("iberia", "spain|españa|portugal|iberia"),
        _rule("uk-ireland", "united kingdom|uk|ireland|great britain"),
        _rule("nordics", "nordic*|sweden|norway|denmark|finland"),
        _rule("north-america", "north america|united states|usa|us market|canada"),
        _rule("latin-america", "latin america|latam|mexico|méxico|brazil|brasil"),
        _rule("asia-pacific", "apac|asia pacific|japan|china|korea|india|australia|singapore"),
        _rule("emea", "emea|europe|middle east|africa"),
    ),
)

TABLES = (CONVERSATIONS, VERTICALS, PERSONAS, SENIORITIES, REGIONS)


@dataclass(frozen=True)
class Fallback:
    """The conversation of a document whose words name none."""

    value: str
    formats: frozenset[str]
    most_pages: int
    reason: str


_ANY_LENGTH = 1_000_000
FALLBACK_CONVERSATIONS = (
    Fallback(
        Kind.RELEVANT_MEETING, frozenset({"pptx"}), _ANY_LENGTH, "Slides are shown in meetings; no word says more."
    ),
    Fallback(
        Kind.RIGHT_PEOPLE,
        frozenset({"pdf", "docx", "html", "md"}),
        2,
        "So short a document is passed on to others; no word says more.",
    ),
    Fallback(
        Kind.TAILORED_POV,
        frozenset({"html", "md"}),
        _ANY_LENGTH,
        "An article informs before a deal begins; no word says more.",
    ),
    Fallback(
        Kind.DEFINITION_OF_SUCCESS,
        frozenset({"pdf", "docx"}),
        _ANY_LENGTH,
        "A longer document is worked through together; no word says more.",
    ),
)

DEPTH_TERMS = (
    (
        "overview",
        re.compile(
            r"\b(overview|one[- ]pager|at a glance|executive summary|introduction|überblick|aperçu|resumen)\b", re.I
        ),
    ),
    (
        "deep",
        re.compile(
            r"\b(deep[- ]dive|technical|reference architecture|white ?paper|specification|handbook|handbuch)\b", re.I
        ),
    ),
)

_NAMED = r"(?:(?:\s+[-–]\s+|:\s*)(.+))?$"
FOLDER_FACETS = (
    (Facet.PRODUCT_LINE, re.compile(rf"^(?:product lines?|products?|produkte?|produits?){_NAMED}", re.I)),
    (Facet.COMPETITOR, re.compile(rf"^(?:competitors?|competition|wettbewerb(?:er)?){_NAMED}", re.I)),
)
"""A folder that names a facet; the value follows a dash, or is the folder within."""
