/**
 * The tables of correction projects, as their migration creates them; never changed afterwards. Nothing refers to runs:
 * a person's work outlives the run that suggested labels, and is not archived with it.
 */
export const CORRECTIONS = `
  CREATE TABLE corrections (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    source TEXT NOT NULL,              -- CorrectionSource
    tasks TEXT NOT NULL,               -- CorrectedTask[]
    model TEXT NOT NULL,               -- SuggestingModel
    place TEXT NOT NULL,               -- QueuePlace
    versions INTEGER NOT NULL DEFAULT 0 -- dataset versions made so far
  ) STRICT;
  CREATE TABLE correction_items (
    project TEXT NOT NULL REFERENCES corrections(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,         -- in the source, from 0
    sentence TEXT NOT NULL,            -- StoredSentence
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'fixed', 'skipped')),
    decision INTEGER,                  -- the one of correction_decisions that holds; null before the first
    PRIMARY KEY (project, position)
  ) STRICT;
  CREATE INDEX correction_items_by_state ON correction_items(project, state, position);
  CREATE TABLE correction_suggestions (
    project TEXT NOT NULL,
    position INTEGER NOT NULL,
    run TEXT NOT NULL,
    method TEXT NOT NULL,
    tags TEXT NOT NULL,                -- SentenceTags[]
    uncertainty REAL NOT NULL,         -- 0-1, see shared/annotation/correcting.ts
    PRIMARY KEY (project, position),
    FOREIGN KEY (project, position) REFERENCES correction_items(project, position) ON DELETE CASCADE
  ) STRICT;
  CREATE TABLE correction_decisions (
    id INTEGER PRIMARY KEY,            -- in the order they were made
    project TEXT NOT NULL,
    position INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'fixed', 'skipped')),
    answers TEXT,                      -- Answer[]; null unless accepted or fixed
    run TEXT,                          -- whose suggestion it was made on; null: none
    method TEXT,
    undoes INTEGER UNIQUE,             -- the decision that it takes back
    decided_at TEXT NOT NULL,
    FOREIGN KEY (project, position) REFERENCES correction_items(project, position) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX correction_decisions_of_item ON correction_decisions(project, position);
  CREATE TRIGGER correction_decisions_stay BEFORE UPDATE ON correction_decisions
    BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
  CREATE TRIGGER correction_suggestions_stay BEFORE UPDATE ON correction_suggestions
    WHEN (SELECT state FROM correction_items WHERE project = OLD.project AND position = OLD.position) <> 'open'
    BEGIN SELECT RAISE(ABORT, 'the sentence is decided: nothing is suggested for it any more'); END;
  CREATE TRIGGER correction_suggestions_late BEFORE INSERT ON correction_suggestions
    WHEN (SELECT state FROM correction_items WHERE project = NEW.project AND position = NEW.position) <> 'open'
    BEGIN SELECT RAISE(ABORT, 'the sentence is decided: nothing is suggested for it any more'); END;
  ALTER TABLE corpora ADD COLUMN origin TEXT; -- CorpusOrigin; null: imported
`
