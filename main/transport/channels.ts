/** Names on the wire between preload script and main process. */
export const CALL = 'studio:call'
export const EVENT = 'studio:event'
