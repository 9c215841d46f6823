// Tables of names, such as those of the features, put together as one.

type Keys<T> = T extends T ? keyof T : never
type At<T, N> = T extends { readonly [X in N & string]: infer V } ? V : never

/** Every name of all tables, each with its own type. */
export type Merged<T> = { readonly [N in Keys<T>]: At<T, N> }

export function merge<T extends object>(tables: readonly T[]): Merged<T> {
  const merged = {}
  for (const table of tables) {
    const twice = Object.keys(table).find((name) => name in merged)
    if (twice) throw new Error(`${twice} stands in two tables`)
    Object.assign(merged, table)
  }
  return merged as Merged<T>
}
