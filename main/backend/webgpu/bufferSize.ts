/** The buffer size in bytes for a request: eight sizes per power of two, at least 256. */
export function bufferSize(bytes: number): number {
  if (bytes <= 256) return 256
  const step = 2 ** (Math.floor(Math.log2(bytes)) - 3)
  return Math.ceil(bytes / step) * step
}
