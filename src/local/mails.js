// The list of mails stays fresh around what somebody types, and times are in the reader's own zone.
// A file of its own, because the page's policy allows no inline script.
const freshAfterMs = 5000
const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'long' })
const list = document.querySelector('#list')

function showTimes(root) {
  for (const time of root.querySelectorAll('time')) {
    time.textContent = format.format(new Date(time.dateTime))
  }
}

/** Only the list is replaced: the search field, and whoever is at a button, are left alone. */
async function freshen() {
  const answer = await fetch(location.href)
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const fresh = page.querySelector('#list')
  if (!fresh || list.contains(document.activeElement)) return
  showTimes(fresh)
  list.replaceChildren(...fresh.childNodes)
}

/** While the catcher is being restarted, there is nothing newer to show. */
function keepFresh() {
  const later = () => setTimeout(keepFresh, freshAfterMs)
  freshen().then(later, later)
}

showTimes(document)
if (list) setTimeout(keepFresh, freshAfterMs)
