"""The log that the columnar copy follows, and the triggers that write it (copy/changes.py)."""

import django.db.models.functions.datetime
from django.db import migrations, models

import sameside.search.models

_OF_DEAL = ("company_id", "created_at", "closed_at", "is_closed", "is_won", "amount", "deleted_in_source")
_OF_LEAD = ("deal_id", "company_id", "created_at", "deleted_in_source")


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$;"


def _days(*rows: str) -> str:
    of = " UNION ALL ".join(f"SELECT occurred_at, current, company_id FROM {name}" for name in rows)
    return f"""
  INSERT INTO attribution_copychange (content, day)
  SELECT DISTINCT 'touches', (c.occurred_at AT TIME ZONE 'UTC')::date - '1970-01-01'::date
  FROM ({of}) c WHERE c.current AND c.company_id IS NOT NULL AND c.occurred_at >= '1970-01-01+00';
"""


def _once(content: str, condition: str = "") -> str:
    """One row for a transaction says as much as many."""
    return f"""
  IF {condition}NOT EXISTS (
    SELECT 1 FROM attribution_copychange
    WHERE xid = pg_current_xact_id() AND content = '{content}' AND day IS NULL
  ) THEN
    INSERT INTO attribution_copychange (content) VALUES ('{content}');
  END IF;
"""


def _when(columns: tuple[str, ...]) -> str:
    sides = (", ".join(f"{side}.{column}" for column in columns) for side in ("OLD", "NEW"))
    return "(({}) IS DISTINCT FROM ({}))".format(*sides)


def _per_row(name: str, table: str, columns: tuple[str, ...], function: str) -> str:
    """Costs nothing where a statement sets none of the columns."""
    return (
        f"CREATE TRIGGER {name} AFTER UPDATE OF {', '.join(columns)} ON {table} FOR EACH ROW"
        f" WHEN {_when(columns)} EXECUTE FUNCTION {function}();"
    )


def _per_statement(name: str, table: str, event: str, function: str) -> str:
    seen = {"INSERT": "NEW TABLE AS new_rows", "DELETE": "OLD TABLE AS old_rows"}
    seen["UPDATE"] = f"{seen['DELETE']} {seen['INSERT']}"
    referencing = f" REFERENCING {seen[event]}" if event in seen else ""
    return (
        f"CREATE TRIGGER {name} AFTER {event} ON {table}{referencing} FOR EACH STATEMENT EXECUTE FUNCTION {function}();"
    )


_SQL = [
    _function("attribution_copy_added", _days("new_rows")),
    _function("attribution_copy_changed", _days("old_rows", "new_rows")),
    _function("attribution_copy_removed", _days("old_rows")),
    _function("attribution_copy_all_touches", _once("touches")),
    _function("attribution_copy_deals", _once("deals")),
    _function("attribution_copy_deals_added", _once("deals", "EXISTS (SELECT 1 FROM new_rows) AND ")),
    _function("attribution_copy_deals_removed", _once("deals", "EXISTS (SELECT 1 FROM old_rows) AND ")),
    _per_statement("attribution_copy_insert", "crm_touch", "INSERT", "attribution_copy_added"),
    _per_statement("attribution_copy_update", "crm_touch", "UPDATE", "attribution_copy_changed"),
    _per_statement("attribution_copy_delete", "crm_touch", "DELETE", "attribution_copy_removed"),
    _per_statement("attribution_copy_truncate", "crm_touch", "TRUNCATE", "attribution_copy_all_touches"),
    _per_row("attribution_copy_team", "people_person", ("team_id",), "attribution_copy_all_touches"),
    _per_row("attribution_copy_owner", "crm_campaign", ("owner_id",), "attribution_copy_all_touches"),
]
for _table, _columns in (("crm_deal", _OF_DEAL), ("leads_lead", _OF_LEAD)):
    _SQL += [
        _per_statement("attribution_copy_insert", _table, "INSERT", "attribution_copy_deals_added"),
        _per_row("attribution_copy_update", _table, _columns, "attribution_copy_deals"),
        _per_statement("attribution_copy_delete", _table, "DELETE", "attribution_copy_deals_removed"),
        _per_statement("attribution_copy_truncate", _table, "TRUNCATE", "attribution_copy_deals"),
    ]
_NAMES = (
    "added", "changed", "removed", "all_touches", "deals", "deals_added", "deals_removed",
)  # fmt: skip
_REVERSE = "\n".join(f"DROP FUNCTION attribution_copy_{name}() CASCADE;" for name in _NAMES)


class Migration(migrations.Migration):
    dependencies = [
        ("attribution", "0007_monthly_sums"),
        ("crm", "0015_touch_by_time"),
        ("leads", "0022_queues_and_ends"),
        ("people", "0009_search_words_days"),
        ("search", "0001_change_log"),
    ]
    operations = [
        migrations.CreateModel(
            name="CopyChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.CharField(max_length=10)),
                ("day", models.IntegerField(help_text="Days since January 1, 1970, of touches; null: any.", null=True)),
                (
                    "xid",
                    sameside.search.models.TransactionId(
                        db_default=sameside.search.models.CurrentTransaction(), editable=False
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"indexes": [models.Index(fields=["xid"], name="copychange_xid")]},
        ),
        migrations.RunSQL("\n".join(_SQL), _REVERSE),
    ]
