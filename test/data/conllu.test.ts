import { describe, expect, it } from 'vitest'
import { readText } from './helpers.ts'

const row = (id: string, form: string, upos: string, misc = '_') =>
  [id, form, form.toLowerCase(), upos, 'X', '_', '0', 'root', '_', misc].join('\t')
const text = (...rows: string[]) => `${rows.join('\n')}\n`

describe('CoNLL-U', () => {
  it('takes neither comments, multiword ranges nor empty nodes for tokens', async () => {
    const { sentences, faults, read } = await readText(
      text(
        "# text = Don't go",
        row('1-2', "Don't", '_'),
        row('1', 'Do', 'AUX'),
        row('2', "n't", 'PART'),
        row('2.1', 'ghost', 'VERB'),
        row('3', 'go', 'VERB'),
        '',
        '# next',
        row('1', 'Go', 'VERB'),
      ),
      ['UPOS'],
    )
    expect(faults).toEqual([])
    expect(read!.format).toBe('conllu')
    expect(sentences).toEqual(["Do/AUX n't/PART go/VERB", 'Go/VERB'])
  })

  it('reads columns by name in any case, by number, and keys of MISC; a missing value is _', async () => {
    const { sentences } = await readText(
      text(row('1', 'Paris', 'PROPN', 'Entity=B-LOC|SpaceAfter=No'), row('2', '!', 'PUNCT')),
      ['upos', 7, 'LEMMA', 'MISC:Entity'],
    )
    expect(sentences).toEqual(['Paris/PROPN/root/paris/B-LOC !/PUNCT/root/!/_'])
  })

  it('is told by the name or the look of the first row, unless the config says', async () => {
    const content = text('# c', row('1', 'a b', 'X'))
    expect((await readText(content, ['UPOS'], { name: 'x.txt' })).sentences).toEqual(['a b/X'])
    expect((await readText('a X\n', ['UPOS'], { name: 'x.conllu' })).faults[0]).toContain(
      'found 1 columns separated by tab ("a X"), expected 10',
    )
    expect((await readText(row('1', 'a', 'X'), [3], { format: 'conll', words: 1 })).read!.format).toBe('conll')
  })

  it('tells IDs out of sequence, other IDs and wrong column counts with their lines', async () => {
    const { sentences, faults } = await readText(
      text(
        row('1', 'a', 'X'),
        row('3', 'b', 'X'),
        '',
        row('x', 'a', 'X'),
        '',
        row('1', 'ok', 'X'),
        '',
        `${row('1', 'a', 'X')}\tmore`,
      ),
      ['UPOS'],
    )
    expect(faults).toEqual([
      'file.txt:2: found the ID 3, expected 2',
      'file.txt:4: found the ID "x", expected a number, a range (1-2) or an empty node (1.1)',
      expect.stringMatching(/^file\.txt:8: found 11 columns separated by tab \(.*\), expected 10$/),
    ])
    expect(sentences).toEqual(['ok/X'])
  })

  it('tells an unknown column and names those there are', async () => {
    const { faults } = await readText(text(row('1', 'a', 'X')), ['POS'])
    expect(faults).toEqual([
      'file.txt: task ner: found the columns ID, FORM, LEMMA, UPOS, XPOS, FEATS, HEAD, DEPREL, DEPS, MISC, expected a column POS; a key of MISC is written MISC:Key',
    ])
  })

  it('tells a key that MISC never has', async () => {
    const { faults } = await readText(text(row('1', 'a', 'X', 'Entity=O')), ['MISC:entity'])
    expect(faults).toEqual(['file.txt: task ner: found no token with a value in MISC:entity, expected tags there'])
  })
})
