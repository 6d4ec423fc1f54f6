/** Saves tables and charts through the menu of their card. */
import { readFileSync } from 'node:fs'
import type { Download, Page } from 'playwright'

/**
 * Opens the menu that has this button, clicks it, and closes the menu. While a run trains, its charts and with them the menu
 * may be replaced between the two clicks: then it is tried again.
 */
export async function saved(page: Page, button: string | RegExp): Promise<Download> {
  for (let attempt = 0; ; attempt++) {
    const found = page.getByRole('button', { name: button, includeHidden: true }).first()
    await found.waitFor({ state: 'attached' })
    const menu = page.locator('details.menu').filter({ has: found }).first()
    const inMenu = (await menu.count()) > 0
    if (inMenu && (await menu.getAttribute('open')) === null) await menu.locator('summary').click()
    try {
      // Charts that are redrawn several times a second never stand still for a mouse: then the click goes straight there.
      const click = () => (attempt === 0 ? found.click({ timeout: 3000 }) : found.dispatchEvent('click'))
      const [download] = await Promise.all([page.waitForEvent('download', { timeout: 5000 }), click()])
      if (inMenu) await page.keyboard.press('Escape')
      return download
    } catch (error) {
      if (attempt === 9) throw error
    }
  }
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
