/**
 * Makes the icons of the desktop program from the drawings in icons/, with Chromium: node packaging/icons.ts
 * PNG for Linux, ICO for Windows, ICNS for macOS; the last two are containers of PNGs. The results are committed.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { browserArguments, findChromium } from '../test/renderer/harness.ts'

const at = (name: string) => fileURLToPath(new URL(`./icons/${name}`, import.meta.url))

/** At these sizes and below, the drawing with fewer details. */
const SMALL = 32
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256]
/** Types of ICNS by size in pixels; the second name is the same picture for a screen of double density. */
const ICNS_TYPES: [type: string, size: number][] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic13', 256],
  ['ic09', 512],
  ['ic14', 512],
  ['ic10', 1024],
]

/** An ICO file: a directory of 16 bytes per picture, then the PNGs. */
function ico(pictures: ReadonlyMap<number, Buffer>): Buffer {
  const header = Buffer.alloc(6 + 16 * ICO_SIZES.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(ICO_SIZES.length, 4)
  let offset = header.length
  ICO_SIZES.forEach((size, n) => {
    const { length } = pictures.get(size)!
    const entry = 6 + 16 * n
    // One byte each; 0 stands for 256.
    header.writeUInt8(size % 256, entry)
    header.writeUInt8(size % 256, entry + 1)
    header.writeUInt16LE(1, entry + 4)
    header.writeUInt16LE(32, entry + 6)
    header.writeUInt32LE(length, entry + 8)
    header.writeUInt32LE(offset, entry + 12)
    offset += length
  })
  return Buffer.concat([header, ...ICO_SIZES.map((size) => pictures.get(size)!)])
}

/** An ICNS file: the length of everything, then each picture after its type and length. */
function icns(pictures: ReadonlyMap<number, Buffer>): Buffer {
  const parts = ICNS_TYPES.map(([type, size]) => chunk(type, pictures.get(size)!))
  return chunk('icns', Buffer.concat(parts))
}

function chunk(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header.write(type, 0, 'latin1')
  header.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([header, content])
}

async function render(sizes: readonly number[]): Promise<Map<number, Buffer>> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('needs Chromium: install it, or name one by CHROMIUM_PATH')
  const browser = await chromium.launch({ executablePath, args: browserArguments() })
  try {
    const page = await browser.newPage()
    const pictures = new Map<number, Buffer>()
    for (const size of sizes) {
      const drawing = readFileSync(at(size <= SMALL ? 'icon-small.svg' : 'icon.svg')).toString('base64')
      await page.setViewportSize({ width: size, height: size })
      await page.setContent(
        `<body style="margin:0"><img width="${size}" height="${size}" src="data:image/svg+xml;base64,${drawing}">`,
      )
      await page.waitForFunction('document.images[0].complete')
      pictures.set(size, await page.screenshot({ omitBackground: true }))
    }
    return pictures
  } finally {
    await browser.close()
  }
}

const pictures = await render([...new Set([...ICO_SIZES, ...ICNS_TYPES.map(([, size]) => size)])])
writeFileSync(at('icon.ico'), ico(pictures))
writeFileSync(at('icon.icns'), icns(pictures))
writeFileSync(at('icon.png'), pictures.get(512)!)
copyFileSync(at('icon.svg'), fileURLToPath(new URL('../renderer/public/icon.svg', import.meta.url)))
if (process.argv[2] !== undefined)
  for (const [size, picture] of pictures) writeFileSync(`${process.argv[2]}/${size}.png`, picture)
