// Words in names of files that everybody knows, who reads English and writes servers. What means
// something of its own here stands in docs/glossary.md instead.

export const ordinaryWords: ReadonlySet<string> = new Set(
  `
    address all answer api app asked assert banner binary body bullmq cache changes character check
    clamd clean cli clock command committed config container cookie create d db delete deleted
    deliver disabling doc document due email en erase error export field file forward handler
    header health history html http id image input joining json kept kind leave leaving line
    listing logo lua main media method metric migrate missed mp4 newest online open option overview
    own page pairing password path plugin postgres process profile program progress protocol
    publish rate raw react reading receipts record redacted redis reference refresh refused render
    return returning route rule running s3 schedule search secret send sender server service
    settings smtp snapshot sql src stop storage style sweep text typing url user version watch web
    work zh zip
  `
    .trim()
    .split(/\s+/),
)
