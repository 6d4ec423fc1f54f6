/** Comment lines in files of columns, in the shapes that corpora have, and the `#` that is a word. */
import { describe, expect, it } from 'vitest'
import { readText } from './helpers.ts'

const body = (separator: string, ...extra: string[]) =>
  ['Anna B-PER', 'visits O', 'Lyon B-LOC'].map((row) => [...extra, ...row.split(' ')].join(separator)).join('\n')

describe('comments are skipped', () => {
  it.each<[string, string, number, number]>([
    [
      'MultiCoNER: as many fields as a token has',
      `# id 1 domain=en\n${body(' _ _ ')}\n\n# id 2 domain=en\n${body(' _ _ ')}\n`,
      0,
      3,
    ],
    [
      'GermEval: # where tokens have their number',
      '#\thttp://example.org/1\t[2009-10-17]\t\n1\tAnna\tB-PER\tO\n2\tvisits\tO\tO\n3\tLyon\tB-LOC\tO\n\n'.repeat(2),
      1,
      2,
    ],
    [
      'Universal NER',
      '# sent_id = 1\n# text = Anna visits Lyon\n1\tAnna\tB-PER\t-\tann\n2\tvisits\tO\t-\tann\n3\tLyon\tB-LOC\t-\tann\n\n'.repeat(
        2,
      ),
      1,
      2,
    ],
    ['JNLPBA', `###MEDLINE:1\n\n${body('\t')}\n\n###MEDLINE:2\n\n${body('\t')}\n`, 0, 1],
    ['key and value without a space', `#id=1\n${body('\t')}\n\n#id=2\n${body('\t')}\n`, 0, 1],
  ])('%s', async (_, text, words, tags) => {
    const { sentences, faults } = await readText(text, [tags], { words })
    expect(faults).toEqual([])
    expect(sentences).toEqual(Array(2).fill('Anna/B-PER visits/O Lyon/B-LOC'))
  })
})

describe('a # that is a word stays one', () => {
  it.each<[string, string, string[]]>([
    ['at the end of a sentence', 'see O\n# O\n\nAnna B-PER\n', ['see/O #/O', 'Anna/B-PER']],
    ['at the start of a sentence', '# O\nAnna B-PER\n\n#Lyon B-LOC\nis O\n', ['#/O Anna/B-PER', '#Lyon/B-LOC is/O']],
    [
      'with a tag that no token had before',
      'see O\nAnna B-PER\n\n# B-HASH\n1 I-HASH\n',
      ['see/O Anna/B-PER', '#/B-HASH 1/I-HASH'],
    ],
    ['with its own part of speech', 'a DT\nb NN\n\n# #\n5 CD\n', ['a/DT b/NN', '#/# 5/CD']],
    ['beside comments', '# id 1\n# O\nAnna B-PER\n\n# id 2\nAnna B-PER\n# O\n', ['#/O Anna/B-PER', 'Anna/B-PER #/O']],
  ])('%s', async (_, text, expected) => {
    const { sentences, faults } = await readText(text, [1])
    expect(faults).toEqual([])
    expect(sentences).toEqual(expected)
  })

  it('a row without its tag is a problem, not a comment', async () => {
    const { faults } = await readText('Anna B-PER\n#cup\n\n#cup\nis O\n', [1])
    expect(faults.map((fault) => fault.slice(0, 25))).toEqual(
      ['file.txt:2: found 1 column', 'file.txt:4: found 1 column'].map((f) => f.slice(0, 25)),
    )
  })
})
