"""How reports call their columns, in English, German, French and Spanish: `labels[object][column]` is a list of them.

Reports show labels instead of field names, in the language of whoever exports, and an administrator may have renamed
them. Accents, hyphens, apostrophes and full stops make no difference.
"""

import itertools
import unicodedata
from functools import cache

from sameside.connectors.objects import plain

_COMMON = {
    "created_at": "Created Date|Create Date|Erstelldatum|Erstellungsdatum|Erstellt am|Date de création|Créé le"
    "|Fecha de creación|Creado el",
    "lead_source": "Lead Source|Leadquelle|Lead-Quelle|Origine de la piste|Origine de la requête|Source de la piste"
    "|Origen del prospecto|Origen del candidato|Origen de candidato|Fuente del prospecto",
    "first_name": "First Name|Vorname|Prénom|Nombre|Nombre de pila",
    "last_name": "Last Name|Nachname|Nom|Nom de famille|Apellidos|Apellido",
    "email": "Email|E-Mail|E-Mail-Adresse|Adresse e-mail|Courriel|Correo electrónico",
    "phone": "Phone|Business Phone|Mobile|Telefon|Mobil|Téléphone|Téléphone mobile|Mobile|Teléfono|Móvil",
    "title": "Title|Position|Titel|Titre|Fonction|Título|Cargo",
    "industry": "Industry|Branche|Secteur|Secteur d'activité|Sector|Industria",
    "status": "Status|État|Statut|Estado",
    "type": "Type|Typ|Art|Tipo",
    "company": "Account ID|Account-ID|ID du compte|ID de la cuenta|Id. de cuenta|Account Name|Account|Accountname"
    "|Account-Name|Firma|Nom du compte|Compte|Nombre de la cuenta|Nombre de cuenta|Cuenta|Company / Account"
    "|Firma / Account|Firma/Account|Société / Compte|Société/Compte|Compañía / Cuenta|Empresa / Cuenta",
    "campaign": "Campaign ID|Kampagnen-ID|ID de la campagne|ID de campaña|Id. de campaña|Campaign Name|Kampagnenname"
    "|Kampagne|Nom de la campagne|Campagne|Nombre de la campaña|Nombre de campaña|Campaña",
    "country": "Country|Country/Region|Land|Pays|País",
    "deal": "Opportunity ID|Opportunity-ID|ID de l'opportunité|ID d'opportunité|ID de la oportunidad"
    "|ID de oportunidad|Id. de oportunidad",
    "contact": "Contact ID|Kontakt-ID|ID du contact|ID de contact|ID del contacto|ID de contacto|Id. de contacto",
    "lead": "Lead ID|Lead-ID|ID de la piste|ID de piste|ID del prospecto|ID del candidato|Id. de prospecto"
    "|Id. de candidato",
}

