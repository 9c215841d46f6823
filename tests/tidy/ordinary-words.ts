// Words in names of files that everybody knows, who reads English and writes servers. What means
// something of its own here stands in docs/glossary.md instead.

export const ordinaryWords: ReadonlySet<string> = new Set(
  `
    address all answer api app asked assert banner binary body bullmq cache changes character check
    clean cli clock command committed config cookie create d db delete deleted deliver disabling doc
    document due email en erase error export field file forward handler health html http id
    indexeddb input joining json kept key leave leaving line listing live logo lua main memory
    method metric migrate mine missed newest online open option overview own page pairing password
    path plugin postgres present process profile program progress protocol publish rate raw react
    reading receipts record redacted redis reference refresh refused render return returning route
    rule running schedule search secret send server service settings smtp snapshot sql sqlite src
    stop style sweep text typing url user version web work zh zip
  `
    .trim()
    .split(/\s+/),
)
