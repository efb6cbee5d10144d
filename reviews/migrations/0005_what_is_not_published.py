"""Triggers: a review that is hidden or shown again is indexed and read anew, and the log of moderation stays as it is.

SQLite rebuilds a table to alter it and forgets its triggers: a migration that alters Review or Action runs these again
after it.
"""

from django.db import migrations

HIDDEN = "AFTER UPDATE OF state ON reviews_review FOR EACH ROW WHEN (NEW.state <> OLD.state)"
QUEUE = """
    INSERT INTO reviews_unindexed (changed_id) VALUES (NEW.id);
    INSERT INTO reviews_unread (changed_id) VALUES (NEW.id);"""
# Whose account is deleted loses the name here; all else is for good.
LOGGED = "BEFORE UPDATE OF kind, review, reason, at ON reviews_action FOR EACH ROW"
KEPT = "the log of moderation is only added to"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"CREATE TRIGGER review_hidden {HIDDEN} BEGIN {QUEUE} END")
        schema_editor.execute(f"CREATE TRIGGER action_kept {LOGGED} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END")
        return
    for name, event, statements in (
        ("review_hidden", HIDDEN, f"{QUEUE} RETURN NULL;"),
        ("action_kept", LOGGED, f"RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation';"),
    ):
        schema_editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statements} END $$"
        )
        schema_editor.execute(f"CREATE TRIGGER {name} {event} EXECUTE FUNCTION {name}()")


def drop(apps, schema_editor):
    for name, table in (("review_hidden", "reviews_review"), ("action_kept", "reviews_action")):
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0004_queues_of_reviews_to_compare")]

    operations = [migrations.RunPython(create, drop)]
