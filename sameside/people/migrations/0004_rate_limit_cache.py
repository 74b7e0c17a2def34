"""The table of Django's database cache, which the rate limits of sign-in share between all web processes."""

from django.db import migrations

TABLE = """
CREATE UNLOGGED TABLE sameside_cache (
  cache_key varchar(255) NOT NULL PRIMARY KEY,
  value text NOT NULL,
  expires timestamp with time zone NOT NULL
);
CREATE INDEX sameside_cache_expires ON sameside_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_invitations")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE sameside_cache")]
