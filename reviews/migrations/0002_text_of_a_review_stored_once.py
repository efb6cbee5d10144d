"""Triggers that put the text of a review back into the import rows that leave it out, before it changes or goes.

An import row reads the part of its source that became a review's text from the review (`ImportRow.body_at`). SQLite
rebuilds a table to alter it and forgets its triggers: a migration that alters Review or ImportRow runs these again
after it.
"""

from django.db import migrations

REVIEW_CHANGES = (
    """UPDATE reviews_importrow
    SET text = substr(text, 1, body_at) || OLD.body || substr(text, body_at + 1), body_at = NULL
    WHERE review_id = OLD.id AND body_at IS NOT NULL""",
    "AFTER UPDATE OF body ON reviews_review FOR EACH ROW WHEN (OLD.body <> NEW.body)",
)
ROW_LETS_GO = (
    """UPDATE reviews_importrow
    SET text = substr(text, 1, body_at) || review.body || substr(text, body_at + 1), body_at = NULL
    FROM reviews_review review WHERE reviews_importrow.id = OLD.id AND review.id = OLD.review_id""",
    "AFTER UPDATE OF review_id ON reviews_importrow FOR EACH ROW"
    " WHEN (OLD.body_at IS NOT NULL AND COALESCE(NEW.review_id, 0) <> OLD.review_id)",
)
TRIGGERS = {"import_row_keeps_changed_text": REVIEW_CHANGES, "import_row_keeps_lost_text": ROW_LETS_GO}


def create(apps, schema_editor):
    for name, (statement, event) in TRIGGERS.items():
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"CREATE TRIGGER {name} {event} BEGIN {statement}; END")
        else:
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {statement}; RETURN NULL; END $$"
            )
            schema_editor.execute(f"CREATE TRIGGER {name} {event} EXECUTE FUNCTION {name}()")


def drop(apps, schema_editor):
    for name, (_, event) in TRIGGERS.items():
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            table = event.split(" ON ")[1].split()[0]
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
