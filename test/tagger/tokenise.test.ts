/** The plain rules one by one; tokens are pieces of the text; where sentences end. */
import { describe, expect, test } from 'vitest'
import { plainOffsets } from '../../main/data/tokens/plain.ts'
import { tokeniseText } from '../../main/tagger/tokenise.ts'
import { codePoints, inCodePoints } from '../../shared/tags/tagging.ts'
import { Draw } from '../support/arrays.ts'

const tokens = (text: string) => {
  const offsets = plainOffsets(text)
  return offsets.flatMap((start, k) => (k % 2 === 0 ? [text.slice(start, offsets[k + 1])] : []))
}
const sentences = (text: string) => tokeniseText(text, { utf16: 0, codePoints: 0 }).map((sentence) => sentence.text)

describe('tokens', () => {
  test.each([
    ['EU rejects German call, too.', 'EU|rejects|German|call|,|too|.'],
    [
      'See https://a.example/x?y=1. Or www.b.example, or me.too@c.example!',
      'See|https://a.example/x?y=1|.|Or|www.b.example|,|or|me.too@c.example|!',
    ],
    ['@someone likes #some_thing', '@someone|likes|#some_thing'],
    ['3.14 of 1,000 at 10:30, 1/2 or 3rd.', '3.14|of|1,000|at|10:30|,|1/2|or|3rd|.'],
    ['the U.S. and e.g. others', 'the|U.S.|and|e.g.|others'],
    ['Mr. J. Doe and I. Then Dr. No', 'Mr.|J.|Doe|and|I|.|Then|Dr.|No'],
    ["O'Neill’s well-known don't", "O'Neill’s|well-known|don't"],
    ['"So..." -- (what?!)', '"|So|...|"|--|(|what|?|!|)'],
    ['nai\u0308ve e\u0301t\u00e9', 'nai\u0308ve|e\u0301t\u00e9'],
    ['ok 👍🏽👩‍👩‍👧🇩🇪❤️ 1️⃣', 'ok|👍🏽|👩‍👩‍👧|🇩🇪|❤️|1️⃣'],
    ['東京に行く。', '東京|に|行く|。'],
    ['$5 50% a=b', '$|5|50|%|a|=|b'],
    ['', ''],
    [' \t\u00a0\r', ''],
  ])('of %j', (text, expected) => {
    expect(tokens(text).join('|')).toBe(expected)
  })
})

describe('sentences', () => {
  test.each([
    ['It rained. We went. ', 'It rained.|We went.'],
    ['Mr. Smith met J. Doe of the U.S. Army. He left.', 'Mr. Smith met J. Doe of the U.S. Army.|He left.'],
    ['“Really?” she asked. (Yes.) Then no', '“Really?” she asked.|(Yes.)|Then no'],
    ['at 3.30 p.m. we … went on. 5 came.', 'at 3.30 p.m. we … went on.|5 came.'],
    ['雨だ。行こう！', '雨だ。|行こう！'],
    ['no end', 'no end'],
  ])('of %j', (text, expected) => {
    expect(sentences(text).join('|')).toBe(expected)
  })

  test('of any length end somewhere', () => {
    expect(tokeniseText('a '.repeat(1234), { utf16: 0, codePoints: 0 }).map(({ words }) => words.length)).toEqual([
      500, 500, 234,
    ])
  })
})

test('tokens are pieces of the text, in order, and hold all of it but white space; starts are right in both units', () => {
  const alphabet = [
    ...'ab Z19.,!?"\'()-@#_/:\u0301\u00e9東行。',
    '👍🏽',
    '👩‍👧',
    '🇩🇪',
    '\ud83d',
    '\udc4d',
    '\u200d',
    '\u00a0',
    '\n',
    '\t',
    '\r',
    'http://',
    'U.S.',
  ]
  for (let seed = 0; seed < 100; seed++) {
    const draw = new Draw('tokenise', seed)
    const text = Array.from({ length: draw.int(0, 60) }, () => alphabet[draw.int(0, alphabet.length)]).join('')
    const offsets = plainOffsets(text)
    let before = 0
    let rebuilt = ''
    for (let k = 0; k < offsets.length; k += 2) {
      expect(offsets[k + 1], JSON.stringify(text)).toBeGreaterThan(offsets[k])
      expect(text.slice(before, offsets[k]).trim(), JSON.stringify(text)).toBe('')
      rebuilt += text.slice(before, offsets[k + 1])
      before = offsets[k + 1]
    }
    expect(rebuilt + text.slice(before) === text && text.slice(before).trim() === '', JSON.stringify(text)).toBe(true)

    const points = Array.from(text)
    for (const { words, text: own, offsets: within, start } of tokeniseText(text, { utf16: 7, codePoints: 5 })) {
      expect(text.startsWith(own, start!.utf16 - 7)).toBe(true)
      expect(points.slice(start!.codePoints - 5, start!.codePoints - 5 + codePoints(own)).join('')).toBe(own)
      const inPoints = inCodePoints(own, within)
      words.forEach((word, t) => {
        expect(own.slice(within[2 * t], within[2 * t + 1])).toBe(word)
        expect(
          Array.from(own)
            .slice(inPoints[2 * t], inPoints[2 * t + 1])
            .join(''),
        ).toBe(word)
      })
    }
  }
})
