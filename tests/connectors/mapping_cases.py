"""Header lines as other systems write them, each with a few rows and the right answer: what the table is, and which
column becomes which field. `None` beside a column means that it is not used."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """`columns` is a line each: header | field or - | first value | second value."""

    title: str
    file: str
    target: str
    columns: str

    @property
    def lines(self) -> list[list[str]]:
        return [[part.strip() for part in line.split("|")] for line in self.columns.strip().splitlines()]

    @property
    def headers(self) -> list[str]:
        return [line[0] for line in self.lines]

    @property
    def rows(self) -> list[list[str]]:
        return [[line[place] if place < len(line) else "" for line in self.lines] for place in (2, 3)]

    @property
    def answer(self) -> dict[str, str]:
        return {line[0]: "" if line[1] == "-" else line[1] for line in self.lines}


CASES = (
    Case(
        "Pipedrive deals",
        "deals-14387234-2.csv",
        "deals",
        """
Deal - ID | id | 101 | 102
Deal - Title | name | Acme licence | Globex rollout
Deal - Value | amount | 12000 | 4500.50
Deal - Currency of Value | currency | EUR | USD
Deal - Stage | stage | Proposal made | Negotiations started
Deal - Status | status | Open | Won
Deal - Probability | probability | 60 | 100
Deal - Expected close date | close_on | 2026-03-31 | 2026-02-15
Deal - Lost reason | lost_reason | | Price
Deal - Owner | owner | Bob Miller | Ann Lee
Deal - Organization | company_name | Acme Inc | Globex Ltd
Deal - Contact person | - | Jane Roe | John Doe
Deal - Deal created | created_at | 2025-11-02 10:15:00 | 2025-12-01 08:00:00
Deal - Label | - | Hot | Cold
""",
    ),
    Case(
        "Pipedrive persons",
        "people-1.csv",
        "contacts",
        """
Person - ID | id | 7 | 8
Person - Name | full_name | Jane Roe | John Doe
Person - Organization | company_name | Acme Inc | Globex Ltd
Person - Email - Work | email | jane@acme.example | john@globex.example
Person - Phone - Work | phone | +1 555 010 2000 | +49 30 1234567
Person - Job title | title | CFO | Head of IT
Person - Owner | owner | Bob Miller | Ann Lee
Person - Open deals | - | 2 | 0
""",
    ),
    Case(
        "Pipedrive organizations",
        "organizations-1.csv",
        "companies",
        """
Organization - ID | id | 1 | 2
Organization - Name | name | Acme Inc | Globex Ltd
Organization - Address | - | 1 Main St | 2 High St
Organization - Country of Address | country | United States | Germany
Organization - Website | domain | https://acme.example | www.globex.example
Organization - Number of employees | employees | 250 | 1200
Organization - Annual revenue | annual_revenue | 1200000 | 98000000
Organization - Owner | owner | Bob Miller | Ann Lee
""",
    ),
    Case(
        "Zoho deals",
        "Potentials_001.csv",
        "deals",
        """
Record Id | id | zcrm_4876876000000321001 | zcrm_4876876000000321002
Deal Name | name | King Manufacturing | Benton
Deal Owner.id | - | zcrm_1 | zcrm_2
Deal Owner | owner | Ann Lee | Bob Miller
Amount | amount | 60000 | 250000
Currency | currency | USD | EUR
Closing Date | close_on | 2026-01-22 | 2026-02-24
Account Name | company_name | King Inc | Benton LLC
Stage | stage | Needs Analysis | Closed Won
Probability (%) | probability | 20 | 100
Expected Revenue | - | 12000 | 250000
Lead Source | lead_source | Cold Call | Web Download
Next Step | next_step | Call | Contract
Type | kind | New Business | Existing Business
Campaign Source | campaign_name | Spring fair | Webinar May
Reason For Loss | lost_reason | | Budget
Created Time | created_at | 2025-10-01 09:00:00 | 2025-11-01 10:00:00
Tag | - | a | b
""",
    ),
    Case(
        "Zoho leads",
        "Leads_001.csv",
        "leads",
        """
