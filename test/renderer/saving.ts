/** Saves tables and charts through the menu of their card. */
import { readFileSync } from 'node:fs'
import type { Download, Page } from 'playwright'

/** Opens the menu that has this button, clicks it, and closes the menu. */
export async function saved(page: Page, button: string | RegExp): Promise<Download> {
  const found = page.getByRole('button', { name: button, includeHidden: true }).first()
  await found.waitFor({ state: 'attached' })
  const menu = page.locator('details.menu').filter({ has: found })
  if ((await menu.count()) > 0 && (await menu.first().getAttribute('open')) === null)
    await menu.first().locator('summary').click()
  const [download] = await Promise.all([page.waitForEvent('download'), found.click()])
  if ((await menu.count()) > 0) await page.keyboard.press('Escape')
  return download
}

export async function savedText(page: Page, button: string | RegExp): Promise<string> {
  return readFileSync(await (await saved(page, button)).path(), 'utf8')
}

/** The rows of a saved CSV, without its head. */
export async function savedRows(page: Page, button: string | RegExp): Promise<string[][]> {
  return (await savedText(page, button))
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(','))
}
