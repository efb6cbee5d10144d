"""The words that films are found by, and the queue of films whose words are to be derived anew.

SQLite rebuilds a table to alter it and forgets its triggers: a migration that alters Film or FilmTitle runs these again
after it.
"""

from django.db import migrations

QUEUE = {
    "sqlite": "CREATE TABLE films_unindexed (id INTEGER PRIMARY KEY, changed_id INTEGER NOT NULL)",
    "postgresql": "CREATE TABLE films_unindexed (id bigserial PRIMARY KEY, changed_id bigint NOT NULL)",
}
# Of each table: the column with the film's id, and the columns that words come from.
TABLES = {"films_film": ("id", "title, director"), "films_filmtitle": ("film_id", "text")}


def create_triggers(apps, schema_editor):
    schema_editor.execute(QUEUE[schema_editor.connection.vendor])
    for table, (film, columns) in TABLES.items():
        for event, row in (("INSERT", "NEW"), (f"UPDATE OF {columns}", "NEW"), ("DELETE", "OLD")):
            name = f"{table}_unindexed_{event.split()[0].lower()}"
            statement = f"INSERT INTO films_unindexed (changed_id) VALUES ({row}.{film});"  # noqa: S608 -- our own names
            if schema_editor.connection.vendor == "sqlite":
                schema_editor.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {statement} END")
            else:
                schema_editor.execute(
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN {statement} RETURN NULL; END $$"
                )
                schema_editor.execute(
                    f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
                )
    schema_editor.execute("INSERT INTO films_unindexed (changed_id) SELECT id FROM films_film")


def drop_triggers(apps, schema_editor):
    for table in TABLES:
        for event in ("insert", "update", "delete"):
            name = f"{table}_unindexed_{event}"
            if schema_editor.connection.vendor == "sqlite":
                schema_editor.execute(f"DROP TRIGGER {name}")
            else:
                schema_editor.execute(f"DROP FUNCTION {name}() CASCADE")
    schema_editor.execute("DROP TABLE films_unindexed")


class Migration(migrations.Migration):
    dependencies = [("films", "0002_remake_closes_no_circle")]

    operations = [
        migrations.RunPython(create_triggers, drop_triggers),
    ]
