// Do two samples come from one distribution? Mann–Whitney U with the normal approximation,
// corrected for ties and continuity: H. B. Mann, D. R. Whitney, "On a Test of Whether one of Two
// Random Variables is Stochastically Larger than the Other", Ann. Math. Statist. 18 (1947) 50–60.

/** The two-sided probability of ranks as uneven as these, when there is no difference. */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, mine: true })), ...b.map((value) => ({ value }))]
  all.sort((one, other) => one.value - other.value)
  let [rankSum, ties] = [0, 0]
  for (let start = 0, end = 0; start < all.length; start = end) {
    while (end < all.length && all[end]?.value === all[start]?.value) end++
    const count = end - start
    // Equal values share the mean of their ranks.
    const rank = (start + 1 + end) / 2
    rankSum += rank * all.slice(start, end).filter((each) => 'mine' in each).length
    ties += count ** 3 - count
  }
  const [n, m, total] = [a.length, b.length, a.length + b.length]
  const u = rankSum - (n * (n + 1)) / 2
  const spread = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)))
  if (spread === 0) return 1
  const z = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / Math.sqrt(spread)
  return 2 * upperTail(z)
}

/** Of the normal distribution: Abramowitz and Stegun, 26.2.17; good to 7.5e-8. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const powers = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429]
  const series = powers.reduce((sum, factor, n) => sum + factor * t ** (n + 1), 0)
  return Math.max(0, (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series)
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2
}
