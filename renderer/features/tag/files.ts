/** Tagged sentences as files: CoNLL columns and JSON lines as the command line writes them, and CSV. No DOM. */
import type { TaggedText } from '../../../shared/protocol/requests/tagging.ts'
import { conllSentence, jsonSentence, offsetsIn, type TaggedSentence } from '../../../shared/tags/taggedText.ts'
import { codePoints, type OffsetUnit } from '../../../shared/tags/tagging.ts'
import { toCsv } from '../../../shared/util/csv.ts'

export const FILE_KINDS = ['conll', 'jsonl', 'words', 'spans'] as const
export type FileKind = (typeof FILE_KINDS)[number]

/** The name of each kind, the extension and the media type of its file. */
export const FILES: Record<FileKind, { label: string; ending: string; type: string }> = {
  conll: { label: 'CoNLL columns', ending: '.conll', type: 'text/plain;charset=utf-8' },
  jsonl: { label: 'JSON lines', ending: '.jsonl', type: 'application/jsonl;charset=utf-8' },
  words: { label: 'CSV, one row per word', ending: '.csv', type: 'text/csv;charset=utf-8' },
  spans: { label: 'CSV, one row per span', ending: '-spans.csv', type: 'text/csv;charset=utf-8' },
}

export const CREATED_KINDS = ['html', 'conllu', 'doccano', 'prodigy', 'labelstudio'] as const
export type CreatedKind = (typeof CREATED_KINDS)[number]

/** Formats that the program creates from the text. */
export const CREATED: Record<CreatedKind, { label: string; note: string }> = {
  html: { label: 'Highlighted text (HTML)', note: 'One page, for any browser.' },
  conllu: { label: 'CoNLL-U', note: 'Tags go to UPOS, XPOS or MISC.' },
  doccano: { label: 'doccano', note: 'JSON lines; offsets count UTF-16 units.' },
  prodigy: { label: 'Prodigy', note: 'JSON lines; offsets count code points.' },
  labelstudio: { label: 'Label Studio', note: 'Predictions to correct; offsets count code points.' },
}

export interface FileOptions {
  kind: FileKind
  /** The unit of offsets. */
  unit: OffsetUnit
  confidence: boolean
  /** Tasks wanted, by name. */
  tasks: ReadonlySet<string>
}

/** The contents of a file. Offsets in JSON are relative to the sentence, as on the command line; in CSV, to the text. */
export function fileOf(
  text: string,
  sentences: readonly TaggedText[],
  { kind, unit, confidence, tasks }: FileOptions,
): string {
  const chosen = sentencesOf(text, sentences).map(({ sentence, tasks: all }) => ({
    sentence,
    tasks: all.filter(({ task }) => tasks.has(task)).map((tags) => (confidence ? tags : withoutConfidence(tags))),
  }))
  switch (kind) {
    case 'conll':
      return chosen.map(conllSentence).join('')
    case 'jsonl':
      return chosen.map((tagged) => `${JSON.stringify(jsonSentence(tagged, unit))}\n`).join('')
    case 'words':
      return wordRows(chosen, unit)
    case 'spans':
      return spanRows(chosen, unit, confidence)
  }
}

/** The sentences as the program has them, with starts in code points too. */
function sentencesOf(text: string, sentences: readonly TaggedText[]): TaggedSentence[] {
  const counted = { utf16: 0, codePoints: 0 }
  return sentences.map(({ text: own, start, words, offsets, tasks }) => {
    if (start !== null) {
      counted.codePoints += codePoints(text.slice(counted.utf16, start))
      counted.utf16 = start
    }
    return {
      sentence: {
        words,
        text: own,
        offsets: Int32Array.from(offsets.flat()),
        start: start === null ? null : { ...counted },
        source: null,
      },
      tasks,
    }
  })
}

function withoutConfidence(tags: TaggedSentence['tasks'][number]): TaggedSentence['tasks'][number] {
  return { ...tags, confidence: null, spans: tags.spans && tags.spans.map((span) => ({ ...span, confidence: null })) }
}

const rounded = (value: number) => value.toFixed(4)

function wordRows(sentences: readonly TaggedSentence[], unit: OffsetUnit): string {
  const head =
    sentences[0]?.tasks.flatMap(({ task, confidence }) =>
      confidence === null ? [task] : [task, `${task} confidence`],
    ) ?? []
  const rows = sentences.flatMap(({ sentence, tasks }, s) => {
    const place = placesIn(sentence, unit)
    return sentence.words.map((word, t) => [
      s + 1,
      t + 1,
      place(t)[0],
      place(t)[1],
      word,
      ...tasks.flatMap(({ tags, confidence }) => (confidence === null ? [tags[t]] : [tags[t], rounded(confidence[t])])),
    ])
  })
  return toCsv([['sentence', 'word', 'start', 'end', 'text', ...head], ...rows])
}

function spanRows(sentences: readonly TaggedSentence[], unit: OffsetUnit, withConfidence: boolean): string {
  const rows = sentences.flatMap(({ sentence, tasks }, s) => {
    const place = placesIn(sentence, unit)
    return tasks.flatMap(({ task, spans }) =>
      (spans ?? []).map(({ type, from, to, confidence }) => [
        s + 1,
        task,
        type,
        from + 1,
        to,
        place(from)[0],
        place(to - 1)[1],
        sentence.text.slice(sentence.offsets[2 * from], sentence.offsets[2 * to - 1]),
        ...(withConfidence ? [confidence === null ? null : rounded(confidence)] : []),
      ]),
    )
  })
  return toCsv([
    [
      'sentence',
      'task',
      'type',
      'first word',
      'last word',
      'start',
      'end',
      'text',
      ...(withConfidence ? ['confidence'] : []),
    ],
    ...rows,
  ])
}

/** The offsets of each word in the whole text; null where the text came as tokens. */
function placesIn(
  sentence: TaggedSentence['sentence'],
  unit: OffsetUnit,
): (t: number) => [number | null, number | null] {
  const { start } = sentence
  if (start === null) return () => [null, null]
  const offsets = offsetsIn(sentence, unit)
  return (t) => [start[unit] + offsets[2 * t], start[unit] + offsets[2 * t + 1]]
}
