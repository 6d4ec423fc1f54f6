/**
 * For reading in a browser: a self-contained page. One line per task; spans are marked in the text, tags of words are
 * shown below them.
 */
import { tagTable } from '../../shared/tags/tags.ts'
import type { TaggedSentence } from '../../shared/tags/taggedText.ts'
import type { SentenceTags, TaggedTask } from '../../shared/tags/tagging.ts'

/**
 * For light and dark schemes, distinguishable with the common kinds of colour blindness. The type is always written
 * beside the colour.
 */
const COLOURS = [
  '#2f6fdf #6ea3ff',
  '#d9730d #f5a25a',
  '#1f8a5b #55c191',
  '#a23bb0 #d28be0',
  '#c23b3b #f07f7f',
  '#0b8aa3 #52c4dc',
  '#7a6a12 #d3bf54',
  '#5c5f6b #a9adba',
]

const STYLE = `
  :root { color-scheme: light dark; --text: light-dark(#1b2130, #e8ebf1); --faint: light-dark(#5a6478, #a0a9b9);
    --line: light-dark(#dfe3ea, #343a46); --ground: light-dark(#ffffff, #15171c) }
  body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.5rem; background: var(--ground); color: var(--text);
    font: 16px/1.9 system-ui, sans-serif }
  section { padding: 0.6rem 0; border-bottom: 1px solid var(--line) } p { margin: 0; overflow-wrap: anywhere }
  b { display: inline-block; min-width: 4.5em; color: var(--faint); font-size: 0.75em; font-weight: 600 }
  mark { padding: 0.1em 0.25em; border-radius: 0.25em; background: color-mix(in srgb, var(--c) 22%, transparent); 
    box-shadow: inset 0 -2px var(--c); color: inherit }
  mark small { margin-left: 0.35em; font-weight: 700; font-size: 0.7em }
  h1 { font-size: 1.3rem } ruby { ruby-position: under; margin-right: 0.15em } rt { color: var(--faint) }
  ${COLOURS.map((pair, i) => `.c${i} { --c: light-dark(${pair.split(' ').join(', ')}) }`).join(' ')}`

/** The head of the page is written with the first sentence, its end after the last. */
export function htmlWriter({ tasks }: { tasks: readonly TaggedTask[] }): {
  (tagged: TaggedSentence): string
  end(): string
} {
  const colours = coloursOf(tasks)
  let begun = false
  const begin = () => {
    const head = begun
      ? ''
      : `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Tagged text</title>\n<style>${STYLE}\n</style>\n</head>\n<body>\n<main>\n<h1>Tagged text</h1>\n`
    begun = true
    return head
  }
  const write = (tagged: TaggedSentence) =>
    `${begin()}<section>\n${tagged.tasks.map((task) => `<p><b>${escaped(task.task)}</b> ${taskLine(tagged.sentence, task, colours)}</p>\n`).join('')}</section>\n`
  return Object.assign(write, { end: () => `${begin()}</main>\n</body>\n</html>\n` })
}

function taskLine(
  sentence: TaggedSentence['sentence'],
  { task, tags, spans, confidence }: SentenceTags,
  colours: ReadonlyMap<string, number>,
): string {
  const { words, text, offsets } = sentence
  if (spans === null)
    return words
      .map(
        (word, t) =>
          `<ruby${confidenceTitle(confidence && confidence[t])}>${escaped(word)}<rt>${escaped(tags[t])}</rt></ruby>`,
      )
      .join(' ')
  let at = 0
  const marked = spans.map(({ type, from, to, confidence: least }) => {
    const [start, end] = [offsets[2 * from], offsets[2 * to - 1]]
    const before = text.slice(at, start)
    at = end
    const label = type || task
    return `${escaped(before)}<mark class="c${colours.get(key(task, type)) ?? 0}"${confidenceTitle(least)}>${escaped(text.slice(start, end))}<small>${escaped(label)}</small></mark>`
  })
  return marked.join('') + escaped(text.slice(at))
}

const confidenceTitle = (confidence: number | null) =>
  confidence === null ? '' : ` title="${(100 * confidence).toFixed(1)} %"`

const key = (task: string, type: string) => JSON.stringify([task, type])

function coloursOf(tasks: readonly TaggedTask[]): Map<string, number> {
  const types = tasks.flatMap(({ name, kind, tagNames }) =>
    kind === 'span' ? tagTable(tagNames).types.map((type) => key(name, type)) : [],
  )
  return new Map(types.map((type, i) => [type, i % COLOURS.length]))
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
