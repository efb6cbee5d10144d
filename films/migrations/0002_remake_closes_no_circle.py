"""A trigger for the one rule of remakes that no constraint can say: no film descends from itself.

SQLite rebuilds a table to alter it and forgets its triggers: a migration that alters Remake runs these again after it.
"""

from django.db import migrations

ANCESTORS = """
    WITH RECURSIVE ancestor(id) AS (
        SELECT NEW.source_id
        UNION
        SELECT edge.source_id FROM films_remake edge JOIN ancestor ON edge.remake_id = ancestor.id
        WHERE edge.id <> COALESCE(NEW.id, -1)
    )
    SELECT 1 FROM ancestor WHERE id = NEW.remake_id
"""
CREATE = {
    "sqlite": [
        f"""CREATE TRIGGER remake_closes_no_circle_{event.split()[0].lower()} BEFORE {event} ON films_remake
        WHEN NEW.remake_id <> NEW.source_id AND EXISTS ({ANCESTORS})
        BEGIN SELECT RAISE(ABORT, 'constraint failed: remake_closes_no_circle'); END"""
        for event in ("INSERT", "UPDATE OF remake_id, source_id")
    ],
    "postgresql": [
        # The lock makes two transactions that would close a circle together wait for one another.
        f"""CREATE FUNCTION remake_closes_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtext('films_remake'));
            IF NEW.remake_id <> NEW.source_id AND EXISTS ({ANCESTORS}) THEN
                RAISE EXCEPTION 'constraint failed: remake_closes_no_circle' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$""",
        """CREATE TRIGGER remake_closes_no_circle BEFORE INSERT OR UPDATE OF remake_id, source_id ON films_remake
        FOR EACH ROW EXECUTE FUNCTION remake_closes_no_circle()""",
    ],
}
DROP = {
    "sqlite": [
        "DROP TRIGGER remake_closes_no_circle_insert",
        "DROP TRIGGER remake_closes_no_circle_update",
    ],
    "postgresql": [
        "DROP TRIGGER remake_closes_no_circle ON films_remake",
        "DROP FUNCTION remake_closes_no_circle()",
    ],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("films", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