OPPORTUNITY = {
    **{name: _COMMON[name] for name in ("created_at", "lead_source", "company")},
    "id": f"{_COMMON['deal']}|Case Safe Opportunity ID|Opportunity ID 18",
    "name": "Opportunity Name|Opportunityname|Opportunity-Name|Nom de l'opportunité|Nombre de la oportunidad"
    "|Nombre de oportunidad|Oportunidad",
    "stage": "Stage|Phase|Stufe|Étape|Etapa",
    "amount_given": "Amount|Betrag|Montant|Importe|Cantidad|Monto|Amount (converted)|Betrag (umgerechnet)"
    "|Montant (converti)|Importe (convertido)",
    "currency": "Amount Currency|Opportunity Currency|Betragswährung|Währung des Betrags|Betrag Währung|Währung"
    "|Devise du montant|Montant Devise|Devise|Divisa de Importe|Importe Divisa|Moneda|Divisa"
    "|Amount (converted) Currency",
    "probability": "Probability (%)|Probability|Wahrscheinlichkeit (%)|Wahrscheinlichkeit|Probabilité (%)|Probabilité"
    "|Probabilidad (%)|Probabilidad",
    "kind": _COMMON["type"],
    "close_on": "Close Date|Schlusstermin|Schlußtermin|Abschlussdatum|Abschlusstermin|Date de clôture"
    "|Date de fermeture|Fecha de cierre",
    "is_closed": "Closed|Geschlossen|Fermé|Fermée|Clôturée|Cerrado|Cerrada",
    "is_won": "Won|Gewonnen|Gagnée|Gagné|Ganada|Ganado",
    "modified_at": "Last Modified Date|Datum der letzten Änderung|Date de dernière modification"
    "|Fecha de la última modificación|Fecha de última modificación",
    "next_step": "Next Step|Nächster Schritt|Étape suivante|Prochaine étape|Paso siguiente|Siguiente paso",
    "lost_reason": "Loss Reason|Lost Reason|Closed Lost Reason|Verlustgrund|Motif de la perte|Raison de la perte"
    "|Motivo de la pérdida|Razón de pérdida",
    "owner": "Opportunity Owner|Opportunity Owner ID|Opportunity-Inhaber|Opportunityinhaber|Inhaber der Opportunity"
    "|Propriétaire de l'opportunité|Propietario de la oportunidad|Propietario de oportunidad",
    "campaign": f"{_COMMON['campaign']}|Primary Campaign Source|Primäre Kampagnenquelle"
    "|Source principale de la campagne|Source de campagne principale|Fuente de campaña principal"
    "|Fuente principal de la campaña",
}
LEAD = {
    **{name: _COMMON[name] for name in ("created_at", "lead_source", "first_name", "last_name", "email", "phone")},
    **{name: _COMMON[name] for name in ("title", "industry", "country")},
    "id": f"{_COMMON['lead']}|Case Safe Lead ID",
    "company_name": "Company / Account|Company|Firma|Firma / Account|Firma/Account|Unternehmen|Société"
    "|Société / Compte|Compañía|Compañía / Cuenta|Empresa",
    "status": "Lead Status|Leadstatus|Lead-Status|Statut de la piste|État de la piste|Estado del prospecto"
    f"|Estado del candidato|Estado de candidato|{_COMMON['status']}",
    "rating": "Rating|Bewertung|Évaluation|Note|Calificación|Valoración",
    "is_converted": "Converted|Konvertiert|Umgewandelt|Convertie|Converti|Convertido",
    "converted_on": "Converted Date|Konvertierungsdatum|Date de conversion|Fecha de conversión",
    "owner": "Lead Owner|Leadinhaber|Lead-Inhaber|Propriétaire de la piste|Propietario del prospecto"
    "|Propietario del candidato|Propietario de candidato",
    "company": "Converted Account ID|ID des konvertierten Accounts",
    "contact": "Converted Contact ID|ID des konvertierten Kontakts",
    "deal": "Converted Opportunity ID|ID der konvertierten Opportunity",
}
CONTACT = {
    **{name: _COMMON[name] for name in ("created_at", "lead_source", "first_name", "last_name", "email", "phone")},
    **{name: _COMMON[name] for name in ("title", "company")},
    "id": f"{_COMMON['contact']}|Case Safe Contact ID",
    "given_department": "Department|Abteilung|Service|Département|Departamento",
    "owner": "Contact Owner|Kontaktinhaber|Kontakt-Inhaber|Propriétaire du contact|Propietario del contacto"
    "|Propietario de contacto",
}
ACCOUNT = {
    **{name: _COMMON[name] for name in ("created_at", "industry", "phone")},
    "id": "Account ID|Account-ID|ID du compte|ID de la cuenta|ID de cuenta|Id. de cuenta|Case Safe Account ID",
    "name": "Account Name|Accountname|Account-Name|Nom du compte|Nombre de la cuenta|Nombre de cuenta",
    "domain": "Website|Webseite|Site Web|Sitio Web|Página Web",
    "country": "Billing Country|Billing Country/Region|Rechnungsland|Land für Rechnung|Land (Rechnung)"
    "|Pays de facturation|País de facturación|Shipping Country",
    "employees": "Employees|Mitarbeiter|Anzahl Mitarbeiter|Employés|Empleados",
    "annual_revenue": "Annual Revenue|Jahresumsatz|Chiffre d'affaires annuel|Ingresos anuales",
    "owner": "Account Owner|Accountinhaber|Account-Inhaber|Propriétaire du compte|Propietario de la cuenta"
    "|Propietario de cuenta",
}
CAMPAIGN = {
    **{name: _COMMON[name] for name in ("created_at", "status")},
    "id": "Campaign ID|Kampagnen-ID|ID de la campagne|ID de campaña|ID de la campaña|Id. de campaña",
    "name": "Campaign Name|Kampagnenname|Nom de la campagne|Nombre de la campaña|Nombre de campaña",
    "kind": f"Campaign Type|{_COMMON['type']}",
    "starts_on": "Start Date|Startdatum|Beginn|Date de début|Fecha de inicio",
    "ends_on": "End Date|Enddatum|Ende|Date de fin|Fecha de finalización|Fecha de fin",
    "budgeted_cost_given": "Budgeted Cost|Geplante Kosten|Budgetierte Kosten|Coût budgété|Coste presupuestado"
    "|Costo presupuestado",
    "actual_cost_given": "Actual Cost|Tatsächliche Kosten|Istkosten|Coût réel|Coste real|Costo real",
    "currency": "Actual Cost Currency|Budgeted Cost Currency|Campaign Currency",
    "owner": "Campaign Owner|Kampagneninhaber|Propriétaire de la campagne|Propietario de la campaña",
}
MEMBER = {
    "id": "Campaign Member ID|Kampagnenmitglieds-ID|ID des Kampagnenmitglieds|ID du membre de campagne"
    "|ID de miembro de campaña|ID del miembro de la campaña",
    "campaign": _COMMON["campaign"],
    "lead": f"{_COMMON['lead']}|Related Record ID|ID des zugehörigen Datensatzes",
    "contact": f"{_COMMON['contact']}|Related Record ID|ID des zugehörigen Datensatzes",
    "status": "Member Status|Mitgliedsstatus|Mitglieds-Status|Statut du membre|Estado del miembro|Estado de miembro",
    "responded": "Responded|Member Responded|Geantwortet|Reagiert|A répondu|Répondu|Respondió|Ha respondido",
    "at": "Member First Responded Date|First Responded Date|Datum der ersten Antwort|Date de la première réponse"
    "|Fecha de la primera respuesta|Member First Associated Date|Member Since|Created Date",
}
ACTIVITY = {
    "id": "Activity ID|Aktivitäts-ID|ID d'activité|ID de l'activité|ID de actividad|ID de la actividad",
    "subject": "Subject|Betreff|Thema|Objet|Sujet|Asunto",
    "body": "Full Comments|Comments|Vollständige Kommentare|Kommentare|Commentaires complets|Commentaires"
    "|Comentarios completos|Comentarios|Description|Beschreibung",
    "subtype": "Task Subtype|Aufgabenuntertyp|Sous-type de tâche|Subtipo de tarea",
    "type_given": f"Activity Type|Task Type|Aktivitätstyp|Type d'activité|Tipo de actividad|{_COMMON['type']}",
    "status": _COMMON["status"],
    "is_done": "Closed|Geschlossen|Fermé|Fermée|Cerrado|Cerrada",
    "completed": "Completed Date|Completed Date/Time|Abschlussdatum/-uhrzeit",
    "day": "Date|Due Date|Start|Datum|Fälligkeitsdatum|Fällig am|Date d'échéance|Fecha|Fecha de vencimiento",
    "created": _COMMON["created_at"],
    "owner": "Assigned|Assigned To|Zugewiesen|Zugewiesen an|Attribué à|Attribué|Affecté à|Asignado|Asignado a",
    "account": _COMMON["company"],
    "deal": _COMMON["deal"],
    "contact": _COMMON["contact"],
    "lead": _COMMON["lead"],
}


@cache
def forms(labels: str) -> tuple[str, ...]:
    """Every spelling of these labels as headers are compared."""
    found: list[str] = []
    for label in labels.split("|") if labels else ():
        header = plain(label.replace("’", "'"))
        bare = "".join(each for each in unicodedata.normalize("NFKD", header) if not unicodedata.combining(each))
        for text, marks in itertools.product((header, bare), ("", "-", "'", ".", "-'.")):
            found.append(text.translate({ord(mark): None for mark in marks}))
            found.append(found[-1].replace("'", "’"))
    return tuple(dict.fromkeys(found))