Record Id | id | zcrm_1001 | zcrm_1002
Lead Owner | owner | Ann Lee | Bob Miller
Company | company_name | Rangoni Of Florence | Feltz Printing Service
First Name | first_name | Christopher | Capla
Last Name | last_name | Maclead | Paprocki
Title | title | VP Accounting | Director
Email | email | c.maclead@noemail.example | capla@noemail.example
Phone | phone | 555-555-5555 | 555-555-1234
Lead Source | lead_source | Cold Call | Partner
Lead Status | status | Attempted to Contact | Contacted
Industry | industry | Telecom | Manufacturing
Rating | rating | Active | Acquired
Country | country | United States | Germany
Created Time | created_at | 2025-10-01 09:00:00 | 2025-11-01 10:00:00
Email Opt Out | - | false | true
""",
    ),
    Case(
        "Dynamics 365 opportunities",
        "My Open Opportunities.xlsx",
        "deals",
        """
(Do Not Modify) Opportunity | id | 9f0c2d8e-1111-4c22-9d11-aabbccddeeff | 9f0c2d8e-2222-4c22-9d11-aabbccddeeff
(Do Not Modify) Row Checksum | - | ab12== | cd34==
(Do Not Modify) Modified On | - | 2026-01-02 10:00 | 2026-01-03 10:00
Topic | name | 10 product licences | Machines for plant 2
Potential Customer | company_name | Contoso Ltd | Fabrikam Inc
Est. Close Date | close_on | 3/31/2026 | 4/15/2026
Est. Revenue | amount | $25,000.00 | $120,000.00
Currency | currency | USD | USD
Probability | probability | 60 | 40
Rating | - | Warm | Hot
Status Reason | status | In Progress | Won
Owner | owner | Ann Lee | Bob Miller
Created On | created_at | 10/12/2025 9:30 AM | 11/13/2025 4:10 PM
Pipeline Phase | stage | 1-Qualify | 3-Propose
""",
    ),
    Case(
        "Dynamics 365 accounts",
        "Active Accounts.xlsx",
        "companies",
        """
(Do Not Modify) Account | id | 1111aaaa-1111-4c22-9d11-aabbccddeeff | 2222aaaa-1111-4c22-9d11-aabbccddeeff
Account Name | name | Contoso Ltd | Fabrikam Inc
Main Phone | phone | 555-0150 221 | 555-0151 333
Address 1: Country/Region | country | U.S.A. | Germany
Primary Contact | - | Jane Roe | John Doe
Industry | industry | Consulting | Retail
Number of Employees | employees | 50 | 800
Website | domain | http://www.contoso.example | fabrikam.example
Owner | owner | Ann Lee | Bob Miller
""",
    ),
    Case(
        "Close leads (companies)",
        "Acme leads 2026.csv",
        "companies",
        """
id | id | lead_abcDEF123 | lead_abcDEF124
display_name | name | Acme Inc | Globex Ltd
url | domain | https://acme.example | https://globex.example
status_label | - | Qualified | Potential
Industry | industry | Software | Retail
Employee Count | employees | 25 | 300
description | - | Long text | Other
date_created | created_at | 2025-11-02T10:15:00+00:00 | 2025-11-03T10:15:00+00:00
""",
    ),
    Case(
        "Close opportunities",
        "Acme opportunities.csv",
        "deals",
        """
id | id | oppo_1 | oppo_2
lead_id | - | lead_1 | lead_2
lead_name | - | Acme Inc | Globex Ltd
status_label | stage | Proposal Sent | Won
status_type | status | active | won
value | amount | 5000 | 70000
confidence | probability | 50 | 100
date_won | close_on | | 2026-01-03
user_name | owner | Ann Lee | Bob Miller
date_created | created_at | 2025-11-02T10:15:00+00:00 | 2025-11-03T10:15:00+00:00
note | - | text | text
Opportunity Name | name | Pilot | Renewal
""",
    ),
    Case(
        "Odoo crm.lead",
        "Pipeline (crm.lead).xlsx",
        "deals",
        """
