"""What Tarnwick writes about: topics by product line, sorts of document by conversation, verticals, in four languages."""

# ruff: noqa: E501  a table reads best with one row on one line

from dataclasses import dataclass

LANGUAGES = ("en", "de", "fr", "es")
Words = tuple[str, str, str, str]  # in the order of LANGUAGES


@dataclass(frozen=True)
class Topic:
    product: str
    words: Words


TOPICS = (
    Topic("Flow", ("Approvals without paper", "Freigaben ohne Papier", "Des approbations sans papier", "Aprobaciones sin papel")),
    Topic("Flow", ("Onboarding in days", "Neukunden in Tagen", "L'accueil des clients en quelques jours", "Altas en pocos días")),
    Topic("Flow", ("Case intake at the first try", "Vorgänge gleich richtig erfassen", "Des dossiers complets du premier coup", "Expedientes completos a la primera")),
    Topic("Flow", ("Fewer hand-offs between departments", "Weniger Übergaben zwischen Abteilungen", "Moins de passages entre services", "Menos traspasos entre departamentos")),
    Topic("Ledger", ("A faster month-end close", "Ein schnellerer Monatsabschluss", "Une clôture mensuelle plus rapide", "Un cierre mensual más rápido")),
    Topic("Ledger", ("Cleaner reconciliations", "Saubere Abstimmungen", "Des rapprochements plus nets", "Conciliaciones más limpias")),
    Topic("Ledger", ("Fewer billing disputes", "Weniger strittige Rechnungen", "Moins de litiges de facturation", "Menos disputas de facturación")),
    Topic("Ledger", ("Working capital in plain sight", "Betriebskapital im Blick", "Le fonds de roulement en clair", "El capital circulante a la vista")),
    Topic("Field", ("First-time fix", "Beim ersten Besuch gelöst", "Réparé dès la première visite", "Resuelto en la primera visita")),
    Topic("Field", ("Smarter dispatch", "Klügere Einsatzplanung", "Une planification plus fine", "Una planificación más inteligente")),
    Topic("Field", ("Safe site visits", "Sichere Einsätze vor Ort", "Des interventions sûres", "Visitas seguras")),
    Topic("Field", ("Spare parts where they are needed", "Ersatzteile am richtigen Ort", "Les pièces au bon endroit", "Repuestos en su sitio")),
    Topic("Shield", ("Audit-ready records", "Prüfungssichere Unterlagen", "Des dossiers prêts pour l'audit", "Registros listos para auditoría")),
    Topic("Shield", ("Policy evidence on demand", "Nachweise auf Abruf", "Des preuves à la demande", "Evidencias a petición")),
    Topic("Shield", ("Access reviews that stick", "Berechtigungen, die stimmen", "Des revues d'accès qui tiennent", "Revisiones de acceso eficaces")),
    Topic("Shield", ("Data protection by design", "Datenschutz von Anfang an", "La protection des données dès la conception", "Protección de datos desde el diseño")),
)  # fmt: skip
PRODUCTS = ("Flow", "Ledger", "Field", "Shield")


@dataclass(frozen=True)
class Sort:
    """A sort of document, and the conversation it is made for."""

    kind: str
    words: Words
    format: str
    persona: Words


