// What a page can do for its reader beyond links and folds: cards of the glossary that open by a tap,
// the section in view among the contents, and marks of what one has read and recalled. The marks stay
// in this browser. Without this script, words are links, and there are no marks.

// Cards. A first tap opens the card, the second follows the link. Escape closes it.
const touches = matchMedia("(hover: none)")
const closeCards = () => document.querySelectorAll(".term.open").forEach(term => term.classList.remove("open"))
document.addEventListener("click", event => {
  const term = event.target.closest(".term")
  if (touches.matches && event.target.closest(".term > a") && !term.classList.contains("open")) {
    event.preventDefault()
    closeCards()
    term.classList.add("open")
  } else if (!term) closeCards()
})
document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return
  closeCards()
  document.querySelectorAll(".term:is(:hover, :focus-within)").forEach(term => {
    term.classList.add("shut")
    const reopen = () => term.classList.remove("shut")
    term.addEventListener("mouseleave", reopen, {once: true})
    term.addEventListener("focusout", reopen, {once: true})
  })
})

// The contents fold again when a reader has chosen a section; beside the text they mark the one in view.
const fold = document.querySelector(".contents-fold details")
fold?.addEventListener("click", event => { if (event.target.closest("a")) fold.open = false })
const sections = [...document.querySelectorAll(".post > h2[id]")]
const links = new Map([...document.querySelectorAll(".contents a")].map(link => [link, link.hash.slice(1)]))
const markSection = () => {
  const current = sections.findLast(heading => heading.getBoundingClientRect().top < 120)
  links.forEach((id, link) => link.classList.toggle("current", id === current?.id))
}
if (links.size) addEventListener("scroll", () => requestAnimationFrame(markSection), {passive: true})

// Marks. `elevenlines:two-layers` → {read: true, recalled: ["why-random"]}
const key = slug => `elevenlines:${slug}`
const marksOf = slug => {
  const none = {read: false, recalled: []}
  try {
    return {...none, ...JSON.parse(localStorage.getItem(key(slug)))}
  } catch { return none }
}
const keep = (slug, marks) => { try { localStorage.setItem(key(slug), JSON.stringify(marks)) } catch {} }
const box = (words, checked, changed) => {
  const label = Object.assign(document.createElement("label"), {className: "mark"})
  const input = Object.assign(document.createElement("input"), {type: "checkbox", checked})
  input.addEventListener("change", () => changed(input.checked))
  label.append(input, ` ${words}`)
  return label
}

const article = document.querySelector("article.post[data-slug]")
if (article) {
  const {slug} = article.dataset
  article.querySelectorAll("details.recall").forEach(prompt => {
    const name = prompt.id.replace("recall-", "")
    prompt.append(box("I knew this", marksOf(slug).recalled.includes(name), knew => {
      const marks = marksOf(slug)
      marks.recalled = marks.recalled.filter(other => other !== name).concat(knew ? name : [])
      keep(slug, marks)
    }))
  })
  article.querySelector(".read-mark")?.append(
    box("I have read this post", marksOf(slug).read, read => keep(slug, {...marksOf(slug), read})))
}
document.querySelectorAll("[data-post]").forEach(step => {
  const {read, recalled} = marksOf(step.dataset.post)
  const of = Number(step.dataset.prompts)
  const words = [read && "Read", of && recalled.length && `${Math.min(recalled.length, of)} of ${of} questions recalled`]
  step.classList.toggle("is-read", read)
  const text = words.filter(Boolean).join(" · ")
  if (text) step.append(Object.assign(document.createElement("p"), {className: "quiet marks", textContent: text}))
})

// A plan begins on the next Monday, not on the one that the site was built with.
document.querySelectorAll("a[data-plan]").forEach(link => link.addEventListener("click", async event => {
  event.preventDefault()
  const text = await (await fetch(link.href)).text()
  const days = /VALUE=DATE:(\d{4})(\d\d)(\d\d)/g
  const time = (year, month, day) => Date.UTC(year, month - 1, day)
  const [, ...first] = days.exec(text)
  const now = new Date()
  const monday = time(now.getFullYear(), now.getMonth() + 1, now.getDate() + (8 - now.getDay()) % 7)
  const later = monday - time(...first)
  const moved = text.replace(days, (_, ...day) =>
    `VALUE=DATE:${new Date(time(...day) + later).toISOString().slice(0, 10).replaceAll("-", "")}`)
  const address = URL.createObjectURL(new Blob([moved], {type: "text/calendar"}))
  Object.assign(document.createElement("a"), {href: address, download: link.href.split("/").pop()}).click()
  setTimeout(() => URL.revokeObjectURL(address), 1000)
}))
