/** Files that could be taken for something else: refused by their name, read with both separators, or warned about. */
import { describe, expect, test } from 'vitest'
import { conllLayout, splitColumns, wordsProblem } from '../../main/data/conllLayout.ts'
import { detect } from '../../main/data/detect.ts'
import { sentencesOf } from '../../main/tagger/readers.ts'

const lines = (text: string, times = 4) => `${text}\n\n`.repeat(times).split('\n')
const refusalOf = (text: string) => {
  const found = detect(lines(text), 'a.txt')
  return found.kind === 'refused' ? found.message : found.kind
}

describe('a format that is not read is refused by its name', () => {
  test.each([
    ['( (S (NP-SBJ (NNP Anna)) (VP (VBZ runs)) (. .)) )', 'Penn Treebank parse trees'],
    ['(TOP (S (NP (NNP Anna)) (VP (VBZ runs))))', 'Penn Treebank parse trees'],
    ['The/at jury/nn said/vbd ./.', 'behind a slash'],
    ['[ Pierre/NNP Vinken/NNP ]\n,/,\n[ 61/CD years/NNS ]\nold/JJ ,/, will/MD join/VB', 'behind a slash'],
    ['Anna|NNP|B-PER lives|VBZ|O in|IN|O', 'behind a bar'],
    ['The_DT cat_NN sat_VBD ._.', 'behind an underscore'],
    ['c="a ct scan" 5:0 5:2||t="test"', 'i2b2'],
    ['{\\rtf1\\ansi Anna lives in Rome.}', 'RTF'],
    ['TRAIN_DATA = [("Anna lives", {"entities": [(0, 4, "PER")]})]', 'Python'],
  ])('%s', (text, name) => expect(refusalOf(text)).toContain(name))

  test.each([
    ['columns with a slash', 'TCP/IP NN\nand/or CC\nin IN\n. .', 'columns'],
    ['brackets as tokens', '( Fpa O\nAnna NP B-PER\n) Fpt O', 'format'],
    ['prose with slashes', 'He and/or she came home at 5 p.m. on 3/4 and left again soon after.', 'text'],
    ['names with underscores', 'The file my_file and your_file are here today, as ever.', 'text'],
  ])('but not %s', (_what, text, kind) => expect(detect(lines(text), 'a.txt').kind).toBe(kind))
})

describe('tabs and spaces in one file', () => {
  const rows = (text: string) => {
    const layout = conllLayout(lines(text))!
    return text.split('\n').map((line) => splitColumns(line, layout.separator))
  }

  test('both separate where every line has both, and where a tab takes the place of spaces', () => {
    expect(rows('Anna\tNNP B-PER\nlives\tVBZ O')).toEqual([
      ['Anna', 'NNP', 'B-PER'],
      ['lives', 'VBZ', 'O'],
    ])
    expect(rows('Anna B-PER\nlives O\nin O\nRome\tB-LOC')[3]).toEqual(['Rome', 'B-LOC'])
  })

  test('a word with a space stays one word where tabs separate', () => {
    expect(rows('New York\tB-LOC\nis\tO\nSan Jose\tB-LOC')[0]).toEqual(['New York', 'B-LOC'])
  })

  test('a line that would have other columns than most is reported', () => {
    expect(() => sentencesOf('Anna B-PER\nlives O\nin O\nNew York\tB-LOC\n\n', 'conll')).toThrow(/tabs and spaces/)
  })
})

test('words that are numbers or tags are warned about', () => {
  expect(wordsProblem(['1', '2', '3'], 0)).toMatch(/are numbers: --words N .*here 0/)
  expect(wordsProblem(['O', 'B-PER', 'I-PER'], 0)).toMatch(/look like tags \(B-PER\)/)
  for (const words of [
    ['O', 'O', 'O'],
    ['Anna', '2', '3'],
    ['1', '2'],
    ['B-52', 'bomber', 'O'],
  ])
    expect(wordsProblem(words, 0)).toBeNull()
})

test('tokens apart by tabs are columns, whatever their tags are', () => {
  expect(detect(lines('1\tAnna\tNNP\tA0\n2\truns\tVBZ\t_'), 'a.txt')).toEqual({ kind: 'format', format: 'conll' })
  expect(detect(['One line\twith a tab', 'another\tone', 'a third\tone'], 'a.txt').kind).not.toBe('format')
})