External ID | id | __export__.crm_lead_12_abc | __export__.crm_lead_13_abd
Opportunity | name | Interest in desks | Office design
Customer | company_name | Azure Interior | Deco Addict
Expected Revenue | amount | 40000.0 | 24000.0
Stage | stage | Proposition | New
Probability | probability | 67.5 | 12.5
Expected Closing | close_on | 2026-02-01 | 2026-03-01
Salesperson | owner | Mitchell Admin | Marc Demo
Created on | created_at | 2025-12-01 12:00:00 | 2025-12-02 12:00:00
Lost Reason | lost_reason | | Too expensive
Tags | - | Design | Software
""",
    ),
    Case(
        "Odoo contacts in German",
        "Kontakt (res.partner).csv",
        "contacts",
        """
Externe ID | id | __export__.res_partner_1 | __export__.res_partner_2
Name | full_name | Anna Berg | Jürgen Müller
E-Mail | email | anna@firma.example | juergen@beispiel.example
Telefon | phone | +49 89 123456 | +49 30 654321
Berufsbezeichnung | title | Einkaufsleiterin | Geschäftsführer
Verbundenes Unternehmen | company_name | Firma GmbH | Beispiel AG
Verkäufer | owner | Bob Meier | Ann Lang
Stichwörter | - | VIP | Neu
""",
    ),
    Case(
        "German customer list in Excel",
        "Kundenliste 2026.xlsx",
        "companies",
        """
Kundennummer | id | K-10001 | K-10002
Firma | name | Müller GmbH | Schmidt & Söhne KG
Branche | industry | Maschinenbau | Handel
Straße | - | Hauptstr. 1 | Ring 7
PLZ | - | 80331 | 10115
Ort | - | München | Berlin
Land | country | Deutschland | Österreich
Mitarbeiterzahl | employees | 120 | 45
Jahresumsatz | annual_revenue | 12.500.000,00 € | 3.100.000,00 €
Telefonnummer | phone | 089 / 123456 | 030-654321
Webseite | domain | www.mueller.example | schmidt.example
Betreuer | owner | Bob Meier | Ann Lang
""",
    ),
    Case(
        "German persons from a CRM",
        "Ansprechpartner.csv",
        "contacts",
        """
Anrede | - | Herr | Frau
Vorname | first_name | Jürgen | Anna
Nachname | last_name | Müller | Berg
Firma | company_name | Müller GmbH | Berg AG
Abteilung | department | Einkauf | IT
Funktion | title | Leiter Einkauf | IT-Leiterin
E-Mail-Adresse | email | j.mueller@mueller.example | a.berg@berg.example
Telefon (geschäftlich) | phone | +49 89 1234 | +49 30 4321
Angelegt am | created_at | 03.11.2025 | 14.12.2025
Bemerkung | - | kommt wieder | ruft an
""",
    ),
    Case(
        "German fair scans",
        "Messe Hannover Leads.csv",
        "leads",
        """
Vorname | first_name | Jürgen | Anna
Name | last_name | Müller | Berg
Firma | company_name | Müller GmbH | Berg AG
Position | title | Leiter Einkauf | IT-Leiterin
E-Mail | email | j.mueller@mueller.example | a.berg@berg.example
Tel. | phone | +49 89 1234 | +49 30 4321
Land | country | Deutschland | Schweiz
Interesse | - | Produkt A | Produkt B
Bewertung | rating | A | B
Erfasst am | created_at | 22.04.2026 10:33 | 23.04.2026 15:01
""",
    ),
    Case(
        "German deals",
        "Verkaufschancen.csv",
        "deals",
        """
Nr. | id | VC-1 | VC-2
Verkaufschance | name | Presse 4000 | Wartung 2026
Kunde | company_name | Müller GmbH | Berg AG
Vertriebsphase | stage | Angebot | Verhandlung
Betrag | amount | 45.000,00 € | 8.900,50 €
Währung | currency | EUR | EUR
Wahrscheinlichkeit | probability | 60 % | 80 %
Erwartetes Abschlussdatum | close_on | 31.03.2026 | 15.04.2026
Zuständig | owner | Bob Meier | Ann Lang
Erstellt am | created_at | 01.11.2025 | 03.12.2025
Verlustgrund | lost_reason | | Preis
Quelle | lead_source | Messe | Empfehlung
""",
    ),
    Case(
        "French CRM opportunities",
        "opportunites.csv",
        "deals",
        """
