/** Cleanup after a test file. Unlike the runner's hooks, it can be registered in a beforeAll. */
import { afterAll } from 'vitest'

const pending: (() => unknown)[] = []

export function afterFile(clean: () => unknown): void {
  pending.push(clean)
}

// Runs in reverse: a database is closed before its folder is removed.
afterAll(async () => {
  for (const clean of pending.splice(0).reverse()) await clean()
})
