/**
 * Tokens as the training corpus has them: learned from its tokens alone, and nothing changed that it says nothing of.
 */
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { learnConventions } from '../../main/data/tokens/learn.ts'
import { plainOffsets } from '../../main/data/tokens/plain.ts'
import { tokeniserFor, type Tokeniser } from '../../main/data/tokens/tokeniser.ts'
import { tokeniseText } from '../../main/tagger/tokenise.ts'
import { describeTokens, readTokenConventions } from '../../shared/tags/tokenConventions.ts'
import { Draw } from '../support/arrays.ts'
import { conlluSentences, detokenise, tokenF1, tokenTable } from '../support/tokens.ts'

const SAMPLE = resolve(import.meta.dirname, '../../resources/sample')
const sample = (split: string) => conlluSentences(resolve(SAMPLE, `ewt-${split}.conllu`))

const learnedFrom = (sentences: string[]) =>
  learnConventions([tokenTable(sentences.map((sentence) => ({ words: sentence.split(' ') })))])
const tokens = (tokeniser: Tokeniser, text: string) => {
  const offsets = tokeniser.offsets(text)
  return offsets.flatMap((start, k) => (k % 2 === 0 ? [text.slice(start, offsets[k + 1])] : [])).join('|')
}
const times = (count: number, ...sentences: string[]) => Array.from({ length: count }, () => sentences).flat()

/** English as the Penn Treebank and CoNLL-2003 have it: hyphens kept, clitics split. */
const NEWS = learnedFrom([
  ...times(
    3,
    "He does n't know it 's the U.S. army 's long-term plan .",
    "They ca n't , but we 'll see : well-known .",
  ),
  ...times(4, 'On Oct. 12 the U.S. team of Mr. Smith met Mr. Jones of AT&T in the right-wing north .', 'Is he ? No .'),
  ...times(4, 'The U.S.-led group paid $ 5 for No. 10 .', 'He met Dr. Doe , J. Doe and others in Oct. again .'),
  ...times(2, 'the army and he said so .', 'the team and he went .', 'the man of U.S. oil .', 'He lives in the U.S .'),
])
/** English as the Web Treebank has it: hyphens and slashes split, but for prefixes; cannot in two. */
const WEB = learnedFrom([
  ...times(2, 'the non-human e-mail', 'the co-worker ( ok ?! )', 'one pre-war dog ?!'),
  ...times(4, 'We can not see the long - term plan and / or the well - known man .', 'a so - called thing'),
  ...times(
    4,
    "I do n't like it , Bob 's dog is 10 km away :) .",
    'the U.S. - led man got 5 % of $ 3 .',
    'it is 9 am , 9 am .',
  ),
  ...times(4, 'a three - year plan', 'He is a man', 'the right - wing press', 'an up - and - coming one'),
])

describe('what a corpus shows by its tokens', () => {
  const news = tokeniserFor(NEWS)
  const web = tokeniserFor(WEB)

  test.each([
    ["Doesn't it's? They'll go.", "Does|n't|it|'s|?|They|'ll|go|.", "Does|n't|it|'s|?|They'll|go|."],
    ['DON’T', 'DO|N’T', 'DO|N’T'],
    ['We cannot.', 'We|cannot|.', 'We|can|not|.'],
    ['A long-term, far-off goal', 'A|long-term|,|far-off|goal', 'A|long|-|term|,|far|-|off|goal'],
    ['non-human e-mail', 'non-human|e-mail', 'non-human|e-mail'],
    ['and/or', 'and|/|or', 'and|/|or'],
    ['a U.S.-led, U.S.-born man', 'a|U.S.-led|,|U.S.-born|man', 'a|U.S.|-|led|,|U.S.|-|born|man'],
    ["AT&T's plan", "AT&T|'s|plan", "AT|&|T|'s|plan"],
    ['$5 and 50%', '$|5|and|50|%', '$|5|and|50|%'],
    ['in Oct. again, No. 5. No.', 'in|Oct.|again|,|No.|5|.|No|.', 'in|Oct|.|again|,|No|.|5|.|No|.'],
    ['10km at 9am', '10km|at|9am', '10|km|at|9|am'],
    ['ok :) (really?!)', 'ok|:|)|(|really|?|!|)', 'ok|:)|(|really|?!|)'],
    [
      'see (https://a.example/b_(c)) or <me@b.example>.',
      'see|(|https://a.example/b_(c)|)|or|<|me@b.example|>|.',
      'see|(|https://a.example/b_(c)|)|or|<|me@b.example|>|.',
    ],
    ['So... -- what', 'So|...|--|what', 'So|...|--|what'],
  ])('%s', (text, asNews, asWeb) => {
    expect([tokens(news, text), tokens(web, text)]).toEqual([asNews, asWeb])
  })

  test('beginnings with an apostrophe, in French', () => {
    const french = tokeniserFor(learnedFrom(times(6, "l' homme n' est pas d' accord", "aujourd'hui l' eau qu' il a")))
    expect(tokens(french, "L'homme d’affaires qu'elle n'a aujourd'hui")).toBe(
      "L'|homme|d’|affaires|qu'|elle|n'|a|aujourd'hui",
    )
  })

  test('sentences end after an abbreviation where a word follows that is capitalised for that alone', () => {
    const split = (text: string) =>
      tokeniseText(text, { utf16: 0, codePoints: 0 }, news).map((sentence) => sentence.words.join(' '))
    expect(split('He lives in the U.S. He works for Mr. The end.')).toEqual([
      'He lives in the U.S .',
      'He works for Mr. The end .',
    ])
    expect(split('The U.S. Army met Mr. Smith. The man left.')).toEqual([
      'The U.S. Army met Mr. Smith .',
      'The man left .',
    ])
  })
})

