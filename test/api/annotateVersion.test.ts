/** Dataset versions made from decisions, of every layout of a corpus. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { retrainedOn } from '../../renderer/features/newRun/data.ts'
import type { ExperimentConfigInput } from '../../shared/settings/config.ts'
import type { Corpus } from '../../shared/protocol/requests/datasets.ts'
import { corpusText } from '../support/corpus.ts'
import { openStudio } from '../support/studio.ts'
import { OPEN, files, imported, trained, corrected, decide, asSuggested, asFixed } from '../support/annotating.ts'

it('creates corpora of every layout, with their rows and tasks', async () => {
  const studio = openStudio({
    ...files,
    // Another order of columns, one that nobody corrects, no blank line at the end.
    'other.txt': corpusText('other', 12)
      .trimEnd()
      .split('\n')
      .map((row) => (row === '' ? '' : ['-', ...row.split(' ').toReversed(), 'x'].join('\t')))
      .join('\n'),
    'made.conllu':
      '# text = Dbm acn obm\n1\tDbm\tdbm\tDET\t_\t_\t2\tdet\t_\tNP=B-NP\n2\tacn\tacn\tADJ\t_\t_\t3\tamod\t_\tNP=I-NP\n3\tobm\tobm\tNOUN\t_\t_\t0\troot\t_\tNP=I-NP\n\n# sent_id = 2\n1\tebm\tebm\tVERB\t_\t_\t0\troot\t_\t_\n\n',
  })
  const run = await trained(studio, await imported(studio))
  const other = await imported(
    studio,
    'other',
    {
      words: 3,
      tasks: [
        { name: 'np', column: 1, kind: 'auto', scheme: 'auto' },
        { name: 'last', column: 4, kind: 'token', scheme: 'auto' },
      ],
    },
    ['other.txt'],
  )
  const treebank = await imported(
    studio,
    'treebank',
    {
      tasks: [
        { name: 'pos', column: 'UPOS', kind: 'auto', scheme: 'auto' },
        { name: 'np', column: 'MISC:NP', kind: 'auto', scheme: 'auto' },
      ],
    },
    ['made.conllu'],
  )
  const text = (corpus: Corpus, n = 0) => readFileSync(corpus.files[n].path, 'utf8')

  // Sentences of a treebank keep what else their rows say, and take their own place.
  const project = await corrected(studio, run, { kind: 'corpus', corpus: treebank.id, split: 'train' })
  expect(await studio.refusal('annotate.version', { project, name: 'early', base: null })).toEqual({
    code: 'noVersion',
    message: 'No sentence is accepted or fixed yet.',
  })
  await decide(studio, project, 0, (answers) =>
    asFixed(answers).map((answer) => (answer.labels === null ? answer : { ...answer, labels: ['A', 'B', 'C'] })),
  )
  expect(await studio.ask('annotate.plan', { project, base: treebank.id })).toMatchObject({
    tasks: [{ column: 'UPOS' }, { column: 'MISC:NP' }],
    replaced: 1,
  })
  const fixed = await studio.ask('annotate.version', { project, name: 'fixed', base: treebank.id })
  expect(text(fixed)).toBe(
    '\n# sent_id = 2\n1\tebm\tebm\tVERB\t_\t_\t0\troot\t_\t_\n\n\n# text = Dbm acn obm\n1\tDbm\tdbm\tA\t_\t_\t2\tdet\t_\tNP=B-NP\n2\tacn\tacn\tB\t_\t_\t3\tamod\t_\tNP=B-PLACE\n3\tobm\tobm\tC\t_\t_\t0\troot\t_\tNP=I-PLACE\n\n',
  )

  // Where a corpus lacks a task it is left out, and so is one of the corpus that nobody corrects.
  expect(await studio.ask('annotate.plan', { project, base: other.id })).toMatchObject({
    tasks: [
      { task: 'pos', column: null },
      { task: 'np', column: 1 },
    ],
    lost: ['last'],
    problem: null,
  })
  const added = await studio.ask('annotate.version', { project, name: 'added', base: other.id })
  expect(added.tasks.map(({ name }) => name)).toEqual(['np'])
  expect(text(added)).toBe(`${text(other)}\n\n_\tB-NP\t_\tDbm\t_\n_\tB-PLACE\t_\tacn\t_\n_\tI-PLACE\t_\tobm\t_\n\n`)
  const { corpora, tasks } = retrainedOn(studio.store.getRun(run).config, added) as Required<ExperimentConfigInput>
  expect([Object.keys(corpora), tasks.np.corpus, tasks.pos.corpus]).toEqual([['made', 'added'], 'added', 'made'])

  // Of several sentences of the same words as many give way as were corrected, also of a packed file; one in CoNLL-2012 format has more to say.
  writeFileSync(join(studio.folder, 'double.txt.gz'), gzipSync('Dbm X B-NP\nacn X O\nobm X O\n\n'.repeat(3)))
  const double = await imported(studio, 'double', {}, ['double.txt.gz'])
  const single = await studio.ask('annotate.version', { project, name: 'one for one', base: double.id })
  expect(single).toMatchObject({ origin: { replaced: 1 }, files: [{ name: 'double.txt', sentences: 3 }] })
  expect(
    text(single)
      .trim()
      .split(/\n+(?=Dbm)/),
  ).toEqual([
    'Dbm X B-NP\nacn X O\nobm X O',
    'Dbm X B-NP\nacn X O\nobm X O',
    'Dbm A B-NP\nacn B B-PLACE\nobm C I-PLACE',
  ])
  const row = (word: string, t: number) =>
    `bc/made 0 ${t} ${word} NN ${t === 0 ? '(TOP(NP*' : '*))'} - - - - ${t === 0 ? '(GPE)' : '*'} -`
  writeFileSync(
    join(studio.folder, 'made.conll12'),
    `#begin document (bc/made); part 000\n${['New', 'York'].map(row).join('\n')}\n\n#end document\n`,
  )
  const rich = await imported(
    studio,
    'rich',
    { format: 'conll2012', tasks: [{ name: 'np', column: 'NER', kind: 'span', scheme: 'auto' }] },
    ['made.conll12'],
  )
  expect((await studio.ask('annotate.plan', { project, base: rich.id })).problem).toMatch(
    /^rich is in CoNLL-2012 format/,
  )
  expect((await studio.refusal('annotate.version', { project, name: 'rich 2', base: rich.id })).code).toBe('noVersion')
  const { project: ofRich } = await studio.ask('annotate.create', {
    name: 'rich',
    run,
    sources: [{ kind: 'corpus', corpus: rich.id, split: 'train' }],
  })
  expect(await studio.ask('annotate.item', { project: ofRich, ...OPEN, position: 0 })).toMatchObject({
    words: ['New', 'York'],
  })

  // A corpus of its own is split; the same words are on one side only.
  await decide(studio, project, 1, asSuggested)
  const own = await studio.ask('annotate.version', { project, name: 'own', base: null, dev: 0.5 })
  expect(own.files.map(({ split, sentences }) => [split, sentences])).toEqual([
    ['train', 1],
    ['dev', 1],
  ])
  expect([text(own), text(own, 1)].toSorted()[0]).toBe('Dbm\tA\tB-NP\nacn\tB\tB-PLACE\nobm\tC\tI-PLACE\n\n')
  expect(own).toMatchObject({
    format: 'conll',
    words: 0,
    origin: { version: 4, base: null, accepted: 1, fixed: 1 },
    tasks: [
      { name: 'pos', column: 1, kind: 'token' },
      { name: 'np', column: 2, kind: 'span', scheme: 'IOB2' },
    ],
  })
})
