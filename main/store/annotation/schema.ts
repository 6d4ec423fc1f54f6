/**
 * The tables of correction projects, as their migration creates them; never changed afterwards. Nothing refers to runs:
 * a person's work outlives the run that suggested labels, and is not archived with it.
 */
export const CORRECTIONS = `
  CREATE TABLE corrections (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    source TEXT NOT NULL,              -- AnnotationSource
    tasks TEXT NOT NULL,               -- AnnotationTask[]
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
    uncertainty REAL NOT NULL,         -- 0-1, see shared/annotation/project.ts
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

/**
 * Annotation projects: what corrections became. Several sources, projects without a model, labels with settings and a
 * log of their edits, the annotator of each decision, flags, comments, edited words, and the text to search in.
 * `folded` is a function of the program that lower-cases text in any script.
 */
export const ANNOTATION = `
  CREATE TABLE annotation_projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    sources TEXT NOT NULL,             -- AnnotationSource[]
    tasks TEXT NOT NULL,               -- AnnotationTask[]
    model TEXT,                        -- SuggestingModel; null: none yet
    model_edits INTEGER NOT NULL DEFAULT 0, -- the last of annotation_edits that its labels know
    place TEXT NOT NULL,               -- QueuePlace
    versions INTEGER NOT NULL DEFAULT 0, -- dataset versions made so far
    guidelines TEXT NOT NULL DEFAULT '', -- Markdown
    rules TEXT NOT NULL DEFAULT '[]',  -- Rule[]
    auto_every INTEGER,                -- decisions after which a training starts; null: never
    trained_until INTEGER NOT NULL DEFAULT 0, -- the last decision before the last training
    training TEXT,                     -- the run that was started from here last
    curve TEXT                         -- StoredSeries by kind: cross-validation and learning curve
  ) STRICT;
  CREATE TABLE annotation_items (
    project TEXT NOT NULL REFERENCES annotation_projects(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,         -- in the sources, from 0
    sentence TEXT NOT NULL,            -- StoredSentence
    original TEXT,                     -- the same before its words were split or merged; null: they were not
    document TEXT,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'fixed', 'skipped')),
    decision INTEGER,                  -- the one of annotation_decisions that holds; null before the first
    rank REAL NOT NULL DEFAULT -1,     -- uncertainty of its suggestion; -1: none
    flagged INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1)),
    differs INTEGER NOT NULL DEFAULT 0 CHECK (differs IN (0, 1)), -- people decided differently, and nobody settled it
    comment TEXT NOT NULL DEFAULT '',
    occurrences TEXT,                  -- labels accepted from other occurrences, while it is open: StoredOccurrence[]
    PRIMARY KEY (project, position)
  ) STRICT;
  CREATE TABLE annotation_texts (
    project TEXT NOT NULL,
    position INTEGER NOT NULL,
    folded TEXT NOT NULL,              -- the text of the sentence in lower case
    PRIMARY KEY (project, position),
    FOREIGN KEY (project, position) REFERENCES annotation_items(project, position) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE annotation_suggestions (
    project TEXT NOT NULL,
    position INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('run', 'rules', 'corpus')),
    run TEXT,
    method TEXT,
    tags TEXT NOT NULL,                -- SuggestedTags[]
    uncertainty REAL,                  -- 0-1, see shared/annotation/project.ts; null unless a model suggested them
    edits INTEGER NOT NULL DEFAULT 0,  -- the last of annotation_edits that the labels know
    PRIMARY KEY (project, position),
    FOREIGN KEY (project, position) REFERENCES annotation_items(project, position) ON DELETE CASCADE
  ) STRICT;
  CREATE TABLE annotation_decisions (
    id INTEGER PRIMARY KEY,            -- in the order they were made
    project TEXT NOT NULL,
    position INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'fixed', 'skipped')),
    answers TEXT,                      -- Answer[]; null unless accepted or fixed
    run TEXT,                          -- whose suggestion it was made on; null: none
    method TEXT,
    undoes INTEGER UNIQUE,             -- the decision that it takes back
    decided_at TEXT NOT NULL,
    annotator TEXT NOT NULL DEFAULT '',
    settles INTEGER NOT NULL DEFAULT 0 CHECK (settles IN (0, 1)),
    imported INTEGER NOT NULL DEFAULT 0 CHECK (imported IN (0, 1)), -- from a file: never the decision that holds
    sentence TEXT,                     -- StoredSentence, where this entry split or merged words
    edits INTEGER NOT NULL DEFAULT 0,  -- the last of annotation_edits that the labels know
    FOREIGN KEY (project, position) REFERENCES annotation_items(project, position) ON DELETE CASCADE
  ) STRICT;
  CREATE TABLE annotation_edits (
    id INTEGER PRIMARY KEY,            -- in the order they were made
    project TEXT NOT NULL REFERENCES annotation_projects(id) ON DELETE CASCADE,
    edit TEXT NOT NULL,                -- Edit, see shared/annotation/labelLog.ts
    tasks TEXT NOT NULL,               -- AnnotationTask[] before it
    undoes INTEGER UNIQUE,             -- the edit that it takes back
    made_at TEXT NOT NULL
  ) STRICT;

  INSERT INTO annotation_projects (id, name, created_at, sources, tasks, model, place, versions)
    SELECT id, name, created_at,
      json_array(json_set(source, '$.sentences', (SELECT count(*) FROM correction_items WHERE project = corrections.id))),
      (SELECT json_group_array(json(json_set(t.value, '$.labels', json((
        SELECT json_group_array(json_object('name', l.value, 'colour', NULL, 'key', NULL, 'description', ''))
        FROM json_each(t.value, '$.labels') l))))) FROM json_each(corrections.tasks) t),
      model, place, versions FROM corrections ORDER BY rowid;
  INSERT INTO annotation_items (project, position, sentence, state, decision, rank)
    SELECT project, position, sentence, state, decision, ifnull(uncertainty, -1)
    FROM correction_items LEFT JOIN correction_suggestions USING (project, position);
  INSERT INTO annotation_texts SELECT project, position, folded(coalesce(json_extract(sentence, '$.text'),
      (SELECT group_concat(value, ' ') FROM json_each(sentence, '$.words')), '')) FROM correction_items;
  INSERT INTO annotation_suggestions (project, position, origin, run, method, tags, uncertainty)
    SELECT project, position, 'run', run, method, tags, uncertainty FROM correction_suggestions;
  INSERT INTO annotation_decisions (id, project, position, state, answers, run, method, undoes, decided_at)
    SELECT id, project, position, state, answers, run, method, undoes, decided_at FROM correction_decisions;

  DROP TABLE correction_suggestions;
  DROP TABLE correction_decisions;
  DROP TABLE correction_items;
  DROP TABLE corrections;

  CREATE INDEX annotation_items_by_state ON annotation_items(project, state, position);
  CREATE INDEX annotation_items_by_state_and_rank ON annotation_items(project, state, rank DESC, position);
  CREATE INDEX annotation_items_by_rank ON annotation_items(project, rank DESC, position);
  CREATE INDEX annotation_items_flagged ON annotation_items(project, position) WHERE flagged = 1;
  CREATE INDEX annotation_items_differing ON annotation_items(project, position) WHERE differs = 1;
  CREATE INDEX annotation_decisions_of_item ON annotation_decisions(project, position);
  CREATE INDEX annotation_edits_of_project ON annotation_edits(project);
  CREATE TRIGGER annotation_decisions_stay BEFORE UPDATE ON annotation_decisions
    BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
  CREATE TRIGGER annotation_edits_stay BEFORE UPDATE ON annotation_edits
    BEGIN SELECT RAISE(ABORT, 'an edit of labels is never changed'); END;
  CREATE TRIGGER annotation_suggestions_stay BEFORE UPDATE ON annotation_suggestions
    WHEN (SELECT state FROM annotation_items WHERE project = OLD.project AND position = OLD.position) <> 'open'
    BEGIN SELECT RAISE(ABORT, 'the sentence is decided: nothing is suggested for it any more'); END;
  CREATE TRIGGER annotation_suggestions_late BEFORE INSERT ON annotation_suggestions
    WHEN (SELECT state FROM annotation_items WHERE project = NEW.project AND position = NEW.position) <> 'open'
    BEGIN SELECT RAISE(ABORT, 'the sentence is decided: nothing is suggested for it any more'); END;
`
