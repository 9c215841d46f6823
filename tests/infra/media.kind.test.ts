// What a file is, whatever it is called: what is shown, and what is only ever an attachment.
import { expect, test } from 'bun:test'
import sharp from 'sharp'
import { kindOf } from '../../src/infra/media/kind.ts'
import { emptyZip, gifOf, pngSaying } from '../support/pictures.ts'
import { mp3, mp4, ogg, wav, webm } from '../support/recordings.ts'

const square = sharp({ create: { width: 9, height: 9, channels: 3, background: 'teal' } })
const jpeg = await square.clone().jpeg().toBuffer()
const webp = await square.clone().webp().toBuffer()
const latin = (text: string) => Buffer.from(text, 'latin1')
const video = { seconds: 2, width: 64, height: 48 }

test.each([
  ['image/jpeg', 'image', jpeg],
  ['image/png', 'image', pngSaying(9, 9)],
  ['image/gif', 'image', gifOf(2)],
  ['image/webp', 'image', webp],
  ['video/mp4', 'video', mp4(video)],
  ['video/webm', 'video', webm(video)],
  ['audio/wav', 'audio', wav(1)],
  ['audio/mpeg', 'audio', mp3(10)],
  ['audio/ogg', 'audio', ogg(1)],
])('%s is shown', async (mime, family, bytes) => {
  expect(await kindOf(bytes)).toMatchObject({ mime, family: family as 'image', isInline: true })
})

const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
const page = '<!DOCTYPE html><script>alert(1)</script>'
const javascript = '/*\0\0\0\0*/=1;alert(1)'
const behind = (image: Uint8Array, text: string, at: number) =>
  Buffer.concat([image.subarray(0, at), latin(text), image.subarray(at)])

test.each([
  ['an SVG called .png', latin(svg)],
  ['an SVG with a declaration', latin(`<?xml version="1.0"?>${svg}`)],
  ['a page called .jpg', latin(page)],
  ['a page behind spaces', latin(`\n\n   ${page}`)],
  ['a page in UTF-16', Buffer.from(`\ufeff${page}`, 'utf16le')],
  ['a page in UTF-7', latin('+ADw-script+AD4-alert(1)+ADw-/script+AD4-')],
  ['a GIF that is a script', latin(`GIF89a${javascript}`)],
  ['a JPEG that is a script', behind(jpeg, javascript, 4)],
  ['a sound that is a script', latin(`RIFF=1;/*WAVEfmt ${'\0'.repeat(40)}`)],
  ['a GIF with a page in it', behind(gifOf(1), page, 13)],
  ['an image with an archive behind it', Buffer.concat([jpeg, emptyZip])],
  [
    'an image with an archive and its comment',
    Buffer.concat([jpeg, emptyZip.subarray(0, 20), latin('\x02\0hi')]),
  ],
  ['an image that is a PDF', behind(gifOf(1), '%PDF-1.7', 13)],
  ['nothing', latin('')],
])('%s is an attachment of no kind', async (_what, bytes) => {
  for (const said of ['image/png', 'text/html', 'image/svg+xml']) {
    const kind = await kindOf(bytes, bytes, said)
    expect(kind).toMatchObject({
      mime: 'application/octet-stream',
      family: 'other',
      isInline: false,
    })
  }
})

test.each([
  [
    'application/pdf',
    latin('%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj'),
  ],
  ['application/zip', Buffer.concat([emptyZip, Buffer.alloc(9)])],
  ['image/tiff', latin(`II*\0\x08\0\0\0${'\0'.repeat(60)}`)],
])('%s is an attachment that says what it is', async (mime, bytes) => {
  expect(await kindOf(bytes, bytes, 'image/png')).toMatchObject({
    mime,
    family: 'other',
    isInline: false,
  })
})

test('text is called as its sender calls it, if it is text, and is never shown', async () => {
  const text = Buffer.from('name,鹬\nheron,1\n')
  expect(await kindOf(text, text, 'text/csv')).toMatchObject({ mime: 'text/csv', isInline: false })
  const cut = text.subarray(0, 6)
  expect(await kindOf(cut, cut, 'text/plain')).toMatchObject({ mime: 'text/plain' })
  const none = Buffer.from([0x41, 0xff, 0x00])
  expect(await kindOf(none, none, 'text/plain')).toMatchObject({ mime: 'application/octet-stream' })
})

test('the bytes of an archive in the middle of an image are nothing to worry about', async () => {
  const lucky = Buffer.concat([jpeg.subarray(0, -2), emptyZip, Buffer.alloc(9), jpeg.subarray(-2)])
  expect(await kindOf(lucky)).toMatchObject({ mime: 'image/jpeg', isInline: true })
})
