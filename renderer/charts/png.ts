/** A chart's SVG as PNG, at twice its size. */
const SCALE = 2

export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image()
  // A data URL: the page's content security policy allows no other images.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = SCALE * image.width
  canvas.height = SCALE * image.height
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('The browser could not create the image.')) : resolve(blob)),
      'image/png',
    )
  })
}
