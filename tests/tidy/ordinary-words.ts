// Words in names of files that everybody knows, who reads English and writes servers. What means
// something of its own here stands in docs/glossary.md instead.

export const ordinaryWords: ReadonlySet<string> = new Set(
  `
    address all answer api apns app ask asked assert banner binary body bullmq cache changes
    character check checks clean cli clock command committed config cookie create d db delete
    deleted deliver disabling doc document due email en erase error export fcm field file forward
    grants handler health history honor html http huawei id input joining json jwt kept leave
    leaving line listing logo lua main method metric migrate missed newest online open oppo option
    overview own page pairing password path phone plugin postgres process profile program progress
    protocol publish rate raw reach react reading receipts record redacted redis reference refresh
    refused render return returning route rule running schedule search secret send sender server
    service smtp snapshot sql src stop style sweep text typing url user version vivo waiting watch
    web work xiaomi zh zip
  `
    .trim()
    .split(/\s+/),
)
