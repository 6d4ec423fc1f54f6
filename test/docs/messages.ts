/**
 * The messages of errors in the sources, as patterns in which … stands for names and numbers.
 *
 * A message is a text with a space in it that is
 * - an argument of `new …Error(…)`, `new …Problem(…)`, or a call such as `fileProblem(…)`, `fail(…)`, `report(…)`;
 * - the value of a property `message`, `reason` or `problem`, or in a list called REASONS;
 * - returned by a function such as `nameProblem` or `problemOf`;
 * - any text of the form "found …, expected …".
 *
 * One kind of error is excluded: a RangeError is thrown where one part of the program passes a wrong value to another,
 * so it is a bug, whatever its text. So are the errors that end a training on purpose (TrainingStoppedError), which
 * nobody sees, and the check of a packed program before its release (main/entry/electron-check.ts).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const FOLDERS = ['main', 'native', 'renderer', 'shared']
const NOT_FOR_USERS = ['main/entry/electron-check.ts']
const EXCLUDED = /^(RangeError|TrainingStoppedError)$/
const MADE_BY = /(^fail|^report|^super|^lacking|endSession|refuse|giveUp|failure|[pP]roblem)$/
const PROPERTY = /^(message|reason|problem)$/
const LIST_OF_REASONS = /^REASONS$/
const RETURNED_BY = /[pP]roblem(Of)?$/

export interface Message {
  path: string
  pattern: string
}

/** Texts of these forms that are no errors: what a training does at the moment, and names. */
const NO_ERRORS = ['reading the corpora', 'pasted text', 'the first row is enough', 'Zoom in to a region']

/** Every message in the sources below `root`, each once per file. */
export function messagesOf(root: string): Message[] {
  return sourcesOf(root).flatMap((path) => {
    const patterns = patternsIn(scriptOf(path, readFileSync(join(root, path), 'utf8')))
    const errors = patterns.filter((pattern) => !NO_ERRORS.some((text) => pattern.startsWith(text)))
    return [...new Set(errors)].map((pattern) => ({ path, pattern }))
  })
}

/** The paths of the sources, relative to `root`. */
export function sourcesOf(root: string): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  ).filter((path) => /(?<!\.d)\.(ts|mjs|vue)$/.test(path) && !NOT_FOR_USERS.includes(path))
}

/** The script of a component, or the whole file. */
function scriptOf(path: string, text: string): string {
  if (!path.endsWith('.vue')) return text
  return [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, script]) => script).join('\n')
}

/** The patterns of the messages in one source text. */
export function patternsIn(source: string): string[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const constants = new Map<string, ts.Expression>()
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
      constants.set(node.name.text, node.initializer)
    if (ts.isVariableDeclaration(node) && LIST_OF_REASONS.test(node.name.getText())) collect(node.initializer!)
    if (ts.isNewExpression(node) && EXCLUDED.test(node.expression.getText())) return
    const name = ts.isNewExpression(node) || ts.isCallExpression(node) ? node.expression.getText() : ''
    if (ts.isNewExpression(node) ? /(Error|Problem)$/.test(name) : MADE_BY.test(name))
      for (const argument of (node as ts.NewExpression | ts.CallExpression).arguments ?? []) collect(argument)
    else if (ts.isPropertyAssignment(node) && PROPERTY.test(node.name.getText())) collect(node.initializer)
    else if (ts.isReturnStatement(node) && node.expression !== undefined && RETURNED_BY.test(functionAround(node)))
      collect(node.expression)
    else if (isExpectation(node)) collect(node)
    ts.forEachChild(node, visit)
  }
  const collect = (node: ts.Expression, depth = 0): void => {
    const pattern = patternOf(node)
    if (pattern !== null) {
      if (pattern.includes(' ') && wordsIn(pattern) > 1) found.push(pattern)
    } else if (ts.isConditionalExpression(node)) {
      collect(node.whenTrue, depth)
      collect(node.whenFalse, depth)
    } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
      collect(node.left, depth)
      collect(node.right, depth)
    } else if (ts.isParenthesizedExpression(node)) collect(node.expression, depth)
    else if (ts.isArrayLiteralExpression(node)) for (const one of node.elements) collect(one, depth)
    else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
      collect(node.expression.expression, depth)
    else if (ts.isIdentifier(node) && depth === 0 && constants.has(node.text)) collect(constants.get(node.text)!, 1)
  }
  visit(file)
  return found
}

/** Whether a node is a text of the form "found …, expected …" that is not part of a larger one. */
function isExpectation(node: ts.Node): node is ts.Expression {
  const isText = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)
  return isText && !ts.isBinaryExpression(node.parent) && /found .*, expected /.test(node.getText())
}

/** The name of the innermost function around a node that has one. */
function functionAround(node: ts.Node): string {
  for (let at = node.parent as ts.Node | undefined; at !== undefined; at = at.parent)
    if ((ts.isFunctionDeclaration(at) || ts.isMethodDeclaration(at)) && at.name !== undefined) return at.name.getText()
  return ''
}

/** A text with … for what is computed; null for what is no text. */
function patternOf(node: ts.Expression): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (ts.isTemplateExpression(node)) {
    const parts = node.templateSpans.map(({ expression, literal }) => (patternOf(expression) ?? '…') + literal.text)
    return (node.head.text + parts.join('')).replace(/…+/g, '…')
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return null
  const [left, right] = [patternOf(node.left), patternOf(node.right)]
  return left === null && right === null ? null : `${left ?? '…'}${right ?? '…'}`.replace(/…+/g, '…')
}

/** The fewest words of a message that an entry has to name, or all words of a shorter message. */
const WORDS = 3

/** Whether an entry of the page, such as `cannot be written: …`, is of this message and names enough of it. */
export function covers(entry: string, pattern: string): boolean {
  return contains(entry, pattern) && wordsIn(entry) >= Math.min(WORDS, wordsIn(pattern))
}

/** Whether the parts of an entry are in a message, in order. */
export function contains(entry: string, pattern: string): boolean {
  let from = 0
  for (const part of partsOf(entry)) {
    const at = pattern.indexOf(part, from)
    if (at < 0) return false
    from = at + part.length
  }
  return true
}

/** The fixed parts of an entry. */
export function partsOf(entry: string): string[] {
  return entry
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

const wordsIn = (text: string): number => text.match(/[\p{L}\d]+/gu)?.length ?? 0
