// Whether the headers of a request say that somebody passed it on.

/** What proxies and content networks add; one of them is enough. */
const forwarding = [
  /^(forwarded|via|x-real-ip)$/,
  /^(x-forwarded|x-original|x-envoy|cdn|cf)-/,
  /-(client|connecting)-ip$/,
]

export function wasForwarded(headers: Headers): boolean {
  return [...headers.keys()].some((name) => forwarding.some((each) => each.test(name)))
}
