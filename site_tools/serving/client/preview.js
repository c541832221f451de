// The preview's own script: shows a page again when it has changed, and says what is wrong or older.
(() => {
  // What other scripts change or listen to; text, and paragraphs and lists without any of it.
  const scripted = "pre, .strike, .vary, .contents, [data-post], [data-plan]"
  const isText = node => node.nodeType !== Node.ELEMENT_NODE
    || node.matches(`:is(p, ul, ol, li, blockquote):not(${scripted}, .contents *)`)
    && !node.querySelector(`${scripted}, table, details, input, button`)

  // An article whose text is exchanged without loading the page again. Scripts change what is shown,
  // so what was sent is kept too; an article is made before they run.
  class Article {
    constructor(element) {
      this.sent = element.cloneNode(true)
      this.shown = new WeakMap()  // what was sent → what is shown of it
      this.pair(this.sent, element)
    }

    pair(sent, shown) {
      this.shown.set(sent, shown)
      sent.childNodes.forEach((child, i) => this.pair(child, shown.childNodes[i]))
    }

    // Shows another version; returns whether that could be done. If not, the page must be loaded again.
    exchange(html) {
      const parsed = document.createElement("template")
      parsed.innerHTML = html
      const [next, ...others] = parsed.content.children
      const edits = others.length ? null : this.edits(this.sent, next)  // a list of posts has several
      return edits !== null && edits.every(edit => this.apply(edit))
    }

    // Returns what differs between two versions of a node; null if it is not text alone.
    edits(before, after) {
      if (before.isEqualNode(after)) return []
      if (!before.cloneNode().isEqualNode(after.cloneNode()) || before.matches?.(scripted)) return null
      const old = [...before.childNodes], fresh = [...after.childNodes]
      let previous = null
      while (old.length && fresh.length && old[0].isEqualNode(fresh[0])) {
        previous = old.shift()
        fresh.shift()
      }
      while (old.length && fresh.length && old.at(-1).isEqualNode(fresh.at(-1))) old.pop(), fresh.pop()
      if (old.every(isText) && fresh.every(isText)) return [{parent: before, previous, old, fresh}]
      if (old.length !== fresh.length) return null
      const inner = old.map((node, i) => this.edits(node, fresh[i]))
      return inner.includes(null) ? null : inner.flat()
    }

    apply({parent, previous, old, fresh}) {
      const shownParent = this.shown.get(parent)
      let place = previous && this.shown.get(previous)
      while (place && place.parentNode !== shownParent) place = place.parentNode  // a script has wrapped it
      if (previous && !place) return false
      const copies = fresh.map(node => node.cloneNode(true))
      if (place) place.after(...copies)
      else shownParent.prepend(...copies)
      if (previous) previous.after(...fresh)
      else parent.prepend(...fresh)
      fresh.forEach((node, i) => this.pair(node, copies[i]))
      for (const node of old) {
        this.shown.get(node).remove()
        node.remove()
      }
      return true
    }
  }

  const own = document.currentScript
  const {address, frame} = own.dataset
  let {made} = own.dataset
  const at = (name, more = {}) => {
    const url = new URL(name, own.src)
    for (const [key, value] of Object.entries({address, ...more})) url.searchParams.set(key, value)
    return url
  }
  const element = document.querySelector("article")
  const article = element && new Article(element)

  // A page that is loaded again keeps open what its reader has opened.
  const details = () => [...document.querySelectorAll("article details")]
  const kept = `elevenlines-preview:${address}`
  const loadAgain = () => {
    const opened = details().flatMap((one, i) => one.open ? [one.id || i] : [])
    try { sessionStorage.setItem(kept, JSON.stringify(opened)) } catch {}
    location.reload()
  }
  try {
    const opened = JSON.parse(sessionStorage.getItem(kept) ?? "[]")
    details().forEach((one, i) => { if (opened.includes(one.id || i)) one.open = true })
    sessionStorage.removeItem(kept)
  } catch {}

  const style = document.createElement("link")
  style.rel = "stylesheet"
  style.href = new URL("preview.css", own.src)
  document.head.append(style)
  const corner = document.createElement("div")
  corner.id = "preview-corner"
  const warnings = document.createElement("details")
  warnings.hidden = true
  const box = document.createElement("aside")
  box.id = "preview"
  box.setAttribute("aria-label", "Preview")
  box.setAttribute("aria-live", "polite")
  corner.append(warnings, box)
  document.body.append(corner)

  const line = (text, kind, parent = box) => {
    const element = document.createElement("p")
    element.className = `preview-${kind}`
    element.textContent = text
    parent.append(element)
    return element
  }
  const cellOf = code => code && [...document.querySelectorAll("main pre > code")]
    .find(element => !element.closest(".evidence, details") && element.textContent.includes(code))

  const showPosts = posts => {
    const names = line("The post that was here is gone. The posts are: ", "gone")
    posts.forEach(([where, title], i) => {
      const link = document.createElement("a")
      link.href = new URL(`../${where}`, own.src)
      link.textContent = title
      names.append(i ? ", " : "", link)
    })
  }

  let warned = ""
  const showWarnings = found => {
    if (warned === String(found)) return  // whoever reads them keeps the place
    warned = String(found)
    warnings.hidden = !found.length
    const summary = document.createElement("summary")
    summary.textContent = found.length === 1 ? "1 warning" : `${found.length} warnings`
    warnings.replaceChildren(summary)
    for (const text of found) line(text, "warning", warnings)
  }

  // How long the runs under way have taken: the server says it when something has happened, and the
  // page counts on. Nobody wants to hear each second of it.
  const elapsed = document.createElement("span")
  elapsed.ariaHidden = "true"
  let begun = null
  const tick = () => {
    const seconds = Math.floor((performance.now() - begun) / 1000)
    elapsed.textContent = begun === null || seconds < 1 ? "" : ` ${seconds} s so far.`
  }
  setInterval(() => elapsed.isConnected && tick(), 1000)

  const show = marks => {
    document.querySelectorAll(".preview-at-cell").forEach(element => element.remove())
    box.replaceChildren()
    const file = marks.file
    if (marks.older) line(`This page is older than ${file}, which has problems.`, "older")
    if (marks.missing) line(`${file} has no page yet.`, "older")
    if (marks.draft) line("Draft: a build publishes it only with --drafts.", "draft")
    if (marks.waiting) {
      begun = marks.seconds === null ? null : performance.now() - 1000 * marks.seconds
      line("Runs are under way.", "waiting").append(elapsed)
      tick()
    }
    if (marks.is_gone) showPosts(marks.posts)
    showWarnings(marks.warnings)
    if (marks.fault) line(`This page may be older than the files. ${marks.fault}`, "problem")
    for (const {text, near} of marks.problems) {
      line(text, "problem")
      const cell = cellOf(near)
      if (cell) {
        const note = line(text, "problem preview-at-cell", document.body)
        const block = cell.closest(".lines, .highlight") ?? cell.parentElement
        block.after(note)
      }
    }
    if (marks.others.length) {
      line(`This page may show older versions of ${marks.others.join(", ")}.`, "older")
    }
    if (marks.printed) {
      const text = document.createElement("pre")
      text.textContent = marks.printed
      box.append(text)
      text.scrollTop = text.scrollHeight
    }
    document.documentElement.dataset.preview = marks.waiting ? "waiting" : "still"
  }

  const patience = 700  // ms: a run that takes less is shown when the page is loaded, not after it
  let reload = null
  let asking = false, again = false
  const look = async () => {
    if (asking) return void (again = true)
    asking = true
    try {
      const state = await (await fetch(at("state", {made, frame}), {cache: "no-store"})).json()
      if (state.made === made || state.article && article.exchange(state.article)) made = state.made
      else if (state.marks.unrun) reload ??= setTimeout(loadAgain, patience)
      else return loadAgain()
      show(state.marks)
    } catch {
      box.replaceChildren()
      line("The preview does not answer: this page may be older than the files.", "older")
    }
    asking = false
    if (again) again = false, look()
  }
  const events = new EventSource(at("events"))
  events.onopen = look  // what happened before it was open was not heard
  events.onmessage = look
  events.onerror = look
  addEventListener("focus", look)
  addEventListener("pageshow", event => event.persisted && look())
  document.addEventListener("visibilitychange", () => document.hidden || look())
  addEventListener("pagehide", () => events.close())
  look()
})()
