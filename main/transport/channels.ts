/** Names of the IPC channels between the preload script and the main process. */
export const CALL = 'studio:call'
export const CANCEL = 'studio:cancel'
export const EVENT = 'studio:event'
