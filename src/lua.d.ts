// A script read as text at load time.
declare module '*.lua' {
  const text: string
  export default text
}
