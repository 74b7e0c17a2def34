"""What a column of a HubSpot export means, in any language."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sameside.connectors.hubspot import stages, vocabulary
from sameside.connectors.hubspot.columns import columns, unused
from sameside.connectors.hubspot.recognition import recognise_header
from sameside.connectors.hubspot.stages import Entered, entered, is_duration

CONTACTS = {
    "English": ["Record ID", "First Name", "Last Name", "Email", "Contact owner", "Lifecycle Stage"],
    "German": ["Datensatz-ID", "Vorname", "Nachname", "E-Mail", "Kontakt-Inhaber", "Lifecycle-Phase"],
    "French": [
        "ID d'enregistrement", "Prénom", "Nom", "Adresse e-mail", "Propriétaire du contact", "Phase du cycle de vie",
    ],
    "Spanish": [
        "ID de registro", "Nombre", "Apellidos", "Correo", "Propietario del contacto", "Etapa del ciclo de vida",
    ],
    "Portuguese": [
        "ID do registro", "Nome", "Sobrenome", "Endereço de e-mail", "Proprietário do contato",
        "Estágio do ciclo de vida",
    ],
    "Italian": [
        "ID record", "Nome", "Cognome", "Indirizzo e-mail", "Proprietario del contatto", "Fase del ciclo di vita",
    ],
    "Dutch": ["Record-ID", "Voornaam", "Achternaam", "E-mailadres", "Contacteigenaar", "Levenscyclusfase"],
    "Japanese": ["レコードID", "名", "姓", "Eメール", "コンタクト担当者", "ライフサイクルステージ"],
    "internal": ["hs_object_id", "firstname", "lastname", "email", "hubspot_owner_id", "lifecyclestage"],
}  # fmt: skip
DEALS = {
    "English": ["Record ID", "Deal Name", "Deal Stage", "Pipeline", "Amount", "Close Date", "Deal owner"],
    "German": ["Datensatz-ID", "Deal-Name", "Deal-Phase", "Pipeline", "Betrag", "Abschlussdatum", "Deal-Inhaber"],
    "French": [
        "ID d'enregistrement", "Nom de la transaction", "Phase de la transaction", "Pipeline", "Montant",
        "Date de fermeture", "Propriétaire de la transaction",
    ],
    "Spanish": [
        "ID de registro", "Nombre del negocio", "Etapa del negocio", "Pipeline", "Importe", "Fecha de cierre",
        "Propietario del negocio",
    ],
    "Japanese": ["レコードID", "取引名", "取引ステージ", "パイプライン", "金額", "クローズ日", "取引担当者"],
    "internal": ["hs_object_id", "dealname", "dealstage", "pipeline", "amount", "closedate", "hubspot_owner_id"],
}  # fmt: skip
COMPANIES = {
    "English": ["Record ID", "Company name", "Company Domain Name", "Industry"],
    "German": ["Datensatz-ID", "Unternehmensname", "Domainname des Unternehmens", "Branche"],
    "French": ["ID d'enregistrement", "Nom de l'entreprise", "Nom de domaine de l'entreprise", "Secteur d'activité"],
    "Spanish": ["ID de registro", "Nombre", "Nombre de dominio de la empresa", "Sector"],
}


@pytest.mark.parametrize("language", CONTACTS)
def test_contacts_in_every_language(language):
    assert recognise_header(CONTACTS[language]) == ("Contact", "")
    found = columns("Contact", CONTACTS[language])
    assert set(found.fields) - {"owner_id"} == {"id", "first_name", "last_name", "email", "owner", "lifecycle"} - (
        {"owner"} if language == "internal" else set()
    )
    assert found.unknown == ()


@pytest.mark.parametrize("language", DEALS)
def test_deals_in_every_language(language):
    assert recognise_header(DEALS[language]) == ("Deal", "")
    found = columns("Deal", DEALS[language])
    assert found.fields.keys() >= {"name", "stage", "amount_given", "close_on"}
    assert found.unknown == ()


@pytest.mark.parametrize("language", COMPANIES)
def test_companies_in_every_language(language):
    assert recognise_header(COMPANIES[language]) == ("Company", "")


@pytest.mark.parametrize("kind", vocabulary.WORDS)
def test_no_header_means_two_fields_of_an_object(kind):
    meanings: dict[str, set[str]] = {}
    for field, names in vocabulary.WORDS[kind].items():
        for name in names.split("|"):
            meanings.setdefault(vocabulary.folded(name), set()).add(field)
    assert {name: fields for name, fields in meanings.items() if len(fields) > 1} == {}
    assert "" not in meanings


def test_no_word_means_two_stages_of_the_life_cycle():
    meanings: dict[str, set[str]] = {}
    for stage, names in vocabulary.LIFECYCLE.items():
        for name in names.split("|"):
            meanings.setdefault(vocabulary.folded(name), set()).add(stage)
    assert {name: stages for name, stages in meanings.items() if len(stages) > 1} == {}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('Date entered "Contract Sent (Sales Pipeline)"', Entered("Contract Sent", "Sales Pipeline")),
        ("Date entered 'Customer (Lifecycle Stage Pipeline)'", Entered("Customer", "Lifecycle Stage Pipeline")),
        ('Date entered "Contract Sent (Sales Pipeline)', Entered("Contract Sent", "Sales Pipeline")),
        ('Date entered "Won (final) (Sales (EMEA))"', Entered("Won (final)", "Sales (EMEA)")),
        ('Datum des Eintritts in "Angebot (Vertrieb)"', Entered("Angebot", "Vertrieb")),
        ("Date d’entrée dans « Contrat envoyé (Pipeline de vente) »", Entered("Contrat envoyé", "Pipeline de vente")),
        ('Fecha de ingreso a "Contrato enviado (Ventas)"', Entered("Contrato enviado", "Ventas")),
        ("「成約 (営業パイプライン)」に入った日付", Entered("成約", "営業パイプライン")),
        ("Became a Marketing Qualified Lead Date", Entered("marketingqualifiedlead", is_new=False)),
        ("Became an Opportunity Date", Entered("opportunity", is_new=False)),
        ("Datum der Konversion zum Lead", Entered("lead", is_new=False)),
        ("Date de conversion en Lead qualifié par le marketing", Entered("marketingqualifiedlead", is_new=False)),
        ("hs_lifecyclestage_salesqualifiedlead_date", Entered("salesqualifiedlead", is_new=False)),
        ("property_hs_v2_date_entered_12345", Entered("", stage_id="12345")),
        ('Time in "Contract Sent (Sales Pipeline)" (HH:mm:ss)', None),
        ('Date exited "Contract Sent (Sales Pipeline)"', None),
        ("Became a Partner Date", None),
        ("Date of birth", None),
    ],
)
def test_headers_with_a_stage(header, expected):
    assert entered(header) == expected


def test_durations_are_understood_and_not_needed():
    assert is_duration('Time in "Contract Sent (Sales Pipeline)" (HH:mm:ss)')
    assert is_duration("hs_time_in_appointmentscheduled")
    assert not is_duration('Date entered "Contract Sent (Sales Pipeline)"')


_WORDS = st.text(st.characters(categories=["Ll", "Lu", "Nd"], include_characters=" -&/"), min_size=1, max_size=30)


@settings(deadline=None)
@given(stage=_WORDS, pipeline=_WORDS)
def test_a_stage_is_read_back_from_its_header(stage, pipeline):
    stage, pipeline = " ".join(stage.split()), " ".join(pipeline.split())
    if stage and pipeline:
        assert entered(stages.header(stage, pipeline)) == Entered(stage, pipeline)


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), max_size=30))
def test_any_header_is_read_without_failing_and_each_column_once(names):
    for kind in vocabulary.WORDS:
        found = columns(kind, names)
        placed = [header for headers in found.fields.values() for header in headers]
        assert len(placed) == len(set(placed))
    recognise_header(names)


def test_what_is_not_understood_is_named():
    header = ["Record ID", "Email", "Shoe size", "Original Source Drill-Down 1"]
    assert unused(columns("Contact", header).unknown) == "2 columns not used: Shoe size, Original Source Drill-Down 1"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            ["Record ID", "Ticket name", "Ticket status", "Pipeline"],
            ("", "Tickets are support work; Sameside does not use them."),
        ),
        (["Record ID", "Call Title", "Call notes", "Call outcome", "Activity date"], ("Call", "")),
        (["Record ID", "Email subject", "Email body", "Activity date"], ("Email", "")),
        (["Record ID", "Meeting name", "Meeting start time", "Meeting outcome"], ("Meeting", "")),
        (["Record ID", "Task Title", "Task Status", "Due date"], ("Task", "")),
        (["Record ID", "Note body", "Activity date"], ("Note", "")),
        (["Contact ID", "First Name", "Last Name", "Email", "Lifecycle Stage"], ("Contact", "")),
        (["Deal ID", "Deal Name", "Deal Stage", "Deal owner"], ("Deal", "")),
        (["Id", "LastName", "Email", "AccountId"], None),
        (["Opportunity ID", "Account Name", "Stage", "Amount"], None),
        (["Email", "First Name"], None),
        (["Campaign ID", "Clicks", "Impressions", "Cost"], None),
    ],
)
def test_recognition(header, expected):
    assert recognise_header(header) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("deal_id,is_deleted,deal_pipeline_id,deal_pipeline_stage_id,owner_id,property_dealname", "Deal"),
        ("_fivetran_deleted,property_email,id,property_firstname", "Contact"),
        ("id,is_deleted,property_name,property_domain", "Company"),
        ("deal_id,_fivetran_active,date_entered,value", "DealStage"),
        ("contact_id,deal_id,_fivetran_synced,type_id", "DealContact"),
        ("stage_id,label,pipeline_id,closed_won,is_closed,probability", "Stage"),
        ("engagement_id,type,property_hs_timestamp", "Engagement"),
        ("engagement_id,contact_id,engagement_type", "EngagementContact"),
        ("canonical_vid,contact_id,vid_to_merge", "ContactMerge"),
        ("owner_id,_fivetran_synced,email,first_name,last_name", "Owner"),
    ],
)
def test_tables_of_a_warehouse(header, expected):
    assert recognise_header(header.split(",")) == (expected, "")


def test_tables_of_a_warehouse_that_are_not_needed_say_why():
    for header in (
        "contact_id,contact_list_id,added_at",
        "ticket_id,deal_id,_fivetran_synced",
        "id,name,requires_billing_write",
    ):
        known = recognise_header(header.split(","))
        assert known is not None
        assert known[0] == ""
        assert known[1].endswith(".")