Référence | id | OPP-1 | OPP-2
Nom de l'opportunité | name | Projet Lyon | Contrat Nantes
Société | company_name | Dupont SARL | Martin SAS
Étape | stage | Proposition | Négociation
Montant | amount | 12 500,00 € | 3 400,50 €
Devise | currency | EUR | EUR
Probabilité | probability | 40 % | 70 %
Date de clôture prévue | close_on | 31/03/2026 | 15/04/2026
Commercial | owner | Luc Petit | Marie Blanc
Créé le | created_at | 02/11/2025 | 13/12/2025
Motif de perte | lost_reason | | Prix
""",
    ),
    Case(
        "French contacts",
        "contacts_export.csv",
        "contacts",
        """
Civilité | - | M. | Mme
Prénom | first_name | Luc | Marie
Nom | last_name | Petit | Blanc
Entreprise | company_name | Dupont SARL | Martin SAS
Fonction | title | Directeur commercial | Responsable achats
Adresse e-mail | email | luc@dupont.example | marie@martin.example
Téléphone | phone | 01 23 45 67 89 | +33 6 12 34 56 78
Code postal | - | 69000 | 44000
Ville | - | Lyon | Nantes
Date de création | created_at | 02/11/2025 | 13/12/2025
""",
    ),
    Case(
        "French companies",
        "entreprises.csv",
        "companies",
        """
SIRET | - | 73282932000074 | 73282932000082
Raison sociale | name | Dupont SARL | Martin SAS
Secteur d'activité | industry | Logistique | Assurance
Effectif | employees | 50 | 120
Chiffre d'affaires | annual_revenue | 1 200 000 € | 3 400 000 €
Pays | country | France | Belgique
Site web | domain | www.dupont.example | martin.example
Téléphone | phone | 01 23 45 67 89 | 02 34 56 78 90
""",
    ),
    Case(
        "Spanish contacts",
        "contactos.csv",
        "contacts",
        """
Nombre | first_name | María | José
Apellidos | last_name | García López | Peña Ruiz
Empresa | company_name | Acme S.A. | Sol S.L.
Cargo | title | Directora de compras | Gerente
Correo electrónico | email | maria@acme.example | jose@sol.example
Teléfono | phone | +34 600 123 456 | +34 91 123 45 67
Propietario | owner | Ana Ruiz | Luis Gil
Fecha de creación | created_at | 02/11/2025 | 13/12/2025
Ciudad | - | Madrid | Sevilla
""",
    ),
    Case(
        "Spanish deals",
        "negocios.csv",
        "deals",
        """
ID | id | 31 | 32
Nombre del negocio | name | Proyecto Sol | Renovación
Cuenta | company_name | Acme S.A. | Sol S.L.
Etapa | stage | Propuesta | Negociación
Importe | amount | 12.500,00 | 3.400,50
Moneda | currency | EUR | MXN
Probabilidad | probability | 50 | 70
Fecha de cierre | close_on | 31/03/2026 | 15/04/2026
Propietario | owner | Ana Ruiz | Luis Gil
Motivo de pérdida | lost_reason | | Precio
""",
    ),
    Case(
        "Mautic contacts",
        "mautic_contacts.csv",
        "contacts",
        """
id | id | 1 | 2
title | - | Mr | Mrs
firstname | first_name | Jane | John
lastname | last_name | Roe | Doe
company | company_name | Acme Inc | Globex Ltd
position | title | CFO | Manager
email | email | jane@acme.example | john@globex.example
mobile | - | |
phone | phone | +1 555 010 2000 | +1 555 010 2001
points | - | 10 | 55
fax | - | |
city | - | Boston | Berlin
country | - | United States | Germany
preferred_locale | - | en | de
last_active | - | 2026-01-01 10:00:00 | 2026-01-02 11:00:00
website | company_domain | |
""",
    ),
    Case(
        "Mailchimp audience",
        "subscribed_members_export.csv",
        "leads",
        """
