/** Decided sentences as brat's standoff files (brat.nlplab.org/standoff.html): a text, and its entities by place. */
import type { AnnotationTask, Answer } from './project.ts'
import { inCodePoints, type Sentence } from '../tags/tagging.ts'

/**
 * One sentence per line of the text; offsets count code points. Every labelled word of a token task is an entity. A span
 * without a type has the name of its task.
 */
export function bratFiles(
  decided: readonly { sentence: Sentence; answers: readonly Answer[] }[],
  tasks: readonly AnnotationTask[],
): { text: string; annotations: string } {
  const lines: string[] = []
  const entities: string[] = []
  let start = 0
  for (const { sentence, answers } of decided) {
    // An entity must not cross a line; the length stays.
    const line = sentence.text.replace(/[\r\n\t]/g, ' ')
    const [utf16, places] = [sentence.offsets, inCodePoints(sentence.text, sentence.offsets)]
    for (const { name } of tasks)
      for (const { type, from, to } of spansOf(answers.find(({ task }) => task === name))) {
        const covered = line.slice(utf16[2 * from], utf16[2 * to - 1])
        const [begin, end] = [start + places[2 * from], start + places[2 * to - 1]]
        entities.push(`T${entities.length + 1}\t${type || name} ${begin} ${end}\t${covered}\n`)
      }
    lines.push(`${line}\n`)
    start += Array.from(line).length + 1
  }
  return { text: lines.join(''), annotations: entities.join('') }
}

function spansOf(answer: Answer | undefined): { type: string; from: number; to: number }[] {
  if (answer === undefined) return []
  return answer.spans ?? answer.labels!.flatMap((type, t) => (type === null ? [] : [{ type, from: t, to: t + 1 }]))
}
