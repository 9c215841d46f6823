// What was broken on purpose in files, and which test must notice.
import type { Mutant } from './mutants.ts'

export const media: readonly Mutant[] = [
  {
    test: 'media: 26 Mattermost CVE-2026-5755',
    breaks: 'what pictures say of their size is not looked at',
    edits: [
      {
        file: 'src/infra/media/image.ts',
        from: '  if (width * height > bounds.pixelsMax ||',
        to: '  if (width * height > 2 ** 53 ||',
      },
      {
        file: 'src/infra/media/image.ts',
        from: ' width * height * frames > bounds.framePixelsMax',
        to: ' frames < 0',
      },
    ],
  },
  {
    test: 'media: 27 Prosody CVE-2014-2744',
    breaks: 'a form is unpacked as it comes',
    edits: [
      {
        file: 'src/http/media/pieces.ts',
        from: 'Readable.fromWeb(request.body as never,',
        to: "Readable.fromWeb(request.body.pipeThrough(new DecompressionStream('gzip')) as never,",
      },
    ],
  },
  {
    test: 'media: 28 phpBB HackerOne 3606773',
    breaks: 'every file is shown in place, as what it says to be',
    edits: [
      {
        file: 'src/infra/media/kind.ts',
        from: 'if (active.test(mime)) return unknown',
        to: "if (active.test(mime)) return { mime, family: 'other', isInline: true }",
      },
    ],
  },
  {
    test: 'media: 29 Mattermost CVE-2017-18912',
    breaks: 'names are kept as they come',
    edits: [
      {
        file: 'src/features/media/upload.ts',
        from: 'filename: cleanFilename(incoming.filename)',
        to: 'filename: incoming.filename',
      },
    ],
  },
  {
    test: 'media: 30 Synapse CVE-2024-37303',
    breaks: 'uploads at the same time do not see each other',
    edits: [
      {
        file: 'src/features/media/upload.ts',
        from: '  await lockUploads(tx.sql, actor.id)\n',
        to: '',
      },
    ],
  },
]
