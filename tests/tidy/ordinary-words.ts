// Words in names of files that everybody knows, who reads English and writes servers. What means
// something of its own here stands in docs/glossary.md instead.

export const ordinaryWords: ReadonlySet<string> = new Set(
  `
    address all answer api apns app ask asked assert authenticate away banner binary body bullmq
    cache changes character check checks clamd clean cli clock command committed config
    container cookie create d daily db delete deleted deliver depth derived disabling disk doc
    document due email en erase error examine export fcm fetch field file filename forward
    grants handler header health honor html http huawei id image indexeddb input joining json
    jwt kept key kind leave leaving line listing live logo lua main memory method metric migrate
    mine missed mp4 multipart newest online open oppo option overview own page pairing password
    path phone pinyin plugin postgres present process processing profile program progress
    protocol publish rate raw reach react reading receipts record redacted redis reference
    refresh refused render reply resume return returning route row rule running s3 schedule
    scratch secret send server service sizes smtp snapshot source spelled sql sqlite src
    stop stopping stream style sweep syllables text total traces types typing unsubscribe url
    use user version vivo waiting walk web work xiaomi zh zip
    `
    .trim()
    .split(/\s+/),
)
