// Starts Swagger UI. A file of its own, because the page's policy allows no inline script.
const root = document.documentElement
const dark = matchMedia('(prefers-color-scheme: dark)')
const followSystem = () => root.classList.toggle('dark-mode', dark.matches)
followSystem()
dark.addEventListener('change', followSystem)

/** The errors stand on this page too, and have a link of their own in the bar. */
function markPlace() {
  const here = location.pathname + (location.hash === '#errors' ? location.hash : '')
  for (const link of document.querySelectorAll('.top nav a')) {
    if (link.getAttribute('href') === here) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
}
markPlace()
addEventListener('hashchange', markPlace)

const kept = 'curlew token'

const viewer = SwaggerUIBundle({
  url: document.querySelector('#viewer').dataset.document,
  dom_id: '#viewer',
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
  // Ours keeps it in the tab; the package would keep it in the browser for whoever comes later.
  persistAuthorization: false,
  plugins: [keepToken],
  responseInterceptor: rememberToken,
  onComplete: () => signIn(sessionStorage.getItem(kept)),
})

function signIn(token) {
  if (token) viewer.preauthorizeApiKey('bearer', token)
}

/** What is typed into the dialog survives a reload and ends with the tab. */
function keepToken() {
  const authorize = (original) => (schemes) => {
    const { value } = schemes.bearer ?? {}
    if (typeof value === 'string') sessionStorage.setItem(kept, value)
    return original(schemes)
  }
  const logout = (original) => (names) => {
    sessionStorage.removeItem(kept)
    return original(names)
  }
  return { statePlugins: { auth: { wrapActions: { authorize, logout } } } }
}

/** Whoever signs in by trying it out is signed in for the next try. */
function rememberToken(response) {
  if (response.status !== 200 || !/\/users\/(login|register|refresh)/.test(response.url)) {
    return response
  }
  try {
    const { token } = JSON.parse(response.text).data
    signIn(token)
  } catch {
    // No token in it: nothing to remember.
  }
  return response
}
