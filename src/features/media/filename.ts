// What people call their files: shown to others and offered for saving, and never part of a path of ours.
import { cut } from '../../core/graphemes.ts'
import { limits } from './limits.ts'

/** Controls and what turns the text around it backwards, with which `exe.jpg` may look like `gpj.exe`. */
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu
/** What folders and devices are written with on some system. */
const reserved = /[<>:"|?*]/g
const devices = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i

/** The last part of a path, of any system, in one form; `file` where nothing is left of it. */
export function cleanFilename(text: string): string {
  const last = text.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const bare = last.replaceAll(unprintable, '').replaceAll(reserved, '_').trim()
  const name = shorten(bare.replace(/^\.+/, '').replace(/[. ]+$/, ''))
  if (name === '') return 'file'
  return devices.test(name) ? `_${name}` : name
}

/** The end says what kind it is, so the middle goes. */
function shorten(name: string): string {
  const max = limits.media.filenameCharactersMax
  if (name.length <= max) return name
  const ending = /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? ''
  return cut(name, max - ending.length) + ending
}

/** RFC 6266: a name that every reader knows, and the whole one as RFC 8187 writes it. */
export function disposition(kind: 'inline' | 'attachment', filename: string): string {
  const plain = filename.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const whole = encodeURIComponent(filename.toWellFormed()).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${whole}`
}