Email Address | email | jane@acme.example | john@globex.example
First Name | first_name | Jane | John
Last Name | last_name | Roe | Doe
Phone Number | phone | +1 555 010 2000 | +49 30 123456
MEMBER_RATING | rating | 2 | 5
OPTIN_TIME | created_at | 2025-11-02 10:15:00 | 2025-11-03 10:15:00
OPTIN_IP | - | 10.1.2.3 | 10.1.2.4
LEID | - | 123456 | 123457
EUID | - | abcdef1234 | abcdef1235
""",
    ),
    Case(
        "Pardot prospects",
        "pardot_prospects.csv",
        "leads",
        """
id | id | 8001 | 8002
first_name | first_name | Jane | John
last_name | last_name | Roe | Doe
email | email | jane@acme.example | john@globex.example
company | company_name | Acme Inc | Globex Ltd
job_title | title | CFO | Manager
industry | industry | Software | Retail
country | country | United States | Germany
source | lead_source | Google | Fair
score | rating | 120 | 45
created_at | created_at | 2025-11-02 10:15:00 | 2025-11-03 10:15:00
is_do_not_email | - | 0 | 1
""",
    ),
    Case(
        "LinkedIn connections",
        "Connections.csv",
        "contacts",
        """
First Name | first_name | Jane | John
Last Name | last_name | Roe | Doe
URL | - | https://www.linkedin.com/in/jane | https://www.linkedin.com/in/john
Email Address | email | jane@acme.example |
Company | company_name | Acme Inc | Globex Ltd
Position | title | CFO | Sales Manager
Connected On | created_at | 02 Nov 2025 | 14 Dec 2025
""",
    ),
    Case(
        "Google Contacts",
        "contacts.csv",
        "contacts",
        """
First Name | first_name | Jane | John
Middle Name | - | |
Last Name | last_name | Roe | Doe
Organization Name | company_name | Acme Inc | Globex Ltd
Organization Title | title | CFO | Manager
Organization Department | department | Finance | IT
E-mail 1 - Label | - | Work | Work
E-mail 1 - Value | email | jane@acme.example | john@globex.example
Phone 1 - Label | - | Mobile | Work
Phone 1 - Value | phone | +1 555 010 2000 | +49 30 123456
Notes | - | met at fair | friend
""",
    ),
    Case(
        "Outlook contacts",
        "outlook contacts.csv",
        "contacts",
        """
Title | - | Mr. | Ms.
First Name | first_name | Jane | John
Last Name | last_name | Roe | Doe
Company | company_name | Acme Inc | Globex Ltd
Department | department | Finance | IT
Job Title | title | CFO | Manager
Business Phone | phone | +1 555 010 2000 | +49 30 123456
E-mail Address | email | jane@acme.example | john@globex.example
E-mail 2 Address | - | |
Birthday | - | 0/0/00 | 0/0/00
""",
    ),
    Case(
        "Eventbrite attendees",
        "Summit attendees.csv",
        "members",
        """
Order # | id | 990011 | 990012
Order Date | at | 2026-01-02 10:00:00 | 2026-01-03 11:00:00
First Name | - | Jane | John
Surname | - | Roe | Doe
Email | email | jane@acme.example | john@globex.example
Event Name | campaign_name | Summit 2026 | Summit 2026
Ticket Type | - | Free | VIP
Attendee Status | status | Checked In | Attending
""",
    ),
    Case(
        "Webinar attendance",
        "webinar attendee report.csv",
        "members",
        """
Webinar Name | campaign_name | Content that sells | Content that sells
Attended | responded | Yes | No
Email | email | jane@acme.example | john@globex.example
Registration Time | at | 2026-01-02 10:00:00 | 2026-01-03 11:00:00
Approval Status | status | approved | approved
Time in Session (minutes) | - | 45 | 0
""",
    ),
    Case(
        "Campaign list",
        "Campaigns 2026.xlsx",
        "campaigns",
        """
Campaign ID | id | C1 | C2
Campaign Name | name | Spring fair | Webinar May
Type | kind | Trade Show | Webinar
Status | status | Planned | Completed
Start Date | starts_on | 2026-04-20 | 2026-05-11
End Date | ends_on | 2026-04-24 | 2026-05-11
Budget | budgeted_cost | 25000 | 3000
Actual Cost | actual_cost | 27500.50 | 2800
Owner | owner | Ann Lee | Alice Martin
""",
    ),
    Case(
        "German event plan",
        "Kampagnenplan.xlsx",
        "campaigns",
        """
