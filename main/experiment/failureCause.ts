/** Why a job failed, as far as it decides whether another backend is worth trying. */
import { TrainingDivergedError } from '../training/control.ts'

/**
 * How V8, C++ and TensorFlow report that memory is short. A lost device that mentions memory is still a failed backend.
 */
const OUT_OF_MEMORY =
  /array buffer allocation failed|invalid (typed )?array length|std::bad_alloc|OOM when allocating|resource_?exhausted|cannot allocate memory/i

/**
 * settings: the loss diverged, or one of this program's own checks threw a RangeError; memory: memory is short. Neither
 * is better on another backend. Every other error counts as the backend's.
 */
export function causeOf(error: unknown): 'backend' | 'settings' | 'memory' {
  if (OUT_OF_MEMORY.test(error instanceof Error ? error.message : String(error))) return 'memory'
  return error instanceof TrainingDivergedError || error instanceof RangeError ? 'settings' : 'backend'
}
