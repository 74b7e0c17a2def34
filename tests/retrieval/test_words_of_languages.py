"""Each language is searched by its own words: stems, folded letters, compounds, scripts without spaces."""

import pytest

from sameside.retrieval.languages import told
from tests.retrieval.shelf import found, indexed, page


@pytest.mark.parametrize(
    ("language", "text", "asked"),
    [
        ("en", "Our encryption protects customers", "customer"),
        ("en", "Running costs", "run"),
        ("de", "Wir beraten Versicherungen", "Versicherung"),
        ("de", "Größere Häuser", "Haus"),
        ("fr", "Les entreprises françaises", "entreprise francaise"),
        ("es", "Soluciones de seguridad", "solucion"),
        ("ru", "Безопасность банковских данных", "банковские"),
        ("ar", "أمن البيانات للبنوك", "امن"),
        ("el", "Ασφάλεια δεδομένων", "ασφαλεια"),
        ("pl", "Bezpieczeństwo w Łodzi", "lodzi"),
        ("ja", "サイバーセキュリティの料金表", "料金"),
        ("ja", "サイバーセキュリティの料金表", "セキュリティ"),
        ("zh", "银行的数据安全解决方案", "数据安全"),
        ("zh", "银行的数据安全解决方案", "银"),
        ("ko", "은행을 위한 데이터 보안 가격을", "가격"),
        ("th", "ความปลอดภัยของข้อมูล", "ข้อมูล"),
        ("", "Unknown tongue, naïve café", "naive cafe"),
        ("en", "ＦＵＬＬ ｗｉｄｔｈ", "full width"),
        ("en", "full width", "ＦＵＬＬ"),
    ],
)
def test_a_language_is_found_by_its_own_forms(language: str, text: str, asked: str) -> None:
    engine = indexed(page(1, text, language), page(2, "Etwas ganz anderes", "de"))

    assert found(engine, asked, typing=False) == {1}


def test_arabic_is_found_with_and_without_its_marks() -> None:
    engine = indexed(page(1, "مُحَمَّد مدير المبيعات", "ar"), page(2, "إدارة", "ar"))

    assert found(engine, "محمد") == {1}
    assert found(engine, "مُحَمَّد") == {1}
    assert found(engine, "اداره") == {2}


def test_a_german_word_is_found_inside_a_compound() -> None:
    engine = indexed(
        page(1, "Die Krankenversicherung zahlt", "de"),
        page(2, "Jede Versicherung zahlt", "de"),
        page(3, "Nobody pays", "en"),
    )

    assert found(engine, "Versicherung") == {1, 2}


def test_a_part_of_a_word_is_found_when_no_word_is() -> None:
    engine = indexed(page(1, "Cybersecurity basics"), page(2, "Basics of baking"))

    assert found(engine, "ersecur") == {1}


def test_umlauts_may_be_written_as_two_letters() -> None:
    engine = indexed(page(1, "Herr Müller", "de"), page(2, "Herr Meier", "de"))

    assert found(engine, "mueller") == found(engine, "Müller") == found(engine, "muller") == {1}


def test_the_stem_of_one_language_is_not_asked_of_another() -> None:
    engine = indexed(page(1, "Die Vase", "de"), page(2, "The organization", "en"))

    assert found(engine, "organ", typing=False) == {2}
    assert found(engine, "vasen", typing=False) == {1}


def test_stop_words_alone_can_be_searched() -> None:
    engine = indexed(page(1, "To be or not to be"), page(2, "Something else"))

    assert found(engine, "to be") == {1}


def test_a_question_in_a_language_that_no_document_has_is_asked_by_what_languages_share() -> None:
    engine = indexed(page(1, "Die Pricing Strategie der Panthers", "de"), page(2, "Der Igel schläft", "de"))

    assert found(engine, "how did the Panthers defend against every attack") == {1}


def test_a_text_of_unknown_language_is_found_by_its_stems() -> None:
    engine = indexed(page(1, "Customers of banks", ""), page(2, "Häuser am See", ""))

    assert found(engine, "customer", typing=False) == {1}
    assert found(engine, "Haus", typing=False) == {2}


def test_names_and_headwords_are_not_taken_for_a_language() -> None:
    assert told("cloud security pricing deck banking") == ""
    assert told("wie viele Kunden haben unsere Banken") == "de"
    assert told("how many customers do our banks have") == "en"
