/** Accessibility problems that axe finds on a page as it stands. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  id: string
  nodes: { html: string; failureSummary?: string }[]
}

/** One line per problem; empty where there is none. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(`if (typeof axe === 'undefined') { ${source} }`)
  // As text: for objects, Playwright takes as long as axe does.
  const found = await page.evaluate<string>(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(violations))`,
  )
  const violations = JSON.parse(found) as Violation[]
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  )
}
