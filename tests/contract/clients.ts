// bun run clients: generates clients for Kotlin, Swift and Dart from the OpenAPI document and looks
// whether ids have 64 bits in them and refusals share one class. Not part of npm test: it takes Java
// and a generator, which Maven fetches.
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { buildOpenApi } from '../../docs/writers/documents/openapi.ts'
import { isObject, type Json, type JsonObject } from '../../src/http/docs/json.ts'

const openapi = buildOpenApi().document
const generatorVersion = '7.10.0'

interface Language {
  /** Its name among the generators. */
  readonly generator: string
  /** Where its models are, and how their files end. */
  readonly models: string
  readonly ending: string
  /** A field of 64 bits. */
  readonly wide: (name: string) => RegExp
}

const languages: Readonly<Record<string, Language>> = {
  Kotlin: {
    generator: 'kotlin',
    models: 'src/main/kotlin/org/openapitools/client/models',
    ending: '.kt',
    wide: (name) => new RegExp(`val ${name}: kotlin\\.Long\\b`),
  },
  Swift: {
    generator: 'swift6',
    models: 'Sources/OpenAPIClient/Models',
    ending: '.swift',
    wide: (name) => new RegExp(`var ${name}: Int64\\b`),
  },
  // Its `int` has 64 bits; `num` and `double` would not hold an id.
  Dart: {
    generator: 'dart',
    models: 'lib/model',
    ending: '.dart',
    wide: (name) => new RegExp(`\\bint\\??\\s+${name};`),
  },
}

/** Fields that ids and positions stand in, by the named object they are of. */
export function wideFields(document: JsonObject): Map<string, string[]> {
  const { schemas } = document['components'] as { schemas: Record<string, JsonObject> }
  const found = Object.entries(schemas).map(([model, { properties }]) => {
    const fields = Object.entries((properties ?? {}) as Record<string, Json>)
    const wide = fields.filter(([, each]) => isObject(each) && each['format'] === 'int64')
    return [model, wide.map(([name]) => name)] as const
  })
  return new Map(found.filter(([, fields]) => fields.length > 0))
}

const camel = (name: string) => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase())
const snake = (name: string) => name.replaceAll(/(?<=[a-z0-9])([A-Z])/g, '_$1').toLowerCase()

/** Ends with a sentence: what is missing here is no fault of the document. */
class Missing extends Error {}

async function run(what: string, command: readonly string[]): Promise<void> {
  const child = Bun.spawn([...command], { stdout: 'pipe', stderr: 'pipe' })
  const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()]
  const said = (await Promise.all(texts)).join('').trim()
  if ((await child.exited) !== 0) throw new Missing(`${what}:\n${said.slice(-2_000)}`)
}

/** The generator as one file; $OPENAPI_GENERATOR names one that is here already. */
async function fetchGenerator(folder: string): Promise<string> {
  if (!Bun.which('java')) throw new Missing('No client was generated: there is no java here.')
  const jar = join(folder, 'generator.jar')
  const given = process.env['OPENAPI_GENERATOR']
  if (given) {
    await copyFile(given, jar)
    return jar
  }
  if (!Bun.which('mvn')) {
    throw new Missing('No client was generated: there is no mvn here to fetch the generator.')
  }
  const artifact = `org.openapitools:openapi-generator-cli:${generatorVersion}`
  await run('No client was generated: Maven could not fetch the generator', [
    'mvn',
    '-q',
    'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy',
    `-Dartifact=${artifact}`,
    '-Dmdep.stripVersion=true',
    `-DoutputDirectory=${folder}`,
  ])
  return join(folder, 'openapi-generator-cli.jar')
}

/** What is wrong with the client of one language, and how many models it has. */
async function look(folder: string, { models, ending, wide }: Language) {
  const place = join(folder, models)
  const files = (await readdir(place)).filter((each) => each.endsWith(ending))
  const texts = new Map<string, string>()
  for (const file of files)
    texts.set(basename(file, ending), await Bun.file(join(place, file)).text())
  const faults = [...wideFields(openapi)].flatMap(([model, fields]) => {
    const text = texts.get(model) ?? texts.get(snake(model))
    if (text === undefined) return [`${model} is not there`]
    return fields
      .filter((field) => !wide(camel(field)).test(text))
      .map((field) => `${model}.${field} has no 64 bits`)
  })
  // The process itself answers without our envelope.
  const own = [...texts.keys()].filter(
    (name) => /_?[45]\d\d_?response/i.test(name) && !/^process/i.test(name),
  )
  faults.push(...own.map((name) => `${name} is a class for one refusal`))
  return { count: files.length, faults }
}

async function main(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'curlew-clients-'))
  try {
    const jar = await fetchGenerator(folder)
    const document = join(folder, 'openapi.json')
    await Bun.write(document, JSON.stringify(openapi))
    let faulty = 0
    for (const [name, language] of Object.entries(languages)) {
      const out = join(folder, language.generator)
      const generate = ['java', '-jar', jar, 'generate', '-i', document]
      const into = ['-g', language.generator, '-o', out]
      await run(`${name} could not be generated`, [...generate, ...into])
      const { count, faults } = await look(out, language)
      console.log(`${name}: ${count} models, ${faults.length} faults`)
      for (const fault of faults) console.error(`  ${fault}`)
      faulty += faults.length
    }
    return faulty > 0 ? 1 : 0
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    console.error(error.message)
    return 2
  } finally {
    await rm(folder, { recursive: true })
  }
}

if (import.meta.main) process.exit(await main())
