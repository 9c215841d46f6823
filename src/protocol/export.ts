// What somebody gets who asks for their data: one JSON file per kind of thing, and their files, in one ZIP.
import { Type, type Static } from '@sinclair/typebox'
import { collect } from './all.ts'
import { Strict } from './scalars.ts'

/** The files by name, without their `.json`. */
export const exportFiles = collect('exportFiles')

export type ExportFile = keyof typeof exportFiles
/** One entry of a file that is a list. */
export type ExportedRow<F extends ExportFile> =
  Static<(typeof exportFiles)[F]> extends (infer R)[] ? R : never

/** The schema that lies in every ZIP and at docs/export.schema.json: a property per file. */
export const exportSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Curlew data export',
  description:
    'Each property is one file of the ZIP, by its name without `.json`; times are RFC 3339 in UTC. ' +
    'Of `media` the bytes are in the ZIP, too, as `media/{id}/{filename}`: those that were there ' +
    'when it was fetched.',
  ...Type.Object(exportFiles, Strict),
}
