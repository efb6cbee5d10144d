"""The full text of the reviews, and the queue of reviews that are to be indexed anew.

Triggers queue what changes and goes. What is new is queued by ReviewQuerySet.announce(): a trigger on each row that is
inserted made an import a fifth slower.

SQLite rebuilds a table to alter it and forgets its triggers: a migration that alters Review runs these again after it.
"""

import sqlite3

from django.db import migrations

# Since 3.43 SQLite need not keep a second copy of the texts to be able to delete one from the index.
CONTENTLESS = "content='', contentless_delete=1, " if sqlite3.sqlite_version_info >= (3, 43) else ""
CREATE = {
    "sqlite": [
        f"""CREATE VIRTUAL TABLE reviews_words USING
        fts5(headline, body, {CONTENTLESS}tokenize='unicode61 remove_diacritics 2')""",
        # In bytes. The default of 1 MiB takes twice as long over many reviews.
        "INSERT INTO reviews_words (reviews_words, rank) VALUES ('hashsize', 67108864)",
        "CREATE TABLE reviews_unindexed (id INTEGER PRIMARY KEY, changed_id INTEGER NOT NULL)",
        """CREATE TRIGGER review_unindexed_update AFTER UPDATE OF headline, body ON reviews_review
        WHEN NEW.headline <> OLD.headline OR NEW.body <> OLD.body
        BEGIN INSERT INTO reviews_unindexed (changed_id) VALUES (NEW.id); END""",
        """CREATE TRIGGER review_unindexed_delete AFTER DELETE ON reviews_review
        BEGIN INSERT INTO reviews_unindexed (changed_id) VALUES (OLD.id); END""",
    ],
    "postgresql": [
        # A table of its own: a column of the review would make every import wait for the index.
        "CREATE TABLE reviews_words (review_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX reviews_words_gin ON reviews_words USING gin (words)",
        "CREATE TABLE reviews_unindexed (id bigserial PRIMARY KEY, changed_id bigint NOT NULL)",
        """CREATE FUNCTION review_unindexed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO reviews_unindexed (changed_id) VALUES (COALESCE(NEW.id, OLD.id));
            RETURN NULL;
        END $$""",
        """CREATE TRIGGER review_unindexed_delete AFTER DELETE ON reviews_review
        FOR EACH ROW EXECUTE FUNCTION review_unindexed()""",
        """CREATE TRIGGER review_unindexed_update AFTER UPDATE OF headline, body ON reviews_review
        FOR EACH ROW WHEN (NEW.headline <> OLD.headline OR NEW.body <> OLD.body) EXECUTE FUNCTION review_unindexed()""",
    ],
}
FILL = "INSERT INTO reviews_unindexed (changed_id) SELECT id FROM reviews_review ORDER BY id"
DROP = {
    "sqlite": [
        *(f"DROP TRIGGER review_unindexed_{event}" for event in ("update", "delete")),
        "DROP TABLE reviews_unindexed",
        "DROP TABLE reviews_words",
    ],
    "postgresql": [
        "DROP FUNCTION review_unindexed() CASCADE",
        "DROP TABLE reviews_unindexed",
        "DROP TABLE reviews_words",
    ],
}


def create(apps, schema_editor):
    for statement in [*CREATE[schema_editor.connection.vendor], FILL]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_text_of_a_review_stored_once")]

    operations = [migrations.RunPython(create, drop)]
