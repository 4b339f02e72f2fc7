"""The decision register becomes append-only, by triggers of the database itself."""

from django.db import migrations

from portulan.governance.append_only import INSTALL, REMOVE


class RunSQLOfVendor(migrations.RunSQL):
    """The statements of the database in use."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._run_sql(schema_editor, list(INSTALL[schema_editor.connection.vendor]))

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._run_sql(schema_editor, list(REMOVE[schema_editor.connection.vendor]))


class Migration(migrations.Migration):
    dependencies = [("governance", "0002_sitting_votes_and_reversal")]

    operations = [RunSQLOfVendor(migrations.RunSQL.noop, migrations.RunSQL.noop)]
