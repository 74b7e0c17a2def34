"""Deals and the history of their stages as a table may hold them."""

from dataclasses import replace

from sameside.connectors.table import vocabulary as words
from sameside.connectors.table.target import (
    CAMPAIGN_ID,
    CAMPAIGN_NAME,
    COMPANY_DOMAIN,
    COMPANY_ID,
    COMPANY_NAME,
    DEAL_ID,
    DEAL_NAME,
    LEAD_SOURCE,
    OWNER,
    Target,
    TargetField,
    id_of,
)
from sameside.connectors.table.vocabulary import phrases

DEALS = Target(
    "deals",
    "Deals",
    "Deal",
    "Opportunities with their stage and amount, open and closed.",
    words.DEAL,
    (
        id_of(words.DEAL),
        TargetField(
            "name",
            "Name",
            "text",
            (*phrases(words.DEAL, words.NAME), "name", "title", "topic", "subject", "titel", "thema", "nom", "nombre"),
            required=True,
        ),
        TargetField(
            "stage",
            "Stage",
            "stage",
            (
                *phrases("stage, deal stage, sales stage, opportunity stage, pipeline stage, stage name, phase"),
                *phrases("stufe, verkaufsphase, vertriebsphase, etape, stade, etapa, fase, sales process stage"),
                *phrases("etape pipeline, etapa negocio, process stage, pipeline phase, deal stage name, status label"),
            ),
            signal=2.2,
        ),
        TargetField(
            "status",
            "Open, won or lost",
            "stage",
            phrases("status, deal status, state, opportunity status, statut, estado, etat, status reason, status type"),
            "A word for open, won or lost, beside the stage.",
        ),
        TargetField(
            "amount",
            "Amount",
            "amount",
            phrases(
                "amount, deal value, value, deal amount, expected revenue, est revenue, estimated revenue,"
                " estimated value, opportunity amount, total value, price, total, betrag, wert, auftragswert,"
                " volumen, summe, auftragsvolumen, angebotssumme, erwarteter umsatz, erlos, montant, valeur,"
                " montant total, prix, revenu espere, importe, monto, valor, ingreso esperado, importe total,"
                " amount company currency, projected value, contract value, acv, tcv, arr, mrr, actual revenue,"
                " budget"
            ),
            signal=2,
        ),
        TargetField(
            "currency",
            "Currency",
            "currency",
            phrases("currency, currency code, amount currency, deal currency, value currency, wahrung, devise, moneda"),
            signal=1.2,
        ),
        TargetField(
            "probability",
            "Probability",
            "percentage",
            phrases(
                "probability, win probability, confidence, deal probability, likelihood, chance, wahrscheinlichkeit,"
                " abschlusswahrscheinlichkeit, probabilite, probabilidad, win likelihood, win percentage, percent"
            ),
            signal=2,
        ),
        TargetField(
            "close_on",
            "Close date",
            "day",
            phrases(
                "close date, closing date, expected close date, expected closing, est close date, estimated close"
                " date, closed date, expected closing date, projected close date, forecast close date, date"
                " closed, won date, won time, closed at, close time, actual close date, lost time, deal closed on,"
                " forecasted close, abschlussdatum, abschluss, erwartetes abschlussdatum, erwarteter abschluss,"
                " geplanter abschluss, date cloture, cloture prevue, date cloture prevue, date signature, date"
                " fermeture, date echeance, fecha cierre, cierre esperado, fecha cierre prevista, cierre previsto,"
                " expected close, date won"
            ),
            signal=2,
        ),
        TargetField(
            "kind",
            "Kind",
            "text",
            phrases("type, deal type, opportunity type, kind, art, typ, tipo, record type"),
            signal=0.5,
        ),
        LEAD_SOURCE,
        TargetField(
            "lost_reason",
            "Reason it was lost",
            "text",
            phrases(
                "lost reason, loss reason, closed lost reason, reason lost, reason for loss, verlustgrund, grund"
                " verlust, absagegrund, motif perte, raison perte, motivo perdida, razon perdida, close reason,"
                " reason"
            ),
            signal=2,
        ),
        TargetField(
            "next_step",
            "Next step",
            "text",
            phrases("next step, nachster schritt, prochaine etape, proximo paso"),
            signal=1.5,
        ),
        COMPANY_NAME,
        COMPANY_ID,
        COMPANY_DOMAIN,
        replace(CAMPAIGN_NAME, signal=0.3),
        replace(CAMPAIGN_ID, signal=0.3),
        OWNER,
        TargetField(
            "created_at",
            "Created at",
            "moment",
            words.CREATED,
            "Without it, the time of the import counts.",
            signal=0.4,
        ),
    ),
    known_by=(("name", "company_name"),),
    one_of=(("stage", "status"),),
    hints=("deal", "opportunit", "opp", "pipeline", "chance", "affaire", "oportunidad", "negocio", "auftr", "forecast"),
)

STAGE_CHANGES = Target(
    "stage_changes",
    "Stage changes",
    "Stage change",
    "When a deal entered which stage: the history of the pipeline.",
    ("stage change", "history", "stage history", "verlauf", "historique", "historial"),
    (
        id_of(("history", "change", "stage change")),
        DEAL_ID,
        DEAL_NAME,
        TargetField(
            "stage",
            "Stage entered",
            "stage",
            phrases(
                "stage, new stage, to stage, new value, stage name, to, phase, neue phase, nouvelle etape, nueva"
                " etapa, etape, etapa, nach, vers, a etapa, new stage name"
            ),
            required=True,
            signal=1.5,
        ),
        TargetField(
            "at",
            "Entered at",
            "moment",
            (
                *phrases(
                    "changed at, change date, changed on, modified at, entered at, entered on, date entered, date"
                ),
                *phrases(
                    "timestamp, edit date, created date, time, datum, geandert am, modifie le, fecha, change time"
                ),
                *phrases(
                    "fecha cambio, date changement, stage date, entered stage, modified date, created at, changed"
                ),
                *phrases("last modified, last modified date, changed date, stage change date, datum anderung, since"),
            ),
            required=True,
        ),
        TargetField("amount", "Amount then", "amount", phrases("amount, value, betrag, montant, importe"), signal=0.5),
        TargetField(
            "probability", "Probability then", "percentage", phrases("probability, wahrscheinlichkeit"), signal=0.3
        ),
        TargetField("close_on", "Close date then", "day", phrases("close date, abschlussdatum"), signal=0.3),
        TargetField(
            "owner",
            "Changed by",
            "owner",
            phrases(
                "changed by, modified by, last modified by, edited by, user, geandert von, modifie par, by, created by"
            ),
            signal=0.8,
        ),
    ),
    known_by=(("deal_id", "stage", "at"), ("deal_name", "stage", "at")),
    one_of=(("deal_id", "deal_name"),),
    hints=("history", "stage", "verlauf", "historique", "historial", "changes", "log"),
)
