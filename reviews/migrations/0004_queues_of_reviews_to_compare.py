"""Queues of films whose families or titles have changed and of reviews that are to be read for what they say of other versions.

SQLite rebuilds a table to alter it and forgets its triggers: a migration that alters Review, Film, FilmTitle or Family runs these
again after it. New reviews are queued by ReviewQuerySet.announce().
"""

from django.db import migrations

IN_A_FAMILY = "(SELECT family_id FROM films_film WHERE id = NEW.film_id) IS NOT NULL"
UNREAD = "INSERT INTO reviews_unread (changed_id) VALUES (NEW.id)"
REGROUPED = "INSERT INTO reviews_regrouped (changed_id) VALUES (NEW.{})"
# By name: on which event, on which condition (in SQLite and PostgreSQL alike), and what is queued.
TRIGGERS = {
    "review_unread_update": (
        "AFTER UPDATE OF headline, body, film_id ON reviews_review",
        "NEW.headline <> OLD.headline OR NEW.body <> OLD.body OR NEW.film_id <> OLD.film_id",
        "TRUE",
        UNREAD,
    ),
    "film_regrouped": (
        "AFTER UPDATE OF family_id ON films_film",
        "COALESCE(NEW.family_id, 0) <> COALESCE(OLD.family_id, 0)",
        "TRUE",
        REGROUPED.format("id"),
    ),
    "family_renamed": (
        "AFTER UPDATE OF original_id ON films_family",
        "NEW.original_id IS NOT NULL AND NEW.original_id <> COALESCE(OLD.original_id, 0)",
        "TRUE",
        REGROUPED.format("original_id"),
    ),
    # Sentences speak of a film by any of its titles.
    "title_given": ("AFTER INSERT ON films_filmtitle", "TRUE", IN_A_FAMILY, REGROUPED.format("film_id")),
    "title_changed": (
        "AFTER UPDATE OF text, film_id ON films_filmtitle",
        "NEW.text <> OLD.text OR NEW.film_id <> OLD.film_id",
        IN_A_FAMILY,
        REGROUPED.format("film_id"),
    ),
    "title_taken": (
        "AFTER DELETE ON films_filmtitle",
        "TRUE",
        IN_A_FAMILY.replace("NEW", "OLD"),
        REGROUPED.format("film_id").replace("NEW", "OLD"),
    ),
}
QUEUES = ("reviews_unread", "reviews_regrouped")


def create(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    for queue in QUEUES:
        kind = "INTEGER PRIMARY KEY" if sqlite else "bigserial PRIMARY KEY"
        schema_editor.execute(f"CREATE TABLE {queue} (id {kind}, changed_id bigint NOT NULL)")
    for name, (event, when, where, statement) in TRIGGERS.items():
        if sqlite:
            schema_editor.execute(f"CREATE TRIGGER {name} {event} WHEN ({when}) AND {where} BEGIN {statement}; END")
        else:
            # There, no condition of a trigger may look into another table.
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN IF {where} THEN {statement}; END IF; RETURN NULL; END $$"
            )
            schema_editor.execute(f"CREATE TRIGGER {name} {event} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()")
    schema_editor.execute(
        "INSERT INTO reviews_regrouped (changed_id) SELECT id FROM films_film WHERE family_id IS NOT NULL"
    )


def drop(apps, schema_editor):
    for name in TRIGGERS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP FUNCTION {name}() CASCADE")
    for queue in QUEUES:
        schema_editor.execute(f"DROP TABLE {queue}")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_search")]

    operations = [migrations.RunPython(create, drop)]
