/** What the tests of the window have in common: Chromium or a word on its absence, the built page, and that nothing goes wrong in it. */
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest'
import type { Api } from '../../main/api/dispatch.ts'
import { folderOf } from '../support/corpus.ts'
import { buildPage, findChromium, openDesk, type Desk } from './harness.ts'

export type WindowOptions = NonNullable<Parameters<Desk['open']>[1]>

/** Opens a page until the end of the test; `close` is called after it is gone. */
export type OpenWindow = (api: Api, options?: WindowOptions, close?: () => unknown) => Promise<Page>

export function describeWindow(name: string, tests: (open: OpenWindow) => void): void {
  const browser = findChromium()
  if (browser === null)
    console.log(`skipped: ${name} needs Chromium to be tested; install it, or name one by CHROMIUM_PATH`)
  describe.skipIf(browser === null)(name, () => {
    let desk: Desk
    beforeAll(async () => {
      const folder = folderOf({})
      await buildPage(folder)
      desk = await openDesk(browser!, folder)
    }, 120_000)
    afterAll(() => desk.close())

    tests(async (api, options, close) => {
      const { page, faults } = await desk.open(api, options)
      onTestFinished(async () => {
        await page.close()
        await close?.()
        // No error, no breach of the content security policy, no request to anywhere else.
        expect(faults).toEqual([])
      })
      return page
    })
  })
}