_FINANCE: Words = ("CFO and finance team", "CFO und Finanzteam", "directeur financier", "director financiero")
_OPERATIONS: Words = ("head of operations", "Betriebsleitung", "directeur des opérations", "director de operaciones")
_IT: Words = ("CIO and IT team", "CIO und IT-Team", "direction informatique", "director de sistemas")
_BUYER: Words = ("procurement team", "Einkauf", "équipe achats", "equipo de compras")
SORTS = (
    Sort("tailored_pov", ("industry briefing", "Branchenbericht", "note sectorielle", "informe sectorial"), "pdf", _OPERATIONS),
    Sort("tailored_pov", ("point of view", "Standpunkt", "point de vue", "punto de vista"), "pdf", _FINANCE),
    Sort("tailored_pov", ("trend report", "Trendbericht", "rapport de tendances", "informe de tendencias"), "pdf", _IT),
    Sort("right_people", ("champion kit", "Leitfaden für Fürsprecher", "kit du champion", "guía para el impulsor"), "docx", _OPERATIONS),
    Sort("right_people", ("stakeholder map", "Karte der Beteiligten", "carte des parties prenantes", "mapa de interesados"), "pptx", _OPERATIONS),
    Sort("right_people", ("persona guide", "Leitfaden Ansprechpartner", "guide des interlocuteurs", "guía de interlocutores"), "md", _IT),
    Sort("relevant_meeting", ("meeting deck", "Gesprächspräsentation", "présentation de rendez-vous", "presentación de reunión"), "pptx", _OPERATIONS),
    Sort("tangible_value", ("case study", "Kundenbericht", "étude de cas", "caso de éxito"), "pdf", _OPERATIONS),
    Sort("relevant_meeting", ("discovery guide", "Fragenleitfaden", "guide de découverte", "guía de preguntas"), "md", _OPERATIONS),
    Sort("relevant_meeting", ("solution brief", "Lösungsübersicht", "fiche solution", "resumen de la solución"), "pdf", _IT),
    Sort("definition_of_success", ("value workshop", "Wertworkshop", "atelier de valeur", "taller de valor"), "pptx", _FINANCE),
    Sort("definition_of_success", ("implementation checklist", "Einführungsplan", "liste de mise en œuvre", "lista de implantación"), "docx", _IT),
    Sort("definition_of_success", ("pilot plan", "Pilotplan", "plan pilote", "plan piloto"), "docx", _OPERATIONS),
    Sort("definition_of_success", ("business case", "Wirtschaftlichkeitsrechnung", "étude de rentabilité", "caso de negocio"), "pptx", _FINANCE),
    Sort("tangible_value", ("pricing guide", "Preisleitfaden", "guide tarifaire", "guía de precios"), "pdf", _BUYER),
    Sort("tangible_value", ("security white paper", "Sicherheitskonzept", "livre blanc sécurité", "libro blanco de seguridad"), "pdf", _IT),
    Sort("tangible_value", ("proposal template", "Angebotsvorlage", "modèle de proposition", "plantilla de propuesta"), "docx", _BUYER),
)  # fmt: skip
KINDS = ("tailored_pov", "right_people", "relevant_meeting", "definition_of_success", "tangible_value")

