"""Campaigns, their members, and activities as a table may hold them."""

from dataclasses import replace

from sameside.connectors.table import vocabulary as words
from sameside.connectors.table.target import (
    CAMPAIGN_ID,
    CAMPAIGN_NAME,
    COMPANY_ID,
    COMPANY_NAME,
    CONTACT_ID,
    CREATED,
    DEAL_ID,
    DEAL_NAME,
    LEAD_ID,
    OWNER,
    PERSON_EMAIL,
    Target,
    TargetField,
    id_of,
)
from sameside.connectors.table.vocabulary import phrases

CAMPAIGNS = Target(
    "campaigns",
    "Campaigns",
    "Campaign",
    "Fairs, webinars, mailings and ads, with dates and cost.",
    words.CAMPAIGN,
    (
        id_of(words.CAMPAIGN),
        TargetField(
            "name",
            "Name",
            "text",
            (*phrases(words.CAMPAIGN, words.NAME), "name", "title", "titel", "nom", "nombre"),
            required=True,
        ),
        TargetField(
            "kind",
            "Kind",
            "text",
            (
                *phrases("type, campaign type, channel, kind, art, typ, kampagnentyp, kampagnenart, kanal, medium"),
                *phrases("type campagne, canal, tipo, tipo campana, category, format"),
            ),
            "Webinar, fair, e-mail ...: decides the channel its touches count for.",
            signal=1.1,
        ),
        TargetField(
            "status", "Status", "text", phrases("status, state, statut, estado, campaign status, etat"), signal=0.4
        ),
        TargetField(
            "starts_on",
            "Starts on",
            "day",
            phrases(
                "start date, start, starts on, begin, beginn, startdatum, date debut, debut, fecha inicio,"
                " inicio, from, date, event date, datum, campaign start date, send date, von"
            ),
            signal=1.5,
        ),
        TargetField(
            "ends_on",
            "Ends on",
            "day",
            phrases(
                "end date, end, ends on, ende, enddatum, date fin, fin, fecha fin, to, campaign end date, bis, finish"
            ),
            signal=2,
        ),
        TargetField(
            "budgeted_cost",
            "Budget",
            "amount",
            phrases("budget, budgeted cost, planned cost, budgetierte kosten, plankosten, budget prevu, presupuesto"),
            signal=2,
        ),
        TargetField(
            "actual_cost",
            "Actual cost",
            "amount",
            phrases(
                "actual cost, cost, spend, costs, total cost, expenses, kosten, istkosten, tatsachliche kosten,"
                " ausgaben, cout, cout reel, couts, depenses, coste, coste real, costo, gasto"
            ),
            signal=2,
        ),
        TargetField(
            "parent", "Parent campaign id", "id", phrases("parent campaign, parent campaign id, parent id, parent")
        ),
        OWNER,
        CREATED,
    ),
    known_by=(("name",),),
    hints=("campaign", "kampagne", "campagne", "campana", "events", "webinars", "marketing plan", "fairs"),
)

MEMBERS = Target(
    "members",
    "Campaign members",
    "Campaign member",
    "Who was part of a campaign and whether they answered: attendees, registrations, recipients.",
    ("member", "attendee", "participant", "registrant", "teilnehmer", "inscrit", "participante"),
    (
        id_of(("member", "registration", "attendee", "order", "ticket"), "order"),
        replace(CAMPAIGN_NAME, signal=2.2),
        CAMPAIGN_ID,
        PERSON_EMAIL,
        CONTACT_ID,
        LEAD_ID,
        TargetField(
            "status",
            "Status",
            "text",
            phrases(
                "status, member status, attendee status, attendance, response, registration status, approval status,"
                " ticket status, teilnahmestatus, statut, estado, check in status, rsvp"
            ),
            signal=0.9,
        ),
        TargetField(
            "responded",
            "Responded",
            "boolean",
            phrases(
                "responded, attended, has responded, teilgenommen, a participe, present, asistio, checked in, joined,"
                " has attended, anwesend, response yes"
            ),
            signal=2,
        ),
        TargetField(
            "at",
            "At",
            "moment",
            (
                *phrases("first responded date, responded at, registration time, registered at, join time, date"),
                *phrases("check in date, attended at, response date, added to list, datum, fecha, timestamp"),
                *words.CREATED,
            ),
            "When they answered, else when they were added. Without it, the time of the import counts.",
            signal=0.7,
        ),
    ),
    known_by=(("campaign_id", "email"), ("campaign_name", "email"), ("campaign_name", "contact_id")),
    one_of=(("campaign_name", "campaign_id"), ("email", "contact_id", "lead_id")),
    hints=("member", "attendee", "teilnehmer", "participant", "attendance", "registrants"),
)

ACTIVITIES = Target(
    "activities",
    "Activities",
    "Activity",
    "Calls, e-mails, meetings and tasks that somebody logged.",
    words.ACTIVITY,
    (
        id_of(words.ACTIVITY),
        TargetField(
            "kind",
            "Kind",
            "text",
            (
                *phrases("type, activity type, task type, kind, activity, art, aktivitatstyp, typ, aktivitatsart"),
                *phrases("type activite, tipo, tipo actividad, engagement type, call type, task subtype, channel"),
            ),
            "Call, e-mail, meeting; else it is read from the subject.",
            signal=0.9,
        ),
        TargetField(
            "subject",
            "Subject",
            "text",
            phrases(
                "subject, activity subject, title, name, betreff, thema, titel, objet, sujet, asunto, summary,"
                " regarding, task name, call subject, topic, event title, meeting title"
            ),
            signal=1.5,
        ),
        TargetField(
            "body",
            "Text",
            "long text",
            phrases(
                "description, note, notes, body, comment, comments, full comments, text, beschreibung, notiz,"
                " notizen, bemerkung, kommentar, inhalt, message, remarque, commentaire, commentaires,"
                " descripcion, notas, comentarios, call notes, outcome notes, details"
            ),
            signal=1.1,
        ),
        TargetField(
            "at",
            "At",
            "moment",
            (
                *phrases(
                    "date, due date, activity date, start, start date, start time, date time, time, datetime, when"
                ),
                *phrases(
                    "call start time, from, timestamp, datum, datum uhrzeit, falligkeit, fallig am, beginn, termin"
                ),
                *phrases(
                    "date activite, date echeance, echeance, debut, fecha, fecha vencimiento, inicio, marked done time"
                ),
                *phrases(
                    "activity time, completed at, completed date, fecha actividad, date heure, occurred at, start at"
                ),
                *words.CREATED,
            ),
            required=True,
            signal=1.0,
        ),
        TargetField(
            "is_done",
            "Is done",
            "boolean",
            phrases(
                "done, completed, is closed, status, task status, activity status, erledigt, abgeschlossen, termine,"
                " fait, hecho, completada, statut, estado, marked done"
            ),
            "Yes or no, or a word such as Completed.",
            signal=1.0,
        ),
        replace(
            OWNER, label="By", words=(*words.OWNER, "user", "benutzer", "utilisateur", "created by", "usuario", "by")
        ),
        COMPANY_NAME,
        COMPANY_ID,
        PERSON_EMAIL,
        CONTACT_ID,
        LEAD_ID,
        DEAL_NAME,
        DEAL_ID,
    ),
    known_by=(("at", "subject", "email"), ("at", "subject", "company_name"), ("at", "subject"), ("at", "body")),
    one_of=(("subject", "kind", "body"),),
    hints=("activit", "aktivit", "task", "call", "meeting", "note", "aufgabe", "tache", "actividad", "tarea", "anruf"),
)
