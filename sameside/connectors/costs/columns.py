"""What the columns of an ad platform's report mean, whatever language its user reads: English, German, French, Spanish.

Headers are compared by `plain`; what stands in brackets at a header's end is taken off first and may be a currency, as
in Meta's `Amount spent (EUR)`, or a zone, as in LinkedIn's `Start Date (in UTC)`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sameside.connectors.objects import plain

_NAMES: dict[str, str] = {
    "day": "day, date, tag, datum, jour, día, fecha, segments.date, gregorian date, time period, zeitraum, période,"
    " período",
    "week": "week, woche, semaine, semana, segments.week",
    "month": "month, monat, mois, mes, segments.month",
    "start": "reporting starts, start date, auswertungsbeginn, berichtsstart, berichtsbeginn, startdatum,"
    " début des rapports, début du reporting, date de début, inicio del informe, fecha de inicio",
    "end": "reporting ends, end date, auswertungsende, berichtsende, enddatum, fin des rapports, fin du reporting,"
    " date de fin, fin del informe, fecha de finalización",
    "campaign": "campaign, campaign name, kampagne, kampagnenname, name der kampagne, campagne, nom de la campagne,"
    " campaña, nombre de la campaña, campaign.name",
    "campaign_id": "campaign id, kampagnen-id, kampagnen id, id der kampagne, id de campagne, id de la campagne,"
    " id. de campaña, id de campaña, identificador de la campaña, campaign.id, n° de campagne",
    "ad_group": "ad group, ad set name, anzeigengruppe, name der anzeigengruppe, anzeigengruppenname,"
    " groupe d'annonces, nom de l'ensemble de publicités, grupo de anuncios, nombre del conjunto de anuncios",
    "ad_group_id": "ad group id, ad set id, adgroup id, ad_group.id",
    "ad": "ad name, ad, anzeige, name der anzeige, annonce, nom de la publicité, anuncio, nombre del anuncio",
    "ad_id": "ad id, creative id, ad_group_ad.ad.id, anzeigen-id",
    "keyword": "keyword, search keyword, keyword id, ad group criterion criterion id, suchbegriff-keyword, mot clé,"
    " palabra clave",
    "search_term": "search term, suchbegriff, terme de recherche, término de búsqueda",
    "account": "account name, account, kontoname, konto, nom du compte, compte, nombre de la cuenta, cuenta,"
    " customer.descriptive_name",
    "account_id": "account id, customer id, customer.id, konto-id, kundennummer, n° de compte, id de la cuenta",
    "cost": "cost, kosten, coût, coste, costo, amount spent, ausgegebener betrag, montant dépensé, importe gastado,"
    " total spent, gesamtausgaben, ausgegebener gesamtbetrag, total dépensé, montant total dépensé, total gastado,"
    " gasto total, spend, ausgaben, dépense, dépenses, gasto, cost in local currency",
    "cost_micros": "cost micros, metrics.cost_micros",
    "currency": "currency code, currency, währungscode, währung, code de devise, code devise, devise,"
    " código de moneda, moneda, divisa, customer.currency_code",
    "impressions": "impr., impressions, impressionen, impresiones, metrics.impressions",
    "clicks": "clicks, link clicks, klicks, linkklicks, link-klicks, clics, clics sur un lien, clics en el enlace,"
    " inline link clicks, metrics.clicks",
    "conversions": "conversions, conv., conversiones, results, ergebnisse, résultats, resultados,"
    " external website conversions, metrics.conversions",
    "network": "ad network type, network, netzwerk, réseau, red, segments.ad_network_type",
    "kind": "campaign type, kampagnentyp, type de campagne, tipo de campaña, campaign.advertising_channel_type,"
    " advertising channel type",
}  # fmt: skip
MEANINGS = {
    plain(name.strip()): meaning for meaning, names in _NAMES.items() for name in names.split(",") if name.strip()
}
# LinkedIn's exports name a day in a column that begins a campaign elsewhere; these are the campaign's, not the row's.
_NOT = frozenset(map(plain, ("campaign start date", "campaign end date")))
_BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*$")
_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Columns:
    """Where each meaning stands in the header (the first such column), and the currency that the header itself tells.

    `header` are the plain forms of all headers, without brackets.
    """

    at: dict[str, int]
    currency: str
    header: frozenset[str]

    def cell(self, cells: Sequence[str], meaning: str) -> str:
        """The stripped cell, empty when there is none or when it holds a dash for nothing."""
        place = self.at.get(meaning)
        text = cells[place].strip() if place is not None and place < len(cells) else ""
        return "" if text in ("--", "-", "—", "–") else text


def columns(header: Sequence[str]) -> Columns:
    found: dict[str, int] = {}
    currency, names = "", set()
    for place, title in enumerate(header):
        brackets = _BRACKETS.search(title)
        name = plain(_BRACKETS.sub("", title)).strip("\ufeff\"'")
        names.add(name)
        meaning = "" if name in _NOT else MEANINGS.get(name, "")
        if meaning == "cost" and brackets and _CODE.fullmatch(brackets[1].strip()):
            currency = brackets[1].strip()
        if meaning:
            found.setdefault(meaning, place)
    return Columns(found, currency, frozenset(names))