test('the sample: its dev sentences come out as they are, where the plain rules lose one token in thirty', () => {
  const tokeniser = tokeniserFor(learnConventions([tokenTable(sample('train'))]))
  const plain = tokenF1(sample('dev'), plainOffsets)
  const learned = tokenF1(sample('dev'), (text) => tokeniser.offsets(text))
  expect(plain).toBeLessThan(98)
  expect(learned).toBeGreaterThan(99)
})

describe('what the corpus says nothing of', () => {
  const tokeniser = tokeniserFor(learnConventions([tokenTable(sample('train'))]))

  test.each([
    'Она сказала: «что-то не так?!» И ушла. т.е. да',
    'Η Αθήνα-Πάτρα, κ.λπ. είναι…',
    'هذا - نص، عربي.',
    'यह हिन्दी-वाक्य है।',
    '東京に行く。well-known 한국어 문장입니다.',
    'ok 👍🏽👩‍👩‍👧🇩🇪❤️ 1️⃣',
    'Nai\u0308ve cafe\u0301 Großstadt',
    '',
    ' \t\u00a0\r',
  ])('%s', (text) => {
    const foreign = (piece: string) => /[^\p{Script=Latin}\p{N}\p{P}\p{S}\p{M}\s]/u.test(piece)
    const pieces = text.match(/\S+/g) ?? []
    for (const piece of pieces.filter((own) => foreign(own) || !/[-.'’]/.test(own)))
      expect(tokens(tokeniser, piece), piece).toBe(tokens({ offsets: plainOffsets, endsSentence: () => false }, piece))
  })

  test('of an empty corpus: the tokens are those of the plain rules', () => {
    const empty = tokeniserFor(learnConventions([]))
    const text = "Don't cut (see https://a.example/b) the U.S.-led, well-known $5 plan; e.g. this: 50%!"
    expect(tokens(empty, text)).toBe(tokens({ offsets: plainOffsets, endsSentence: () => false }, text))
  })
})

test('tokens are pieces of the text, in order, and hold all of it but white space', () => {
  const alphabet = [
    ...'ab Z19.,!?"\'’()-@#_/:%$&\u0301é東é。İß',
    '👍🏽',
    '👩‍👧',
    '\ud83d',
    '\u00a0',
    '\n',
    'http://',
    'U.S.',
    "n't",
    'can',
    'not',
    "'s",
    'л',
  ]
  const tokeniser = [NEWS, WEB, learnConventions([tokenTable(sample('train'))])].map((own) => tokeniserFor(own))
  for (let seed = 0; seed < 300; seed++) {
    const draw = new Draw('corpus tokens', seed)
    const text = Array.from({ length: draw.int(0, 60) }, () => alphabet[draw.int(0, alphabet.length)]).join('')
    const offsets = tokeniser[seed % 3].offsets(text)
    let before = 0
    for (let k = 0; k < offsets.length; k += 2) {
      expect(offsets[k + 1], JSON.stringify(text)).toBeGreaterThan(offsets[k])
      expect(text.slice(before, offsets[k]).trim(), JSON.stringify(text)).toBe('')
      expect(/\s/.test(text.slice(offsets[k], offsets[k + 1])), JSON.stringify(text)).toBe(false)
      before = offsets[k + 1]
    }
    expect(text.slice(before).trim(), JSON.stringify(text)).toBe('')
  }
})

describe('stored conventions', () => {
  test('survive JSON, and are refused where they are damaged', () => {
    expect(readTokenConventions(JSON.parse(JSON.stringify(NEWS)))).toEqual(NEWS)
    expect(() => readTokenConventions({ ...NEWS, version: 2 })).toThrow(/token conventions cannot be read: version/)
    expect(() => readTokenConventions({ ...NEWS, clitics: 'n' })).toThrow(/cannot be read: clitics/)
  })

  test('words such as __proto__ and constructor are words', () => {
    const odd = learnedFrom(times(3, '__proto__. is constructor. here', 'toString-er and __proto__-s', 'he did .'))
    expect(readTokenConventions(JSON.parse(JSON.stringify(odd)))).toEqual(odd)
    expect(tokens(tokeniserFor(odd), 'a constructor. is toString')).toBe('a|constructor.|is|toString')
    expect(tokens(tokeniserFor(NEWS), 'constructor. __proto__ hasOwnProperty-toString')).toBe(
      'constructor|.|__|proto|__|hasOwnProperty-toString',
    )
  })

  test('are described for people', () => {
    expect(describeTokens(NEWS)).toMatch(
      /as in the training corpus .*`n't`, `'s`.*keep their hyphens; \d+ abbreviations/,
    )
    expect(describeTokens(WEB)).toMatch(/split at hyphens/)
    expect(describeTokens(null)).toMatch(/plain/)
  })

  test('a model without them is tokenised as before, and says so where its corpus is asked for', () => {
    expect(tokens(tokeniserFor(null), "don't")).toBe("don't")
    expect(tokens(tokeniserFor(NEWS, 'plain'), "don't")).toBe("don't")
    expect(() => tokeniserFor(null, 'corpus')).toThrow(/was not recorded with this model/)
  })
})

test("detokenising: no space before . , ; : ! ? ) ] ' and clitics, none after ( [, quotes in pairs", () => {
  expect(detokenise("He did n't say \" yes ( or no ) , \" Bob 's dogs ' [ x ] : ; ! ?".split(' '))).toBe(
    "He didn't say \"yes (or no), \"Bob's dogs' [x]:;!?".replace(', "Bob', '," Bob'),
  )
})
