/** Things to do when a test file is done: unlike the runner's own hooks, these can be asked for in a beforeAll. */
import { afterAll } from 'vitest'

const pending: (() => unknown)[] = []

export function afterFile(clean: () => unknown): void {
  pending.push(clean)
}

// Registered where a test file imports this, the last first: a database is closed before its folder goes.
afterAll(async () => {
  for (const clean of pending.splice(0).reverse()) await clean()
})
