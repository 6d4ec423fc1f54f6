/** The devices of this machine in the window: looked for, chosen, told for a report. */
import { userInfo } from 'node:os'
import { expect, it } from 'vitest'
import { machineKey, softwareKey } from '../../main/devices/machine.ts'
import type { BackendName } from '../../shared/devices/backends.ts'
import { FASTEST } from '../support/backends.ts'
import { openStudio } from '../support/studio.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow } from './describeWindow.ts'

describeWindow('the devices', (open) => {
  it('are listed, with reasons where one is unusable; the default is kept; diagnostics can be copied', async () => {
    const { store, api } = openStudio()
    const at = '2026-01-01T00:00:00Z'
    const keep = (backend: BackendName, reason: string | null) =>
      store.devices.save(machineKey(), softwareKey(), {
        backend,
        wrong: false,
        at,
        benchmarks: reason === null ? [{ batchSize: 10, tokensPerSecond: 12_345 }] : null,
        availability:
          reason === null
            ? { usable: true, version: 'v 1', device: 'a card', memoryBytes: 8e9, isa: null }
            : { usable: false, reason, remedy: 'install CUDA 11.2' },
      })
    keep('tensorflow', 'CUDA 11.2 not found: libcudart.so.11.0')
    keep('webgpu', null)
    const page = await open(api, { address: '#/devices' })
    await page.getByRole('row', { name: new RegExp(FASTEST.name) }).waitFor()
    await page.getByText('CUDA 11.2 not found: libcudart.so.11.0').waitFor()
    await page.getByText('To fix: install CUDA 11.2').waitFor()
    expect(await page.getByRole('row', { name: /webgpu/ }).textContent()).toMatch(/12,345.*✓ auto/)
    await page.getByText(/^Measured/).waitFor()
    await page.getByRole('combobox', { name: 'Default for new runs' }).selectOption('cpu')
    await page.getByText('now cpu').waitFor()
    expect(store.devices.preferred(machineKey())).toBe('cpu')
    await page.getByRole('button', { name: 'Copy diagnostics' }).click()
    const text = await page.getByLabel('Diagnostics', { exact: true }).textContent()
    expect(text).toContain('Sparse Sharing Studio')
    expect(text).not.toMatch(new RegExp(`\\b${userInfo().username}\\b`))
    expect(await accessibilityProblems(page)).toEqual([])
  })
})
