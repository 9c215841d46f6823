// Words in names of files that everybody knows, who reads English and writes servers. What means
// something of its own here stands in docs/glossary.md instead.

export const ordinaryWords: ReadonlySet<string> = new Set(
  `
    address all answer api app asked assert banner binary body bullmq cache changes character check
    clean cli clock command committed config cookie create d daily db delete deleted deliver disabling doc
    document due email en erase error examine export field file forward handler health history html http id
    input joining json kept leave leaving line listing logo lua main method metric migrate missed
    newest online open option overview own page pairing password path plugin postgres process
    profile program progress protocol publish rate raw react reading receipts record redacted redis
    reference refresh refused render return returning route rule running schedule scratch search secret send
    sender server service settings smtp snapshot sql src stop style sweep text typing url user
    version walk watch web work zh zip
  `
    .trim()
    .split(/\s+/),
)
