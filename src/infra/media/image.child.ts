// Decodes and encodes one image: a program of its own, for decoders are where images do harm.
import { setPriority } from 'node:os'
import sharp, { type FormatEnum, type Sharp } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import type { ImageOrder, ImageReply, Made } from './image.ts'

// Others have the machine first.
setPriority(10)
sharp.cache(false)
sharp.concurrency(1)
// What `kind.ts` calls an image is read by these four, and by no other of the many.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif'].map((each) => `VipsForeignLoad${each}File`),
})

const order = JSON.parse(process.argv[2] ?? '') as ImageOrder

function opened(animated: boolean): Sharp {
  return sharp(order.file, {
    animated,
    limitInputPixels: order.pixelsMax,
    // A photo whose last lines are missing is still one.
    failOn: 'error',
  }).timeout({ seconds: order.seconds })
}

/** As it was sent, turned upright, and without what cameras write into it: sharp keeps no metadata. */
async function encodeWhole(): Promise<Made> {
  const { format, animated, lossless } = order
  const options: Partial<Record<keyof FormatEnum, object>> = {
    jpeg: { quality: 85 },
    png: { compressionLevel: 7 },
    webp: lossless ? { lossless: true } : { quality: 85 },
    gif: {},
  }
  const image = animated ? opened(true) : opened(false).autoOrient()
  const info = await image.toFormat(format, options[format]).toFile('whole')
  return { width: info.width, height: info.pageHeight ?? info.height, size: info.size }
}

/** Of what moves, the first picture. */
async function encodeSmaller(name: string, side: number): Promise<Made> {
  const info = await opened(false)
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 78 })
    .toFile(name)
  return { width: info.width, height: info.height, size: info.size }
}

async function hashed(): Promise<string> {
  const { data, info } = await opened(false)
    .autoOrient()
    .resize({ width: 100, height: 100, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}

async function run(): Promise<ImageReply> {
  const whole = order.keepsWhole ? await encodeWhole() : null
  const large = await encodeSmaller('large', order.large)
  const small = await encodeSmaller('small', order.small)
  return { whole, large, small, thumbhash: await hashed() }
}

process.stdout.write(JSON.stringify(await run()))
