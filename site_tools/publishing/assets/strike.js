/* The exhibit "What is each line for?". All that it shows stands in the rows of its table. */
for (const exhibit of document.querySelectorAll(".strike")) {
  const find = (name) => exhibit.querySelector(name)
  const say = find(".strike-say"), whole = say.innerHTML, drawn = find("g.variant")
  const buttons = [...exhibit.querySelectorAll("button.strike-line")]
  const codes = new Map(buttons.map((b) => [b.dataset.line, b.querySelector("code")]))
  const texts = new Map([...codes].map(([line, code]) => [line, code.textContent]))
  const intact = new Map([...codes].map(([line, code]) => [line, code.innerHTML]))
  const rows = [...exhibit.querySelectorAll("tbody tr")]
  const choices = document.createElement("div")
  choices.className = "strike-chips"
  let chosen = null

  const element = (tag, text, name) => {
    const made = document.createElement(tag)
    made.textContent = text
    if (name) made.className = name
    return made
  }
  const chip = (html, act, pressed) => {
    const made = element("button", "", "strike-chip")
    made.type = "button"
    made.innerHTML = html
    if (pressed !== undefined) made.setAttribute("aria-pressed", String(pressed))
    made.addEventListener("click", act)
    return made
  }
  const number = (row) => row.cells[0].textContent
  const change = (row) => row.cells[1].innerHTML

  const unmark = () => { for (const [line, code] of codes) code.innerHTML = intact.get(line) }
  const mark = (row) => {
    unmark()
    const { line, from, to, put } = row.dataset
    if (from === undefined) return
    const code = codes.get(line), text = texts.get(line)
    code.textContent = text.slice(0, from)
    if (to > from) code.append(element("del", text.slice(from, to)))
    if (put) code.append(element("ins", put))
    code.append(text.slice(to))
  }

  const show = (row, expected) => {
    const { kind, word, lines } = row.dataset
    if (drawn) {
      drawn.replaceChildren(...(lines ? lines.split(" M") : []).map((d, i) => {
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
        path.setAttribute("d", i ? "M" + d : d)
        return path
      }))
    }
    const answer = element("p", "")
    const value = row.cells[2].textContent || word
    answer.append(element("b", value, "strike-" + kind), expected === kind ? " You said so. " : " ")
    const sentence = element("span", "")
    sentence.innerHTML = row.cells[3].innerHTML
    answer.append(sentence)
    answer.tabIndex = -1
    say.lastChild.replaceWith(answer)
    answer.focus({ preventScroll: true }) // the chip that had it is gone
  }

  const ask = (row) => {
    if (drawn) drawn.replaceChildren()
    const question = element("p", "")
    question.innerHTML = `Line ${number(row)}: ${change(row)}. What will happen?`
    const answers = element("div", "", "strike-chips")
    for (const [kind, text] of [["better", "it gets better"], ["worse", "it gets worse"],
      ["same", "no difference"], ["stops", "it stops"]]) {
      answers.append(chip(text, () => show(row, kind)))
    }
    say.replaceChildren(question, answers)
  }

  const pick = (row) => {
    chosen = row
    mark(row)
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.line === row.dataset.line))
    }
    const others = rows.filter((other) => other.dataset.line === row.dataset.line)
    choices.replaceChildren(...(others.length > 1 ? others : []).map((other) =>
      chip(change(other), () => pick(other), other === row)))
    const button = codes.get(row.dataset.line).closest("button")
    button.after(choices)
    if (!exhibit.contains(document.activeElement)) button.focus({ preventScroll: true })
    ask(row)
  }
  const reset = () => {
    chosen = null
    unmark()
    choices.remove()
    if (drawn) drawn.replaceChildren()
    for (const button of buttons) button.setAttribute("aria-pressed", "false")
    say.innerHTML = whole
  }

  for (const button of buttons) {
    button.disabled = false
    button.setAttribute("aria-pressed", "false")
    button.addEventListener("click", () => {
      const own = rows.find((row) => row.dataset.line === button.dataset.line)
      if (chosen && chosen.dataset.line === own.dataset.line) reset()
      else pick(own)
    })
  }
  exhibit.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return reset()
    const at = buttons.indexOf(document.activeElement), step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (at < 0 || !step) return
    event.preventDefault()
    buttons[(at + step + buttons.length) % buttons.length].focus()
  })
  find(".strike-intro").textContent += " Choose a line, and say what you expect before you see it."
  for (const row of rows.filter((one) => one.dataset.first)) {
    find(".strike-first").append(chip(`${number(row)}: ${change(row)}`, () => pick(row)))
  }
}
