/**
 * What tests may skip on a developer's machine they may not skip where it was installed for them. SPARSE_SHARING_EXPECT names
 * the optional components that must be here, separated by commas; `.ci/run` sets it. Without it nothing is expected.
 */
import { describe, expect, test } from 'vitest'
import { findChromium } from './renderer/harness.ts'
import { HAS_NATIVE, NO_TENSORFLOW, NO_WEBGPU } from './support/backends.ts'

/** Why a component is missing, so that suites skip; null where it is here. */
const MISSING: Record<string, () => string | null> = {
  native: () => (HAS_NATIVE ? null : 'the kernels are not built: npm run build:native says why'),
  chromium: () => (findChromium() === null ? 'no Chromium was found; CHROMIUM_PATH names one' : null),
  tensorflow: () => NO_TENSORFLOW,
  webgpu: () => NO_WEBGPU,
}

const expected = (process.env.SPARSE_SHARING_EXPECT ?? '').split(',').filter((name) => name !== '')

describe('SPARSE_SHARING_EXPECT', () => {
  test('names components that tests can skip', () => {
    expect(expected.filter((name) => !(name in MISSING))).toEqual([])
  })

  test.each(expected.filter((name) => name in MISSING))('%s is here: its suites are not skipped', (name) => {
    expect(MISSING[name]()).toBeNull()
  })
})
