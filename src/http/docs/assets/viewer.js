// Starts Swagger UI. A file of its own, because the page's policy allows no inline script.
const root = document.documentElement
const dark = matchMedia('(prefers-color-scheme: dark)')
const followSystem = () => root.classList.toggle('dark-mode', dark.matches)
followSystem()
dark.addEventListener('change', followSystem)

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
  // A token stays in this tab's memory: a page others can open later is no place to keep it.
  persistAuthorization: false,
  responseInterceptor: rememberToken,
})

/** Whoever signs in by trying it out is signed in for the next try. */
function rememberToken(response) {
  if (response.status !== 200 || !/\/users\/(login|register|refresh)/.test(response.url)) {
    return response
  }
  try {
    const { token } = JSON.parse(response.text).data
    if (token) viewer.preauthorizeApiKey('bearer', token)
  } catch {
    // No token in it: nothing to remember.
  }
  return response
}
