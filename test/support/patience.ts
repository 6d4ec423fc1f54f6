/** Milliseconds to wait for what must come, with `vi.waitFor`, whose own limit of a second is too short for a busy machine. */
export const PATIENCE_MS = 200_000
