"""Sentences for the documents, in four languages. Slots: {topic}, {field}, {customers}, {place}, {product}, {firm}, {n}, {m}."""

# ruff: noqa: E501  one sentence on one line

from dataclasses import dataclass

Text = tuple[str, str, str, str]  # en, de, fr, es


@dataclass(frozen=True)
class Section:
    """A sort of section: its heading, what may stand in it, and with what beside it (chart, table, list, quote)."""

    heading: Text
    sentences: tuple[Text, ...]
    extra: str


SECTIONS = (
    Section(
        ("What slows the work down", "Was die Arbeit bremst", "Ce qui ralentit le travail", "Lo que frena el trabajo"),
        (
            (
                "In {field}, the same information is typed {n} times before a decision is made.",
                "Für {field} gilt: dieselbe Angabe wird {n} Mal erfasst, bevor entschieden wird.",
                "Pour {field}, la même information est saisie {n} fois avant une décision.",
                "En {field}, el mismo dato se escribe {n} veces antes de decidir.",
            ),
            (
                "People in the {place} wait for an answer that already exists in another system.",
                "Beispiel {place}: Man wartet auf eine Antwort, die in einem anderen System längst steht.",
                "Exemple {place} : on attend une réponse qui existe déjà dans un autre système.",
                "Ejemplo, {place}: se espera una respuesta que ya existe en otro sistema.",
            ),
            (
                "Nobody is at fault: every department keeps its own list, and every list is right for its own purpose.",
                "Niemand ist schuld: Jede Abteilung führt ihre Liste, und jede Liste stimmt für ihren Zweck.",
                "Personne n'est en faute : chaque service tient sa liste, juste pour son propre usage.",
                "Nadie tiene la culpa: cada departamento lleva su lista, correcta para su propio fin.",
            ),
            (
                "What {customers} notice is the waiting; what the finance team notices is the rework.",
                "Was {customers} merken, ist das Warten; was die Finanzabteilung merkt, ist die Nacharbeit.",
                "Ce que remarquent les {customers}, c'est l'attente ; la finance, elle, voit les reprises.",
                "Los {customers} notan la espera; el equipo financiero, el trabajo repetido.",
            ),
            (
                "In our interviews, {m} of 10 teams could not say how long one case takes from start to end.",
                "In unseren Gesprächen konnten {m} von 10 Teams nicht sagen, wie lange ein Vorgang dauert.",
                "Lors de nos entretiens, {m} équipes sur 10 ne savaient pas dire combien dure un dossier.",
                "En nuestras entrevistas, {m} de cada 10 equipos no sabían cuánto dura un expediente.",
            ),
        ),
        "chart",
    ),
    Section(
        (
            "How {product} goes about it",
            "Wie {product} vorgeht",
            "Comment {product} procède",
            "Cómo lo aborda {product}",
        ),
        (
            (
                "{product} reads what is there and leaves every record where it is.",
                "{product} liest, was da ist, und lässt jeden Datensatz an seinem Ort.",
                "{product} lit ce qui existe et laisse chaque donnée à sa place.",
                "{product} lee lo que hay y deja cada registro en su sitio.",
            ),
            (
                "The first {n} steps are set up in a week; the rest follows when people ask for it.",
                "Die ersten {n} Schritte stehen in einer Woche; der Rest folgt, wenn danach gefragt wird.",
                "Les {n} premières étapes sont prêtes en une semaine ; le reste suit à la demande.",
                "Los primeros {n} pasos se montan en una semana; el resto llega cuando se pide.",
            ),
            (
                "A case that is complete goes straight through. A case that is not says what is missing.",
                "Ein vollständiger Vorgang läuft durch. Ein unvollständiger sagt, was fehlt.",
                "Un dossier complet passe tout droit. Un dossier incomplet dit ce qui manque.",
                "Un expediente completo pasa directo. Uno incompleto dice qué falta.",
            ),
            (
                "Every change is kept with name and time, so that the auditor asks the system and not the team.",
                "Jede Änderung bleibt mit Name und Zeit erhalten: Die Prüfung fragt das System, nicht das Team.",
                "Chaque modification garde nom et heure : l'auditeur interroge le système, pas l'équipe.",
                "Cada cambio guarda nombre y hora: el auditor pregunta al sistema y no al equipo.",
            ),
        ),
        "list",
    ),
    Section(
        ("What it is worth", "Was es wert ist", "Ce que cela vaut", "Lo que vale"),
        (
            (
                "We count three things only: hours saved, errors avoided, and money that arrives earlier.",
                "Wir zählen nur drei Dinge: gesparte Stunden, vermiedene Fehler, früher eingehendes Geld.",
                "Nous ne comptons que trois choses : heures gagnées, erreurs évitées, argent reçu plus tôt.",
                "Contamos solo tres cosas: horas ahorradas, errores evitados y dinero que llega antes.",
            ),
            (
                "A team of {n}0 people gets back about {m} hours a week.",
                "Ein Team von {n}0 Personen gewinnt etwa {m} Stunden je Woche.",
                "Une équipe de {n}0 personnes récupère environ {m} heures par semaine.",
                "Un equipo de {n}0 personas recupera unas {m} horas por semana.",
            ),
            (
                "The figures below are a worked example; the empty column is for yours.",
                "Die Zahlen unten sind ein Rechenbeispiel; die leere Spalte ist für Ihre.",
                "Les chiffres ci-dessous sont un exemple ; la colonne vide est pour les vôtres.",
                "Las cifras de abajo son un ejemplo; la columna vacía es para las suyas.",
            ),
            (
                "If the second line does not convince your finance team, stop there and call us.",
                "Überzeugt die zweite Zeile Ihre Finanzabteilung nicht, hören Sie dort auf und rufen Sie an.",
                "Si la deuxième ligne ne convainc pas votre direction financière, arrêtez-vous là et appelez-nous.",
                "Si la segunda línea no convence a su equipo financiero, deténgase y llámenos.",
            ),
        ),
        "table",
    ),
    Section(
        ("An example: {firm}", "Ein Beispiel: {firm}", "Un exemple : {firm}", "Un ejemplo: {firm}"),
        (
            (
                "{firm} began with one {place} and one rule: nothing is asked twice.",
                "{firm} begann an einem Ort ({place}) mit einer Regel: Nichts wird zweimal gefragt.",
                "{firm} a commencé par un seul site ({place}) et une règle : ne rien demander deux fois.",
                "{firm} empezó por un solo sitio ({place}) y una regla: nada se pregunta dos veces.",
            ),
            (
                "After {n} weeks the backlog was gone; after {m} the second site asked to join.",
                "Nach {n} Wochen war der Rückstand weg; nach {m} wollte der zweite Standort dabei sein.",
                "Après {n} semaines, le retard avait disparu ; après {m}, le deuxième site demandait à en être.",
                "A las {n} semanas no quedaban atrasos; a las {m}, la segunda sede quiso sumarse.",
            ),
            (
                "What helped most was not the software but that both sides had agreed what success would be.",
                "Am meisten half nicht die Software, sondern dass beide Seiten wussten, was Erfolg heißt.",
                "Le plus utile ne fut pas le logiciel, mais l'accord des deux parties sur ce qu'est le succès.",
                "Lo que más ayudó no fue el programa, sino que ambas partes acordaron qué era el éxito.",
            ),
            (
                "{customers} wrote to say thank you, which had not happened before.",
                "{customers} schrieben, um zu danken; das gab es vorher nicht.",
                "Des {customers} ont écrit pour remercier, ce qui n'était jamais arrivé.",
                "Los {customers} escribieron para dar las gracias, algo que no había pasado antes.",
            ),
        ),
        "quote",
    ),
    Section(
        (
            "Questions to ask first",
            "Fragen, die zuerst kommen",
            "Les questions à poser d'abord",
            "Las primeras preguntas",
        ),
        (
            (
                "Good questions are answered with a number or a name. Write the answer down in the room.",
                "Gute Fragen werden mit einer Zahl oder einem Namen beantwortet. Schreiben Sie sie sofort auf.",
                "Une bonne question appelle un chiffre ou un nom. Notez la réponse sur place.",
                "Una buena pregunta se responde con una cifra o un nombre. Anote la respuesta al momento.",
            ),
            (
                "Leave out what their annual report already says.",
                "Lassen Sie weg, was schon im Geschäftsbericht steht.",
                "Laissez de côté ce que dit déjà leur rapport annuel.",
                "Omita lo que ya dice su informe anual.",
            ),
            (
                "Who loses time today when {topic} does not work? Who else has to say yes?",
                "Wer verliert heute Zeit, wenn es hakt („{topic}“)? Wer muss noch zustimmen?",
                "Qui perd du temps aujourd'hui (« {topic} ») ? Qui d'autre doit dire oui ?",
                "¿Quién pierde tiempo hoy («{topic}»)? ¿Quién más tiene que decir que sí?",
            ),
        ),
        "list",
    ),
    Section(
        (
            "The plan, week by week",
            "Der Plan, Woche für Woche",
            "Le plan, semaine par semaine",
            "El plan, semana a semana",
        ),
        (
            (
                "The plan has an owner on each side for every line, and a date that both can keep.",
                "Jede Zeile hat auf jeder Seite jemanden, der zuständig ist, und einen haltbaren Termin.",
                "Chaque ligne a un responsable de chaque côté et une date tenable.",
                "Cada línea tiene un responsable de cada parte y una fecha que ambos pueden cumplir.",
            ),
            (
                "Week {n} is the point where either side may stop without a reason.",
                "In Woche {n} darf jede Seite ohne Begründung aufhören.",
                "En semaine {n}, chacun peut s'arrêter sans donner de raison.",
                "En la semana {n}, cualquiera puede parar sin dar motivos.",
            ),
            (
                "What is measured at the end is written down at the beginning.",
                "Was am Ende gemessen wird, steht am Anfang fest.",
                "Ce qui sera mesuré à la fin est écrit au début.",
                "Lo que se mide al final se escribe al principio.",
            ),
        ),
        "table",
    ),
    Section(
        ("What may go wrong", "Was schiefgehen kann", "Ce qui peut mal tourner", "Lo que puede salir mal"),
        (
            (
                "Most projects in {field} fail for lack of time in the first month, not for lack of money.",
                "Die meisten Vorhaben für {field} scheitern an Zeit im ersten Monat, nicht an Geld.",
                "La plupart des projets pour {field} manquent de temps le premier mois, pas d'argent.",
                "La mayoría de los proyectos de {field} fallan por falta de tiempo en el primer mes, no de dinero.",
            ),
            (
                "Data stays in the region you choose; the list of who may see it has {n} names.",
                "Die Daten bleiben in der Region Ihrer Wahl; die Liste der Berechtigten hat {n} Namen.",
                "Les données restent dans la région choisie ; la liste des accès compte {n} noms.",
                "Los datos se quedan en la región elegida; la lista de accesos tiene {n} nombres.",
            ),
            (
                "If a connection fails, people work on as before and nothing is lost.",
                "Fällt eine Verbindung aus, arbeiten alle weiter wie bisher, und nichts geht verloren.",
                "Si une liaison tombe, chacun continue comme avant et rien n'est perdu.",
                "Si falla una conexión, todos siguen como antes y nada se pierde.",
            ),
        ),
        "chart",
    ),
)

