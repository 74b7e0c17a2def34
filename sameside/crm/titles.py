"""A job title becomes a seniority and a department, by rules that everybody can read.

Both tables are read from top to bottom and the first line with a word of the title wins. Words are compared whole,
without accents and without regard to case; a line may hold phrases. English, German, French and Spanish.
"""

from functools import lru_cache

from sameside.crm.phrases import pattern, plain

SENIORITY: tuple[tuple[str, str], ...] = (
    (
        "staff",
        "assistant to, executive assistant, personal assistant, assistenz, assistentin der, assistante de,"
        " asistente de,"
        " intern, trainee, praktikant, praktikantin, stagiaire, becario, becaria, werkstudent",
    ),
    ("vp", "vice president, vp, svp, evp, avp, vice presidente, vicepresidente, vice presidente, bereichsvorstand"),
    (
        "c-level",
        "ceo, cfo, cio, cto, coo, cmo, cro, cso, ciso, chro, cpo, cdo, cco, chief, president, founder, cofounder,"
        " co founder, owner, managing director, general manager, geschaftsfuhrer, geschaftsfuhrerin, geschaftsfuhrung,"
        " geschaftsfuehrer, geschaftsfuehrerin, vorstand, vorstandin, vorstandsvorsitzender, inhaber, inhaberin,"
        " grunder, pdg, dg, directeur general, directrice generale, fondateur, fondatrice, presidente,"
        " gerente general, director general, directora general, fundador, fundadora, propietario, partner",
    ),
    (
        "director",
        "director, directora, directeur, directrice, head, leiter, leiterin, abteilungsleiter, abteilungsleiterin,"
        " bereichsleiter, bereichsleiterin, direktor, direktorin, dean, chef de service, jefe de departamento",
    ),
    (
        "manager",
        "manager, mgr, lead, leader, supervisor, teamleiter, teamleiterin, gruppenleiter, gruppenleiterin,"
        " projektleiter,"
        " projektleiterin, responsable, chef, chefe, gerente, jefe, jefa, encargado, encargada, coordinator, manageur",
    ),
)
NO_MANAGER = "account manager, product manager, project manager, produktmanager, key account manager, community manager"

DEPARTMENT: tuple[tuple[str, str], ...] = (
    ("procurement", "procurement, purchasing, buyer, sourcing, vendor relations, einkauf, einkaufer, achats, acheteur,"
     " compras, comprador, cpo"),
    ("marketing", "marketing, cmo, brand, communications, content, demand generation, kommunikation, communication,"
     " comunicacion, mercadotecnia, pr"),
    ("customer-service", "customer service, customer success, customer support, customer care, client services,"
     " support,"
     " kundenservice, kundendienst, kundenbetreuung, service client, relation client, atencion al cliente, soporte"),
    ("sales", "sales, account executive, account manager, business development, cro, revenue, vertrieb, vertriebs,"
     " verkauf, key account manager, aussendienst, vente, ventes, commercial, commerciale, ventas, comercial"),
    ("finance", "finance, financial, cfo, accounting, accountant, controller, controlling, treasurer, treasury, audit,"
     " tax, finanzen, finanz, buchhaltung, finances, financier, comptable, comptabilite, finanzas, contable,"
     " tesoreria"),
    ("it", "it, cio, cto, ciso, cdo, information technology, information systems, technology, infrastructure, network,"
     " security, systems, data, database, informatik, edv, informationstechnik, informatique, systemes, informatica,"
     " sistemas, tecnologia, technologie"),
    ("engineering", "engineering, engineer, developer, software, r d, research, architect, entwicklung, entwickler,"
     " ingenieur, ingenieurin, technik, forschung, konstruktion, ingenierie, developpement, ingenieria, ingeniero,"
     " ingeniera, desarrollo, scientist"),
    ("product", "product, produkt, produktmanager, produit, producto"),
    ("hr", "hr, human resources, chro, people, talent, recruiting, recruiter, personal, personalleiter,"
     " personalleiterin,"
     " personalwesen, ressources humaines, rh, drh, recursos humanos, training, learning"),
    ("legal", "legal, counsel, lawyer, attorney, compliance, recht, jurist, juristin, rechtsabteilung, juridique,"
     " juriste, avocat, abogado, abogada, juridico"),
    ("operations", "operations, operation, coo, logistics, supply chain, facilities, manufacturing, production, plant,"
     " warehouse, quality, betrieb, produktion, logistik, werkleiter, fertigung, qualitat, exploitation, logistique,"
     " operaciones, logistica, produccion, calidad, administration"),
    ("management", "ceo, president, founder, cofounder, owner, managing director, general manager, geschaftsfuhrer,"
     " geschaftsfuhrerin, geschaftsfuhrung, geschaftsfuehrer, geschaftsfuehrerin, vorstand, inhaber, pdg,"
     " directeur general, directrice generale, presidente, director general, directora general, gerente general,"
     " fundador, propietario, board"),
)  # fmt: skip

SENIORITIES = ("c-level", "vp", "director", "manager", "staff")
DEPARTMENTS = tuple(sorted({name for name, _ in DEPARTMENT}))

_SENIORITY = tuple((name, pattern(phrases)) for name, phrases in SENIORITY)
_DEPARTMENT = tuple((name, pattern(phrases)) for name, phrases in DEPARTMENT)
_NO_MANAGER = pattern(NO_MANAGER)


@lru_cache(maxsize=50_000)
def seniority(title: str) -> str:
    """One of `SENIORITIES`, empty for an empty title; a title that no line knows is "staff"."""
    words = plain(title)
    if not words:
        return ""
    for name, known in _SENIORITY:
        if known.search(_NO_MANAGER.sub("", words) if name == "manager" else words):
            return name
    return "staff"


@lru_cache(maxsize=50_000)
def department(title: str, given: str = "") -> str:
    """One of `DEPARTMENTS`, from the department the CRM gives, else from the title; empty when neither says."""
    for text in (given, title):
        words = plain(text).replace("vice president", "")
        for name, known in _DEPARTMENT:
            if words and known.search(words):
                return name
    return ""
