// Words in names of files that everybody knows, who reads English and writes servers. What means
// something of its own here stands in docs/glossary.md instead.

export const ordinaryWords: ReadonlySet<string> = new Set(
  `
    address all answer api app asked assert authenticate banner binary body bullmq cache changes
    character check clean cli clock command committed config cookie create d daily db delete
    deleted deliver disabling disk doc document due email en erase error examine export fetch
    field file filename forward handler health history html http id input joining json kept kind
    leave leaving line listing logo lua main method metric migrate missed multipart newest
    online open option overview own page pairing password path plugin postgres process profile
    program progress protocol publish range rate raw react reading receipts record redacted
    redis reference refresh refused render reply resume return returning route row rule running
    schedule secret send sender server service shown smtp snapshot sql src stop stream style
    sweep text total typing upload url use user version walk watch web work zh zip
    `
    .trim()
    .split(/\s+/),
)
