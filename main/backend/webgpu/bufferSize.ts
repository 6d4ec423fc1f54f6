/** The size in bytes of the buffer that serves a request: eight sizes to a power of two, 256 at the least. */
export function bufferSize(bytes: number): number {
  if (bytes <= 256) return 256
  const step = 2 ** (Math.floor(Math.log2(bytes)) - 3)
  return Math.ceil(bytes / step) * step
}
