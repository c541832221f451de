// The preview's own script: paints a page again when it has changed, and says what is wrong or older.
(() => {
  const own = document.currentScript
  const {address, made} = own.dataset
  const at = name => {
    const url = new URL(name, own.src)
    url.searchParams.set("address", address)
    return url
  }
  const style = document.createElement("link")
  style.rel = "stylesheet"
  style.href = new URL("preview.css", own.src)
  document.head.append(style)
  const box = document.createElement("aside")
  box.id = "preview"
  box.setAttribute("aria-label", "Preview")
  box.setAttribute("aria-live", "polite")
  document.body.append(box)

  const line = (text, kind, parent = box) => {
    const element = document.createElement("p")
    element.className = `preview-${kind}`
    element.textContent = text
    parent.append(element)
    return element
  }
  const cellOf = code => code && [...document.querySelectorAll("main pre > code")]
    .find(element => !element.closest(".evidence, details") && element.textContent.includes(code))

  const show = marks => {
    document.querySelectorAll(".preview-at-cell").forEach(element => element.remove())
    box.replaceChildren()
    const file = marks.file
    if (marks.older) line(`This page is older than ${file}, which has problems.`, "older")
    if (marks.missing) line(`${file} has no page yet.`, "older")
    if (marks.draft) line("Draft: a build publishes it only with --drafts.", "draft")
    if (marks.waiting) line("Runs are under way.", "waiting")
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

  let asking = false, again = false
  const look = async () => {
    if (asking) return void (again = true)
    asking = true
    try {
      const state = await (await fetch(at("state"), {cache: "no-store"})).json()
      if (state.made !== made) location.reload()
      else show(state.marks)
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
