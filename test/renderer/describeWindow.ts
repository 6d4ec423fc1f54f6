/** Shared by tests of the window: Chromium or a note that it is missing, the built page, a check for errors. */
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest'
import type { Api } from '../../main/api/dispatch.ts'
import { folderOf } from '../support/corpus.ts'
import { buildPage, findChromium, openTestBrowser, type TestBrowser } from './harness.ts'

export type WindowOptions = NonNullable<Parameters<TestBrowser['open']>[1]>

/** Opens a page until the end of the test; `close` is called after the page is closed. */
export type OpenWindow = (api: Api, options?: WindowOptions, close?: () => unknown) => Promise<Page>

export function describeWindow(name: string, tests: (open: OpenWindow) => void): void {
  const executablePath = findChromium()
  if (executablePath === null)
    console.log(`skipped: ${name} needs Chromium to be tested; install it, or set CHROMIUM_PATH`)
  describe.skipIf(executablePath === null)(name, () => {
    let browser: TestBrowser
    beforeAll(async () => {
      const folder = folderOf({})
      await buildPage(folder)
      browser = await openTestBrowser(executablePath!, folder)
    })
    afterAll(() => browser.close())

    tests(async (api, options, close) => {
      const { page, errors } = await browser.open(api, options)
      onTestFinished(async () => {
        await page.close()
        await close?.()
        // No error, no violation of the content security policy, no request to anywhere else.
        expect(errors).toEqual([])
      })
      return page
    })
  })
}