# The conversation, said in the document's own language; sellers and editors write it on the cover.
USE: dict[str, Words] = {
    "tailored_pov": ("a tailored point of view", "einen eigenen Standpunkt für den Kunden", "un point de vue sur mesure", "un punto de vista a medida"),
    "right_people": ("reaching the right people", "den Zugang zu den richtigen Personen", "l'accès aux bonnes personnes", "llegar a las personas adecuadas"),
    "relevant_meeting": ("a relevant meeting", "ein relevantes Erstgespräch", "un rendez-vous pertinent", "una reunión relevante"),
    "definition_of_success": ("agreeing a definition of success", "die gemeinsame Definition von Erfolg", "la définition commune du succès", "acordar la definición de éxito"),
    "tangible_value": ("proving tangible value", "den Nachweis von greifbarem Wert", "la preuve d'une valeur tangible", "demostrar un valor tangible"),
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A vertical in words: its name, who its customers are, where its people work."""

    name: Words
    customers: Words
    place: Words


FIELDS: dict[str, Field] = {
    "banking": Field(("banking", "Banken", "la banque", "banca"), ("account holders", "Kontoinhaber", "titulaires de compte", "titulares de cuentas"), ("bank branch", "Bankfiliale", "agence bancaire", "sucursal bancaria")),
    "insurance": Field(("insurance", "Versicherungen", "l'assurance", "seguros"), ("policyholders", "Versicherungsnehmer", "assurés", "asegurados"), ("claims department", "Schadenabteilung", "service sinistres", "departamento de siniestros")),
    "manufacturing": Field(("manufacturing", "die Fertigung", "l'industrie manufacturière", "fabricación"), ("plant managers", "Werksleiter", "directeurs d'usine", "jefes de planta"), ("factory floor", "Produktionshalle", "atelier de production", "planta de producción")),
    "healthcare": Field(("healthcare", "das Gesundheitswesen", "la santé", "sanidad"), ("patients", "Patienten", "patients", "pacientes"), ("hospital ward", "Krankenhausstation", "service hospitalier", "planta del hospital")),
    "retail": Field(("retail", "den Einzelhandel", "le commerce de détail", "comercio minorista"), ("shoppers", "Käufer im Laden", "clients en magasin", "clientes en tienda"), ("store network", "Filialnetz", "réseau de magasins", "red de tiendas")),
    "public-sector": Field(("the public sector", "die öffentliche Verwaltung", "le secteur public", "el sector público"), ("citizens", "Bürgerinnen und Bürger", "citoyens", "ciudadanos"), ("city council", "Stadtverwaltung", "mairie", "ayuntamiento")),
    "software": Field(("software", "Softwarefirmen", "les éditeurs de logiciels", "software"), ("subscribers", "Abonnenten der Software", "abonnés SaaS", "suscriptores"), ("development team", "Entwicklungsteam", "équipe de développement", "equipo de desarrollo")),
    "energy": Field(("energy", "die Energiewirtschaft", "l'énergie", "energía"), ("grid customers", "Netzkunden", "clients du réseau électrique", "clientes de la red eléctrica"), ("power plant", "Kraftwerk", "centrale électrique", "central eléctrica")),
    "logistics": Field(("logistics", "die Logistik", "la logistique", "logística"), ("freight customers", "Frachtkunden", "chargeurs", "cargadores"), ("warehouse", "Lagerhaus der Spedition", "entrepôt", "almacén")),
    "telecom": Field(("telecom", "die Telekommunikation", "les télécoms", "telecomunicaciones"), ("mobile subscribers", "Mobilfunkkunden", "abonnés mobiles", "abonados móviles"), ("network operations centre", "Netzleitstelle", "centre d'exploitation du réseau", "centro de operaciones de red")),
    "education": Field(("education", "die Bildung", "l'enseignement", "educación"), ("students", "Studierende", "étudiants", "estudiantes"), ("university campus", "Universitätscampus", "campus universitaire", "campus universitario")),
    "professional-services": Field(("professional services", "Beratungsunternehmen", "les cabinets de conseil", "servicios profesionales"), ("clients of the firm", "Mandanten", "clients du cabinet", "clientes del despacho"), ("consulting practice", "Beratungspraxis", "cabinet de conseil", "consultora")),
}  # fmt: skip
ANY_FIELD = Field(
    ("every industry", "alle Branchen", "tous les secteurs", "todos los sectores"),
    ("customers", "Kunden", "clients", "clientes"),
    ("back office", "Backoffice", "back-office", "back-office"),
)
CODE_WORDS = [
    "Heron",
    "Kestrel",
    "Plover",
    "Curlew",
    "Avocet",
    "Dunlin",
    "Godwit",
    "Lapwing",
    "Osprey",
    "Petrel",
    "Sandpiper",
    "Tern",
    "Wagtail",
    "Whimbrel",
    "Bittern",
    "Corncrake",
    "Egret",
    "Fulmar",
    "Gannet",
    "Merlin",
]
# What Tarnwick also files in its library, and nobody passes on: about itself, for everybody.
OFF_TARGET = (
    "Our story so far", "Release notes", "Awards and recognition", "Company values", "Brand colours in use",
    "Partner programme news", "What is new", "Meet the team", "Quarter in review", "Feature overview",
)  # fmt: skip
