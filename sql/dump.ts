// The schema as text, made from Postgres' own catalogues: no pg_dump is needed on any machine.
//   DATABASE_URL=… bun sql/dump.ts    writes sql/schema.sql
import { fileURLToPath } from 'node:url'
import { connectDatabase, type Sql } from '../src/infra/db.ts'

const head = `-- Every table and index after all migrations. Read this first.
-- Written by \`bun sql/dump.ts\`; a test compares it with what the migrations make.
`

export async function dumpSchema(sql: Sql): Promise<string> {
  const tables = await sql<{ oid: number; name: string; options: string[] | null }[]>`
    select c.oid::int, c.relname as name, c.reloptions as options
    from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
    order by c.relname`
  const parts: string[] = []
  for (const table of tables) {
    const lines = [...(await columnsOf(sql, table.oid)), ...(await constraintsOf(sql, table.oid))]
    const options = table.options ? ` with (${table.options.join(', ')})` : ''
    parts.push(`create table ${table.name} (\n${lines.join(',\n')}\n)${options};`)
    parts.push(...(await statisticsOf(sql, table.oid)))
    const indexes = await indexesOf(sql, table.oid)
    if (indexes.length > 0) parts.push(indexes.join('\n'))
  }
  return `${head}\n${parts.join('\n\n')}\n`
}

async function columnsOf(sql: Sql, table: number): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select format('  %s %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then ' not null' else '' end,
      case when a.attidentity <> '' then ' generated always as identity' else '' end,
      coalesce(case when a.attgenerated = 's' then format(' generated always as (%s) stored', d.value)
        else ' default ' || d.value end, '')) as line
    from pg_attribute a
      left join lateral (
        select pg_get_expr(adbin, adrelid) as value from pg_attrdef
        where adrelid = a.attrelid and adnum = a.attnum) d on true
    where a.attrelid = ${table}::oid and a.attnum > 0 and not a.attisdropped
    order by a.attnum`
  return rows.map((row) => row.line)
}

/** What the planner is to believe of a column. */
async function statisticsOf(sql: Sql, table: number): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select format('alter table %s alter %s set (%s);', attrelid::regclass, attname,
      array_to_string(attoptions, ', ')) as line
    from pg_attribute where attrelid = ${table}::oid and attoptions is not null
    order by attnum`
  return rows.length > 0 ? [rows.map((row) => row.line).join('\n')] : []
}

async function constraintsOf(sql: Sql, table: number): Promise<string[]> {
  // Not-null constraints stand with their column.
  const rows = await sql<{ line: string }[]>`
    select format('  constraint %s %s', conname, pg_get_constraintdef(oid)) as line
    from pg_constraint where conrelid = ${table}::oid and contype <> 'n'
    order by contype desc, conname`
  return rows.map((row) => row.line)
}

async function indexesOf(sql: Sql, table: number): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select replace(pg_get_indexdef(i.indexrelid), ' ON public.', ' ON ') || ';' as line
    from pg_index i
    where i.indrelid = ${table}::oid
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
    order by i.indexrelid::regclass::text`
  return rows.map((row) => row.line)
}

if (import.meta.main) {
  const url = process.env['DATABASE_URL']
  if (!url) throw new Error('Set DATABASE_URL to a migrated database.')
  const sql = connectDatabase(url, { connections: 1, name: 'schema dump' })
  await Bun.write(fileURLToPath(new URL('schema.sql', import.meta.url)), await dumpSchema(sql))
  await sql.end()
}