APPLIES: Text = (
    "This holds for every {place} in {field}, and for the {customers} who depend on it: {field} is what we know.",
    "Das gilt für {field} überall, ob {place} oder Zentrale, und für alle {customers}: {field}, das kennen wir.",
    "Cela vaut pour {field} en général, pour chaque {place} et pour tous les {customers} : {field}, c'est notre métier.",
    "Esto vale para {field} en general, para cada {place} y para todos los {customers}: {field} es lo nuestro.",
)
USE_FOR: Text = ("Use it for", "Hilft bei", "Sert à", "Sirve para")
WRITTEN_FOR: Text = ("Written for", "Geschrieben für", "Écrit pour", "Escrito para")
AT_A_GLANCE: Text = ("At a glance", "Auf einen Blick", "En bref", "De un vistazo")
PAGE: Text = ("page", "Seite", "page", "página")
DEMO: Text = (
    "A fictional document of a fictional company.",
    "Ein erfundenes Dokument einer erfundenen Firma.",
    "Document fictif d'une entreprise fictive.",
    "Documento ficticio de una empresa ficticia.",
)
CHART_TITLE: Text = (
    "Hours per case, before and after",
    "Stunden je Vorgang, vorher und nachher",
    "Heures par dossier, avant et après",
    "Horas por expediente, antes y después",
)
STEPS: tuple[Text, ...] = (
    ("Receive", "Eingang", "Réception", "Recepción"),
    ("Check", "Prüfung", "Contrôle", "Control"),
    ("Decide", "Entscheidung", "Décision", "Decisión"),
    ("Record", "Ablage", "Archivage", "Archivo"),
    ("Answer", "Antwort", "Réponse", "Respuesta"),
)
TABLE_HEAD: tuple[Text, ...] = (
    ("Measure", "Maß", "Mesure", "Medida"),
    ("Today", "Heute", "Aujourd'hui", "Hoy"),
    ("After 90 days", "Nach 90 Tagen", "Après 90 jours", "A los 90 días"),
    ("Yours", "Bei Ihnen", "Chez vous", "Ustedes"),
)
MEASURES: tuple[Text, ...] = (
    ("Hours per case", "Stunden je Vorgang", "Heures par dossier", "Horas por expediente"),
    ("Cases sent back", "Rückläufer", "Dossiers renvoyés", "Expedientes devueltos"),
    ("Days to close", "Tage bis Abschluss", "Jours avant clôture", "Días hasta el cierre"),
    ("Open disputes", "Offene Streitfälle", "Litiges ouverts", "Disputas abiertas"),
    ("Overtime hours", "Überstunden", "Heures supplémentaires", "Horas extra"),
)
BULLETS: tuple[Text, ...] = (
    (
        "One place where the case is complete",
        "Ein Ort, an dem der Vorgang vollständig ist",
        "Un seul endroit où le dossier est complet",
        "Un solo lugar donde el expediente está completo",
    ),
    (
        "Rules that the team can read and change",
        "Regeln, die das Team lesen und ändern kann",
        "Des règles que l'équipe peut lire et changer",
        "Reglas que el equipo puede leer y cambiar",
    ),
    (
        "No copy of personal data is made",
        "Keine Kopie personenbezogener Daten",
        "Aucune copie de données personnelles",
        "Sin copias de datos personales",
    ),
    (
        "Works with the systems that are there",
        "Arbeitet mit den vorhandenen Systemen",
        "Fonctionne avec les systèmes en place",
        "Funciona con los sistemas existentes",
    ),
    (
        "A report that says what is late and why",
        "Ein Bericht, der sagt, was warum spät ist",
        "Un rapport qui dit ce qui tarde et pourquoi",
        "Un informe que dice qué va tarde y por qué",
    ),
)
QUOTES: tuple[Text, ...] = (
    (
        "We stopped asking who has the file.",
        "Wir fragen nicht mehr, wer die Akte hat.",
        "Nous ne demandons plus qui a le dossier.",
        "Ya no preguntamos quién tiene el expediente.",
    ),
    (
        "The close used to end on day nine. Now we go home on day four.",
        "Der Abschluss endete am neunten Tag. Jetzt gehen wir am vierten nach Hause.",
        "La clôture finissait le neuvième jour. Maintenant, le quatrième.",
        "El cierre acababa el noveno día. Ahora, el cuarto.",
    ),
    (
        "It was the first project that ended before its budget did.",
        "Es war das erste Vorhaben, das vor seinem Budget zu Ende war.",
        "Ce fut le premier projet fini avant son budget.",
        "Fue el primer proyecto que terminó antes que su presupuesto.",
    ),
)
# The success plan, which is one document and has words of its own.
HELPER = (
    ("What both sides call success", "Write three sentences that can turn out true or false, each with a number and a date. Both sides sign under them."),
    ("Thirty days, ten steps", "Every step has one owner on the buyer's side and one on ours. A step without two names is not a step."),
    ("When to use it", "Bring it empty to the meeting in which the customer says what would make this worth doing. Fill it in together, on the screen. Send it the same day and ask for corrections, not for approval."),
    ("What we have seen", "Deals in which the mutual success plan was filled in together move on far more often than those where a proposal was sent first. It takes forty minutes."),
)  # fmt: skip
NEWS = (
    ("A word from us", "We are proud of this quarter. Our teams moved into the new office, the coffee is better, and the garden is open on Fridays."),
    ("What is new", "Version numbers went up. The settings page has a new colour, the icons are rounder, and the start page loads a little faster."),
    ("People", "We welcomed colleagues in four offices and said goodbye to a printer. The summer party had a boat."),
    ("Awards", "We were named among the most promising, the most admired and the most rounded. We thank the juries."),
    ("Looking ahead", "More of everything is planned. Watch this space, follow our channels, and tell your friends."),
)  # fmt: skip
