// A schema as a TypeScript type in plain words, so that whoever uses the package needs no TypeBox.
import type { TSchema } from '@sinclair/typebox'

interface Schema {
  readonly title?: string
  readonly description?: string
  readonly type?: string
  readonly const?: string | number | boolean
  readonly properties?: Record<string, Schema>
  readonly required?: readonly string[]
  readonly patternProperties?: Record<string, Schema>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly 'x-undocumented'?: boolean
}

const simple: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}

/** Types of schemas. What has a title becomes an interface, which the others name. */
export class SchemaTypes {
  readonly #interfaces = new Map<string, { readonly source: string; text: string }>()

  /** Every interface that was named so far, by title. */
  get interfaces(): readonly string[] {
    const byTitle = [...this.#interfaces].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return byTitle.map(([, { text }]) => text)
  }

  typeOf(schema: TSchema): string {
    return this.#type(plain(schema))
  }

  /** Objects of which all fields go into one; `unknown` where there are none. */
  typeOfAll(schemas: readonly TSchema[]): string {
    const [first, ...others] = schemas.map(plain)
    if (!first) return 'unknown'
    if (others.length === 0) return this.#type(first)
    const all = [first, ...others]
    return this.#fields({
      properties: Object.assign({}, ...all.map((each) => each.properties)),
      required: all.flatMap((each) => each.required ?? []),
    })
  }

  #type(schema: Schema): string {
    if (schema.const !== undefined) return literal(schema.const)
    if (schema.anyOf) return schema.anyOf.map((each) => this.#type(each)).join(' | ')
    if (schema.allOf) return schema.allOf.map((each) => bracketed(this.#type(each))).join(' & ')
    if (schema.items) return `${bracketed(this.#type(schema.items))}[]`
    if (schema.patternProperties) {
      const values = Object.values(schema.patternProperties).map((each) => this.#type(each))
      return `Record<string, ${values.join(' | ')}>`
    }
    if (schema.properties) return this.#object(schema)
    const name = simple[schema.type ?? '']
    if (name) return name
    if (schema.type === undefined) return 'unknown'
    throw new Error(`No TypeScript type is known for ${JSON.stringify(schema)}.`)
  }

  #object(schema: Schema): string {
    const { title } = schema
    if (title === undefined) return this.#fields(schema)
    const source = JSON.stringify(schema)
    const known = this.#interfaces.get(title)
    if (known && known.source !== source) throw new Error(`Two schemas have the title ${title}.`)
    if (known) return title
    // Known before its fields are, should one of them lead back to it.
    const entry = { source, text: '' }
    this.#interfaces.set(title, entry)
    entry.text = `${comment(schema.description)}export interface ${title} ${this.#fields(schema)}`
    return title
  }

  #fields({ properties = {}, required = [] }: Schema): string {
    // What stands in no document is not offered here either.
    const shown = Object.entries(properties).filter(([, each]) => !each['x-undocumented'])
    if (shown.length === 0) return '{}'
    const lines = shown.map(([name, each]) => {
      const mark = required.includes(name) ? '' : '?'
      // An interface says itself what it is.
      const said = each.title === undefined ? each.description : undefined
      return `${comment(said)}${key(name)}${mark}: ${this.#type(each)}`
    })
    return block(lines)
  }
}

/** Without TypeBox's symbols. */
function plain(schema: TSchema): Schema {
  return JSON.parse(JSON.stringify(schema)) as Schema
}

export function comment(text: string | undefined): string {
  return text === undefined ? '' : `/** ${text.replaceAll('*/', '*\\/')} */\n`
}

export function key(name: string): string {
  return /^[a-z_$][\w$]*$/i.test(name) ? name : literal(name)
}

export function block(members: readonly string[]): string {
  const inside = members.join('\n').replaceAll(/^(?=.)/gm, '  ')
  return `{\n${inside}\n}`
}

function literal(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${value.replaceAll(/['\\]/g, '\\$&')}'` : String(value)
}

function bracketed(type: string): string {
  return outside(type).includes(' | ') ? `(${type})` : type
}

/** What stands outside of all braces. */
function outside(type: string): string {
  const less = type.replaceAll(/\{[^{}]*\}/g, '')
  return less === type ? type : outside(less)
}