Kampagne | name | Hannover Messe | Webinar Mai
Kanal | kind | Messe | Webinar
Startdatum | starts_on | 20.04.2026 | 11.05.2026
Enddatum | ends_on | 24.04.2026 | 11.05.2026
Plankosten | budgeted_cost | 25.000,00 € | 3.000,00 €
Istkosten | actual_cost | 27.500,50 € | 2.800,00 €
Verantwortlich | owner | Anna Lang | Bob Meier
""",
    ),
    Case(
        "Pipedrive activities",
        "activities-1.csv",
        "activities",
        """
Activity - ID | id | 1 | 2
Activity - Type | kind | Call | Meeting
Activity - Subject | subject | Intro call | Demo on site
Activity - Due date | at | 2026-01-02 | 2026-01-05
Activity - Note | body | spoke about price | showed product
Activity - Done | is_done | Done | To do
Activity - Deal | deal_name | Acme licence | Globex rollout
Activity - Organization | company_name | Acme Inc | Globex Ltd
Activity - Assigned to user | owner | Bob Miller | Ann Lee
Activity - Duration | - | 00:30 | 01:00
""",
    ),
    Case(
        "German activities",
        "Aktivitäten.csv",
        "activities",
        """
Betreff | subject | Erstgespräch | Vorführung
Art | kind | Anruf | Besuch
Datum | at | 02.01.2026 09:30 | 15.01.2026 14:00
Firma | company_name | Müller GmbH | Berg AG
Notizen | body | will Angebot | zeigt Interesse
Erledigt | is_done | ja | nein
Bearbeiter | owner | Bob Meier | Ann Lang
""",
    ),
    Case(
        "Stage history",
        "deal stage history.csv",
        "stage_changes",
        """
Deal ID | deal_id | 101 | 102
From stage | - | Qualified | Proposal
To stage | stage | Proposal | Won
Changed at | at | 2026-01-02 10:00:00 | 2026-01-08 11:00:00
Changed by | owner | Bob Miller | Ann Lee
""",
    ),
    Case(
        "Plain list of companies to call",
        "Target accounts.xlsx",
        "companies",
        """
Company Name | name | Acme Inc | Globex Ltd
Domain | domain | acme.example | globex.example
Industry | industry | Software | Retail
HQ Country | country | United States | Germany
Headcount | employees | 250 | 1200
Tier | - | A | B
""",
    ),
    Case(
        "Typed by hand with misspellings",
        "list.xlsx",
        "contacts",
        """
Frist Name | first_name | Jane | John
Last Nmae | last_name | Roe | Doe
E-mial | email | jane@acme.example | john@globex.example
Compnay | company_name | Acme Inc | Globex Ltd
Jobtitel | title | CFO | Manager
Comments | - | nice | busy
""",
    ),
    Case(
        "Headers that say nothing",
        "export.csv",
        "contacts",
        """
Column1 | - | 1 | 2
Column2 | email | jane@acme.example | john@globex.example
Column3 | phone | +1 (555) 010-2000 | +49 30 123456
Column4 | company_name | Acme Inc. | Globex Ltd.
""",
    ),
    Case(
        "SugarCRM leads",
        "Leads.csv",
        "leads",
        """
ID | id | 8d7f1c3e-aaaa-bbbb-cccc-000000000001 | 8d7f1c3e-aaaa-bbbb-cccc-000000000002
First Name: | first_name | Jane | John
Last Name: | last_name | Roe | Doe
Email Address | email | jane@acme.example | john@globex.example
Account Name: | company_name | Acme Inc | Globex Ltd
Lead Source: | lead_source | Web Site | Trade Show
Status: | status | New | Assigned
Office Phone: | phone | (555) 010-2000 | (555) 010-2001
Assigned User Name | owner | ann | bob
Date Created: | created_at | 2025-11-02 10:15:00 | 2025-11-03 10:15:00
Teams | - | Global | West
""",
    ),
)
