/**
 * Guidelines in a small part of Markdown, as data: nothing is ever inserted as HTML. Headings, lists, paragraphs, and in
 * them **strong**, *emphasis*, `code` and [links](https://…). Everything else is shown as it is written.
 */
export type Inline =
  { kind: 'text' | 'strong' | 'emphasis' | 'code'; text: string } | { kind: 'link'; text: string; href: string }

export type Block =
  | { kind: 'heading'; level: 3 | 4 | 5; parts: Inline[] }
  | { kind: 'paragraph'; parts: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }

const HEADING = /^(#{1,6})\s+(.*)$/
const BULLET = /^\s*[-*+]\s+(.*)$/
const NUMBER = /^\s*\d+[.)]\s+(.*)$/

export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = []
  let paragraph: string[] = []
  const endParagraph = () => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', parts: inline(paragraph.join(' ')) })
    paragraph = []
  }
  for (const line of text.split(/\r\n|\r|\n/)) {
    const heading = HEADING.exec(line)
    const item = BULLET.exec(line) ?? NUMBER.exec(line)
    if (heading === null && item === null && line.trim() !== '') {
      paragraph.push(line.trim())
      continue
    }
    endParagraph()
    // Below the headings of the page.
    if (heading !== null)
      blocks.push({
        kind: 'heading',
        level: Math.min(5, heading[1].length + 2) as 3 | 4 | 5,
        parts: inline(heading[2]),
      })
    else if (item !== null) {
      const ordered = BULLET.exec(line) === null
      const last = blocks.at(-1)
      if (last?.kind === 'list' && last.ordered === ordered) last.items.push(inline(item[1]))
      else blocks.push({ kind: 'list', ordered, items: [inline(item[1])] })
    }
  }
  endParagraph()
  return blocks
}

const INLINE =
  /\*\*(?<strong>[^*]+)\*\*|\*(?<emphasis>[^*\s][^*]*)\*|`(?<code>[^`]+)`|\[(?<link>[^\]]+)\]\((?<href>[^)\s]+)\)/g

export function inline(text: string): Inline[] {
  const parts: Inline[] = []
  let at = 0
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) parts.push({ kind: 'text', text: text.slice(at, match.index) })
    at = match.index + match[0].length
    const { strong, emphasis, code, link, href } = match.groups!
    if (strong !== undefined) parts.push({ kind: 'strong', text: strong })
    else if (emphasis !== undefined) parts.push({ kind: 'emphasis', text: emphasis })
    else if (code !== undefined) parts.push({ kind: 'code', text: code })
    // Other schemes, such as javascript:, stay text.
    else if (/^https?:\/\//i.test(href)) parts.push({ kind: 'link', text: link, href: href })
    else parts.push({ kind: 'text', text: match[0] })
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) })
  return parts
}
