/** The types of the programmatic interface, one declaration file per module that it publishes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { ROOT } from './paths.ts'

const INTERFACE = 'main/library'
/** Modules that people import types from; what these import stays inside. */
const PUBLIC = ['index', 'node', 'types', 'tagger', 'convert', 'masks']

/** Throws an Error where an exported type is not written out. */
export function writeDeclarations(folder: string): void {
  for (const name of PUBLIC) {
    const file = join(ROOT, INTERFACE, `${name}.ts`)
    const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(file, 'utf8'), {
      fileName: file,
      compilerOptions: { target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.NodeNext, isolatedDeclarations: true },
      reportDiagnostics: true,
    })
    if (diagnostics.length > 0)
      throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(diagnostics[0].messageText, '\n')}`)
    const published = name === 'index' ? 'library' : name
    writeFileSync(join(folder, `${published}.d.ts`), outputText.replaceAll(/(['"]\.\/\w+)\.ts(['"])/g, '$1.js$2'))
  }
}
