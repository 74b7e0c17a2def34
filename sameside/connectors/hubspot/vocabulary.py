"""The names under which HubSpot exports the columns that Sameside uses, in the languages of its screens.

An export carries the labels of the language of whoever made it (English, German, French, Spanish, Portuguese, Italian,
Dutch, Japanese); `Associated …` columns stay English; exports with internal names and those of a data warehouse
(`property_dealname`) carry the names of HubSpot's API. All are compared without case, accents, blanks and punctuation.
A header means one field of an object, never two.
"""

import re
import unicodedata
from collections.abc import Mapping

RECORD = (
    "Record ID|Object ID|hs_object_id|Datensatz-ID|ID de registro|ID del registro|ID d'enregistrement"
    "|ID de l'enregistrement|Identifiant de l'enregistrement|ID do registro|ID de registo|ID record|ID del record"
    "|Record-ID|レコードID"
)
"""`Record ID`; exports made before 2021 named it after the object."""
_CREATED = (
    "Create Date|Created Date|Object create date/time|createdate|hs_createdate|created_at|Erstelldatum"
    "|Erstellungsdatum|Erstellt am"
    "|Date de création|Fecha de creación|Data de criação|Data di creazione|Aanmaakdatum|Datum gemaakt|作成日|作成日時"
)
_MODIFIED = (
    "Last Modified Date|Object last modified date/time|lastmodifieddate|hs_lastmodifieddate|Letztes Änderungsdatum"
    "|Zuletzt geändert am|Datum der letzten Änderung"
    "|Date de la dernière modification|Date de dernière modification|Fecha de última modificación"
    "|Última fecha de modificación|Data da última modificação|Data dell'ultima modifica|Data ultima modifica"
    "|Datum laatste wijziging|Laatst gewijzigd|最終更新日|最終更新日時"
)
_COUNTRY = "Country/Region|Country|Land/Region|Land|Pays/région|Pays|País/región|País|País/região|Paese/regione"
"|Paese|Land/regio|国/地域|国"
_INDUSTRY = "Industry|Branche|Secteur|Secteur d'activité|Industrie|Sector|Industria|Setor|Settore|Bedrijfstak|業種"
_PHONE = (
    "Phone Number|Phone|Telefonnummer|Telefon|Numéro de téléphone|Téléphone|Número de teléfono|Teléfono"
    "|Número de telefone|Telefone|Numero di telefono|Telefono|Telefoonnummer|電話番号"
)
_SOURCE = (
    "Original Traffic Source|Original Source|Original Source Type|hs_analytics_source|Ursprüngliche Quelle"
    "|Ursprüngliche Trafficquelle|Ursprüngliche Traffic-Quelle|Originalquelle|Originale Quelle|Source d'origine"
    "|Source originale|Source de trafic d'origine|Fuente original|Fuente de tráfico original|Origen|Fonte original"
    "|Fonte de tráfego original|Fonte originale|Fonte di traffico originale|Oorspronkelijke bron"
    "|Oorspronkelijke verkeersbron|Originele bron|オリジナルソース|参照元|初回参照元|最初の参照元"
)
_MERGED = (
    "Merged object IDs|Merged record IDs|hs_merged_object_ids|Zusammengeführte Datensatz-IDs"
    "|IDs zusammengeführter Objekte"
    "|ID d'enregistrements fusionnés|IDs de registros fusionados|ID de registros combinados"
    "|IDs de registros mesclados"
    "|ID dei record uniti|Samengevoegde record-ID's|マージされたレコードID"
)
_OWNER_ID = "hubspot_owner_id|owner_id|Owner ID"
_DELETED = "is_deleted|_fivetran_deleted|archived|Archived"
_COMPANIES = {
    "primary_company_ids": "Associated Company IDs (Primary)|Primary Associated Company ID",
    "company_ids": "Associated Company IDs|Associated Company ID",
    "primary_company_names": "Associated Company Names (Primary)|Associated Company (Primary)|Primary Company",
    "company_names": "Associated Company|Associated Company Names|Associated Companies",
}
_CONTACTS = {
    "contact_ids": "Associated Contact IDs|Associated Contact ID",
    "contact_names": "Associated Contact|Associated Contacts|Associated Contact Names",
}
_DEALS = {
    "deal_ids": "Associated Deal IDs|Associated Deal ID",
    "deal_names": "Associated Deal|Associated Deals|Associated Deal Names",
}
_WHEN = (
    "Activity date|hs_timestamp|Aktivitätsdatum|Datum der Aktivität|Date de l'activité|Date d'activité"
    "|Fecha de la actividad|Fecha de actividad|Data da atividade|Data dell'attività|Data attività|Activiteitsdatum"
    "|Datum activiteit|アクティビティー日|アクティビティーの日付|アクティビティ日"
)
_ASSIGNED = (
    "Activity assigned to|Assigned to|Aktivität zugewiesen zu|Aktivität zugewiesen an|Zugewiesen zu|Zugewiesen an"
    "|Activité attribuée à|Attribuée à|Attribué à|Actividad asignada a|Asignado a|Asignada a|Atividade atribuída a"
    "|Atribuído a|Attività assegnata a|Assegnato a|Activiteit toegewezen aan|Toegewezen aan"
    "|アクティビティーの担当者|担当者|Owner"
)
_ACTIVITY = {
    "id": f"engagement_id|Engagement ID|Activity ID|{RECORD}",
    "deleted": _DELETED,
    "owner": _ASSIGNED,
    "owner_id": _OWNER_ID,
    "created": _CREATED,
    "at": _WHEN,
    **_CONTACTS,
    **_COMPANIES,
    **_DEALS,
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "Contact": {
        "id": f"{RECORD}|Contact ID|vid|canonical_vid",
        "deleted": _DELETED,
        "first_name": "First Name|firstname|Vorname|Prénom|Nombre|Nome|Primeiro nome|Voornaam|名",
        "last_name": "Last Name|lastname|Nachname|Nom|Nom de famille|Apellidos|Apellido|Sobrenome|Apelido"
        "|Cognome|Achternaam|姓",
        "email": "Email|Email Address|E-Mail|E-Mail-Adresse|Adresse e-mail|Correo|Correo electrónico|E-mailadres"
        "|Indirizzo e-mail|Indirizzo email|Endereço de e-mail|Eメール|Eメールアドレス|メールアドレス",
        "phone": _PHONE,
        "mobile": "Mobile Phone Number|Mobile Phone|mobilephone|Mobiltelefonnummer|Handynummer"
        "|Numéro de téléphone mobile|Numéro de téléphone portable|Número de teléfono móvil|Número de celular"
        "|Número de telefone celular|Numero di cellulare|Mobiel telefoonnummer|携帯電話番号",
        "title": "Job Title|jobtitle|Jobbezeichnung|Berufsbezeichnung|Position|Intitulé du poste|Poste"
        "|Titre du poste|Cargo|Puesto|Título del puesto|Título profesional|Posizione lavorativa|Qualifica"
        "|Titolo professionale"
        "|Functietitel|Functie|役職",
        "given_department": "Job function|job_function|Department|hs_role|Abteilung|Funktion|Service|Département"
        "|Departamento|Función laboral|Função|Reparto|Afdeling|部署|職務",
        "company_name": "Company Name|Company|Name des Unternehmens|Unternehmensname|Unternehmen"
        "|Nom de l'entreprise|Entreprise|Nombre de la empresa|Empresa|Nome da empresa|Nome dell'azienda|Azienda"
        "|Bedrijfsnaam|Bedrijf|会社名|会社",
        "industry": _INDUSTRY,
        "country": _COUNTRY,
        "owner": "Contact owner|Kontakt-Inhaber|Kontaktinhaber|Kontakt-Besitzer|Für Kontakt zuständiger Mitarbeiter"
        "|Zuständiger Mitarbeiter für Kontakt|Zuständiger Mitarbeiter|Kontaktverantwortlicher"
        "|Propriétaire du contact|Propietario del contacto"
        "|Proprietário do contato|Proprietário do contacto|Proprietario del contatto|Titolare del contatto"
        "|Contacteigenaar|Eigenaar van contact|Contactpersoon eigenaar|コンタクト担当者|コンタクトの担当者"
        "|コンタクト所有者",
        "owner_id": _OWNER_ID,
        "owner_assigned": "Owner assigned date|hubspot_owner_assigneddate",
        "lifecycle": "Lifecycle Stage|lifecyclestage|Lifecycle-Phase|Lebenszyklusphase|Phase du cycle de vie"
        "|Étape du cycle de vie|Etapa del ciclo de vida|Etapa de ciclo de vida|Fase del ciclo de vida"
        "|Estágio do ciclo de vida|Etapa do ciclo de vida|Fase do ciclo de vida|Fase del ciclo di vita"
        "|Levenscyclusfase|Lifecyclefase|ライフサイクルステージ",
        "lead_status": "Lead Status|hs_lead_status|Lead-Status|Leadstatus|Statut du lead|Statut de lead"
        "|Estado del lead|Status do lead|Estado do lead|Stato del lead|Stato lead|リードステータス",
        "opted_out": "Unsubscribed from all email|hs_email_optout|Von allen E-Mails abgemeldet"
        "|Abgemeldet von allen E-Mails"
        "|Désabonné de tous les e-mails|Désinscrit de tous les e-mails|Suscripción cancelada a todos los correos"
        "|Cancelación de la suscripción a todos los correos electrónicos|Cancelou a assinatura de todos os e-mails"
        "|Iscrizione annullata a tutte le e-mail|Disiscritto da tutte le e-mail|Afgemeld voor alle e-mail"
        "|すべてのEメールの配信登録を解除",
        "source": _SOURCE,
        "created": f"{_CREATED}|property_created_at",
        "modified": _MODIFIED,
        "role": "Buying Role|hs_buying_role|Rolle bei der Kaufentscheidung|Rolle im Kaufprozess|Kaufrolle"
        "|Rôle d'achat"
        "|Rôle dans l'achat|Rol de compra|Rol en la compra|Função de compra|Papel na compra|Ruolo d'acquisto"
        "|Ruolo nell'acquisto|Aankooprol|Rol bij aankoop|購買における役割|購買上の役割",
        "merged": f"{_MERGED}|Merged Contact IDs|Merged Contact ID|hs_merged_contact_ids|Merged vids"
        "|hs_calculated_merged_vids",
        **_COMPANIES,
        **_DEALS,
    },
    "Company": {
        "id": f"{RECORD}|Company ID",
        "deleted": _DELETED,
        "name": "Company Name|Name|Name des Unternehmens|Unternehmensname|Nom de l'entreprise|Nom"
        "|Nombre de la empresa|Nombre|Nome da empresa|Nome|Nome dell'azienda|Bedrijfsnaam|Naam|会社名|名前",
        "domain": "Company Domain Name|Domain|Domainname des Unternehmens|Unternehmensdomain"
        "|Domain-Name des Unternehmens"
        "|Nom de domaine de l'entreprise|Nombre de dominio de la empresa|Nome de domínio da empresa"
        "|Domínio da empresa"
        "|Nome di dominio dell'azienda|Dominio dell'azienda|Bedrijfsdomeinnaam|Domeinnaam van bedrijf"
        "|会社のドメイン名|会社ドメイン名",
        "website": "Website URL|Website|Website-URL|URL der Website|URL du site web|Site web|URL del sitio web"
        "|Sitio web|URL do site|Site|URL del sito web|Sito web|URL van website|ウェブサイトURL",
        "industry": _INDUSTRY,
        "country": _COUNTRY,
        "employees": "Number of Employees|numberofemployees|Anzahl der Mitarbeiter|Mitarbeiteranzahl"
        "|Anzahl der Beschäftigten|Nombre d'employés|Effectif|Número de empleados|Cantidad de empleados"
        "|Número de funcionários|Numero di dipendenti|Aantal werknemers|Aantal medewerkers|従業員数",
        "annual_revenue": "Annual Revenue|annualrevenue|Jahresumsatz|Chiffre d'affaires annuel|Revenu annuel"
        "|Ingresos anuales|Receita anual|Entrate annue|Fatturato annuo|Jaaromzet|Jaarlijkse omzet|年間売上高"
        "|年間収益",
        "phone": _PHONE,
        "owner": "Company owner|Unternehmensinhaber|Inhaber des Unternehmens|Unternehmens-Inhaber"
        "|Für Unternehmen zuständiger Mitarbeiter"
        "|Zuständiger Mitarbeiter|Zuständiger Mitarbeiter für Unternehmen|Propriétaire de l'entreprise"
        "|Propietario de la empresa"
        "|Proprietário da empresa|Proprietario dell'azienda|Titolare dell'azienda|Bedrijfseigenaar|会社担当者"
        "|会社の担当者",
        "owner_id": _OWNER_ID,
        "created": _CREATED,
        "modified": _MODIFIED,
        "merged": f"{_MERGED}|Merged Company IDs|hs_merged_company_ids",
        "contact_ids": _CONTACTS["contact_ids"],
        "deal_ids": _DEALS["deal_ids"],
    },
    "Deal": {
        "id": f"{RECORD}|Deal ID",
        "deleted": _DELETED,
        "name": "Deal Name|Deal-Name|Dealname|Name des Deals|Nom de la transaction|Nombre del negocio"
        "|Nome do negócio|Nome della trattativa|Nome dell'affare|Naam van deal|Dealnaam|取引名",
        "pipeline": "Pipeline|Deal Pipeline|Pipeline des Deals|Pipeline de transactions"
        "|Pipeline de la transaction|Pipeline de negocios"
        "|Pipeline del negocio|Pipeline do negócio|Pipeline della trattativa|パイプライン",
        "pipeline_id": "deal_pipeline_id|Pipeline ID",
        "stage": "Deal Stage|Deal-Phase|Dealphase|Phase de la transaction|Étape de la transaction|Etapa del negocio"
        "|Etapa do negócio|Fase do negócio|Fase della trattativa|Fase dell'affare|Dealfase|Fase van deal"
        "|取引ステージ",
        "stage_id": "deal_pipeline_stage_id|Deal Stage ID",
        "amount_given": "Amount|Betrag|Montant|Importe|Valor|Cantidad|Monto|Quantia|Importo|Ammontare|Bedrag"
        "|金額|取引金額",
        "amount": "Amount in company currency|amount_in_home_currency|Betrag in Unternehmenswährung"
        "|Betrag in Firmenwährung|Betrag in der Unternehmenswährung|Montant dans la devise de l'entreprise"
        "|Montant dans la devise de la société|Importe en la moneda de la empresa|Importe en la divisa de la empresa"
        "|Cantidad en la moneda de la empresa|Valor na moeda da empresa|Quantia na moeda da empresa"
        "|Importo nella valuta aziendale|Importo nella valuta dell'azienda|Bedrag in bedrijfsvaluta"
        "|Bedrag in valuta van bedrijf|会社の通貨での金額",
        "currency": "Currency|Deal currency|deal_currency_code|Währung|Devise|Moneda|Divisa|Moeda|Valuta|通貨",
        "close_on": "Close Date|closedate|Abschlussdatum|Schließungsdatum|Date de fermeture|Date de clôture"
        "|Date de conclusion|Fecha de cierre|Data de fechamento|Data de encerramento|Data de fecho"
        "|Data di chiusura|Sluitingsdatum|クローズ日|成約予定日|完了予定日",
        "created": _CREATED,
        "modified": _MODIFIED,
        "owner": "Deal owner|Deal-Inhaber|Inhaber des Deals|Für Deal zuständiger Mitarbeiter"
        "|Zuständiger Mitarbeiter|Zuständiger Mitarbeiter für Deal|Propriétaire de la transaction"
        "|Propietario del negocio"
        "|Proprietário do negócio|Proprietario della trattativa|Proprietario dell'affare|Titolare dell'affare"
        "|Dealeigenaar|Eigenaar van deal|取引担当者|取引の担当者",
        "owner_id": _OWNER_ID,
        "kind": "Deal Type|dealtype|Deal-Typ|Dealtyp|Type de transaction|Tipo de negocio|Tipo de negócio"
        "|Tipo di trattativa|Tipo di affare|Dealtype|取引タイプ",
        "lost_reason": "Closed Lost Reason|closed_lost_reason|Grund für verlorenen Deal|Grund für Verlust"
        "|Grund für Abschluss (verloren)|Motif de la perte|Raison de la perte|Motivo del negocio perdido"
        "|Motivo de cierre perdido|Motivo de la pérdida|Motivo da perda|Motivo do fechamento perdido"
        "|Motivo della perdita|Motivo chiusura persa"
        "|Reden voor verlies|Reden gesloten - verloren|失注理由|不成立の理由",
        "won_reason": "Closed Won Reason|closed_won_reason|Grund für gewonnenen Deal|Grund für Gewinn|Motif du gain"
        "|Raison du gain|Motivo del negocio ganado|Motivo de cierre ganado|Motivo do ganho|Motivo della vincita"
        "|Reden voor winst|受注理由|成約の理由",
        "is_closed": "Is Deal Closed?|hs_is_closed|Is closed",
        "is_won": "Is Closed Won|hs_is_closed_won|Is won",
        "probability": "Deal probability|hs_deal_stage_probability|Deal stage probability|Deal-Wahrscheinlichkeit"
        "|Wahrscheinlichkeit|Probabilité de la transaction|Probabilidad del negocio|Probabilidade do negócio"
        "|Probabilità della trattativa|Dealwaarschijnlijkheid|取引の確度|取引の成約確率",
        "next_step": "Next step|hs_next_step|Nächster Schritt|Étape suivante|Prochaine étape|Próximo paso"
        "|Siguiente paso"
        "|Próxima etapa|Passaggio successivo|Volgende stap|次のステップ",
        "lead_source": _SOURCE,
        "merged": f"{_MERGED}|Merged Deal IDs|hs_merged_deal_ids",
        **_COMPANIES,
        **_CONTACTS,
    },
    "LeadObject": {
        "id": f"{RECORD}|Lead ID",
        "deleted": _DELETED,
        "name": "Lead Name|hs_lead_name",
        "stage": "Lead Stage|Lead pipeline stage|Pipeline Stage|hs_pipeline_stage|hs_lead_pipeline_stage",
        "reason": "Disqualification Reason|Lead Disqualification Reason|hs_lead_disqualification_reason",
        "owner": "Lead Owner|Owner",
        "owner_id": _OWNER_ID,
        "created": _CREATED,
        "contact_ids": "Associated Contact IDs (Primary)|Primary Contact ID|hs_primary_contact_id"
        f"|{_CONTACTS['contact_ids']}",
        "primary_company_ids": f"{_COMPANIES['primary_company_ids']}|hs_primary_company_id",
        "company_ids": _COMPANIES["company_ids"],
        "deal_ids": _DEALS["deal_ids"],
    },
    "Call": {
        **_ACTIVITY,
        "subject": "Call Title|hs_call_title|Anruftitel|Titel des Anrufs|Titre de l'appel|Título de la llamada"
        "|Título da chamada|Titolo della chiamata|Gespreksnaam|Titel van gesprek|コールのタイトル|コールタイトル",
        "body": "Call notes|hs_call_body|Anrufnotizen|Notes d'appel|Notas de la llamada|Notas da chamada"
        "|Note della chiamata|Gespreksnotities|コールメモ",
        "status": "Call Status|hs_call_status|Anrufstatus|Statut de l'appel|Estado de la llamada|Status da chamada"
        "|Stato della chiamata|Gespreksstatus",
        "outcome": "Call outcome|hs_call_disposition|Anrufergebnis|Résultat de l'appel|Resultado de la llamada"
        "|Resultado da chamada|Esito della chiamata|Gespreksresultaat|コールの成果",
        "direction": "Call direction|hs_call_direction|Anrufrichtung|Call duration (HH:mm:ss)|Call duration"
        "|hs_call_duration",
    },
    "Email": {
        **_ACTIVITY,
        "subject": "Email subject|hs_email_subject|E-Mail-Betreff|Objet de l'e-mail|Asunto del correo"
        "|Asunto del correo electrónico|Assunto do e-mail|Oggetto dell'e-mail|E-mailonderwerp|Eメールの件名",
        "body": "Email body|hs_email_text|E-Mail-Text|Corps de l'e-mail|Cuerpo del correo|Corpo do e-mail"
        "|Corpo dell'e-mail|E-mailtekst|Eメールの本文",
        "status": "Email send status|Email status|hs_email_status|E-Mail-Sendestatus|E-Mail-Status",
        "direction": "Email direction|hs_email_direction|E-Mail-Richtung",
    },
    "Meeting": {
        **_ACTIVITY,
        "subject": "Meeting name|Meeting title|hs_meeting_title|title|Name des Meetings|Meeting-Name|Nom de la réunion"
        "|Titre de la réunion|Nombre de la reunión|Nome da reunião|Nome della riunione|Naam van meeting"
        "|ミーティング名|property_hs_meeting_title",
        "body": "Meeting description|hs_meeting_body|body|Meeting-Beschreibung|Description de la réunion"
        "|Descripción de la reunión|Descrição da reunião|Descrizione della riunione",
        "starts": "Meeting start time|hs_meeting_start_time|start_time|Startzeit des Meetings"
        "|Meeting-Startzeit|Heure de début de la réunion|Hora de inicio de la reunión|Hora de início da reunião"
        "|Ora di inizio della riunione|Starttijd van meeting|ミーティングの開始時刻",
        "ends": "Meeting end time|hs_meeting_end_time|end_time",
        "outcome": "Meeting outcome|hs_meeting_outcome|meeting_outcome|Meeting-Ergebnis|Résultat de la réunion"
        "|Resultado de la reunión|Resultado da reunião|Esito della riunione|ミーティングの成果",
    },
    "Task": {
        **_ACTIVITY,
        "subject": "Task Title|hs_task_subject|Aufgabentitel|Titel der Aufgabe|Titre de la tâche|Título de la tarea"
        "|Título da tarefa|Titolo dell'attività|Taaktitel|タスクのタイトル|タスクタイトル",
        "body": "Task Notes|hs_task_body|Aufgabennotizen|Notes de tâche|Notas de la tarea|Notas da tarefa",
        "status": "Task Status|hs_task_status|Aufgabenstatus|Statut de la tâche|Estado de la tarea"
        "|Status da tarefa|Taakstatus|タスクのステータス",
        "type": "Task Type|hs_task_type|Aufgabentyp|Type de tâche|Tipo de tarea|Tipo de tarefa|Taaktype|タスクタイプ",
        "due": "Due date|Task due date|hs_task_due_date|Fälligkeitsdatum|Date d'échéance|Fecha de vencimiento"
        "|Data de vencimento|Data di scadenza|Vervaldatum|期日",
        "completed": "Completed at|hs_task_completion_date|Abgeschlossen am|Terminée le|Completada el|Concluída em",
    },
    "Note": {
        **_ACTIVITY,
        "body": "Note body|hs_note_body|hs_body_preview|Notiztext|Corps de la note|Cuerpo de la nota|Corpo da nota"
        "|Corpo della nota|Notitietekst|メモの本文",
    },
    "Ticket": {
        "id": f"{RECORD}|Ticket ID",
        "name": "Ticket name|subject|Ticket-Name|Ticketname|Nom du ticket|Nombre del ticket|Nome do ticket"
        "|Nome del ticket|Ticketnaam|チケット名",
        "status": "Ticket status|hs_pipeline_stage|Ticket-Status|Ticketstatus|Statut du ticket|Estado del ticket"
        "|Status do ticket|Stato del ticket|チケットのステータス",
        "owner": "Ticket owner|Ticket-Inhaber|Propriétaire du ticket|Propietario del ticket|チケット担当者",
    },
}  # fmt: skip
LIFECYCLE: Mapping[str, str] = {
    "subscriber": "subscriber|Abonnent|Abonné|Suscriptor|Assinante|Subscritor|Iscritto|Abonnee|登録読者|購読者",
    "lead": "lead|リード|リード(見込み客)|Interessent",
    "marketingqualifiedlead": "marketingqualifiedlead|Marketing Qualified Lead|Marketing-Qualified-Lead|MQL"
    "|Marketingqualifizierter Lead|Lead qualifié par le marketing|Lead qualifié marketing"
    "|Lead calificado para marketing|Lead cualificado para marketing|Lead calificado por marketing"
    "|Lead qualificado pelo marketing|Lead qualificado de marketing|Lead qualificato dal marketing"
    "|Lead qualificato per il marketing|Marketing gekwalificeerde lead|Marketing-qualified lead"
    "|MQL(マーケティング上の有望な見込み客)",
    "salesqualifiedlead": "salesqualifiedlead|Sales Qualified Lead|Sales-Qualified-Lead|SQL"
    "|Vertriebsqualifizierter Lead|Lead qualifié par l'équipe commerciale|Lead qualifié par les ventes"
    "|Lead qualifié commercial|Lead calificado para ventas|Lead cualificado para ventas|Lead calificado por ventas"
    "|Lead qualificado pelas vendas|Lead qualificado de vendas|Lead qualificado por vendas"
    "|Lead qualificato dalle vendite|Lead qualificato per la vendita|Sales gekwalificeerde lead"
    "|Sales-qualified lead|SQL(営業活動に適した有望な見込み客)",
    "opportunity": "opportunity|Opportunité|Oportunidad|Oportunidade|Opportunità|Verkaufschance|Kans|案件|商談",
    "customer": "customer|Kunde|Client|Cliente|Klant|顧客",
    "evangelist": "evangelist|Fürsprecher|Ambassadeur|Évangéliste|Evangelista|Evangelizador|Promotor"
    "|エバンジェリスト|推奨者",
    "other": "other|Sonstiges|Andere|Autre|Otro|Outro|Altro|Anders|その他",
}


def folded(text: str) -> str:
    """Without case, accents, blanks and punctuation: `Date de création` and `date_de_creation` are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]+", "", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))


def _table(words: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    return {
        folded(name): (field, rank)
        for field, names in words.items()
        for rank, name in reversed([*enumerate(names.split("|"))])
    }


_FIELDS = {name: _table(words) for name, words in WORDS.items()}
_LIFECYCLE = _table(LIFECYCLE)


def field_of(kind: str, header: str) -> tuple[str, int]:
    """(field of `kind`, rank) that a header names, in any of the languages; of several headers for one field that of
    the lowest rank counts. ("", 0) when it is not known."""
    known = _FIELDS[kind]
    found = known.get(folded(header))
    if found is None and header.strip().lower().startswith("property_"):
        found = known.get(folded(header.strip()[len("property_") :]))
    return found or ("", 0)


def lifecycle_of(value: str) -> str:
    """HubSpot's internal name of a lifecycle stage, from any language; nothing for one that a company made."""
    return _LIFECYCLE.get(folded(value), ("", 0))[0]
